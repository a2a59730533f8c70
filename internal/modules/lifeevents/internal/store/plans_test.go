// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/lifeevents"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// The list of 20,000 linked dossiers is answered from an index.
func TestTheListUsesAnIndex(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{orgs.Migrations(), Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		t.Helper()
		dbtest.Fill(t, d,
			`INSERT INTO lifeevents_bundles (`+bundleColumns+`) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
					SELECT 'x' || CAST(100000 + i AS TEXT), '', '', '{}', 'u' || CAST(i % 100 AS TEXT), '', '', '', CASE WHEN i % 9 = 0 THEN 'stuck' ELSE 'done' END, i, NULL FROM n`,
			`ANALYZE`,
		)
		seven, err := access.Require(identity.NewActor("a", "p").Grant("x.y", identity.Place{Unit: "u7"}), "x.y")
		if err != nil {
			t.Fatal(err)
		}
		dbtest.Indexed(t, d, "lifeevents_", map[string]dbtest.Query{"linked dossiers": dbtest.Ask(listQuery(seven, lifeevents.NeedsClerk, "", 31))})
	})
}
