// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"testing"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// Every list of 20,000 rows is answered from an index.
func TestListsUseAnIndex(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		t.Helper()
		n := `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT `
		one, group := `'x' || CAST(100000 + i AS TEXT)`, `'x' || CAST(100001 + i % 400 AS TEXT)`
		dbtest.Fill(t, d,
			`INSERT INTO moving_waves (`+waveColumns+`) `+n+one+`, 'n', 's', 24, 'moved', 'a', i, '', NULL, '' FROM n`,
			`INSERT INTO moving_runs (`+runColumns+`) `+n+one+`, `+group+`, 'done', '', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '', '', 'a', i, i, i, 0, 0, 0, 0 FROM n`,
			`INSERT INTO moving_rejects (run_id, stage, line, field, code, said) `+n+group+`, 'dossiers', i, 'f', 'c', '' FROM n`,
			`INSERT INTO moving_rows (`+rowColumns+`) `+n+`'s', `+one+`, `+one+`, 'sum', 'u' || CAST(i % 100 AS TEXT), 'w', 'r', i FROM n`,
			`INSERT INTO moving_parties (id, source, word, named_sealed, person_id, run_id) `+n+one+`, 's', `+one+`, '', '', 'r' FROM n`,
			`INSERT INTO moving_files (`+fileColumns+`) `+n+one+`, `+group+`, `+one+`, '', '', 1, '', '', 'w' || CAST(i % 100 AS TEXT), 'due', '', i FROM n`,
			`INSERT INTO moving_comparisons (`+comparisonColumns+`) `+n+one+`, `+group+`, 'counts', 'done', 0, 0, 0, '{}', '', 'a', i, i, CAST(i AS TEXT), '{}' FROM n`,
			`INSERT INTO moving_counts (comparison_id, procedure_id, month, theirs, ours) `+n+group+`, 'p' || CAST(i AS TEXT), '2026-11', 1, 1 FROM n`,
			`INSERT INTO moving_differences (comparison_id, n, kind, procedure_id, month, unit, word, theirs, ours) `+n+group+`, i, 'due', 'p', '', '', '', '', '' FROM n`,
			`ANALYZE`,
		)
		in, words := list([]string{"x100001", "x100002"}, "s")
		dbtest.Indexed(t, d, "moving_", map[string]dbtest.Query{
			"waves": dbtest.Of(listWaves, last, 51), "runs": dbtest.Of(runsOf, "x100001", last, 11), "rejects": dbtest.Of(rejectsOf, "x100001", "dossiers", 0, 51),
			"rows of a unit": dbtest.Of(rowsOfUnit, "w", "u7", "", 500), "rows": dbtest.Ask(`SELECT `+rowColumns+` FROM moving_rows WHERE source = $1 AND word IN `+in, words),
			"files": dbtest.Of(filesOf, "x100001", 50), "files that are due": dbtest.Of(dueFiles, "w7", 64), "parties": dbtest.Of(partiesAfter, "s", "x119000", 100), "comparisons": dbtest.Of(comparisonsOf, "x100001", last, 11), "counts": dbtest.Of(countsOf, "x100001", "p5", "2026-11", 50), "days": dbtest.Of(daysOf, "x100001", afterAllDays, 50), "differences": dbtest.Of(differencesOf, "x100001", 0, 51),
		})
	})
}
