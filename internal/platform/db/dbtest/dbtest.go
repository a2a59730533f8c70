// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package dbtest runs a test against both databases. It is not part of the program.
package dbtest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
)

// Clock stands still until the test moves it.
type Clock = clock.Manual

// Now is the time at which every test starts: Monday, 2 March 2026, 9:30 in Vietnam.
func Now() time.Time { return time.Date(2026, time.March, 2, 2, 30, 0, 0, time.UTC) }

// Each runs f on each database, each time on a fresh one with the migrations
// applied. PostgreSQL comes from TEST_POSTGRES_URL, whose user may create
// databases. Without it the test fails, unless TINHSO_TEST_SQLITE_ONLY=1 says
// that this is meant: a skip nobody asked for looks like a pass.
func Each(t *testing.T, sets []db.Migrations, f func(t *testing.T, d *db.DB, c *Clock)) {
	t.Helper()
	EachAddress(t, sets, func(t *testing.T, address string) {
		t.Helper()
		c := clock.NewManual(Now())
		f(t, open(t, address, c), c)
	})
}

// EachAddress is Each for tests in which other processes open the database too.
func EachAddress(t *testing.T, sets []db.Migrations, f func(t *testing.T, address string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		f(t, sqliteClone(t, sets))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		if os.Getenv("TINHSO_TEST_SQLITE_ONLY") == "1" {
			t.Skip("TINHSO_TEST_SQLITE_ONLY=1")
		}
		f(t, Postgres(t, sets))
	})
}

// Postgres returns the URL of a fresh PostgreSQL database with the migrations applied.
func Postgres(t *testing.T, sets []db.Migrations) string {
	t.Helper()
	server, err := url.Parse(os.Getenv("TEST_POSTGRES_URL"))
	if err != nil || server.Scheme != "postgres" {
		t.Fatal("TEST_POSTGRES_URL is not set: run make test, set it, or TINHSO_TEST_SQLITE_ONLY=1 to go without")
	}
	ctx := context.Background() // t.Context has ended when cleanups run
	pool, err := sql.Open("pgx", server.String())
	check(t, err)
	t.Cleanup(func() { _ = pool.Close() })
	admin, err := pool.Conn(ctx)
	check(t, err)
	t.Cleanup(func() { _ = admin.Close() }) // a test that ends here lets go of the lock
	exec := func(q string) { t.Helper(); _, err := admin.ExecContext(ctx, q); check(t, err) }

	template := "tinhso_template_" + fingerprint(t, sets)
	exec(`SELECT pg_advisory_lock(7002)`)
	var ready bool
	check(t, admin.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1
		AND shobj_description(oid, 'pg_database') = 'ready')`, template).Scan(&ready))
	if !ready {
		exec(`DROP DATABASE IF EXISTS ` + template)
		exec(`CREATE DATABASE ` + template)
		d, err := db.Open(at(server, template), clock.NewManual(Now()))
		check(t, err)
		migrate(t, d, sets)
		check(t, d.Close()) // a database in use cannot be copied
		exec(`COMMENT ON DATABASE ` + template + ` IS 'ready'`)
	}
	name := "tinhso_test_" + strings.ToLower(rand.Text())
	check(t, copied(func() error {
		_, err := admin.ExecContext(ctx, `CREATE DATABASE `+name+` TEMPLATE `+template)
		return err
	}))
	exec(`SELECT pg_advisory_unlock(7002)`)
	t.Cleanup(func() { exec(`DROP DATABASE ` + name + ` WITH (FORCE)`) })
	return at(server, name)
}

// PostgresEmpty returns the URL of a new empty database, which outlives the test
// that asks for it: PostgresDrop takes it away. Copies are made of it while nobody uses it.
func PostgresEmpty(prefix string) (string, error) {
	server, err := url.Parse(os.Getenv("TEST_POSTGRES_URL"))
	if err != nil || server.Scheme != "postgres" {
		return "", errors.New("TEST_POSTGRES_URL is not set: run make test, set it, or TINHSO_TEST_SQLITE_ONLY=1 to go without")
	}
	name := prefix + strings.ToLower(rand.Text())
	return at(server, name), onServer(server, `CREATE DATABASE `+name)
}

// PostgresCopy returns the URL of a copy of such a database, for one test.
func PostgresCopy(t *testing.T, address string) string {
	t.Helper()
	server, err := url.Parse(address)
	check(t, err)
	name := "tinhso_test_" + strings.ToLower(rand.Text())
	check(t, copied(func() error {
		return onServer(server, `SELECT pg_advisory_lock(7002)`, `CREATE DATABASE `+name+` TEMPLATE `+strings.TrimPrefix(server.Path, "/"))
	}))
	t.Cleanup(func() { check(t, onServer(server, `DROP DATABASE `+name+` WITH (FORCE)`)) })
	return at(server, name)
}

// copied copies a database that is no longer in use: on a machine at work, the server
// may need longer than the five seconds it gives itself to let the last connection go.
func copied(copying func() error) (err error) {
	for range 6 {
		if err = copying(); err == nil || !strings.Contains(err.Error(), "55006") { // object_in_use
			return err
		}
	}
	return err
}

// PostgresDrop takes a database away.
func PostgresDrop(address string) error {
	server, err := url.Parse(address)
	if err != nil {
		return err
	}
	return onServer(server, `DROP DATABASE IF EXISTS `+strings.TrimPrefix(server.Path, "/")+` WITH (FORCE)`)
}

// onServer does something on the server of an address, on one connection of its own.
func onServer(server *url.URL, statements ...string) error {
	ctx := context.Background() // contexts of tests have ended when cleanups run
	pool, err := sql.Open("pgx", at(server, "postgres"))
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	one, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = one.Close() }() // before the pool, or its session and its lock live on
	for _, q := range statements {
		if _, err := one.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// sqliteClone copies the template of this schema, which the first test that
// needs it makes. Its name is the checksum of the migrations: nobody finds a stale one.
func sqliteClone(t *testing.T, sets []db.Migrations) string {
	t.Helper()
	template := filepath.Join(os.TempDir(), "tinhso_template_"+fingerprint(t, sets)+".db")
	if _, err := os.Stat(template); err != nil {
		making := filepath.Join(t.TempDir(), "template.db")
		d, err := db.OpenUnsafe(making, clock.NewManual(Now()))
		check(t, err)
		migrate(t, d, sets)
		check(t, d.Close()) // writes the log back into the file
		raw, err := os.ReadFile(making)
		check(t, err)
		half := template + "." + rand.Text()
		check(t, os.WriteFile(half, raw, 0o600))
		check(t, os.Rename(half, template))
	}
	raw, err := os.ReadFile(template)
	check(t, err)
	path := filepath.Join(t.TempDir(), "test.db")
	check(t, os.WriteFile(path, raw, 0o600))
	return path
}

func fingerprint(t *testing.T, sets []db.Migrations) string {
	t.Helper()
	h := sha256.New()
	for _, m := range sets {
		check(t, fs.WalkDir(m.Files, "migrations", func(p string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			text, err := fs.ReadFile(m.Files, p)
			_, _ = fmt.Fprintln(h, m.Namespace, p, string(text))
			return err
		}))
	}
	return fmt.Sprintf("%x", h.Sum(nil)[:12])
}

func at(server *url.URL, database string) string {
	u := *server
	u.Path = "/" + database
	return u.String()
}

func open(t *testing.T, where string, c clock.Clock) *db.DB {
	t.Helper()
	d, err := db.OpenUnsafe(where, c)
	check(t, err)
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func migrate(t *testing.T, d *db.DB, sets []db.Migrations) {
	t.Helper()
	_, err := db.Migrate(t.Context(), d, sets...)
	check(t, err)
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
