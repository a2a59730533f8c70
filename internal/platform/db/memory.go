// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package db

import (
	"database/sql"
	"fmt"

	"tinhso.vn/internal/platform/clock"
)

// OpenMemory returns an empty SQLite database that nobody else can reach and
// that is gone when it is closed: for work of which nothing may remain. It has
// one connection, so it is for one caller at a time; a read must not stand open
// while something is written.
func OpenMemory(c clock.Clock) (*DB, error) {
	pool, err := sql.Open("sqlite", ":memory:?_txlock=immediate&_pragma=foreign_keys(1)")
	if err != nil {
		return nil, fmt.Errorf("open sqlite in memory: %w", err)
	}
	pool.SetMaxOpenConns(1)
	pool.SetMaxIdleConns(1)
	d := &DB{ro: pool, rw: pool, dialect: SQLite, clock: c}
	d.writes = newWriter(d)
	return d, nil
}
