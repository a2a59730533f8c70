// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package db is the only way to the two databases the program runs on: SQLite
// and PostgreSQL. It is not a query builder: SQL is written by hand, once, with
// $1-style parameters, in the part of the language that both share. Where they
// differ, two queries stand side by side and Dialect chooses.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/errs"
)

// Dialect names a database.
type Dialect uint8

// The databases.
const (
	SQLite Dialect = iota + 1
	Postgres
)

// String names the database for people.
func (d Dialect) String() string {
	if d == Postgres {
		return "PostgreSQL"
	}
	return "SQLite"
}

// Pick returns the query that is for d: the first for SQLite, the second for PostgreSQL.
func (d Dialect) Pick(sqlite, postgres string) string {
	if d == Postgres {
		return postgres
	}
	return sqlite
}

// Querier reads. DB and Tx are queriers, so that a method which only reads can
// run inside a transaction or outside.
type Querier interface {
	Query(ctx context.Context, q string, args ...any) (*sql.Rows, error)
	QueryRow(ctx context.Context, q string, args ...any) Row
	Dialect() Dialect
}

// Row is one row to scan.
type Row interface{ Scan(dest ...any) error }

// ErrNoRows is what Scan returns when a query of one row finds none.
var ErrNoRows = sql.ErrNoRows

// All runs a read and returns all its rows.
func All[T any](ctx context.Context, q Querier, scan func(Row) (T, error), query string, args ...any) ([]T, error) {
	rows, err := q.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var all []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("scan: %w", err)
		}
		all = append(all, one)
	}
	return all, classify(rows.Err())
}

// Column scans rows of one column.
func Column[T any](r Row) (v T, err error) {
	err = r.Scan(&v)
	return v, err
}

// DB is a pool of connections.
type DB struct {
	ro, rw  *sql.DB // one pool on PostgreSQL; on SQLite rw is the one writer
	dialect Dialect
	clock   clock.Clock
	writes  *writer // SQLite only
}

// Close ends all connections, after the writes that wait.
func (d *DB) Close() error {
	if d.writes != nil {
		d.writes.stop()
	}
	if d.ro == d.rw {
		return d.rw.Close()
	}
	return errors.Join(d.ro.Close(), d.rw.Close())
}

// Dialect says which database this is.
func (d *DB) Dialect() Dialect { return d.dialect }

// Now is the time that a transaction begun now would carry.
func (d *DB) Now() Time { return At(d.clock.Now()) }

// Ping reports whether the database answers.
func (d *DB) Ping(ctx context.Context) error { return classify(d.ro.PingContext(ctx)) }

// Analyse lets SQLite look at what its indexes hold, without which it guesses which
// of them to use. It looks at samples and takes about a second for some gigabytes, in
// which nobody writes. PostgreSQL does so by itself.
func (d *DB) Analyse(ctx context.Context) error {
	if d.dialect == Postgres {
		return nil
	}
	_, err := d.rw.ExecContext(ctx, `PRAGMA analysis_limit = 1000; ANALYZE`)
	return classify(err)
}

// Query runs a read outside any transaction.
func (d *DB) Query(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	rows, err := d.ro.QueryContext(ctx, q, args...)
	return rows, classify(err)
}

// QueryRow runs a read of one row outside any transaction.
func (d *DB) QueryRow(ctx context.Context, q string, args ...any) Row {
	return row{d.ro.QueryRowContext(ctx, q, args...)}
}

const maxRetries = 3

// Write runs f in a transaction: when it returns nil, all of f is durable, and
// otherwise none of it happened. f may run again (serialization retry, or a
// group commit that failed for a neighbour), so nothing slow and nothing
// outside the database stands in it, and results are assigned last. There are
// no transactions inside transactions: f must not call Write.
func (d *DB) Write(ctx context.Context, f func(*Tx) error) error {
	if d.writes != nil {
		return d.writes.do(ctx, f)
	}
	for try := 0; ; try++ {
		err := d.write(ctx, f)
		if try == maxRetries || !canRetry(err) {
			return err
		}
	}
}

func (d *DB) write(ctx context.Context, f func(*Tx) error) error {
	tx, err := d.rw.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", classify(err))
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	if err := f(&Tx{tx: tx, dialect: d.dialect, Now: d.Now()}); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", classify(err))
	}
	return nil
}

// Tx is a transaction. Now is fixed at its start, so that all rows written in
// it carry the same time.
type Tx struct {
	tx      *sql.Tx
	dialect Dialect
	Now     Time
}

// Dialect says which database this is.
func (tx *Tx) Dialect() Dialect { return tx.dialect }

// ForUpdate ends a SELECT on which a decision rests. SQLite has no such clause
// and needs none: its writer is alone.
func (tx *Tx) ForUpdate() string { return tx.dialect.Pick("", " FOR UPDATE") }

// Query runs a read inside the transaction.
func (tx *Tx) Query(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	rows, err := tx.tx.QueryContext(tx.steady(ctx), q, args...)
	return rows, classify(err)
}

// QueryRow runs a read of one row inside the transaction.
func (tx *Tx) QueryRow(ctx context.Context, q string, args ...any) Row {
	return row{tx.tx.QueryRowContext(tx.steady(ctx), q, args...)}
}

// Exec runs a write and returns how many rows it touched.
func (tx *Tx) Exec(ctx context.Context, q string, args ...any) (n int64, err error) {
	defer errs.Wrap(&err, "exec")
	res, err := tx.tx.ExecContext(tx.steady(ctx), q, args...)
	if err != nil {
		return 0, classify(err)
	}
	return res.RowsAffected()
}

// steady keeps a caller who gives up from interrupting a statement on SQLite:
// that would roll back the neighbours of the group commit too.
func (tx *Tx) steady(ctx context.Context) context.Context {
	if tx.dialect == SQLite {
		return context.WithoutCancel(ctx)
	}
	return ctx
}

type row struct{ row *sql.Row }

// Scan implements Row.
func (r row) Scan(dest ...any) error { return classify(r.row.Scan(dest...)) }
