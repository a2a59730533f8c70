// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
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
		n := `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT `
		one, unit, month := `'x' || CAST(100000 + i AS TEXT)`, `'u' || CAST(i % 100 AS TEXT)`, `'20' || CAST(10 + i % 80 AS TEXT) || '-01'`
		dbtest.Fill(t, d,
			`INSERT INTO satisfaction_answers (id, month, unit, procedure_id, channel, score, reasons) `+n+one+`, `+month+`, `+unit+`, 'p', 'link', 1 + i % 5, '' FROM n`,
			`INSERT INTO satisfaction_followups (`+followColumns+`) `+n+one+`, `+unit+`, `+month+`, 1, '', '', '', CASE WHEN i % 50 = 0 THEN 'open' ELSE 'closed' END, '', '', i FROM n`,
			`ANALYZE`,
		)
		seven, err := access.Require(identity.NewActor("a", "p").Grant("x.y", identity.Place{Unit: "u7"}), "x.y")
		if err != nil {
			t.Fatal(err)
		}
		dbtest.Indexed(t, d, "satisfaction_", map[string]dbtest.Query{
			"units": dbtest.Of(unitsQuery, "2026-01"), "procedures": dbtest.Of(proceduresQuery, "2026-01", "u7"), "published": dbtest.Of(allQuery, "2026-01"),
			"low scores": dbtest.Ask(followQuery(seven, Open, FollowAfter{}, 31)),
		})
	})
}
