// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package db_test

import (
	"os"
	"testing"
	"time"

	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
)

// Two databases in memory know nothing of each other, and leave no file.
func TestOpenMemory(t *testing.T) {
	t.Parallel()
	before, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	now := clock.NewManual(time.Unix(1_700_000_000, 0))
	var all []*db.DB
	for range 2 {
		d, err := db.OpenMemory(now)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = d.Close() })
		all = append(all, d)
	}
	ctx := t.Context()
	if err := all[0].Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `CREATE TABLE here (n INTEGER)`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	now.Advance(time.Hour)
	for range 20 {
		if err := all[0].Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO here (n) VALUES ($1)`, tx.Now)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	at, err := db.All(ctx, all[0], db.Column[int64], `SELECT DISTINCT n FROM here`)
	if err != nil || len(at) != 1 || at[0] != now.Now().UnixMicro() {
		t.Errorf("%v %v", at, err)
	}
	if _, err := db.All(ctx, all[1], db.Column[int64], `SELECT n FROM here`); err == nil {
		t.Error("the second database sees the table of the first")
	}
	after, err := os.ReadDir(".")
	if err != nil || len(after) != len(before) {
		t.Errorf("%d files before, %d after: %v", len(before), len(after), err)
	}
}
