// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"strings"
)

// SQLite reads the text of a statement in about the time it takes to run a short
// one. Each connection therefore keeps the statements it has read, as the driver
// of PostgreSQL does by itself.

// maxStatements bounds what one connection keeps.
const maxStatements = 300

// openSQLite opens a pool whose connections keep their statements.
func openSQLite(dsn string) (*sql.DB, error) {
	bare, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	d := bare.Driver()
	if err := bare.Close(); err != nil { // it has not connected
		return nil, err
	}
	return sql.OpenDB(connector{d, dsn}), nil
}

type connector struct {
	driver driver.Driver
	dsn    string
}

// Driver implements driver.Connector.
func (c connector) Driver() driver.Driver { return c.driver }

// bareConn is what the driver of SQLite offers and database/sql asks for.
type bareConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// Connect implements driver.Connector.
func (c connector) Connect(context.Context) (driver.Conn, error) {
	made, err := c.driver.Open(c.dsn)
	if err != nil {
		return nil, err
	}
	bare, ok := made.(bareConn)
	if !ok {
		return nil, errors.Join(errors.New("the driver of SQLite has changed"), made.Close())
	}
	return &keeper{bareConn: bare, idle: map[string]statement{}}, nil
}

type statement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// keeper is a connection with the statements nobody uses at this moment.
type keeper struct {
	bareConn
	idle map[string]statement
}

// kept reports whether a statement is one of those that are run again: not what
// changes the schema, and no script.
func kept(q string) bool {
	q = strings.TrimLeft(q, " \t\r\n")
	verb := q[:max(0, strings.IndexAny(q, " \t\r\n"))]
	switch strings.ToUpper(verb) {
	case "SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "SAVEPOINT", "RELEASE", "ROLLBACK":
		return !strings.Contains(q, ";")
	}
	return false
}

// take returns a statement for one use.
func (k *keeper) take(ctx context.Context, q string) (statement, error) {
	if s, ok := k.idle[q]; ok {
		delete(k.idle, q) // who runs it again meanwhile gets another
		return s, nil
	}
	made, err := k.PrepareContext(ctx, q)
	if err != nil {
		return nil, err
	}
	s, ok := made.(statement)
	if !ok {
		return nil, errors.Join(errors.New("the driver of SQLite has changed"), made.Close())
	}
	return s, nil
}

// back keeps a statement for its next use.
func (k *keeper) back(q string, s statement) error {
	if _, twice := k.idle[q]; twice {
		return s.Close()
	}
	if len(k.idle) >= maxStatements {
		if err := k.forget(); err != nil {
			return errors.Join(err, s.Close())
		}
	}
	k.idle[q] = s
	return nil
}

func (k *keeper) forget() (err error) {
	for q, s := range k.idle {
		err = errors.Join(err, s.Close())
		delete(k.idle, q)
	}
	return err
}

// Close implements driver.Conn.
func (k *keeper) Close() error { return errors.Join(k.forget(), k.bareConn.Close()) }

// ExecContext implements driver.ExecerContext.
func (k *keeper) ExecContext(ctx context.Context, q string, args []driver.NamedValue) (driver.Result, error) {
	if !kept(q) {
		return k.bareConn.ExecContext(ctx, q, args)
	}
	s, err := k.take(ctx, q)
	if err != nil {
		return nil, err
	}
	r, err := s.ExecContext(ctx, args)
	if err != nil {
		_ = s.Close() // the first error says more
		return nil, err
	}
	return r, k.back(q, s)
}

// QueryContext implements driver.QueryerContext.
func (k *keeper) QueryContext(ctx context.Context, q string, args []driver.NamedValue) (driver.Rows, error) {
	if !kept(q) {
		return k.bareConn.QueryContext(ctx, q, args)
	}
	s, err := k.take(ctx, q)
	if err != nil {
		return nil, err
	}
	r, err := s.QueryContext(ctx, args)
	if err != nil {
		_ = s.Close() // the first error says more
		return nil, err
	}
	return &keptRows{Rows: r, k: k, q: q, s: s}, nil
}

// keptRows give their statement back when they are closed.
type keptRows struct {
	driver.Rows
	k      *keeper
	q      string
	s      statement
	failed bool
}

// Next implements driver.Rows.
func (r *keptRows) Next(dest []driver.Value) error {
	err := r.Rows.Next(dest)
	r.failed = r.failed || err != nil && !errors.Is(err, io.EOF)
	return err
}

// Close implements driver.Rows.
func (r *keptRows) Close() error {
	if r.s == nil {
		return nil
	}
	s := r.s
	r.s = nil
	if err := r.Rows.Close(); err != nil || r.failed {
		return errors.Join(err, s.Close())
	}
	return r.k.back(r.q, s)
}
