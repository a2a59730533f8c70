// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// The figures of a month, and low scores, of 20,000 are answered from an index.
func TestListsUseAnIndex(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{orgs.Migrations(), Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		t.Helper()
		ctx := t.Context()
		n := `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT `
		one, unit, month := `'x' || CAST(100000 + i AS TEXT)`, `'u' || CAST(i % 100 AS TEXT)`, `'20' || CAST(10 + i % 80 AS TEXT) || '-01'`
		if err := d.Write(ctx, func(tx *db.Tx) error {
			for _, fill := range []string{
				`INSERT INTO satisfaction_answers (id, month, unit, procedure_id, channel, score, reasons) ` + n + one + `, ` + month + `, ` + unit + `, 'p', 'link', 1 + i % 5, '' FROM n`,
				`INSERT INTO satisfaction_followups (` + followColumns + `) ` + n + one + `, ` + unit + `, ` + month + `, 1, '', '', '', CASE WHEN i % 50 = 0 THEN 'open' ELSE 'closed' END, '', '', i FROM n`,
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
		seven, err := access.Require(identity.NewActor("a", "p").Grant("x.y", identity.Place{Unit: "u7"}), "x.y")
		if err != nil {
			t.Fatal(err)
		}
		type asked struct {
			text string
			args []any
		}
		paged := func(text string, args []any) asked { return asked{text, args} }
		for name, query := range map[string]asked{
			"units": {unitsQuery, []any{"2026-01"}}, "procedures": {proceduresQuery, []any{"2026-01", "u7"}}, "published": {allQuery, []any{"2026-01"}},
			"low scores": paged(followQuery(seven, Open, FollowAfter{}, 31)),
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
				if strings.Contains(line, "SCAN satisfaction_") && !strings.Contains(line, "USING") || strings.Contains(line, "Seq Scan on satisfaction_") {
					t.Errorf("%s reads the whole table:\n%s", name, strings.Join(plan, "\n"))
					break
				}
			}
		}
	})
}
