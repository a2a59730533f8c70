// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store_test

import (
	"fmt"
	"strings"
	"testing"

	"tinhso.vn/internal/modules/systems/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// Among 20,000 messages those of a subscription are found by its key, the latest first.
func TestPlanOfDeliveries(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{store.Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		if err := d.Write(ctx, func(tx *db.Tx) error {
			for from := 0; from < 20_000; from += 2000 {
				var rows []string
				for i := from; i < from+2000; i++ {
					rows = append(rows, fmt.Sprintf("('h%d', %d, 'register.added', 'r', 1, 1, 200, '', 1, %d, 5)", i%10, i, i))
				}
				if _, err := tx.Exec(ctx, `INSERT INTO systems_deliveries (hook_id, place, kind, record, arrived, attempts, status, error, first_at, last_at, took) VALUES `+
					strings.Join(rows, ", ")); err != nil {
					return err
				}
			}
			if d.Dialect() == db.SQLite {
				return nil
			}
			_, err := tx.Exec(ctx, `ANALYZE`) // SQLite does not count its tables by itself
			return err
		}); err != nil {
			t.Fatal(err)
		}
		lines := dbtest.Plan(t, d, store.DeliveriesSQL, "h3", int64(10_000), 50)
		plan := strings.Join(lines, "\n")
		if strings.Contains(plan, "Seq Scan") || strings.Contains(plan, "Sort") || strings.Contains(plan, "SCAN") || strings.Contains(plan, "TEMP B-TREE") {
			t.Error(plan)
		}
		all, err := store.Deliveries(ctx, d, "h3", 10_000, 50)
		if err != nil || len(all) != 50 || all[0].Place != 9993 || all[49].Place != 9503 {
			t.Errorf("%d, %v", len(all), err)
		}
	})
}
