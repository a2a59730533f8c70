// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"strings"
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
		ctx := t.Context()
		if err := d.Write(ctx, func(tx *db.Tx) error {
			for _, fill := range []string{
				`INSERT INTO lifeevents_bundles (` + bundleColumns + `) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
					SELECT 'x' || CAST(100000 + i AS TEXT), '', '', '{}', 'u' || CAST(i % 100 AS TEXT), '', '', '', CASE WHEN i % 9 = 0 THEN 'stuck' ELSE 'done' END, i, NULL FROM n`,
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
		text, args := listQuery(seven, lifeevents.NeedsClerk, "", 31)
		plan, err := db.All(ctx, d, func(r db.Row) (line string, err error) {
			if d.Dialect() == db.Postgres {
				return line, r.Scan(&line)
			}
			var id, parent, unused int
			err = r.Scan(&id, &parent, &unused, &line)
			return line, err
		}, d.Dialect().Pick("EXPLAIN QUERY PLAN ", "EXPLAIN ")+text, args...)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range plan {
			if strings.Contains(line, "SCAN lifeevents_") && !strings.Contains(line, "USING") || strings.Contains(line, "Seq Scan on lifeevents_") {
				t.Errorf("it reads the whole table:\n%s", strings.Join(plan, "\n"))
			}
		}
	})
}
