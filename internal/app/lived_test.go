// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/app"
	"tinhso.vn/internal/app/year"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// Some days of a year: short enough for every run of the tests, and with most of
// what happens in a year.
func lived(t *testing.T, database string, set *packs.Set, stops ...time.Time) (config.Config, year.State) {
	t.Helper()
	return livedAs(t, database, set, year.Options{Dossiers: 250, Seed: 7, Rush: "2026-03-09"}, stops...)
}

func livedAs(t *testing.T, database string, set *packs.Set, o year.Options, stops ...time.Time) (config.Config, year.State) {
	t.Helper()
	env := config.Environment{"TINHSO_DATA=" + t.TempDir()}
	if database != "" {
		env = append(env, "TINHSO_DATABASE="+database)
	}
	cfg, err := config.Load("", env)
	if err != nil {
		t.Fatal(err)
	}
	bare, err := app.OpenBare(t.Context(), cfg, "test")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bare.Apply(t.Context(), set, true, false); err != nil {
		t.Fatal(err)
	}
	if err := bare.Close(); err != nil {
		t.Fatal(err)
	}
	state := year.State{Options: o}
	for i := 1; i < len(stops); i++ {
		var said bytes.Buffer
		if state, err = app.LiveYear(t.Context(), cfg, slog.New(slog.NewTextHandler(io.MultiWriter(t.Output(), &said), nil)), "test", set, state, stops[i-1], stops[i], true, func(year.Progress) {}); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(said.String(), "errand") { // a board would stay empty, and nobody would know
			t.Errorf("refused: %s", said.String())
		}
		raw, err := json.Marshal(state) // as the cache keeps it
		if err != nil {
			t.Fatal(err)
		}
		state = year.State{}
		if err := json.Unmarshal(raw, &state); err != nil {
			t.Fatal(err)
		}
	}
	return cfg, state
}

// The same seed makes the same year: on both databases, and with a pause in the middle.
// What it makes is legal, and every clock is right.
func TestTheSameSeedMakesTheSameYear(t *testing.T) {
	t.Parallel()
	set, err := app.LoadPack("")
	if err != nil {
		t.Fatal(err)
	}
	day := func(d int) time.Time { return calendar.Date{Year: 2026, Month: time.March, Day: d}.At(0) }
	var digests [2]string
	t.Run("both", func(t *testing.T) {
		t.Run("sqlite", func(t *testing.T) {
			t.Parallel()
			cfg, state := lived(t, "", set, day(2), day(12))
			digests[0] = examine(t, set, cfg, state, day(12))
		})
		t.Run("postgres", func(t *testing.T) {
			t.Parallel()
			if os.Getenv("TINHSO_TEST_SQLITE_ONLY") == "1" {
				t.Skip("TINHSO_TEST_SQLITE_ONLY=1")
			}
			cfg, state := lived(t, dbtest.Postgres(t, nil), set, day(2), day(6), day(12))
			digests[1] = examine(t, set, cfg, state, day(12))
		})
	})
	if digests[0] != digests[1] && digests[1] != "" {
		for i, text := range digests {
			if err := os.WriteFile(filepath.Join(t.ArtifactDir(), fmt.Sprint("year-", i)), []byte(text), 0o600); err != nil {
				t.Error(err)
			}
		}
		t.Errorf("two years: compare what lies in %s", t.ArtifactDir())
	}
}

// examine looks at the rules a year has to keep, and returns all of it that does
// not come from random numbers.
func examine(t *testing.T, set *packs.Set, cfg config.Config, state year.State, until time.Time) string {
	t.Helper()
	d, err := db.Open(cfg.Database, clock.NewManual(until))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	rows := func(q string, columns int) (all [][]string) {
		t.Helper()
		all, err := db.All(t.Context(), d, func(r db.Row) ([]string, error) {
			values, to := make([]*string, columns), make([]any, columns)
			for i := range values {
				to[i] = &values[i]
			}
			err := r.Scan(to...)
			line := make([]string, columns)
			for i, v := range values {
				if v != nil {
					line[i] = *v
				}
			}
			return line, err
		}, q)
		if err != nil {
			t.Fatalf("%s: %v", q, err)
		}
		return all
	}
	dossiers := rows(`SELECT id, code, procedure_id, received_unit, status, channel, owner_name, step, action, submitted_at, accepted_at, due_at, original_due, finished_at, delivered_at, step_due
		FROM dossiers_dossiers ORDER BY submitted_at, code, owner_name`, 16)
	if len(dossiers) != state.Filed || len(dossiers) < 12 {
		t.Errorf("%d dossiers, %d were filed", len(dossiers), state.Filed)
	}
	if state.Refused > 0 {
		t.Errorf("%d acts were refused", state.Refused)
	}
	checkCodes(t, dossiers)
	byID := map[string]int{}
	for i, row := range dossiers {
		byID[row[0]] = i
	}
	last := strconv.FormatInt(until.UnixMicro(), 10)
	statuses := map[string][]string{}
	var digest []string
	promised := 0
	for _, e := range rows(`SELECT dossier_id, at, kind, status, unit FROM dossiers_history ORDER BY at, id`, 5) {
		if e[1] > last {
			t.Errorf("event %v is later than now", e)
		}
		statuses[e[0]] = append(statuses[e[0]], e[3])
		digest = append(digest, fmt.Sprint("event ", byID[e[0]], e[1:]))
	}
	for _, row := range dossiers {
		checkHistory(t, row, statuses[row[0]])
		promised += checkPromise(t, set, row)
		digest = append(digest, strings.Join(row[1:], "|"))
	}
	if promised < 8 {
		t.Errorf("%d promises were looked at", promised)
	}
	for _, row := range rows(`SELECT dossier_code, state, way, amount, made_at, paid_at FROM payments_orders ORDER BY dossier_code`, 6) {
		digest = append(digest, fmt.Sprint("order ", row))
	}
	var acts []string // but for those of today, who applied the pack
	for _, a := range rows(`SELECT at, event, unit, purpose FROM audit_records WHERE at <= `+last, 4) {
		acts = append(acts, strings.Join(a, "|"))
	}
	slices.Sort(acts) // the databases sort letters differently
	digest = append(digest, acts...)
	if left := rows(`SELECT kind, error FROM jobs_queue WHERE dead = 1 OR error <> '' OR due_at <= `+last, 2); len(left) > 0 {
		t.Errorf("jobs are left: %v", left)
	}
	key, err := audit.LoadVerifier(filepath.Join(cfg.Keys, "audit.key"))
	if err != nil {
		t.Fatal(err)
	}
	report, err := audit.Verify(t.Context(), d, key, "", func(int64, int64) {})
	if err != nil || len(report.Problems) > 0 {
		t.Errorf("the audit log: %v %v", report, err)
	}
	return strings.Join(digest, "\n")
}

// checkCodes finds gaps: the codes of an agency and day run from 1 on.
func checkCodes(t *testing.T, dossiers [][]string) {
	t.Helper()
	numbers := map[string][]int{}
	for _, row := range dossiers {
		if row[1] == "" {
			continue
		}
		at := strings.LastIndexByte(row[1], '-')
		n, err := strconv.Atoi(row[1][at+1:])
		if err != nil {
			t.Fatal(err)
		}
		numbers[row[1][:at]] = append(numbers[row[1][:at]], n)
	}
	if len(numbers) < 3 {
		t.Errorf("codes of %d agencies and days", len(numbers))
	}
	for of, some := range numbers {
		slices.Sort(some)
		for i, n := range some {
			if n != i+1 {
				t.Errorf("codes of %s: %v", of, some)
				break
			}
		}
	}
}

// checkHistory refuses a dossier whose states do not follow from each other, or
// whose times run backwards.
func checkHistory(t *testing.T, row, statuses []string) {
	t.Helper()
	after := map[string][]string{
		"": {"1"}, "1": {"1", "2", "3", "4", "5", "7"}, "2": {"2", "4", "5", "7"}, "4": {"4", "5", "7", "9"}, "5": {"1", "2", "3", "4", "7"}, "9": {"9", "10"}, "10": {"10"},
	}
	before := ""
	for _, s := range statuses {
		if !slices.Contains(after[before], s) {
			t.Errorf("dossier %s: %s follows %s in %v", row[1], s, before, statuses)
		}
		before = s
	}
	if before != row[4] && (before != "2" || row[4] != "4") { // to take it up is nothing the public is told
		t.Errorf("dossier %s has status %s, its last event says %s", row[1], row[4], before)
	}
	for _, pair := range [][2]int{{9, 10}, {10, 11}, {10, 12}, {10, 13}, {13, 14}} { // submitted, accepted, due, finished, delivered
		if a, b := row[pair[0]], row[pair[1]]; a != "" && b != "" && a > b {
			t.Errorf("dossier %s: time %d is later than %d: %v", row[1], pair[0], pair[1], row)
		}
	}
}

// checkPromise counts a promise again from what the pack says: so many working
// hours from acceptance on, by the calendar with its holidays.
func checkPromise(t *testing.T, set *packs.Set, row []string) (looked int) {
	t.Helper()
	p, ok := set.Procedure(row[2])
	if !ok {
		t.Fatalf("no procedure %s", row[2])
	}
	term := p.Reduced
	if term.Unit == "" {
		term = p.Statutory
	}
	hours, counted := term.Hours()
	if row[10] == "" || !counted {
		return 0
	}
	micros := func(s string) time.Time {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return time.UnixMicro(n)
	}
	common, _, err := app.CalendarsOf(set)
	if err != nil {
		t.Fatal(err)
	}
	cal, err := calendar.New(common)
	if err != nil {
		t.Fatal(err)
	}
	unit := calendar.Duration{Amount: hours, Unit: calendar.WorkingHour}
	if term.Unit == "days" {
		unit = calendar.Duration{Amount: term.Amount, Unit: calendar.WorkingDay}
	}
	want, err := cal.Due(micros(row[10]), unit)
	if err != nil || !micros(row[12]).Equal(want) {
		t.Errorf("dossier %s (%s) accepted %s is promised for %s, want %s", row[1], row[2], micros(row[10]).In(calendar.Zone()), micros(row[12]).In(calendar.Zone()), want)
	}
	return 1
}
