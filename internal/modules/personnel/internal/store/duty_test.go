// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// A province of 3,500 units and 8,000 people with a roster of some weeks: every
// list of duty finds its page by an index, and sorts nothing.
func TestDutyOfAProvinceIsRead(t *testing.T) {
	t.Parallel()
	const units, people, days = 3500, 8000, 6
	dbtest.Each(t, []db.Migrations{orgs.Migrations(), identity.Migrations(), access.Migrations(), Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		t.Helper()
		ctx := t.Context()
		start := d.Now().Add(-days / 2 * 24 * time.Hour)
		write := func(f func(tx *db.Tx) error) {
			t.Helper()
			if err := d.Write(ctx, f); err != nil {
				t.Fatal(err)
			}
		}
		unit := func(n int) string { return fmt.Sprintf("u-%04d", n) }
		write(func(tx *db.Tx) error {
			all := []orgs.Unit{{ID: "tinh", Kind: "province", Name: i18n.Text{VI: "Tỉnh"}, ValidFrom: "2025-07-01"}}
			for n := range units {
				if n%20 == 0 {
					all = append(all, orgs.Unit{ID: orgs.ID(fmt.Sprintf("w-%03d", n/20)), Parent: "tinh", Kind: "ward", Name: i18n.Text{VI: "Phường"}, ValidFrom: "2025-07-01"})
				}
				all = append(all, orgs.Unit{ID: orgs.ID(unit(n)), Parent: orgs.ID(fmt.Sprintf("w-%03d", n/20)), Kind: "division", Name: i18n.Text{VI: "Phòng"}, ValidFrom: "2025-07-01"})
			}
			_, err := orgs.Apply(ctx, tx, all)
			return err
		})
		n := 0
		for day := range days {
			write(func(tx *db.Tx) error {
				for u := range units {
					since := start.Add(time.Duration(day) * 24 * time.Hour)
					n++
					if err := PutShift(ctx, tx, Shift{
						ID: fmt.Sprintf("s%06d", n), Unit: unit(u), Kind: "k", Account: fmt.Sprintf("a%05d", (u*3+day*7)%people), Since: db.At(since), Until: db.At(since.Add(24 * time.Hour)), EnteredAt: tx.Now,
					}); err != nil {
						return err
					}
				}
				return nil
			})
		}
		write(func(tx *db.Tx) error {
			for i := range 20_000 {
				if err := PutSwap(ctx, tx, Swap{
					ID: fmt.Sprintf("w%06d", i), Shift: fmt.Sprintf("s%06d", i), Unit: unit(i % units), By: fmt.Sprintf("a%05d", i%people), To: fmt.Sprintf("a%05d", (i+1)%people), At: tx.Now, State: "accepted",
				}); err != nil {
					return err
				}
			}
			return nil
		})
		if d.Dialect() == db.Postgres {
			write(func(tx *db.Tx) error {
				_, err := tx.Exec(ctx, "ANALYZE")
				return err
			})
		}
		ward, err := access.Require(identity.NewActor("x", "p").Grant("x.see", identity.Place{Unit: "w-100", Subtree: true}), "x.see")
		if err != nil {
			t.Fatal(err)
		}
		now, after := d.Now(), ShiftKey{Unit: unit(2000), Since: d.Now(), ID: "x"}
		for name, query := range map[string]func() (string, []any){
			"on duty in the province":       func() (string, []any) { return onDutyQuery(now, ShiftKey{}, 50, access.All()) },
			"on duty in the province, next": func() (string, []any) { return onDutyQuery(now, after, 50, access.All()) },
			"on duty in a ward":             func() (string, []any) { return onDutyQuery(now, ShiftKey{}, 50, ward) },
			"on duty under a unit":          func() (string, []any) { return onDutyQuery(now, ShiftKey{}, 50, access.All(), ward) },
			"a roster":                      func() (string, []any) { return rosterQuery(unit(7), now, db.At(now.Add(time.Hour)), ShiftKey{}, 400) },
			"shifts of one person":          func() (string, []any) { return shiftsOfQuery("a00007", now, db.At(now.Add(time.Hour)), ShiftKey{}, 50) },
			"swaps of the province":         func() (string, []any) { return swapsQuery(access.All(), "", 50) },
			"swaps of a ward":               func() (string, []any) { return swapsQuery(ward, "", 50) },
			"swaps by one person":           func() (string, []any) { return swapsOfQuery("a00007", true, "", 50) },
			"swaps to one person":           func() (string, []any) { return swapsOfQuery("a00007", false, "", 50) },
		} {
			text, args := query()
			lines := dbtest.Plan(t, d, text, args...)
			plan := strings.Join(lines, "\n")
			for _, table := range []string{"personnel_duty_shifts", "personnel_duty_swaps"} {
				whole := strings.Contains(plan, d.Dialect().Pick("SCAN "+table, "Seq Scan on "+table))
				if whole && !strings.Contains(plan, "SCAN "+table+" USING INDEX") {
					t.Errorf("%s reads the whole table:\n%s", name, plan)
				}
			}
		}
		if found, err := OnDuty(ctx, d, now, ShiftKey{}, 50, access.All(), ward); err != nil || len(found) != 20 {
			t.Errorf("%d on duty in a ward, %v", len(found), err)
		}
		seen := 0
		for key := (ShiftKey{}); ; {
			found, err := OnDuty(ctx, d, now, key, 500, access.All())
			if err != nil {
				t.Fatal(err)
			}
			if seen += len(found); len(found) < 500 {
				break
			}
			last := found[len(found)-1]
			key = ShiftKey{last.Unit, last.Since, last.ID}
		}
		if seen != units {
			t.Errorf("page by page %d are on duty, of %d", seen, units)
		}
	})
}
