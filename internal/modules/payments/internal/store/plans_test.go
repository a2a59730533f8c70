// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
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
		n := `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT `
		one, group, unit := `'x' || CAST(100000 + i AS TEXT)`, `'x' || CAST(100001 + i % 400 AS TEXT)`, `'u' || CAST(i % 100 AS TEXT)`
		dbtest.Fill(t, d,
			`INSERT INTO payments_orders (`+orderColumns+`) `+n+one+`, `+one+`, 1, `+one+`, '', 1, `+unit+`, '', '', '', '', '', '', '', CASE WHEN i % 9 = 0 THEN 'waiting' ELSE 'paid' END, 1, 0, '', i, NULL FROM n`,
			`INSERT INTO payments_reports (`+reportColumns+`) `+n+one+`, 's', `+one+`, '', `+one+`, `+unit+`, 1, 'paid', CASE WHEN i % 500 = 0 THEN 1 ELSE 0 END, '', '', i FROM n`,
			`INSERT INTO payments_cash (`+cashColumns+`) `+n+one+`, `+one+`, `+unit+`, `+group+`, i, 1, '', NULL, '', CASE WHEN i % 50 = 0 THEN '' ELSE `+group+` END FROM n`,
			`INSERT INTO payments_closings (`+closingColumns+`) `+n+one+`, `+unit+`, '', '', 1, 1, 1, '{}', 'none', '', 'counted', i, '', NULL, '' FROM n`,
			`INSERT INTO payments_receipts (`+receiptColumns+`) `+n+one+`, `+one+`, `+unit+`, '', '', 2026, i, 1, '', 'issued', 1, '', '', i, '', NULL, '', '' FROM n`,
			`INSERT INTO payments_refunds (`+refundColumns+`) `+n+one+`, `+one+`, `+unit+`, 1, '', '', 'asked', '', i, '', NULL, '', '', NULL, '' FROM n`,
			`INSERT INTO payments_statements (`+statementColumns+`) `+n+one+`, `+unit+`, '', '', `+one+`, 1, 1, 1, '', i, 1, i FROM n`,
			`INSERT INTO payments_differences (`+differenceColumns+`) `+n+one+`, `+group+`, '', 1, 'unknown', 1, '', '', 1, '', '', '', NULL FROM n`,
			`UPDATE payments_orders SET shared = CASE WHEN id LIKE '%00' THEN 0 ELSE amount END`,
			`INSERT INTO payments_tax (`+taxColumns+`) `+n+one+`, `+one+`, `+one+`, `+unit+`, 'issue', 1, CASE WHEN i % 50 = 0 THEN 'refused' ELSE 'taken' END, '', '', '', '', i, i FROM n`,
			`INSERT INTO payments_shares (id, order_id, unit, to_unit, amount, day, why, at) `+n+one+`, `+one+`, `+unit+`, 'u' || CAST((i + 50) % 100 AS TEXT), 1, '20' || CAST(10 + i % 17 AS TEXT) || '-01-01', 'taken', i FROM n`,
			`ANALYZE`,
		)
		seven, err := access.Require(identity.NewActor("a", "p").Grant("x.y", identity.Place{Unit: "u7"}), "x.y")
		if err != nil {
			t.Fatal(err)
		}
		dbtest.Indexed(t, d, "payments_", map[string]dbtest.Query{
			"orders": dbtest.Ask(ordersQuery(seven, "", "", 31)), "orders in a state": dbtest.Ask(ordersQuery(seven, payments.Waiting, "", 31)),
			"reports": dbtest.Ask(reportsQuery(seven, "", 31)), "closings": dbtest.Ask(closingsQuery(seven, "", 31)), "receipts": dbtest.Ask(receiptsQuery(seven, "", 31)),
			"refunds": dbtest.Ask(refundsQuery(seven, "", 31)), "statements": dbtest.Ask(statementsQuery(seven, "", 31)),
			"drawer": dbtest.Of(drawerQuery, "x100101", "u7", 31), "differences": dbtest.Of(differencesQuery, "x100101", "", 31),
			"told": dbtest.Ask(toldQuery(seven, TaxRefused, "", 31)), "shares": dbtest.Ask(sumsQuery(seven, "2026-01-01", "2026-01-31", 31)), "unshared": dbtest.Of(unsharedQuery, "u7", "", 31),
			"receipts of a time": dbtest.Of(betweenQuery, db.At(time.UnixMicro(100)), db.At(time.UnixMicro(200)), "", 31),
			"heard":              dbtest.Ask(heardQuery("s", []string{"x100001", "x100002", "x100003"})),
			"nobody's":           dbtest.Of(nobodysQuery, 1, "x", "x:paid"),
		})
	})
}
