// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// Every list of 20,000 rows is answered from an index.
func TestListsUseAnIndex(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{orgs.Migrations(), Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		t.Helper()
		ctx := t.Context()
		n := `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT `
		one, group, unit := `'x' || CAST(100000 + i AS TEXT)`, `'x' || CAST(100001 + i % 400 AS TEXT)`, `'u' || CAST(i % 100 AS TEXT)`
		if err := d.Write(ctx, func(tx *db.Tx) error {
			for _, fill := range []string{
				`INSERT INTO payments_orders (` + orderColumns + `) ` + n + one + `, ` + one + `, 1, ` + one + `, '', 1, ` + unit + `, '', '', '', '', '', '', '', CASE WHEN i % 9 = 0 THEN 'waiting' ELSE 'paid' END, 1, 0, '', i, NULL FROM n`,
				`INSERT INTO payments_reports (` + reportColumns + `) ` + n + one + `, 's', ` + one + `, '', ` + one + `, ` + unit + `, 1, 'paid', CASE WHEN i % 500 = 0 THEN 1 ELSE 0 END, '', '', i FROM n`,
				`INSERT INTO payments_cash (` + cashColumns + `) ` + n + one + `, ` + one + `, ` + unit + `, ` + group + `, i, 1, '', NULL, '', CASE WHEN i % 50 = 0 THEN '' ELSE ` + group + ` END FROM n`,
				`INSERT INTO payments_closings (` + closingColumns + `) ` + n + one + `, ` + unit + `, '', '', 1, 1, 1, '{}', 'none', '', 'counted', i, '', NULL, '' FROM n`,
				`INSERT INTO payments_receipts (` + receiptColumns + `) ` + n + one + `, ` + one + `, ` + unit + `, '', '', 2026, i, 1, '', 'issued', 1, '', '', i, '', NULL, '', '' FROM n`,
				`INSERT INTO payments_refunds (` + refundColumns + `) ` + n + one + `, ` + one + `, ` + unit + `, 1, '', '', 'asked', '', i, '', NULL, '', '', NULL, '' FROM n`,
				`INSERT INTO payments_statements (` + statementColumns + `) ` + n + one + `, ` + unit + `, '', '', ` + one + `, 1, 1, 1, '', i, 1, i FROM n`,
				`INSERT INTO payments_differences (` + differenceColumns + `) ` + n + one + `, ` + group + `, '', 1, 'unknown', 1, '', '', 1, '', '', '', NULL FROM n`,
				`UPDATE payments_orders SET shared = CASE WHEN id LIKE '%00' THEN 0 ELSE amount END`,
				`INSERT INTO payments_tax (` + taxColumns + `) ` + n + one + `, ` + one + `, ` + one + `, ` + unit + `, 'issue', 1, CASE WHEN i % 50 = 0 THEN 'refused' ELSE 'taken' END, '', '', '', '', i, i FROM n`,
				`INSERT INTO payments_shares (id, order_id, unit, to_unit, amount, day, why, at) ` + n + one + `, ` + one + `, ` + unit + `, 'u' || CAST((i + 50) % 100 AS TEXT), 1, '20' || CAST(10 + i % 17 AS TEXT) || '-01-01', 'taken', i FROM n`,
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
			"orders": paged(ordersQuery(seven, "", "", 31)), "orders in a state": paged(ordersQuery(seven, payments.Waiting, "", 31)),
			"reports": paged(reportsQuery(seven, "", 31)), "closings": paged(closingsQuery(seven, "", 31)), "receipts": paged(receiptsQuery(seven, "", 31)),
			"refunds": paged(refundsQuery(seven, "", 31)), "statements": paged(statementsQuery(seven, "", 31)),
			"drawer": {drawerQuery, []any{"x100101", "u7", 31}}, "differences": {differencesQuery, []any{"x100101", "", 31}},
			"told": paged(toldQuery(seven, TaxRefused, "", 31)), "shares": paged(sumsQuery(seven, "2026-01-01", "2026-01-31", 31)), "unshared": {unsharedQuery, []any{"u7", "", 31}},
			"receipts of a time": {betweenQuery, []any{db.At(time.UnixMicro(100)), db.At(time.UnixMicro(200)), "", 31}},
			"heard":              paged(heardQuery("s", []string{"x100001", "x100002", "x100003"})),
			"nobody's":           {nobodysQuery, []any{1, "x", "x:paid"}},
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
				if strings.Contains(line, "SCAN payments_") && !strings.Contains(line, "USING") || strings.Contains(line, "Seq Scan on payments_") {
					t.Errorf("%s reads the whole table:\n%s", name, strings.Join(plan, "\n"))
					break
				}
			}
		}
	})
}
