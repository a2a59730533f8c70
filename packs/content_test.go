// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs_test

import (
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/packs"
	data "tinhso.vn/packs"
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
		if len(set.Procedures) < 11 {
			t.Errorf("%s: %d procedures", name, len(set.Procedures))
		}
		roles := map[string]bool{}
		for _, a := range set.Accounts {
			roles[a.Role] = true
			for _, also := range a.Also {
				roles[also] = true
			}
		}
		for _, r := range set.Roles {
			if !r.System && !roles[r.ID] {
				t.Errorf("%s: nobody is %s", name, r.ID)
			}
		}
		for _, p := range set.Procedures {
			if p.Name.EN == "" || len(p.Keywords) == 0 || len(p.LifeEvents) == 0 || len(p.LegalBases) == 0 || p.Conditions.EN == "" {
				t.Errorf("%s: %s is thin", name, p.ID)
			}
			if (p.Code == "") == p.Verified() {
				t.Errorf("%s: %s has no code and says nothing of it", name, p.ID)
			}
			f, _ := set.Flow(p.Flow)
			form, _ := set.Form(p.Form)
			if p.Form != "" && len(form.Keys) < 8 {
				t.Errorf("%s: %s asks only %v", name, p.ID, form.Keys)
			}
			if p.Route != "LOCAL" {
				if p.Flow != "" || p.ResultTemplate != "" {
					t.Errorf("%s: %s is worked on by a ministry and has a flow or a result here", name, p.ID)
				}
				continue
			}
			if len(f.Steps) < 5 || p.ResultTemplate == "" {
				t.Errorf("%s: %s cannot be worked on", name, p.ID)
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
			f, _ := set.Flow(p.Flow) // none where a ministry does the work
			authority := p.AuthorityUnit
			if authority == "" {
				authority = received
			}
			for _, s := range f.Steps {
				at := map[string]string{"received": received, "authority": authority, "district": "thanh-pho-vi-thanh"}[s.Unit]
				if unit, ok := strings.CutPrefix(s.Unit, "unit:"); ok {
					at = unit
				}
				if strings.HasPrefix(s.Unit, "form.") { // the place of the one who files
					at = received
				}
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

// thirty are the procedures of a demonstration and their codes; those without
// one have none that a source confirms.
func thirty() map[string]string {
	return map[string]string{
		"dang-ky-khai-sinh": "1.001193", "dang-ky-ket-hon": "1.000894", "ket-hon-co-yeu-to-nuoc-ngoai": "2.000806",
		"dang-ky-khai-tu": "1.000656", "dang-ky-lai-khai-sinh": "1.004884", "xac-nhan-tinh-trang-hon-nhan": "1.004873",
		"trich-luc-ho-tich": "2.000635", "chung-thuc-ban-sao": "2.000815", "chung-thuc-chu-ky": "2.000884",
		"dang-ky-nuoi-con-nuoi": "2.001263", "tro-cap-huu-tri-xa-hoi": "1.014027", "xac-dinh-muc-do-khuyet-tat": "1.001699",
		"cong-nhan-ho-ngheo": "1.011607", "tro-cap-tho-cung-liet-si": "1.010803", "lap-ho-kinh-doanh": "1.001612",
		"cham-dut-ho-kinh-doanh": "1.001266", "giay-phep-xay-dung-nha-o": "1.013225", "giay-phep-lao-dong": "1.014199",
		"lien-thong-khai-sinh": "3.000722", "lien-thong-khai-tu": "2.002913", "phieu-ly-lich-tu-phap": "3.000333",
		"dang-ky-thuong-tru": "1.004222",
		"cap-gcn-lan-dau":    "", "hoa-giai-tranh-chap-dat-dai": "", "giay-phep-ban-le-ruou": "", "dang-ky-bien-dong-dat-dai": "",
		"chung-chi-hanh-nghe-duoc": "", "ban-sao-van-bang": "", "dang-ky-tau-ca": "", "giay-phep-moi-truong": "",
	}
}

// codes are all codes that a source confirms, by procedure.
func codes() map[string]string {
	all := thirty()
	all["ban-sao-so-goc"] = "2.000908"
	return all
}

func TestThirtyProceduresAreThere(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"national", "an-giang"} {
		set := load(t, name)
		for id := range thirty() {
			if _, there := set.Procedure(id); !there {
				t.Errorf("%s: no %s", name, id)
			}
		}
		for _, p := range set.Procedures {
			if code := codes()[p.ID]; p.Code != code || (code == "" && p.Verified()) {
				t.Errorf("%s: %s has the code %q, want %q", name, p.ID, p.Code, code)
			}
		}
	}
}

// TestNoUnsureCodeIsWritten: a code that nobody confirms is in no pack, not
// even in a text.
func TestNoUnsureCodeIsWritten(t *testing.T) {
	t.Parallel()
	known := slices.Collect(maps.Values(codes()))
	code := regexp.MustCompile(`\b\d\.\d{6}\b`)
	err := fs.WalkDir(data.Files, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(p) != ".yaml" {
			return err
		}
		content, err := fs.ReadFile(data.Files, p)
		for _, c := range code.FindAllString(string(content), -1) {
			if !slices.Contains(known, c) {
				t.Errorf("%s writes %s", p, c)
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestProceduresStateWhatPeopleAsk: what to bring, how long, how much, each
// with the word that it is not confirmed where nobody confirms it.
func TestProceduresStateWhatPeopleAsk(t *testing.T) {
	t.Parallel()
	for _, name := range names(t) {
		for _, p := range load(t, name).Procedures {
			if len(p.Papers) == 0 || p.Fee.Kind == "" || (!p.SameDay && p.Statutory.Amount == 0) || (p.SameDay && p.Statutory.Amount != 0) {
				t.Errorf("%s: %s does not say what to bring, how long or how much", name, p.ID)
			}
			if p.Statutory.Amount != 0 && p.Statutory.Source == "" {
				t.Errorf("%s: %s: who says %d %s", name, p.ID, p.Statutory.Amount, p.Statutory.Unit)
			}
			for _, paper := range p.Papers {
				if paper.Source == "" || paper.Name.EN == "" || (!paper.Required && paper.Note.VI == "") {
					t.Errorf("%s: %s: %s has no source, no English, or does not say when it is needed", name, p.ID, paper.ID)
				}
			}
		}
	}
}

func TestMinistriesAndPoliceWorkElsewhere(t *testing.T) {
	t.Parallel()
	set := load(t, "an-giang")
	for id, route := range map[string]string{
		"dang-ky-khai-sinh": "MINISTRY:G15", "dang-ky-ket-hon": "MINISTRY:G15", "lap-ho-kinh-doanh": "MINISTRY:G12",
		"giay-phep-xay-dung-nha-o": "MINISTRY:G17", "lien-thong-khai-sinh": "LOCAL", // the demonstration passes it on itself
		"phieu-ly-lich-tu-phap": "MINISTRY:G01", "dang-ky-thuong-tru": "MINISTRY:G01",
		"chung-thuc-ban-sao": "LOCAL", "dang-ky-bien-dong-dat-dai": "LOCAL", "cong-nhan-ho-ngheo": "LOCAL",
	} {
		if p, _ := set.Procedure(id); p.Route != route {
			t.Errorf("%s goes to %q, want %s", id, p.Route, route)
		}
	}
	for _, id := range []string{"phieu-ly-lich-tu-phap", "dang-ky-thuong-tru"} {
		if p, _ := set.Procedure(id); p.Form != "" {
			t.Errorf("%s is of the police and asks by %s", id, p.Form)
		}
	}
	for _, id := range []string{"dang-ky-khai-sinh", "dang-ky-khai-tu", "chung-thuc-ban-sao", "chung-thuc-chu-ky"} {
		if p, _ := set.Procedure(id); !p.SameDay {
			t.Errorf("%s does not end the same day", id)
		}
	}
}

func TestTenOfThemInHauGiang(t *testing.T) {
	t.Parallel()
	set := load(t, "hau-giang-2024")
	want := map[string]string{ // where the work is done
		"xac-dinh-muc-do-khuyet-tat": "", "chung-thuc-ban-sao": "", "dang-ky-khai-sinh": "", "dang-ky-khai-tu": "", "cong-nhan-ho-ngheo": "",
		"tro-cap-tho-cung-liet-si": "so-lao-dong", "dang-ky-bien-dong-dat-dai": "chi-nhanh-dat-dai-vi-thanh",
		"ket-hon-co-yeu-to-nuoc-ngoai": "thanh-pho-vi-thanh", "lap-ho-kinh-doanh": "thanh-pho-vi-thanh", "giay-phep-xay-dung-nha-o": "thanh-pho-vi-thanh",
	}
	day := set.ProceduresOn("2024-10-14")
	found := 0
	for _, p := range day {
		unit, one := want[p.ID]
		if _, known := thirty()[p.ID]; known != one {
			t.Errorf("%s is not one of the ten", p.ID)
		}
		if !one {
			continue
		}
		found++
		if p.AuthorityUnit != unit || p.Route != "LOCAL" || p.Valid.To != "2025-06-30" {
			t.Errorf("%s: decided by %q, %s, until %s", p.ID, p.AuthorityUnit, p.Route, p.Valid.To)
		}
	}
	if found != 10 || len(day) != 11 { // and the monthly allowance that came before the social pension
		t.Errorf("%d of the ten, %d in all", found, len(day))
	}
	if p, _ := set.Procedure("giay-phep-xay-dung-nha-o"); p.Code != "" || p.Verified() {
		t.Errorf("a code of 2025 in 2024: %s", p.Code)
	}
	if p, _ := set.Procedure("cong-nhan-ho-ngheo"); !hasStepAt(set, p.Flow, "district") {
		t.Error("the district is not asked about poor households")
	}
}
