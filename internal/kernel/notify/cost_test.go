// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package notify_test

import (
	"fmt"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/platform/db"
)

// A message costs the unit that caused it, also when another channel carries it in the end.
func TestUnitsCostWhatTheyCause(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		tell := func(key, unit string) {
			w.tell(notify.Notice{Event: "a.alarm", About: key, Unit: unit, To: notify.To{Phone: "0900000001"}})
		}
		tell("1", "phuong-a")
		tell("2", "phuong-a")
		tell("3", "so-b")
		tell("4", "")
		w.lines[notify.ZNS].fail = func(notify.Letter) error { return gone() }
		w.tell(notify.Notice{Event: "d.accepted", About: "5", Unit: "so-b", To: notify.To{Phone: "0900000002"}}) // Zalo refuses: it goes as a short message
		w.work()
		want := "[phuong-a 2 400 sms=2 so-b 2 400 sms=2  1 200 sms=1]"
		if got := unitCosts(w, notify.Months{}, 10); got != want {
			t.Errorf("units cost %s, want %s", got, want)
		}
		w.later(31 * 24 * time.Hour)
		tell("6", "so-b")
		w.work()
		months, err := notify.ListCostMonths(t.Context(), w.db, 10)
		if err != nil || len(months) != 2 || months[0] <= months[1] {
			t.Fatalf("months: %v, %v", months, err)
		}
		if got := unitCosts(w, notify.Months{From: months[0]}, 10); got != "[so-b 1 200 sms=1]" {
			t.Errorf("the last month costs %s", got)
		}
		if got := unitCosts(w, notify.Months{To: months[1]}, 1); got != want {
			t.Errorf("in pages of one, the first month costs %s", got)
		}
		n, cost, err := notify.SumCosts(t.Context(), w.db, notify.Months{From: months[1], To: months[1]})
		if err != nil || n != 5 || cost != 1000 {
			t.Errorf("the first month: %d messages, %d đồng, %v", n, cost, err)
		}
		if all, err := notify.ListCosts(t.Context(), w.db, notify.Months{}, 10); err != nil || len(all) != 2 || all[1] != (notify.Cost{Month: months[1], Channel: notify.SMS, N: 5, Cost: 1000}) {
			t.Errorf("by channel: %v, %v", all, err)
		}
	})
}

// Units that cost the same are all seen, page by page.
func TestUnitCostsInPages(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		w.write(func(tx *db.Tx) error {
			for i := range 200 {
				if _, err := tx.Exec(t.Context(), `INSERT INTO notify_unit_costs (month, channel, unit_id, n, cost) VALUES ('2026-01', 'sms', $1, 1, $2)`, fmt.Sprintf("u-%03d", i), 500*(i%3)); err != nil {
					return err
				}
			}
			return nil
		})
		seen := map[string]bool{}
		var after *notify.CostAfter
		for range 10 {
			found, err := notify.ListUnitCosts(t.Context(), w.db, notify.Months{}, after, 50)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range found {
				seen[c.Unit] = true
				if after != nil && c.Cost > after.Cost {
					t.Fatalf("%s costs %d, after %d", c.Unit, c.Cost, after.Cost)
				}
				after = &notify.CostAfter{Cost: c.Cost, Unit: c.Unit}
			}
			if len(found) < 50 {
				break
			}
		}
		if len(seen) != 200 {
			t.Errorf("%d of 200 units are seen", len(seen))
		}
	})
}

// unitCosts lists costs by unit in pages of so many.
func unitCosts(w *world, in notify.Months, page int) string {
	w.t.Helper()
	var all []string
	var after *notify.CostAfter
	for {
		found, err := notify.ListUnitCosts(w.t.Context(), w.db, in, after, page)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, c := range found {
			all = append(all, fmt.Sprintf("%s %d %d sms=%d", c.Unit, c.N, c.Cost, c.By[notify.SMS]))
			after = &notify.CostAfter{Cost: c.Cost, Unit: c.Unit}
		}
		if len(found) < page {
			return fmt.Sprint(all)
		}
	}
}
