// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs_test

import (
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/packs"
)

func kinds(units []packs.Unit) map[packs.UnitKind]int {
	out := make(map[packs.UnitKind]int)
	for _, u := range units {
		out[u.Kind]++
	}
	return out
}

func TestAnGiangHasTwoTiersToday(t *testing.T) {
	t.Parallel()
	set := load(t, "an-giang")
	got := kinds(set.UnitsOn("2026-11-21"))
	for _, want := range []struct {
		kind packs.UnitKind
		n    int
	}{
		{packs.KindProvince, 1},
		{packs.KindWard, 14},
		{packs.KindCommune, 85},
		{packs.KindSpecialZone, 3},
		{packs.KindDistrict, 0},
		{packs.KindTownship, 0},
		{packs.KindOneStop, 102 + 1},
	} {
		if got[want.kind] != want.n {
			t.Errorf("%s: %d, want %d", want.kind, got[want.kind], want.n)
		}
	}
	for _, name := range []string{"Đặc khu Kiên Hải", "Đặc khu Phú Quốc", "Đặc khu Thổ Châu"} {
		if !slices.ContainsFunc(set.Units, func(u packs.Unit) bool { return u.Name.VI == name && u.Kind == packs.KindSpecialZone }) {
			t.Errorf("no %s", name)
		}
	}
	ward, _ := set.Unit("phuong-long-xuyen")
	if ward.AreaCode != "30307" || ward.Code != "" || ward.NumberCode() == "" || len(ward.Replaces) == 0 {
		t.Errorf("ward = %+v", ward)
	}
	for _, u := range set.Units {
		if u.Code != "" && u.ID != "tinh-an-giang" {
			t.Errorf("%s has a code nobody decided: %s", u.ID, u.Code)
		}
	}
	if province, _ := set.Unit("tinh-an-giang"); province.Verified() {
		t.Error("the code of the province is not confirmed")
	}
}

func TestHauGiangHasThreeTiersIn2024(t *testing.T) {
	t.Parallel()
	set := load(t, "hau-giang-2024")
	got := kinds(set.UnitsOn("2024-10-14"))
	if got[packs.KindDistrict] != 8 || got[packs.KindWard]+got[packs.KindCommune]+got[packs.KindTownship] != 75 || got[packs.KindSpecialZone] != 0 {
		t.Errorf("units = %v", got)
	}
	for _, u := range set.Units {
		parent, _ := set.Unit(u.Parent)
		if (u.Kind == packs.KindWard || u.Kind == packs.KindCommune || u.Kind == packs.KindTownship) && parent.Kind != packs.KindDistrict {
			t.Errorf("%s is under %s", u.ID, u.Parent)
		}
	}
	if set.Meta.Clock.Year() != 2024 || set.Meta.Banner.VI == "" || set.Meta.Banner.EN == "" {
		t.Errorf("meta = %+v", set.Meta)
	}
	if _, there := set.Procedure("tro-cap-huu-tri-xa-hoi"); there {
		t.Error("a benefit of 2025 in 2024")
	}
	for _, p := range set.ProceduresOn("2024-10-14") {
		for _, l := range p.LegalBases {
			if d, _ := set.LegalDoc(l); d.Valid.From > "2024-10-14" {
				t.Errorf("%s rests on %s, which was not in force", p.ID, l)
			}
		}
	}
	if p, _ := set.Procedure("tro-cap-tho-cung-liet-si"); !hasStepAt(set, p.Flow, "district") {
		t.Error("the dossier does not pass through the district")
	}
}

func hasStepAt(set *packs.Set, flow, unit string) bool {
	f, _ := set.Flow(flow)
	return slices.ContainsFunc(f.Steps, func(s packs.Step) bool { return s.Unit == unit })
}

func TestProvincesHaveWhatTheJourneyNeeds(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"an-giang", "hau-giang-2024"} {
		set := load(t, name)
		if n := len(set.Procedures); n != 5 {
			t.Errorf("%s: %d procedures", name, n)
		}
		roles := map[string]bool{}
		for _, a := range set.Accounts {
			roles[a.Role] = true
		}
		for _, r := range set.Roles {
			if !roles[r.ID] {
				t.Errorf("%s: nobody is %s", name, r.ID)
			}
		}
		for _, p := range set.Procedures {
			f, _ := set.Flow(p.Flow)
			form, _ := set.Form(p.Form)
			if len(f.Steps) < 5 || len(form.Keys) < 5 || p.ResultTemplate == "" || p.Name.EN == "" || len(p.Keywords) == 0 {
				t.Errorf("%s: %s is thin", name, p.ID)
			}
			if (p.Code == "") == p.Verified() {
				t.Errorf("%s: %s has no code and says nothing of it", name, p.ID)
			}
			checkActions(t, f)
		}
		if c, ok := set.Calendar("hanh-chinh"); !ok || len(c.Hours) != 2 || len(c.Holidays) < 30 {
			t.Errorf("%s: calendar %+v", name, c)
		}
	}
}

// checkActions holds that a flow is accepted first, signed before it is
// issued, and delivered last.
func checkActions(t *testing.T, f packs.Flow) {
	t.Helper()
	var actions []string
	for _, s := range f.Steps {
		actions = append(actions, s.Action)
	}
	sign, issue := slices.Index(actions, "sign"), slices.Index(actions, "issue")
	if actions[0] != "accept" || actions[len(actions)-1] != "deliver" || sign < 0 || issue >= 0 && issue < sign {
		t.Errorf("%s: %v", f.ID, actions)
	}
}

// TestEveryStepHasSomebody follows each flow of a dossier received where the
// demonstration has a one-stop clerk.
func TestEveryStepHasSomebody(t *testing.T) {
	t.Parallel()
	for name, received := range map[string]string{"an-giang": "phuong-long-xuyen", "hau-giang-2024": "phuong-iv.thanh-pho-vi-thanh"} {
		set := load(t, name)
		for _, p := range set.Procedures {
			f, _ := set.Flow(p.Flow)
			authority := p.AuthorityUnit
			if authority == "" {
				authority = received
			}
			for _, s := range f.Steps {
				at := map[string]string{"received": received, "authority": authority, "district": "thanh-pho-vi-thanh"}[s.Unit]
				if !slices.ContainsFunc(set.Accounts, func(a packs.Account) bool { return a.Role == s.Post && a.Unit == at }) {
					t.Errorf("%s: %s: nobody is %s at %q for %s", name, p.ID, s.Post, at, s.ID)
				}
			}
		}
	}
}

func TestAccountsOfTheIssueAreThere(t *testing.T) {
	t.Parallel()
	set := load(t, "an-giang")
	for _, role := range []string{"citizen", "business", "clerk", "officer", "leader", "records", "unit_admin", "province_it", "auditor"} {
		if !slices.ContainsFunc(set.Accounts, func(a packs.Account) bool { return a.Role == role && a.Password != "" && a.Note.VI != "" }) {
			t.Errorf("no account for %s", role)
		}
	}
	for _, a := range set.Accounts {
		if !strings.Contains(a.Person.Number, "0000") || !strings.HasPrefix(a.Person.Phone, "0900000") || !strings.HasSuffix(a.Person.Email, "@example.org") {
			t.Errorf("%s could be somebody real: %+v", a.ID, a.Person)
		}
	}
}
