// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package db_test

import (
	"fmt"
	"testing"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// A list of any length finds each of its values, beside a parameter before it; an empty
// one finds nothing.
func TestIn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, things(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		t.Helper()
		var rows [][]any
		var ids []string
		for i := range 1001 {
			one := fmt.Sprintf("%04d", i)
			rows, ids = append(rows, []any{one, i, db.Time{}}), append(ids, one)
		}
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			return tx.InsertAll(t.Context(), `INSERT INTO x_things (id, n, at)`, "", rows)
		}); err != nil {
			t.Fatal(err)
		}
		for _, n := range []int{0, 1, 2, 3, 100, 1001} {
			marks, args := db.In(2, ids[:n])
			found := -1
			if err := d.QueryRow(t.Context(), `SELECT COUNT(*) FROM x_things WHERE n >= $1 AND id IN `+marks, append([]any{0}, args...)...).Scan(&found); err != nil {
				t.Fatal(err)
			}
			if found != n {
				t.Errorf("of %d values %d are found", n, found)
			}
		}
	})
}
