// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package orgs_test

import (
	"errors"
	"fmt"
	"testing"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

func unit(id, parent orgs.ID, kind orgs.Kind, name string) orgs.Unit {
	return orgs.Unit{ID: id, Parent: parent, Kind: kind, Name: i18n.Text{VI: name}, ValidFrom: "2025-07-01"}
}

func apply(t *testing.T, d *db.DB, units ...orgs.Unit) ([]orgs.Change, error) {
	t.Helper()
	ctx := t.Context()
	var changes []orgs.Change
	err := d.Write(ctx, func(tx *db.Tx) (err error) {
		changes, err = orgs.Apply(ctx, tx, units)
		return err
	})
	return changes, err
}

func TestUnits(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{orgs.Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		old := unit("huyen-cu", "tinh", "district", "Huyện Cũ")
		old.ValidFrom, old.ValidTo = "", "2025-06-30"
		ward := unit("phuong-an", "tinh", orgs.Ward, "Phường Ân")
		ward.From, ward.ProvisionalCode = []orgs.Link{{Unit: "huyen-cu", Kind: "split"}}, "X01.7"
		units := []orgs.Unit{ // children before parents: the order of files does not matter
			unit("mot-cua", "phuong-an", orgs.OneStop, "Một cửa"), ward, unit("phuong-ba", "tinh", orgs.Ward, "Phường Bà"),
			unit("xa-anh", "tinh", orgs.Commune, "Xã Ánh"), old, unit("tinh", "", orgs.Province, "Tỉnh"),
		}
		for _, want := range []int{6, 0} {
			if changes, err := apply(t, d, units...); err != nil || len(changes) != want {
				t.Fatalf("%d changes, %v; want %d", len(changes), err, want)
			}
		}
		units[2].Phone = "0296 0000000"
		if changes, err := apply(t, d, units...); err != nil || len(changes) != 1 || changes[0].ID != "phuong-ba" || changes[0].Added {
			t.Errorf("got %+v, %v", changes, err)
		}
		if u, err := orgs.Get(ctx, d, "phuong-an"); err != nil || u.Agency() != "X01.7" || u.Authority().VI != "Phường Ân" {
			t.Errorf("got %+v, %v", u, err)
		}
		if _, err := orgs.Get(ctx, d, "khong-co"); !errors.Is(err, orgs.ErrNotFound) {
			t.Errorf("an unknown unit: %v", err)
		}
		above, err := orgs.Above(ctx, d, "mot-cua")
		if err != nil || names(above) != "[mot-cua phuong-an tinh]" {
			t.Errorf("above: %s, %v", names(above), err)
		}
		wards, err := orgs.ListKind(ctx, d, orgs.Ward, "2026-03-02", 10)
		if err != nil || names(wards) != "[phuong-an phuong-ba]" {
			t.Errorf("wards: %s, %v", names(wards), err)
		}
		if past, err := orgs.ListKind(ctx, d, "district", "2026-03-02", 10); err != nil || len(past) != 0 {
			t.Errorf("a district that ended is still there: %s, %v", names(past), err)
		}
		if u, ok, err := orgs.FindUnder(ctx, d, "phuong-an", orgs.OneStop, "2026-03-02"); err != nil || !ok || u.ID != "mot-cua" {
			t.Errorf("one-stop: %+v, %v, %v", u, ok, err)
		}
	})
}

func names(units []orgs.Unit) string {
	ids := make([]orgs.ID, len(units))
	for i, u := range units {
		ids[i] = u.ID
	}
	return fmt.Sprint(ids)
}

func TestPagesOfUnitsJoin(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{orgs.Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		units := []orgs.Unit{unit("tinh", "", orgs.Province, "Tỉnh")}
		for i := range 25 {
			units = append(units, unit(orgs.ID(fmt.Sprintf("u%02d", i)), "tinh", orgs.Commune, fmt.Sprintf("Xã %d", i%5))) // names repeat
		}
		if _, err := apply(t, d, units...); err != nil {
			t.Fatal(err)
		}
		seen, from := map[orgs.ID]bool{}, orgs.Page{}
		for {
			page, err := orgs.ListChildren(t.Context(), d, "tinh", from, 4)
			if err != nil {
				t.Fatal(err)
			}
			for _, u := range page {
				if seen[u.ID] {
					t.Errorf("%s comes twice", u.ID)
				}
				seen[u.ID] = true
			}
			if len(page) < 4 {
				break
			}
			from = orgs.After(page[3])
		}
		if len(seen) != 25 {
			t.Errorf("%d units on all pages", len(seen))
		}
	})
}

func TestAUnitCannotStandAboveItself(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{orgs.Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		_, err := apply(t, d, unit("a", "b", orgs.Commune, "A"), unit("b", "c", orgs.Commune, "B"), unit("c", "a", orgs.Commune, "C"))
		if !errors.Is(err, orgs.ErrCircle) {
			t.Errorf("got %v", err)
		}
	})
}
