// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// Every list of 20,000 rows is answered from an index.
func TestListsUseAnIndex(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{orgs.Migrations(), Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		t.Helper()
		n := `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT `
		one, group := `'x' || CAST(100000 + i AS TEXT)`, `'x' || CAST(100001 + i % 400 AS TEXT)`
		dbtest.Fill(t, d,
			`INSERT INTO digitising_batches (`+batchColumns+`) `+n+one+`, 'u' || CAST(i % 100 AS TEXT), 't', 'original', '', '', '', 'a', i FROM n`,
			`INSERT INTO digitising_scans (`+scanColumns+`) `+n+one+`, `+group+`, '', `+one+`, '', 1, 1, 'read', '' FROM n`,
			`INSERT INTO digitising_papers (`+paperColumns+`) `+n+one+`, `+group+`, `+one+`, 'ready', 1, '', 'a', CAST(i AS BIGINT) * 1000000, '', '', '', '' FROM n`,
			`UPDATE digitising_papers SET key_index = id`,
			`INSERT INTO digitising_samples (paper_id, round, batch_id, clerk, state, words, judged_by, judged_at) SELECT id, 1, batch_id, 'a', 'accepted', '', 'b', checked_at FROM digitising_papers`,
			`INSERT INTO digitising_pages (`+pageColumns+`) `+n+one+`, `+group+`, `+one+`, 1, `+group+`, '', 1, 1, 0, 0, '' FROM n`,
			`ANALYZE`,
		)
		unit, err := access.Require(identity.NewActor("a", "p").Grant("x.y", identity.Place{Unit: "u7"}), "x.y")
		if err != nil {
			t.Fatal(err)
		}
		batches, args := batchesQuery(unit, "", 31)
		rates, between := ratesQuery(unit, db.Time{Time: time.UnixMicro(5_000_000_000)}, db.Time{Time: time.UnixMicro(5_050_000_000)})
		dbtest.Indexed(t, d, "digitising_", map[string]dbtest.Query{
			"batches": dbtest.Ask(batches, args), "rates": dbtest.Ask(rates, between), "sample": dbtest.Of(samplesOf, "x100101", 1), "twins": dbtest.Of(twinsOf, "x100101", "x1"), "scans": dbtest.Of(scansOf, "x100101", 31), "pages": dbtest.Of(pagesOf, "x100101", 31),
			"papers": dbtest.Of(papersOf, "x100101", "", 31), "papers in a state": dbtest.Of(papersIn, "x100101", "", 31, "ready"),
		})
	})
}
