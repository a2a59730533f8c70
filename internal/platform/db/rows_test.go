// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package db_test

import (
	"fmt"
	"slices"
	"testing"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// Any number of rows goes in, once each, and is changed by texts.
func TestManyRowsWithFewStatements(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, things(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		t.Helper()
		for _, n := range []int{0, 1, 63, 64, 65, 200} {
			var rows [][]any
			var changed [][]string
			for i := range n {
				id := fmt.Sprintf("%d-%03d", n, i)
				rows = append(rows, []any{id, i, db.Time{}})
				changed = append(changed, []string{id, fmt.Sprint(-i)})
			}
			if err := d.Write(t.Context(), func(tx *db.Tx) error {
				for _, again := range []string{"", "ON CONFLICT (id) DO NOTHING"} {
					if err := tx.InsertAll(t.Context(), `INSERT INTO x_things (id, n, at)`, again, rows); err != nil {
						return err
					}
				}
				return tx.UpdateAll(t.Context(), `UPDATE x_things SET n = CAST(v.column2 AS BIGINT)`, `x_things.id = v.column1`, changed)
			}); err != nil {
				t.Fatal(err)
			}
			var count, sum int
			if err := d.QueryRow(t.Context(), `SELECT COUNT(*), COALESCE(SUM(n), 0) FROM x_things WHERE id LIKE $1`, fmt.Sprintf("%d-%%", n)).Scan(&count, &sum); err != nil {
				t.Fatal(err)
			}
			if count != n || sum != -n*(n-1)/2 {
				t.Errorf("of %d rows %d are there, sum %d", n, count, sum)
			}
		}
	})
}

func TestPadded(t *testing.T) {
	t.Parallel()
	for want, all := range map[string][]string{"": nil, "a": {"a"}, "a b": {"a", "b"}, "a b c c": {"a", "b", "c"}} {
		if got := fmt.Sprint(db.Padded(slices.Clone(all))); got != "["+want+"]" {
			t.Errorf("%v: %s", all, got)
		}
	}
}
