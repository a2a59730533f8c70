// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package db_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
)

func files(texts map[string]string) fs.FS {
	m := fstest.MapFS{}
	for name, text := range texts {
		m["migrations/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	return m
}

func things() []db.Migrations {
	return []db.Migrations{{Namespace: "x", Files: files(map[string]string{
		"0001_init.sql":            `CREATE TABLE x_things (id TEXT PRIMARY KEY, n BIGINT NOT NULL, at BIGINT)`,
		"0002_differ.sqlite.sql":   `CREATE INDEX x_sqlite ON x_things (n)`,
		"0002_differ.postgres.sql": `CREATE INDEX x_postgres ON x_things (n)`,
	})}}
}

func add(ctx context.Context, tx *db.Tx, id string, n int) error {
	_, err := tx.Exec(ctx, `INSERT INTO x_things (n, id, at) VALUES ($2, $1, $3)`, id, n, tx.Now)
	return err
}

// An address of another kind of database is not the name of a file.
func TestOpenKnowsTwoDatabases(t *testing.T) {
	t.Parallel()
	_, err := db.Open("mysql://root:secret@127.0.0.1/x", clock.System{})
	if err == nil || !strings.Contains(err.Error(), "mysql") || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v", err)
	}
}

// A NUL or broken UTF-8 is the sender's mistake, wherever it comes from: it is
// no fault of ours to be looked for in the log.
func TestWhatIsNotTextIsTheSendersMistake(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, things(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		if d.Dialect() != db.Postgres {
			return // SQLite stores any bytes
		}
		for _, bad := range []string{"a\x00", "\xff"} {
			err := d.QueryRow(t.Context(), `SELECT n FROM x_things WHERE id = $1`, bad).Scan(new(int))
			if !errors.Is(err, db.ErrNotText) {
				t.Errorf("read %q: %v", bad, err)
			}
			err = d.Write(t.Context(), func(tx *db.Tx) error { return add(t.Context(), tx, bad, 1) })
			if !errors.Is(err, db.ErrNotText) || errs.KindOf(err) != errs.Malformed {
				t.Errorf("write %q: %v", bad, err)
			}
		}
	})
}

func ids(t *testing.T, d *db.DB) string {
	t.Helper()
	all, err := db.All(t.Context(), d, db.Column[string], `SELECT id FROM x_things ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, " ")
}

func TestWriteIsAllOrNothing(t *testing.T) {
	t.Parallel()
	errStop := errors.New("stop")
	dbtest.Each(t, things(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		if err := d.Write(ctx, func(tx *db.Tx) error { return errors.Join(add(ctx, tx, "no", 1), errStop) }); !errors.Is(err, errStop) {
			t.Errorf("got %v", err)
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic did not reach its caller")
				}
			}()
			_ = d.Write(ctx, func(tx *db.Tx) error { _ = add(ctx, tx, "panic", 1); panic("x") })
		}()
		if err := d.Write(ctx, func(tx *db.Tx) error { return add(ctx, tx, "yes", 1) }); err != nil {
			t.Fatal(err)
		}
		err := d.Write(ctx, func(tx *db.Tx) error { return add(ctx, tx, "yes", 2) })
		if !db.IsDuplicate(err) {
			t.Errorf("the same key twice: %v", err)
		}
		if got := ids(t, d); got != "yes" {
			t.Errorf("got %q", got)
		}
		var at db.Time
		var n int
		if err := d.QueryRow(ctx, `SELECT at, n FROM x_things WHERE id = $1`, "yes").Scan(&at, &n); err != nil || !at.Equal(dbtest.Now()) || n != 1 {
			t.Errorf("got %v, %d, %v", at, n, err)
		}
	})
}

// Transactions that wait together share a commit; one that fails takes nobody along.
func TestWritersAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, things(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		errOdd := errors.New("odd")
		var wg sync.WaitGroup
		for i := range 200 {
			wg.Go(func() {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				err := d.Write(ctx, func(tx *db.Tx) error {
					if i%10 == 3 {
						cancel() // whoever leaves in the middle disturbs nobody
					}
					if err := add(ctx, tx, fmt.Sprintf("%03d", i), i); err != nil {
						return err
					}
					if i%2 == 1 {
						return errOdd
					}
					return nil
				})
				if i%2 == 0 && err != nil || i%2 == 1 && err == nil {
					t.Errorf("%d: %v", i, err)
				}
			})
		}
		wg.Wait()
		if got := len(strings.Fields(ids(t, d))); got != 100 {
			t.Errorf("%d rows, want 100", got)
		}
	})
}

// A writer whose statement breaks the whole SQLite transaction is rolled back
// alone; its neighbours run again.
func TestOneSpoilsTheGroup(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, things(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		if d.Dialect() != db.SQLite {
			return // PostgreSQL shares no commits
		}
		ctx := t.Context()
		started, release := make(chan struct{}), make(chan struct{})
		var wg sync.WaitGroup
		wg.Go(func() { // holds the writer until the others wait
			var once sync.Once
			if err := d.Write(ctx, func(tx *db.Tx) error {
				once.Do(func() { close(started); <-release })
				return add(ctx, tx, "first", 1)
			}); err != nil {
				t.Error(err)
			}
		})
		<-started
		wg.Go(func() {
			if err := d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(ctx, `ROLLBACK`); return err }); err == nil {
				t.Error("a transaction that ended itself was acknowledged")
			}
		})
		for i := range 5 {
			wg.Go(func() {
				if err := d.Write(ctx, func(tx *db.Tx) error { return add(ctx, tx, fmt.Sprint(i), i) }); err != nil {
					t.Error(err)
				}
			})
		}
		close(release)
		wg.Wait()
		if got := ids(t, d); got != "0 1 2 3 4 first" {
			t.Errorf("got %q", got)
		}
	})
}

// The same where the one that breaks it is the first of the group: no neighbour is
// written twice.
func TestTheFirstSpoilsTheGroup(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, things(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		if d.Dialect() != db.SQLite {
			return // PostgreSQL shares no commits
		}
		ctx := t.Context()
		var want []string
		for round := range 20 { // whether the others wait already is up to the scheduler
			started, release := make(chan struct{}), make(chan struct{})
			var wg sync.WaitGroup
			wg.Go(func() {
				var once sync.Once
				if err := d.Write(ctx, func(tx *db.Tx) error {
					once.Do(func() { close(started); <-release })
					_, err := tx.Exec(ctx, `ROLLBACK`)
					return err
				}); err == nil {
					t.Error("a transaction that ended itself was acknowledged")
				}
			})
			<-started
			for i := range 5 {
				name := fmt.Sprintf("%02d-%d", round, i)
				want = append(want, name)
				wg.Go(func() {
					if err := d.Write(ctx, func(tx *db.Tx) error { return add(ctx, tx, name, i) }); err != nil {
						t.Error(err)
					}
				})
			}
			runtime.Gosched()
			close(release)
			wg.Wait()
		}
		if got := ids(t, d); got != strings.Join(want, " ") {
			t.Errorf("got %q", got)
		}
	})
}

func TestAClosedDatabaseSaysSo(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, things(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		ctx := t.Context()
		write := d.Write(ctx, func(tx *db.Tx) error { return add(ctx, tx, "a", 1) })
		_, read := d.Query(ctx, `SELECT 1`)
		for _, err := range []error{write, read, d.Ping(ctx)} {
			if errs.KindOf(err) != errs.Unavailable {
				t.Errorf("got %v", err)
			}
		}
	})
}

func TestMigrate(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, things(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		if done, err := db.Migrate(ctx, d, things()...); err != nil || len(done) != 0 {
			t.Errorf("a second run did %v, %v", done, err)
		}
		for name, set := range map[string]map[string]string{
			"edited after it had run": {"0001_init.sql": `SELECT 1`, "0002_b.sql": `SELECT 1`},
			"used by a newer one":     {"0001_init.sql": `SELECT 1`},
			"stands where":            {"0001_init.sql": `SELECT 1`, "0003_c.sql": `SELECT 1`},
			"not named like":          {"first.sql": `SELECT 1`},
		} {
			_, err := db.Migrate(ctx, d, db.Migrations{Namespace: "x", Files: files(set)})
			if err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("want %q, got %v", name, err)
			}
		}
		bad := db.Migrations{Namespace: "y", Files: files(map[string]string{
			"0001_a.sql": `CREATE TABLE y_a (id TEXT)`, "0002_b.sql": `NONSENSE`,
		})}
		if _, err := db.Migrate(ctx, d, bad); err == nil {
			t.Error("nonsense ran")
		}
		if _, err := d.Query(ctx, `SELECT id FROM y_a`); err == nil {
			t.Error("half of a migration stayed")
		}
	})
}

// A program that starts, or a command beside the server, does not wait for the lock
// of one that writes, where the schema is already its own.
func TestNothingToMigrateWaitsForNobody(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, things(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		if err := d.Write(t.Context(), func(tx *db.Tx) error { // with the lock of the only writer
			if err := add(t.Context(), tx, "a", 1); err != nil {
				return err
			}
			ctx, end := context.WithTimeout(t.Context(), 5*time.Second)
			defer end()
			done, err := db.Migrate(ctx, d, things()...)
			if len(done) > 0 {
				t.Errorf("ran %v", done)
			}
			return err
		}); err != nil {
			t.Error(err)
		}
	})
}

func TestServersThatStartTogether(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, nil, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		var wg sync.WaitGroup
		var mu sync.Mutex
		ran := 0
		for range 4 {
			wg.Go(func() {
				done, err := db.Migrate(t.Context(), d, things()...)
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				ran += len(done)
				mu.Unlock()
			})
		}
		wg.Wait()
		if ran != 2 {
			t.Errorf("%d migrations ran, want 2", ran)
		}
	})
}

func TestAWrongAddressIsNotShown(t *testing.T) {
	t.Parallel()
	_, err := db.Open("postgres://me:secret@[", clock.System{})
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v", err)
	}
}

// SQLite knows what its indexes hold only after Analyse, and keeps no samples of values:
// with them it would work out the plan anew for every value that is bound.
func TestSQLiteKnowsItsIndexes(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, nil, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		if err := d.Write(ctx, func(tx *db.Tx) error {
			for _, text := range []string{`CREATE TABLE many (id INTEGER, kind TEXT)`, `CREATE INDEX many_kind ON many (kind)`, `INSERT INTO many VALUES (1, 'a'), (2, 'a'), (3, 'b')`} {
				if _, err := tx.Exec(ctx, text); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		for range 2 { // each day
			if err := d.Analyse(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if d.Dialect() == db.Postgres {
			return
		}
		var known, sampled int
		if err := d.QueryRow(ctx, `SELECT COUNT(*) FROM sqlite_stat1 WHERE idx = 'many_kind' AND stat LIKE '3 %'`).Scan(&known); err != nil || known != 1 {
			t.Errorf("%d, %v", known, err)
		}
		if err := d.QueryRow(ctx, `SELECT COUNT(*) FROM sqlite_stat4`).Scan(&sampled); err == nil && sampled != 0 {
			t.Errorf("%d samples", sampled)
		}
	})
}

// TestTheWriterWaitsForTheDisk reads what the connections of SQLite are told, by the
// database itself: an option that is misspelt would be passed over without a word.
func TestTheWriterWaitsForTheDisk(t *testing.T) {
	t.Parallel()
	d, err := db.Open(filepath.Join(t.TempDir(), "a.db"), clock.NewManual(dbtest.Now()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "wal_autocheckpoint": "4000", "cache_size": "-16000", "foreign_keys": "1"} {
		var got string
		if err := d.Write(t.Context(), func(tx *db.Tx) error { return tx.QueryRow(t.Context(), `PRAGMA `+pragma).Scan(&got) }); err != nil || got != want {
			t.Errorf("%s is %q, want %q (%v)", pragma, got, want, err)
		}
	}
}
