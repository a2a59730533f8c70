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
	"tinhso.vn/internal/modules/post"
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
		one, unit := `'x' || CAST(100000 + i AS TEXT)`, `'u' || CAST(i % 100 AS TEXT)`
		if err := d.Write(ctx, func(tx *db.Tx) error {
			for _, fill := range []string{
				`INSERT INTO post_wishes (` + wishColumns + `) ` + n + one + `, 1, '', ` + unit + `, '', '', '', '', '', '', CASE WHEN i % 50 = 0 THEN 'ready' ELSE 'packed' END, '', i, NULL FROM n`,
				`INSERT INTO post_parcels (` + parcelColumns + `) ` + n + one + `, 1, '', ` + one + `, '', ` + unit + `, '', '', '', '', '', '', CASE WHEN i % 50 = 0 THEN 'packed' ELSE 'delivered' END, '', NULL, '', '', '', '', i, NULL, NULL, i FROM n`,
				`INSERT INTO post_postage (parcel_id, unit, month, told, charged, state, at) ` + n + one + `, ` + unit + `, '20' || CAST(10 + i % 17 AS TEXT) || '-01', 1, 1, 'due', i FROM n`,
				`INSERT INTO post_lists (` + listColumns + `) ` + n + one + `, ` + unit + `, '', '', 1, '', i FROM n`,
				`INSERT INTO post_incoming (` + incomingColumns + `) ` + n + one + `, 1, ` + unit + `, ` + one + `, '', '', CASE WHEN i % 50 = 0 THEN 'waiting' ELSE 'opened' END, '', '', '', i, '', NULL FROM n`,
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
			"ready": paged(readyQuery(seven, "", 31)), "parcels": paged(parcelsQuery(seven, "", "", 31)), "parcels in a state": paged(parcelsQuery(seven, post.Packed, "", 31)),
			"incoming": paged(incomingQuery(seven, "", "", 31)), "waiting envelopes": paged(incomingQuery(seven, post.Waiting, "", 31)),
			"lists": paged(listsQuery(seven, "", 31)), "postage": paged(postageQuery(seven, "2026-01", "2026-01", 31)),
			"past parcels": {`SELECT id ` + pastParcels + ` ORDER BY ended_at, id LIMIT $2`, []any{db.At(time.UnixMicro(100)), 31}},
			"past wishes":  {`SELECT id ` + pastWishes + ` ORDER BY at, id LIMIT $2`, []any{db.At(time.UnixMicro(100)), 31}},
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
				if strings.Contains(line, "SCAN post_") && !strings.Contains(line, "USING") || strings.Contains(line, "Seq Scan on post_") {
					t.Errorf("%s reads the whole table:\n%s", name, strings.Join(plan, "\n"))
					break
				}
			}
		}
	})
}
