// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package geo_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/geo"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
)

// small is a province of four communes, and one of one.
func small() map[string][]byte {
	return map[string][]byte{
		"provinces.csv": []byte("from,to,code,name,basis,status\n2025-07-01,,91,Tỉnh Một,b,both\n2025-07-01,,92,Tỉnh Hai,b,both\n"),
		"communes.csv": []byte("# valid_from: 2025-07-01\ncode,province,name,lat,lon,status\n30301,91,Phường Sen,10.3,105.4,both\n30302,91,Xã Lúa,10.4,105.5,both\n" +
			"30303,91,Xã Dừa,10.5,105.5,both\n30304,91,Xã Tràm,10.6,105.6,both\n40001,92,Xã Biển,10.0,106.0,both\n"),
	}
}

const newer = "code,province,name\n30301,91,Phường Sen\n30302,91,Phường Lúa Vàng\n30305,91,Xã Dừa Nước\n30306,91,Xã Dừa Lửa\n"

const newerLineage = "old,new\n30303,30305\n30303,30306\n30304,30301\n"

func compared(t *testing.T, files map[string][]byte, communes, lineage, day string) (geo.Plan, []geo.Mistake) {
	t.Helper()
	table, wrong := geo.Read(files)
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	x, wrong := geo.New(table)
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	return x.Compare(map[string][]byte{geo.FileCommunes: []byte(communes), geo.FileLineage: []byte(lineage)}, day)
}

// A preview says of every commune what becomes of it, and leaves provinces alone
// that the newer table does not name.
func TestWhatANewerTableChanges(t *testing.T) {
	t.Parallel()
	plan, wrong := compared(t, small(), newer, newerLineage, "2027-01-01")
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	var said []string
	for _, c := range plan.Changes {
		line := fmt.Sprint(c.Fate, " ", c.Old.Name, " → ", c.New.Name)
		for _, h := range c.Heirs {
			line += " | " + h.Name
		}
		said = append(said, line)
	}
	want := []string{
		"new  → Xã Dừa Nước", "new  → Xã Dừa Lửa", "renamed Xã Lúa → Phường Lúa Vàng", "merged Xã Tràm →  | Phường Sen",
		"split Xã Dừa →  | Xã Dừa Nước | Xã Dừa Lửa", "grown Phường Sen → Phường Sen",
	}
	if !slices.Equal(said, want) || plan.Same != 0 {
		t.Errorf("%d stay; got\n%s\nwant\n%s", plan.Same, strings.Join(said, "\n"), strings.Join(want, "\n"))
	}
	if plan, wrong = compared(t, small(), "code,province,name\n30301,91,Phường Sen\n30302,91,Xã Lúa\n30303,91,Xã Dừa\n", "", "2027-01-01"); len(wrong) > 0 ||
		len(plan.Changes) != 1 || plan.Changes[0].Fate != geo.Ended || plan.Same != 3 {
		t.Errorf("what is not listed any more: %+v %v", plan.Changes, wrong)
	}
}

// Every row that does not hold is said with its line, and nothing else happens.
func TestMistakesOfANewerTable(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, communes, lineage, day string
		lines                        []int
	}{
		{"no day", newer, "", "1/1/2027", []int{1}},
		{"no table", "", "", "2027-01-01", []int{1}},
		{"empty", "code,province,name\n", "", "2027-01-01", []int{1}},
		{"no column", "code,name\n30301,Phường Sen\n", "", "2027-01-01", []int{1}},
		{"rows", "code,province,name\n3030,91,Xã A\n30301,99,Xã B\n30302,91,Lúa\n30303,91,Xã C\n30303,91,Xã D\n30304,91,xã c\n30305,91,Xã C\n", "", "2027-01-01", []int{2, 3, 4, 6, 7, 8}},
		{"a point", "code,province,name,lat,lon\n30301,91,Phường Sen,x,1\n30302,91,Xã Lúa,91,1\n", "", "2027-01-01", []int{2, 3}},
		{"lineage", newer, "old,new\n99999,30301\n30304,99999\n30304,30301\n30304,30301\n", "2027-01-01", []int{2, 3, 5}},
	} {
		plan, wrong := compared(t, small(), tt.communes, tt.lineage, tt.day)
		var lines []int
		for _, w := range wrong {
			lines = append(lines, w.Line)
		}
		if !slices.Equal(lines, tt.lines) || len(plan.Changes) > 0 {
			t.Errorf("%s: mistakes in %v, want %v: %v", tt.name, lines, tt.lines, wrong)
		}
	}
}

func TestANewerTableNeedsTwo(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{geo.Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		t.Helper()
		ctx, atlas := t.Context(), geo.NewAtlas(d)
		write := func(f func(tx *db.Tx) error) error { return d.Write(ctx, f) }
		files := map[string][]byte{geo.FileCommunes: []byte(newer), geo.FileLineage: []byte(newerLineage)}
		propose := func(day string) (p geo.Proposal, err error) {
			err = write(func(tx *db.Tx) error {
				p, err = atlas.Propose(ctx, tx, "binh", day, "Nghị quyết thử", files)
				return err
			})
			return p, err
		}
		decide := func(who, id string, confirm bool) error {
			return write(func(tx *db.Tx) error {
				_, err := atlas.Decide(ctx, tx, who, id, confirm)
				return err
			})
		}
		refused := func(what string, err error, want *errs.Error) {
			t.Helper()
			if !errors.Is(err, want) {
				t.Errorf("%s: %v, want %v", what, err, want)
			}
		}
		_, err := propose("2027-01-01")
		refused("without a table", err, geo.ErrNoTable)
		if err := write(func(tx *db.Tx) error { _, _, err := geo.Apply(ctx, tx, small()); return err }); err != nil {
			t.Fatal(err)
		}
		first, err := propose("2027-01-01")
		if err != nil {
			t.Fatal(err)
		}
		_, err = propose("2027-01-01")
		refused("a second one", err, geo.ErrProposed)
		refused("the same person", decide("binh", first.ID, true), geo.ErrSame)
		refused("an unknown one", decide("an", "nothing", true), geo.ErrNotFound)
		if x, _ := atlas.Index(ctx); len(x.Communes(must(x.Get("91", "2027-06-01")), "2027-06-01")) != 4 {
			t.Error("it holds before it was confirmed")
		}
		if err := decide("binh", first.ID, false); err != nil {
			t.Errorf("who proposed takes it back: %v", err)
		}
		refused("twice", decide("an", first.ID, true), geo.ErrDecided)
		second, err := propose("2027-01-01")
		if err != nil {
			t.Fatal(err)
		}
		if err := decide("an", second.ID, true); err != nil {
			t.Fatal(err)
		}
		x, err := atlas.Index(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if old, ok := x.Get("30302", "2026-12-31"); !ok || old.Name != "Xã Lúa" || old.To != "2026-12-31" {
			t.Errorf("the day before: %+v", old)
		}
		if now, ok := x.Get("30302", "2027-01-01"); !ok || now.Name != "Phường Lúa Vàng" || now.Lat != 10.4 {
			t.Errorf("on the day: %+v", now)
		}
		if other, ok := x.Get("40001", "2027-01-01"); !ok || other.To != "" {
			t.Errorf("another province: %+v", other)
		}
		home := must(x.Get("91", "2027-01-01"))
		if before, after := len(x.Communes(home, "2026-12-31")), len(x.Communes(home, "2027-01-01")); before != 4 || after != 4 {
			t.Errorf("%d communes before, %d after", before, after)
		}
		// An old address has candidates, and none is chosen.
		a := x.Resolve("Xã Dừa, Tỉnh Một", "91", "2027-01-01")
		if len(a.Candidates) != 2 || !a.Old {
			t.Errorf("what became of Xã Dừa: %+v", a.Candidates)
		}
		if a := x.Resolve("Xã Tràm, Tỉnh Một", "91", "2027-01-01"); len(a.Candidates) != 1 || a.Candidates[0].Unit.Name != "Phường Sen" {
			t.Errorf("what became of Xã Tràm: %+v", a.Candidates)
		}
		_, err = propose("2027-02-01")
		refused("communes that are no more", err, geo.ErrMistakes)
		files[geo.FileLineage] = nil
		_, err = propose("2027-02-01")
		refused("the same again", err, geo.ErrUnchanged)
		files[geo.FileCommunes] = []byte(newer + "30307,91,Xã Mới\n")
		third, err := propose("2027-02-01")
		if err != nil {
			t.Fatal(err)
		}
		less := small()
		less["communes.csv"] = append(less["communes.csv"], "40002,92,Xã Đảo,10,106.1,both\n"...)
		if err := write(func(tx *db.Tx) error { _, _, err := geo.Apply(ctx, tx, less); return err }); err != nil {
			t.Fatal(err)
		}
		refused("the table has changed since", decide("an", third.ID, true), geo.ErrOvertaken)
		if x, err = atlas.Index(ctx); err != nil {
			t.Fatal(err)
		}
		if u, ok := x.Get("30305", "2027-01-01"); !ok || u.Name != "Xã Dừa Nước" {
			t.Errorf("a newer pack forgets what was imported: %+v", u)
		}
		all, err := geo.ListProposals(ctx, d, "", 10)
		if err != nil || len(all) != 3 || all[0].ID != third.ID || all[1].State != geo.StateConfirmed || all[1].Decider != "an" {
			t.Errorf("%+v %v", all, err)
		}
	})
}

func must(u geo.Unit, _ bool) geo.Unit { return u }
