// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package db_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
)

// Statements that are kept say the same as new ones: run inside themselves, after a
// failure, after the schema has changed, and by many at once.
func TestKeptStatements(t *testing.T) {
	t.Parallel()
	d, err := db.OpenUnsafe(filepath.Join(t.TempDir(), "x.db"), clock.NewManual(time.Unix(0, 0)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	write := func(f func(*db.Tx) error) {
		t.Helper()
		if err := d.Write(t.Context(), f); err != nil {
			t.Fatal(err)
		}
	}
	const insert = `INSERT INTO some_rows (id, word) VALUES ($1, $2)`
	write(func(tx *db.Tx) error {
		if _, err := tx.Exec(t.Context(), `CREATE TABLE some_rows (id INTEGER PRIMARY KEY, word TEXT NOT NULL)`); err != nil {
			return err
		}
		for i := range 50 {
			if _, err := tx.Exec(t.Context(), insert, i, fmt.Sprint("word ", i)); err != nil {
				return err
			}
		}
		return nil
	})
	words := func(q db.Querier, below int) (all []string, err error) {
		return db.All(t.Context(), q, db.Column[string], `SELECT word FROM some_rows WHERE id < $1 ORDER BY id`, below)
	}
	write(func(tx *db.Tx) error { // the same statement while its rows are read
		rows, err := tx.Query(t.Context(), `SELECT word FROM some_rows WHERE id < $1 ORDER BY id`, 3)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for i := 0; rows.Next(); i++ {
			var word string
			if err := rows.Scan(&word); err != nil {
				return err
			}
			inside, err := words(tx, 7)
			if err != nil || len(inside) != 7 || word != inside[i] {
				t.Errorf("%q, inside %v, %v", word, inside, err)
			}
		}
		return rows.Err()
	})
	if err := d.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), insert, 1, "twice")
		return err
	}); !db.IsDuplicate(err) {
		t.Errorf("a duplicate: %v", err)
	}
	write(func(tx *db.Tx) error { // the failure is not remembered
		_, err := tx.Exec(t.Context(), insert, 100, "after a failure")
		return err
	})
	write(func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `ALTER TABLE some_rows ADD COLUMN more TEXT NOT NULL DEFAULT 'x'`)
		return err
	})
	if got, err := words(d, 1000); err != nil || len(got) != 51 {
		t.Errorf("after a change of the schema: %d, %v", len(got), err)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := db.All(stopped, d, db.Column[string], `SELECT word FROM some_rows WHERE id < $1 ORDER BY id`, 5); err == nil {
		t.Error("a call that was given up has an answer")
	}
	var wg sync.WaitGroup
	for n := range 400 { // more texts than one connection keeps
		wg.Go(func() {
			got, err := db.All(t.Context(), d, db.Column[int], fmt.Sprintf(`SELECT id + %d FROM some_rows WHERE id < $1 ORDER BY id`, n), 5)
			if err != nil || len(got) != 5 || got[4] != 4+n {
				t.Errorf("%d: %v, %v", n, got, err)
			}
		})
	}
	wg.Wait()
}
