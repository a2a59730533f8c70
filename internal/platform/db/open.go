// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package db

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/errs"
)

// What went wrong outside the program. Nothing acknowledged is lost.
var (
	ErrUnavailable = errs.New(errs.Unavailable, "db.unavailable")
	ErrFull        = errs.New(errs.Unavailable, "db.full")
	ErrNotText     = errs.New(errs.Malformed, "db.not_text") // NUL or broken UTF-8, which PostgreSQL refuses
)

// An acknowledged write survives a power cut: hence synchronous=FULL.
const pragmas = "_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
	"&_pragma=foreign_keys(1)&_pragma=journal_size_limit(67108864)"

// What the writer of SQLite has beside them: room in memory for the pages that it
// changes, and a log that is carried over into the file every 16 MB. Pages that many
// transactions change are carried over once; the log is synced with each of them, as ever.
const writerPragmas = "_pragma=cache_size(-16000)&_pragma=wal_autocheckpoint(4000)&"

// readers is how many reads run at once on SQLite.
const readers = 8

// readerLife is after how long a connection that reads is opened anew: only then does
// it know what Analyse has found.
const readerLife = 15 * time.Minute

// Open connects to a postgres:// URL, or to a SQLite file given by its path.
//
// SQLite gets one writer, whose BEGIN takes the lock at once: a deferred one
// that wants to write later fails under load, whatever the timeout.
func Open(where string, c clock.Clock) (*DB, error) { return open(where, c, pragmas) }

// OpenUnsafe is Open for tests and for what can be made again: on SQLite, commits do
// not wait for the disk, and more of it stays in memory.
func OpenUnsafe(where string, c clock.Clock) (*DB, error) {
	return open(where, c, strings.Replace(pragmas, "synchronous(FULL)", "synchronous(OFF)", 1)+"&_pragma=cache_size(-32768)")
}

func open(where string, c clock.Clock, pragmas string) (*DB, error) {
	if IsPostgres(where) {
		config, err := pgx.ParseConfig(where)
		if err != nil {
			return nil, errors.New("open postgres: the URL cannot be read") // the cause shows the password
		}
		if config.RuntimeParams["jit"] == "" { // compiling a query takes longer than most of ours run
			config.RuntimeParams["jit"] = "off"
		}
		pool := stdlib.OpenDB(*config)
		pool.SetMaxOpenConns(32)
		pool.SetMaxIdleConns(16)
		return &DB{ro: pool, rw: pool, dialect: Postgres, clock: c}, nil
	}
	if scheme, _, other := strings.Cut(where, "://"); other {
		return nil, fmt.Errorf("open database: %q is neither postgres nor a file", scheme) // the rest may show a password
	}
	file := "file:" + (&url.URL{Path: where}).EscapedPath()
	rw, err := openSQLite(file + "?_txlock=immediate&" + writerPragmas + pragmas)
	if err != nil {
		return nil, fmt.Errorf("open sqlite: %w", err)
	}
	rw.SetMaxOpenConns(1)
	ro, err := openSQLite(file + "?_pragma=query_only(1)&" + pragmas)
	if err != nil {
		return nil, fmt.Errorf("open sqlite: %w", err)
	}
	ro.SetMaxOpenConns(readers)
	ro.SetMaxIdleConns(readers)
	ro.SetConnMaxLifetime(readerLife)
	d := &DB{ro: ro, rw: rw, dialect: SQLite, clock: c}
	d.writes = newWriter(d)
	return d, nil
}

// IsPostgres reports whether where names a PostgreSQL database.
func IsPostgres(where string) bool {
	return strings.HasPrefix(where, "postgres://") || strings.HasPrefix(where, "postgresql://")
}

// classify gives a meaning to what a person can be told of: the rest stays
// internal.
func classify(err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		switch e.Code() & 0xff { // the upper bits are details
		case sqlite3.SQLITE_FULL:
			return ErrFull.Because(err)
		case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_NOTADB,
			sqlite3.SQLITE_PROTOCOL: // the last: the lock was not got in too many tries
			return ErrUnavailable.Because(err)
		}
		return err
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch {
		case e.Code == "53100":
			return ErrFull.Because(err)
		case e.Code == "22021": // character_not_in_repertoire
			return ErrNotText.Because(err)
		case strings.HasPrefix(e.Code, "53"), strings.HasPrefix(e.Code, "57P"), strings.HasPrefix(e.Code, "08"):
			return ErrUnavailable.Because(err)
		}
		return err
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return ErrUnavailable.Because(err)
	}
	if _, ok := errors.AsType[*net.OpError](err); ok {
		return ErrUnavailable.Because(err)
	}
	if errors.Is(err, sql.ErrConnDone) || strings.HasSuffix(err.Error(), "sql: database is closed") {
		return ErrUnavailable.Because(err)
	}
	return err
}

// IsDuplicate reports whether err says that a row with the same key exists.
func IsDuplicate(err error) bool {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
	}
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == "23505"
}

// canRetry reports whether PostgreSQL gave up on a transaction because another
// stood in its way (serialization_failure, deadlock_detected), or never began
// because its connection had died in the pool.
func canRetry(err error) bool {
	if errors.Is(err, driver.ErrBadConn) {
		return true
	}
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (e.Code == "40001" || e.Code == "40P01")
}
