// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"errors"
	"slices"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/orgs"
	kernelpacks "tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/internal/store"
	"tinhso.vn/internal/modules/procedures/procedurestest"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/packs"
)

func each(t *testing.T, f func(t *testing.T, s *Service, c *dbtest.Clock)) {
	t.Helper()
	dbtest.Each(t, []db.Migrations{orgs.Migrations(), store.Migrations()}, func(t *testing.T, d *db.DB, c *dbtest.Clock) { f(t, New(d), c) })
}

func applied(t *testing.T, s *Service, versions ...procedures.Version) (changes []procedures.Change) {
	t.Helper()
	err := s.db.Write(t.Context(), func(tx *db.Tx) (err error) {
		changes, err = apply(t.Context(), tx, versions)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return changes
}

func load(t *testing.T, name string) *kernelpacks.Set {
	t.Helper()
	set, err := kernelpacks.Load(packs.Files, name)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestRealPacks(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *Service, _ *dbtest.Clock) {
		ctx := t.Context()
		set := load(t, "an-giang")
		do := func(set *kernelpacks.Set) (changes []procedures.Change) {
			t.Helper()
			if err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
				changes, err = s.Apply(ctx, tx, set)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return changes
		}
		if changes := do(set); len(changes) != len(set.Procedures) || changes[0].Kind != procedures.Added {
			t.Fatalf("%v", changes)
		}
		if changes := do(set); changes != nil {
			t.Fatalf("again: %v", changes)
		}
		v, err := s.Get(ctx, "xac-dinh-muc-do-khuyet-tat")
		if err != nil {
			t.Fatal(err)
		}
		if v.Code != "1.001699" || !v.Verified || v.Statutory.Amount != 25 || v.Statutory.Verified || len(v.Papers) != 4 || v.Papers[0].Verified ||
			len(v.Flow.Steps) == 0 || v.Template.Subject == "" || len(v.Template.Fields) != 3 || len(v.LegalBases) != 3 || len(v.SHA) != 64 {
			t.Errorf("%+v", v)
		}
		if _, err := forms.New(v.Form); err != nil || len(v.Form.Steps) < 2 || v.Form.Steps[0].Fields[0].Max != "100" {
			t.Errorf("form: %v %+v", err, v.Form)
		}
		land, err := s.Get(ctx, "dang-ky-bien-dong-dat-dai")
		if err != nil || land.Verified || land.Code != "" || land.Fee.Verified || land.AuthorityUnit == "" {
			t.Errorf("%+v %v", land, err)
		}
		// The province of 2024 on the clock of the test (2026): all its procedures have ended.
		old := do(load(t, "hau-giang-2024"))
		if !slices.Contains(old, procedures.Change{ID: "tro-cap-huu-tri-xa-hoi", Kind: procedures.Closed}) ||
			!slices.Contains(old, procedures.Change{ID: "tro-cap-xa-hoi-hang-thang", Kind: procedures.Added}) {
			t.Errorf("%v", old)
		}
		if _, err := s.Get(ctx, "chung-thuc-ban-sao"); !errors.Is(err, procedures.ErrNotFound) {
			t.Errorf("valid to 30/6/2025, found in 2026: %v", err)
		}
		if p, err := s.List(ctx, Filter{}, "", 50); err != nil || len(p.Items) != 0 {
			t.Errorf("%v %v", p, err)
		}
		if again, err := s.GetVersion(ctx, v.ID, v.SHA); err != nil || again.Flow.ID != v.Flow.ID {
			t.Errorf("the version of a dossier: %v", err)
		}
	})
}

func TestFromPackRefuses(t *testing.T) {
	t.Parallel()
	set := load(t, "an-giang")
	for name, spoil := range map[string]func(*kernelpacks.Procedure){
		"form":     func(p *kernelpacks.Procedure) { p.Form = "none" },
		"flow":     func(p *kernelpacks.Procedure) { p.Flow = "none" },
		"template": func(p *kernelpacks.Procedure) { p.ResultTemplate = "none" },
	} {
		bad := *set
		bad.Procedures = slices.Clone(set.Procedures)
		spoil(&bad.Procedures[0])
		if _, err := FromPack(&bad); !errors.Is(err, procedures.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestVersionsFollowEachOther(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *Service, c *dbtest.Clock) {
		ctx := t.Context()
		first := procedurestest.Version(t)
		dearer := procedurestest.Version(t, func(v *procedures.Version) { v.Fee = procedures.Fee{Kind: "amount", Amount: 8000, Verified: true} })
		coming := procedurestest.Version(t, func(v *procedures.Version) { v.ValidFrom, v.Online = "2026-04-01", "partial" })
		today := func(want string) {
			t.Helper()
			v, err := s.Get(ctx, first.ID)
			if want == "" && errors.Is(err, procedures.ErrNotFound) {
				return
			}
			if err != nil || v.SHA != want {
				t.Fatalf("%s, want %s: %v", v.SHA, want, err)
			}
			if p, err := s.List(ctx, Filter{Field: "cu-tru"}, "", 10); err != nil || len(p.Items) != 1 || p.Items[0].SHA != want {
				t.Fatalf("list: %v %v", p, err)
			}
		}
		is := func(got []procedures.Change, want ...procedures.ChangeKind) {
			t.Helper()
			var kinds []procedures.ChangeKind
			for _, g := range got {
				kinds = append(kinds, g.Kind)
			}
			if !slices.Equal(kinds, want) {
				t.Fatalf("%v, want %v", kinds, want)
			}
		}
		is(applied(t, s, first), procedures.Added)
		today(first.SHA)
		is(applied(t, s, dearer), procedures.Changed)
		today(dearer.SHA)
		if v, err := s.GetVersion(ctx, first.ID, first.SHA); err != nil || v.Fee.Kind != "none" {
			t.Errorf("the old version: %+v %v", v.Fee, err)
		}
		is(applied(t, s, first), procedures.Changed) // back again
		today(first.SHA)
		is(applied(t, s, coming), procedures.Changed)
		is(applied(t, s, coming))
		today(first.SHA)
		c.Advance(29 * 24 * time.Hour) // 31 March
		today(first.SHA)
		c.Advance(24 * time.Hour)
		today(coming.SHA)
		is(applied(t, s, coming))
		is(applied(t, s), procedures.Closed)
		today("")
		is(applied(t, s))
		is(applied(t, s, coming), procedures.Added)
		today(coming.SHA)
		if _, err := s.GetVersion(ctx, first.ID, "none"); !errors.Is(err, procedures.ErrNotFound) {
			t.Errorf("%v", err)
		}
		if _, err := s.GetVersion(ctx, "other", first.SHA); !errors.Is(err, procedures.ErrNotFound) {
			t.Errorf("a checksum of another procedure: %v", err)
		}
	})
}
