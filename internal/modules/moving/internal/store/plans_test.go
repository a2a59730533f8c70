// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"strings"
	"testing"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// Every list of 20,000 rows is answered from an index.
func TestListsUseAnIndex(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		t.Helper()
		ctx := t.Context()
		n := `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT `
		one, group := `'x' || CAST(100000 + i AS TEXT)`, `'x' || CAST(100001 + i % 400 AS TEXT)`
		if err := d.Write(ctx, func(tx *db.Tx) error {
			for _, fill := range []string{
				`INSERT INTO moving_waves (` + waveColumns + `) ` + n + one + `, 'n', 's', 24, 'moved', 'a', i, '', NULL, '' FROM n`,
				`INSERT INTO moving_runs (` + runColumns + `) ` + n + one + `, ` + group + `, 'done', '', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '', '', 'a', i, i, i, 0, 0, 0, 0 FROM n`,
				`INSERT INTO moving_rejects (run_id, stage, line, field, code, said) ` + n + group + `, 'dossiers', i, 'f', 'c', '' FROM n`,
				`INSERT INTO moving_rows (` + rowColumns + `) ` + n + `'s', ` + one + `, ` + one + `, 'sum', 'u' || CAST(i % 100 AS TEXT), 'w', 'r', i FROM n`,
				`INSERT INTO moving_parties (id, source, word, named_sealed, person_id, run_id) ` + n + one + `, 's', ` + one + `, '', '', 'r' FROM n`,
				`INSERT INTO moving_files (` + fileColumns + `) ` + n + one + `, ` + group + `, ` + one + `, '', '', 1, '', '', 'w' || CAST(i % 100 AS TEXT), 'due', '', i FROM n`,
				`INSERT INTO moving_comparisons (` + comparisonColumns + `) ` + n + one + `, ` + group + `, 'counts', 'done', 0, 0, 0, '{}', '', 'a', i, i, CAST(i AS TEXT), '{}' FROM n`,
				`INSERT INTO moving_counts (comparison_id, procedure_id, month, theirs, ours) ` + n + group + `, 'p' || CAST(i AS TEXT), '2026-11', 1, 1 FROM n`,
				`INSERT INTO moving_differences (comparison_id, n, kind, procedure_id, month, unit, word, theirs, ours) ` + n + group + `, i, 'due', 'p', '', '', '', '', '' FROM n`,
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
		in, words := list([]string{"x100001", "x100002"}, "s")
		for name, query := range map[string]struct {
			text string
			args []any
		}{
			"waves": {listWaves, []any{last, 51}}, "runs": {runsOf, []any{"x100001", last, 11}}, "rejects": {rejectsOf, []any{"x100001", "dossiers", 0, 51}},
			"rows of a unit": {rowsOfUnit, []any{"w", "u7", "", 500}}, "rows": {`SELECT ` + rowColumns + ` FROM moving_rows WHERE source = $1 AND word IN ` + in, words},
			"files": {filesOf, []any{"x100001", 50}}, "files that are due": {dueFiles, []any{"w7", 64}}, "parties": {partiesAfter, []any{"s", "x119000", 100}}, "comparisons": {comparisonsOf, []any{"x100001", last, 11}}, "counts": {countsOf, []any{"x100001", "p5", "2026-11", 50}}, "days": {daysOf, []any{"x100001", afterAllDays, 50}}, "differences": {differencesOf, []any{"x100001", 0, 51}},
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
				if strings.Contains(line, "SCAN moving_") && !strings.Contains(line, "USING") || strings.Contains(line, "Seq Scan on moving_") {
					t.Errorf("%s reads the whole table:\n%s", name, strings.Join(plan, "\n"))
					break
				}
			}
		}
	})
}
