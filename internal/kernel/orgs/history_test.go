// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package orgs_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

func TestCodesInBothForms(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ in, code, old string }{
		{"H30", "H30", "000.00.00.H30"},
		{"000.00.00.H30", "H30", "000.00.00.H30"},
		{"000.00.05.H30", "H30.5", "000.00.05.H30"},
		{"000.12.05.H30", "H30.5.12", "000.12.05.H30"},
		{" h30.12.5 ", "H30.12.5", "000.05.12.H30"},
		{"H55.242", "H55.242", ""},
		{"G12.18", "G12.18", "000.00.18.G12"},
		{"002.00.20.H13", "", ""},
		{"H30.05", "", ""},
		{"X30.5", "", ""},
		{"H30.", "", ""},
		{"", "", ""},
	} {
		code, err := orgs.ParseCode(tt.in)
		if code != tt.code || (err == nil) != (tt.code != "") || (err != nil && !errors.Is(err, orgs.ErrCode)) {
			t.Errorf("%q: %q, %v", tt.in, code, err)
		}
		if old, _ := orgs.OldCode(tt.code); err == nil && old != tt.old {
			t.Errorf("%q in the older form: %q, want %q", tt.code, old, tt.old)
		}
	}
}

func TestHistoryIsKept(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{orgs.Migrations()}, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		ctx := t.Context()
		units := []orgs.Unit{unit("tinh", "", orgs.Province, "Tỉnh"), unit("a", "tinh", orgs.Ward, "A"), unit("b", "tinh", orgs.Ward, "B")}
		if _, err := apply(t, d, units...); err != nil {
			t.Fatal(err)
		}
		do := func(f func(tx *db.Tx) error) error { return d.Write(ctx, f) }
		by := func(day string) orgs.Decision {
			return orgs.Decision{Number: "1/NQ", Date: "2026-02-01", From: day, By: "x"}
		}
		late := unit("c", "tinh", orgs.Ward, "C")
		late.From = []orgs.Link{{Unit: "a", Kind: "split"}}
		if err := do(func(tx *db.Tx) error { return orgs.Create(ctx, tx, late, by("2026-03-05")) }); !errors.Is(err, orgs.ErrNotOver) {
			t.Errorf("a successor of what goes on: %v", err)
		}
		if err := do(func(tx *db.Tx) error { return orgs.End(ctx, tx, "a", by("2026-03-05")) }); err != nil {
			t.Fatal(err)
		}
		if err := do(func(tx *db.Tx) error { return orgs.Create(ctx, tx, late, by("2026-03-04")) }); !errors.Is(err, orgs.ErrNotOver) {
			t.Errorf("a day before its predecessor ends: %v", err)
		}
		if err := do(func(tx *db.Tx) error { return orgs.Create(ctx, tx, late, by("2026-03-05")) }); err != nil {
			t.Fatal(err)
		}
		there := func(id orgs.ID, day string) bool {
			_, ok, err := orgs.AsOf(ctx, d, id, day)
			if err != nil {
				t.Fatal(err)
			}
			return ok
		}
		if !there("a", "2026-03-04") || there("a", "2026-03-05") || there("c", "2026-03-04") || !there("c", "2026-03-05") {
			t.Error("days")
		}
		if u, err := orgs.Get(ctx, d, "a"); err != nil || u.ValidTo != "" {
			t.Errorf("before its day: %+v, %v", u, err)
		}
		c.Advance(72 * time.Hour)
		if err := do(func(tx *db.Tx) error { _, err := orgs.ApplyDue(ctx, tx); return err }); err != nil {
			t.Fatal(err)
		}
		if u, err := orgs.Get(ctx, d, "a"); err != nil || u.ValidTo != "2026-03-04" {
			t.Errorf("on its day: %+v, %v", u, err)
		}
		units[1].Phone = "1" // the pack is applied again
		if changes, err := apply(t, d, units...); err != nil || len(changes) != 0 {
			t.Errorf("the pack overwrites a decision: %+v, %v", changes, err)
		}
		if from, _, err := orgs.ListTies(ctx, d, "c"); err != nil || len(from) != 1 || from[0].Unit != "a" || from[0].Decision != "1/NQ" {
			t.Errorf("%+v, %v", from, err)
		}
		if level, err := orgs.ListBranches(ctx, d, "tinh", "2026-03-04", orgs.Page{}, 10); err != nil || len(level) != 2 {
			t.Errorf("the tree of the past: %+v, %v", level, err)
		}
	})
}

func TestALevelOfManyUnits(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{orgs.Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		units := []orgs.Unit{unit("tinh", "", orgs.Province, "Tỉnh")}
		for i := range 100 {
			top := orgs.ID(fmt.Sprintf("x%03d", i))
			units = append(units, unit(top, "tinh", orgs.Commune, fmt.Sprintf("Xã %d", i)))
			for k := range 34 {
				units = append(units, unit(orgs.ID(fmt.Sprintf("%s.%02d", top, k)), top, "division", fmt.Sprintf("Phòng %d", k)))
			}
		}
		if _, err := apply(t, d, units...); err != nil {
			t.Fatal(err)
		}
		level, err := orgs.ListBranches(ctx, d, "tinh", "2026-03-02", orgs.Page{}, 51)
		if err != nil || len(level) != 51 || level[0].Children != 34 {
			t.Fatalf("%d units, %v", len(level), err)
		}
		if found, err := orgs.Search(ctx, d, "xa 99", "2026-03-02", orgs.Page{}, 10); err != nil || len(found) != 1 {
			t.Errorf("%+v, %v", found, err)
		}
	})
}
