// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build bench

package volume

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver of PostgreSQL
	_ "modernc.org/sqlite"             // and that of SQLite

	"tinhso.vn/internal/platform/db"
)

// open opens a database as it is, without the program.
func open(database string) (*sql.DB, error) {
	if db.IsPostgres(database) {
		return sql.Open("pgx", database)
	}
	d, err := sql.Open("sqlite", "file:"+(&url.URL{Path: database}).EscapedPath()+
		"?_pragma=journal_mode(MEMORY)&_pragma=synchronous(OFF)&_pragma=foreign_keys(0)&_pragma=cache_size(-262144)&_txlock=immediate")
	if err == nil {
		d.SetMaxOpenConns(1)
	}
	return d, err
}

// batch are rows of one table.
type batch struct {
	table   string
	columns []string
	rows    [][]any
}

// atOnce is how many rows of a table are gathered.
const atOnce = 4000

// sink writes rows in bulk, while others are made.
type sink struct {
	batches chan batch
	open    map[string]*batch
	done    sync.WaitGroup
	mu      sync.Mutex
	err     error
	rows    int64
}

// newSink begins to write. On PostgreSQL two connections copy side by side; SQLite has
// one writer.
func newSink(ctx context.Context, database string, d *sql.DB) *sink {
	s := &sink{batches: make(chan batch, 4), open: map[string]*batch{}}
	write := func() error { return intoSQLite(ctx, d, s.batches) }
	writers := 1
	if db.IsPostgres(database) {
		write, writers = func() error { return intoPostgres(ctx, database, s.batches) }, 2
	}
	for range writers {
		s.done.Go(func() {
			if err := write(); err != nil {
				s.mu.Lock()
				s.err = errors.Join(s.err, err)
				s.mu.Unlock()
				for range s.batches { // so that who makes rows ends
					continue
				}
			}
		})
	}
	return s
}

func (s *sink) add(table string, columns []string, row []any) {
	b := s.open[table]
	if b == nil {
		b = &batch{table: table, columns: columns}
		s.open[table] = b
	}
	b.rows = append(b.rows, row)
	s.rows++
	if len(b.rows) == atOnce {
		s.batches <- *b
		delete(s.open, table)
	}
}

func (s *sink) failed() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

func (s *sink) close() error {
	for _, b := range s.open {
		s.batches <- *b
	}
	close(s.batches)
	s.done.Wait()
	return s.err
}

func intoPostgres(ctx context.Context, database string, batches <-chan batch) error {
	c, err := pgx.Connect(ctx, database)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close(ctx) }()
	// Foreign keys are right by construction; and what is lost in a crash is loaded again.
	if _, err := c.Exec(ctx, `SET session_replication_role = replica; SET synchronous_commit = off`); err != nil {
		return err
	}
	for b := range batches {
		if _, err := c.CopyFrom(ctx, pgx.Identifier{b.table}, b.columns, pgx.CopyFromRows(b.rows)); err != nil {
			return fmt.Errorf("%s: %w", b.table, err)
		}
	}
	return nil
}

// most is how many values one statement of SQLite takes here.
const most = 8000

func intoSQLite(ctx context.Context, d *sql.DB, batches <-chan batch) (err error) {
	tx, err := d.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if err == nil {
			err = tx.Commit()
		} else {
			_ = tx.Rollback()
		}
	}()
	ready := map[string]*sql.Stmt{}
	for b := range batches {
		at := max(1, most/len(b.columns))
		for from := 0; from < len(b.rows); from += at {
			some := b.rows[from:min(from+at, len(b.rows))]
			key := fmt.Sprint(b.table, " ", len(some))
			stmt := ready[key]
			if stmt == nil {
				one := "(" + strings.TrimSuffix(strings.Repeat("?,", len(b.columns)), ",") + ")"
				text := "INSERT INTO " + b.table + " (" + strings.Join(b.columns, ", ") + ") VALUES " + strings.TrimSuffix(strings.Repeat(one+",", len(some)), ",")
				if stmt, err = tx.PrepareContext(ctx, text); err != nil {
					return err
				}
				if len(ready) < 200 {
					ready[key] = stmt
				}
			}
			args := make([]any, 0, len(some)*len(b.columns))
			for _, r := range some {
				args = append(args, r...)
			}
			if _, err = stmt.ExecContext(ctx, args...); err != nil {
				return fmt.Errorf("%s: %w", b.table, err)
			}
		}
	}
	return nil
}
