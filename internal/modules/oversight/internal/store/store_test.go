// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"strings"
	"testing"

	"tinhso.vn/internal/modules/oversight"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// many are 20,000 alerts about 1,000 accounts, most of them closed.
const many = `INSERT INTO oversight_alerts (id, rule, kind, subject, day, state, n, threshold, first_at, last_at, raised_at)
	WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
	SELECT 'a' || CAST(100000 + i AS TEXT), 'r', 'many_people', 's' || CAST(i % 1000 AS TEXT), CAST(i AS TEXT),
	CASE WHEN i % 200 = 0 THEN 'new' ELSE 'closed' END, 9, 5, i, i, i FROM n`

func TestListsUseAnIndex(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		if err := d.Write(ctx, func(tx *db.Tx) error {
			if _, err := tx.Exec(ctx, many); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `ANALYZE`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for name, query := range map[string]func() (string, []any){
			"new":   func() (string, []any) { return listQuery(oversight.New, "", 50) },
			"about": func() (string, []any) { return aboutQuery("s7", "", 50) },
		} {
			text, args := query()
			lines := dbtest.Plan(t, d, text, args...)
			if plan := strings.Join(lines, "\n"); strings.Contains(plan, d.Dialect().Pick("SCAN oversight_alerts", "Seq Scan on oversight_alerts")) {
				t.Errorf("%s reads the whole table:\n%s", name, plan)
			}
		}
		if found, err := (Store{}).List(ctx, d, oversight.New, "", 50); err != nil || len(found) != 50 {
			t.Errorf("%d alerts, %v", len(found), err)
		}
	})
}
