// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
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
		n := `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT `
		one, unit := `'x' || CAST(100000 + i AS TEXT)`, `'u' || CAST(i % 100 AS TEXT)`
		dbtest.Fill(t, d,
			`INSERT INTO post_wishes (`+wishColumns+`) `+n+one+`, 1, '', `+unit+`, '', '', '', '', '', '', CASE WHEN i % 50 = 0 THEN 'ready' ELSE 'packed' END, '', i, NULL FROM n`,
			`INSERT INTO post_parcels (`+parcelColumns+`) `+n+one+`, 1, '', `+one+`, '', `+unit+`, '', '', '', '', '', '', CASE WHEN i % 50 = 0 THEN 'packed' ELSE 'delivered' END, '', NULL, '', '', '', '', i, NULL, NULL, i FROM n`,
			`INSERT INTO post_postage (parcel_id, unit, month, told, charged, state, at) `+n+one+`, `+unit+`, '20' || CAST(10 + i % 17 AS TEXT) || '-01', 1, 1, 'due', i FROM n`,
			`INSERT INTO post_lists (`+listColumns+`) `+n+one+`, `+unit+`, '', '', 1, '', i FROM n`,
			`INSERT INTO post_incoming (`+incomingColumns+`) `+n+one+`, 1, `+unit+`, `+one+`, '', '', CASE WHEN i % 50 = 0 THEN 'waiting' ELSE 'opened' END, '', '', '', i, '', NULL FROM n`,
			`ANALYZE`,
		)
		seven, err := access.Require(identity.NewActor("a", "p").Grant("x.y", identity.Place{Unit: "u7"}), "x.y")
		if err != nil {
			t.Fatal(err)
		}
		dbtest.Indexed(t, d, "post_", map[string]dbtest.Query{
			"ready": dbtest.Ask(readyQuery(seven, "", 31)), "parcels": dbtest.Ask(parcelsQuery(seven, "", "", 31)), "parcels in a state": dbtest.Ask(parcelsQuery(seven, post.Packed, "", 31)),
			"incoming": dbtest.Ask(incomingQuery(seven, "", "", 31)), "waiting envelopes": dbtest.Ask(incomingQuery(seven, post.Waiting, "", 31)),
			"lists": dbtest.Ask(listsQuery(seven, "", 31)), "postage": dbtest.Ask(postageQuery(seven, "2026-01", "2026-01", 31)),
			"past parcels": dbtest.Of(`SELECT id `+pastParcels+` ORDER BY ended_at, id LIMIT $2`, db.At(time.UnixMicro(100)), 31),
			"past wishes":  dbtest.Of(`SELECT id `+pastWishes+` ORDER BY at, id LIMIT $2`, db.At(time.UnixMicro(100)), 31),
		})
	})
}
