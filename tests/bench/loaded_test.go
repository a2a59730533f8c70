// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build bench

package bench_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/tests/api"
	"tinhso.vn/tests/programtest"
	"tinhso.vn/tests/volume"
)

// yearOf is the year whose dossiers are the shapes of what is loaded.
const yearOf = "--year=400"

// dossiersToLoad is BENCH_DOSSIERS, or a number.
func dossiersToLoad(t *testing.T, usual int) int {
	t.Helper()
	said := os.Getenv("BENCH_DOSSIERS")
	if said == "" {
		return usual
	}
	n, err := strconv.Atoi(said)
	if err != nil || n < 1 {
		t.Fatalf("BENCH_DOSSIERS=%s", said)
	}
	return n
}

// databases are both, with where each is: SQLite in the program's folder, PostgreSQL on
// a server of its own that syncs.
func databases(t *testing.T) []struct{ name, url string } {
	t.Helper()
	all := []struct{ name, url string }{{"SQLite", ""}, {"PostgreSQL", "-"}}
	if only := os.Getenv("BENCH_DATABASE"); only != "" {
		for _, d := range all {
			if d.name == only {
				return []struct{ name, url string }{d}
			}
		}
		t.Fatalf("BENCH_DATABASE=%s", only)
	}
	return all
}

// store is a program with the database it stands on.
type store struct {
	*programtest.Program
	database string // for database/sql
	driver   string
	shapes   []string // the dossiers that its people have made
	looking  []*sql.DB
}

// lived starts the program with a year that its people have lived through. In the folder
// BENCH_DATA, what is on SQLite stays for the next run.
func lived(t *testing.T, server bool) *store {
	t.Helper()
	s := &store{driver: "sqlite"}
	env := []string{programtest.NoLimits, yearOf}
	data := t.TempDir()
	if kept := os.Getenv("BENCH_DATA"); kept != "" && !server {
		data = kept
	}
	if server {
		s.database, s.driver = programtest.Postgres(t), "pgx"
		tune(t, s.database)
	}
	s.Program = programtest.StartIn(t, data, s.database, env...)
	if !server {
		s.database = filepath.Join(s.Data, "tinhso.db")
	}
	s.settle(t)
	s.shapes = texts(t, s.open(t), `SELECT id FROM dossiers_dossiers ORDER BY id`)
	return s
}

// tune lets a server write as much at a time as the machine of a province would: the
// rest of its configuration is that which its package brings, fsync included.
func tune(t *testing.T, server string) {
	t.Helper()
	d, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	for _, text := range []string{`ALTER SYSTEM SET max_wal_size = '4GB'`, `SELECT pg_reload_conf()`} {
		if _, err := d.ExecContext(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
}

// open opens the database beside the program, to look.
func (s *store) open(t *testing.T) *sql.DB {
	t.Helper()
	where := s.database
	if s.driver == "sqlite" {
		where = "file:" + (&url.URL{Path: s.database}).EscapedPath() + "?_pragma=query_only(1)&_pragma=busy_timeout(10000)"
	}
	d, err := sql.Open(s.driver, where)
	if err != nil {
		t.Fatal(err)
	}
	s.looking = append(s.looking, d)
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// one reads one value.
func one[T any](t *testing.T, d *sql.DB, text string, args ...any) (v T) {
	t.Helper()
	if err := d.QueryRowContext(t.Context(), text, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

// load adds dossiers while the program is stopped, and starts it again. It is back
// when the search has read them and what was due has been done.
func (s *store) load(t *testing.T, n int, seed uint64) {
	t.Helper()
	s.Stop()
	keys, err := crypt.Load(filepath.Join(s.Data, "keys", "data.json"))
	if err != nil {
		t.Fatal(err)
	}
	d := s.open(t)
	var config calendar.Config
	if err := json.Unmarshal([]byte(one[string](t, d, `SELECT calendar FROM province_settings`)), &config); err != nil {
		t.Fatal(err)
	}
	for _, other := range s.looking { // SQLite is loaded by one alone
		_ = other.Close()
	}
	s.looking = nil
	c, err := calendar.New(config)
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := volume.Load(t.Context(), volume.Options{Database: s.database, Keys: keys, Calendar: c, Shapes: s.shapes, Dossiers: n, Until: time.Now(), Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: %d dossiers: %s; %s", s.driver, n, loaded, s.size(t))
	if err := volume.Alike(t.Context(), s.database, keys, loaded.Pairs); err != nil {
		t.Fatal("copies that are not like what they are copies of: ", err)
	}
	began := time.Now()
	s.Restart(t)
	s.settle(t)
	t.Logf("%s: the program has started and built its search in %s; %s", s.driver, time.Since(began).Round(time.Second), s.size(t))
}

// settle waits until the search is built and nothing is to be counted.
func (s *store) settle(t *testing.T) {
	t.Helper()
	d := s.open(t)
	ctx, stop := context.WithTimeout(t.Context(), 30*time.Minute)
	defer stop()
	for ctx.Err() == nil {
		if one[string](t, d, `SELECT CASE WHEN building = '' THEN built_with ELSE '' END FROM search_state`) != "" &&
			one[int](t, d, `SELECT COUNT(*) FROM (SELECT 1 FROM search_marks LIMIT 1) m`) == 0 && one[int](t, d, `SELECT COUNT(*) FROM (SELECT 1 FROM dossiers_counting LIMIT 1) c`) == 0 {
			return
		}
		time.Sleep(500 * time.Millisecond)
	}
	t.Fatal("the search is not built")
}

// size is how much the database holds.
func (s *store) size(t *testing.T) string {
	t.Helper()
	if s.driver == "pgx" {
		d := s.open(t)
		return megabytes(one[int64](t, d, `SELECT pg_database_size(current_database())`))
	}
	info, err := os.Stat(s.database)
	if err != nil {
		t.Fatal(err)
	}
	return megabytes(info.Size())
}

// recounted has the program count all figures from the records, and compares them with
// those that stood there.
func (s *store) recounted(t *testing.T) {
	t.Helper()
	c, err := api.Connect(t.Context(), s.URL)
	if err != nil {
		t.Fatal(err)
	}
	p, err := c.Person(t.Context(), "cntt.tinh")
	if err != nil {
		t.Fatal(err)
	}
	d := s.open(t)
	read := func() (all []string) {
		for _, query := range []string{
			`SELECT CAST(level AS TEXT) || '|' || CAST(at AS TEXT) || '|' || unit || '|' || field || '|' || procedure_id || '|' || CAST(channel AS TEXT) || '|' || CAST(received AS TEXT) || '|' ||
				CAST(early + 7 * on_time + 11 * late + 13 * undated + 17 * withdrawn + 19 * stopped + 23 * refused AS TEXT) || '|' ||
				CAST(asked + 7 * answered + 11 * lapsed + 13 * settled AS TEXT) || '|' || CAST(steps + 1000 * steps_late AS TEXT) || '|' || CAST(worked AS TEXT) || '|' || CAST(over_by AS TEXT)
				FROM dossiers_figures WHERE received + early + on_time + late + undated + withdrawn + stopped + refused + asked + answered + lapsed + settled + steps > 0 ORDER BY 1`,
			`SELECT dossier_id || '|' || unit || '|' || CAST(accepted AS TEXT) || '|' || CAST(due_at AS TEXT) || '|' || CAST(ended AS TEXT) || '|' || outcome || '|' || pauses || '|' ||
				CAST(lapsed AS TEXT) || '|' || CAST(late_by AS TEXT) || '|' || CAST(steps AS TEXT) || '|' || CAST(worked AS TEXT) || '|' || CAST(over_by AS TEXT) FROM dossiers_facts ORDER BY 1`,
		} {
			all = append(all, texts(t, d, query)...)
		}
		return all
	}
	before := read()
	if err := p.Do(t.Context(), http.MethodPost, "/statistics/recount", struct{}{}, nil); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	s.settle(t)
	after := read()
	t.Logf("%s: %d dossiers were counted anew in %s", s.driver, one[int](t, d, `SELECT COUNT(*) FROM dossiers_facts`), time.Since(began).Round(time.Second))
	wrong := 0
	for i := range max(len(before), len(after)) {
		b, a := "", ""
		if i < len(before) {
			b = before[i]
		}
		if i < len(after) {
			a = after[i]
		}
		if a != b {
			if wrong++; wrong < 6 {
				t.Errorf("loaded:  %s\ncounted: %s", b, a)
			}
		}
	}
	if wrong > 0 {
		t.Fatalf("%d of %d rows of figures are counted otherwise than they were loaded", wrong, len(before))
	}
}

// sample is how many dossiers are loaded to be compared.
const sample = 3000

// TestLoadedIsAsLived loads a few and compares: rows with rows, and the figures that were
// loaded with those that the program counts.
func TestLoadedIsAsLived(t *testing.T) { //nolint:paralleltest // it needs the machine
	for _, on := range databases(t) {
		s := lived(t, on.url != "")
		s.load(t, sample, 2)
		s.recounted(t)
		s.Stop()
	}
}
