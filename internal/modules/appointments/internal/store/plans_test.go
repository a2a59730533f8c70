// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"strings"
	"testing"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// Every list of 20,000 rows is answered from an index.
func TestListsUseAnIndex(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		t.Helper()
		ctx := t.Context()
		n := `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT `
		one, unit, day := `'x' || CAST(100000 + i AS TEXT)`, `'u' || CAST(i % 100 AS TEXT)`, `'2026-03-' || CAST(10 + i % 20 AS TEXT)`
		if err := d.Write(ctx, func(tx *db.Tx) error {
			for _, fill := range []string{
				`INSERT INTO appointments_offices (` + officeColumns + `) ` + n + one + `, 1, CASE WHEN i % 9 = 0 THEN 0 ELSE 1 END, 14, 15, 10, 1, '', '', ` + one + `, '', '', '', i FROM n`,
				`INSERT INTO appointments_bookings (` + bookingColumns + `) ` + n + one + `, ` + one + `, ` + unit + `, '', '', '', '', ` + day + `, i, '', '', ` + one + `, '', 'done', 0, i FROM n`,
				`INSERT INTO appointments_tickets (` + ticketColumns + `) ` + n + one + `, ` + unit + `, ` + day + `, i, CASE WHEN i % 2 = 0 THEN '' ELSE ` + one + ` END, 0, '', '', CASE WHEN i % 50 = 0 THEN 'waiting' ELSE 'done' END, i, i, ` + unit + `, 1, i, i, i FROM n`,
				`ANALYZE`,
			} {
				if _, err := tx.Exec(ctx, fill); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		type asked struct {
			text string
			args []any
		}
		offices := func(text string, args []any) asked { return asked{text, args} }
		for name, query := range map[string]asked{
			"offices": offices(officesQuery("", "", OfficeAfter{"x105000", "x105000"}, 31)),
			"a day":   {dayQuery, []any{"u7", "2026-03-11", 0, "", 31}},
			"waiting": {stateQuery, []any{"u7", "2026-03-11", Waiting, 31}},
			"called":  {lastQuery, []any{"u7", "2026-03-11", 2}},
			"waits":   {waitsQuery, []any{"u7", "2026-03-11", "2026-03-12", 31}},
			"old":     {eraseQuery, []any{"2026-03-11", 31}},
		} {
			plan, err := db.All(ctx, d, func(r db.Row) (line string, err error) {
				if d.Dialect() == db.Postgres {
					return line, r.Scan(&line)
				}
				var id, parent, unused int
				err = r.Scan(&id, &parent, &unused, &line)
				return line, err
			}, d.Dialect().Pick("EXPLAIN QUERY PLAN ", "EXPLAIN ")+query.text, query.args...)
			if err != nil {
				t.Fatal(err)
			}
			for _, line := range plan {
				if strings.Contains(line, "SCAN appointments_") && !strings.Contains(line, "USING") || strings.Contains(line, "Seq Scan on appointments_") {
					t.Errorf("%s reads the whole table:\n%s", name, strings.Join(plan, "\n"))
					break
				}
			}
		}
	})
}
