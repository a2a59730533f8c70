// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// tables returns what the database has of registers, with the columns.
func tables(t *testing.T, d *db.DB) string {
	t.Helper()
	all, err := db.All(t.Context(), d, db.Column[string], d.Dialect().Pick(
		`SELECT name || ' ' || COALESCE(sql, '') FROM sqlite_master WHERE name LIKE 'reg%' AND name NOT LIKE 'registers%' ORDER BY name`,
		`SELECT table_name || ' ' || column_name FROM information_schema.columns WHERE table_name LIKE 'reg\_%' UNION ALL
		SELECT indexname || ' ' || indexdef FROM pg_indexes WHERE tablename LIKE 'reg\_%' ORDER BY 1`))
	ok(t, err)
	return strings.Join(all, "\n")
}

func TestAFailedApplyLeavesNothing(t *testing.T) {
	t.Parallel()
	errStop := errors.New("stop")
	each(t, func(t *testing.T, w world) {
		one, two := file(t, "cho.1.yaml"), file(t, "cho.2.yaml")
		fails := func(p registers.Plan, after error) error {
			return w.d.Write(t.Context(), func(tx *db.Tx) error {
				if err := w.keeper.Apply(t.Context(), tx, w.actor, p); err != nil {
					return err
				}
				return after
			})
		}
		before := tables(t, w.d)
		if err := fails(w.plan(t, one), errStop); !errors.Is(err, errStop) || tables(t, w.d) != before {
			t.Errorf("a new register that failed: %v, %s", err, tables(t, w.d))
		}
		w.apply(t, one)
		rec := w.insert(t, one.ID, market(4))
		// Version 2 fails at its last step: an index of that name is there already.
		w.write(t, func(tx *db.Tx) error {
			for _, c := range w.plan(t, two).Changes {
				if c.Aspect == "sort" && c.Kind == registers.AddIndex {
					_, err := tx.Exec(t.Context(), strings.Replace(c.SQL[len(c.SQL)-1], `"f_area_sort"`, `"created_at"`, 1))
					return err
				}
			}
			return errStop
		})
		before = tables(t, w.d)
		if err := fails(w.plan(t, two), nil); err == nil || tables(t, w.d) != before {
			t.Errorf("a second version that failed: %v, %s", err, tables(t, w.d))
		}
		if got := w.personal(t, one.ID, rec.ID); got.Values["area"] != "12.5" {
			t.Errorf("the record is now %v", got.Values)
		}
		if n := w.count(t, `SELECT COUNT(*) FROM registers_definitions`); n != 1 {
			t.Errorf("%d definitions", n)
		}
	})
}

// Two servers start with the same new file at the same moment, while a third
// one still writes.
func TestServersApplyAtOnce(t *testing.T) {
	t.Parallel()
	sets := migrations()
	run := func(t *testing.T, where string) {
		t.Helper()
		open := func() *db.DB {
			d, err := db.OpenUnsafe(where, clock.NewManual(dbtest.Now()))
			ok(t, err)
			t.Cleanup(func() { _ = d.Close() })
			return d
		}
		first := open()
		_, err := db.Migrate(t.Context(), first, sets...)
		ok(t, err)
		w := newWorld(t, first, nil)
		servers := []*db.DB{first, open(), open()}
		early := 0
		for _, version := range []string{"cho.1.yaml", "cho.2.yaml"} {
			d := file(t, version)
			var wg sync.WaitGroup
			if d.Version == 2 {
				for ; early < 40; early++ {
					w.insert(t, d.ID, market(4*early+1000)) // area 12.5
				}
			}
			for i, server := range servers {
				plan, err := w.keeper.Plan(t.Context(), server, d)
				ok(t, err)
				wg.Go(func() {
					if err := server.Write(t.Context(), func(tx *db.Tx) error {
						return w.keeper.Apply(t.Context(), tx, w.actor, plan)
					}); err != nil {
						t.Errorf("server %d: %v", i, err)
					}
				})
				if d.Version == 2 {
					wg.Go(func() { // whoever reads meanwhile reads at the scale in force
						for range 60 {
							p, err := w.keeper.List(t.Context(), server, w.all, d.ID, registers.Query{Order: registers.Sorted, Limit: 200})
							if err != nil && !errors.Is(err, db.ErrUnavailable) {
								t.Errorf("server %d: %v", i, err)
							}
							for _, r := range p.Records {
								if r.Values["area"] != "12.5" {
									t.Errorf("an area was read as %v", r.Values["area"])
								}
							}
						}
					})
					wg.Go(func() { // whoever writes meanwhile writes at the scale in force
						for n := range 20 {
							values := market(4*(20*i+n) + 40) // area 12.5
							delete(values, "address")
							if err := server.Write(t.Context(), func(tx *db.Tx) error {
								_, err := w.keeper.Insert(t.Context(), tx, w.actor, w.all, d.ID, "east", values)
								return err
							}); err != nil {
								t.Errorf("server %d: %v", i, err)
							}
						}
					})
				}
			}
			wg.Wait()
		}
		if n := w.count(t, `SELECT COUNT(*) FROM audit_records WHERE event = 'registers.applied'`); n != 2 {
			t.Errorf("applied %d times", n)
		}
		if n := w.count(t, `SELECT COUNT(*) FROM reg_cho_thu WHERE f_area = 12500`); n != 100 {
			t.Errorf("%d of 100 areas are right", n)
		}
	}
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		run(t, filepath.Join(t.TempDir(), "two.db"))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		run(t, dbtest.Postgres(t, sets))
	})
}

// A plan is applied as it was read, or not at all.
func TestAPlanThatNoLongerFits(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		apply := func(p registers.Plan) error {
			return w.d.Write(t.Context(), func(tx *db.Tx) error { return w.keeper.Apply(t.Context(), tx, w.actor, p) })
		}
		w.apply(t, def(t, "r", 1, "", "key: a, type: text"))
		wide := []string{"key: a, type: text, max: 300", "key: b, type: text"}
		old := w.plan(t, def(t, "r", 3, "", wide...))
		w.apply(t, def(t, "r", 2, "", wide[0])) // somebody else widens it first
		if err := apply(old); !errors.Is(err, registers.ErrStale) {
			t.Errorf("a plan from version 1 after version 2: %v", err)
		}
		ok(t, apply(w.plan(t, def(t, "r", 3, "", wide...))))
		if err := apply(w.plan(t, def(t, "r", 2, "", "key: a, type: text, max: 299"))); !errors.Is(err, registers.ErrRefused) {
			t.Errorf("a version 2 that nobody has seen was applied after version 3: %v", err)
		}
	})
}

// Rescaling a unique column passes through values that other records have.
func TestRescalingUniqueValues(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		w.apply(t, def(t, "r", 1, "list: {sort: n}", "key: n, type: integer, unique: true, required: true"))
		var ids []string
		for _, n := range []int{1000, 1, 100, 10, -10} {
			ids = append(ids, w.insert(t, "r", map[string]any{"n": n}).ID)
		}
		w.apply(t, def(t, "r", 2, "list: {sort: n}", "key: n, type: decimal, scale: 1, unique: true, required: true"))
		w.insert(t, "r", map[string]any{"n": "5"}) // its sort key is of the new scale, as those of the others must be
		page, err := w.keeper.List(t.Context(), w.d, w.all, "r", registers.Query{Order: registers.Sorted})
		ok(t, err)
		got := ""
		for _, r := range page.Records {
			got += fmt.Sprint(r.Values["n"], " ")
		}
		if got != "-10 1 5 10 100 1000 " || page.Records[0].ID != ids[4] {
			t.Errorf("got %s", got)
		}
		err = w.d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := w.keeper.Insert(t.Context(), tx, w.actor, w.all, "r", "east", map[string]any{"n": "100.0"})
			return err
		})
		if err == nil {
			t.Error("the values are no longer unique")
		}
	})
}

// A field stays hidden since the day it was, however it is hidden.
func TestHiddenSince(t *testing.T) {
	t.Parallel()
	const a, b, c = "key: a, type: text", "key: b, type: text", "key: c, type: text"
	each(t, func(t *testing.T, w world) {
		w.apply(t, def(t, "r", 1, "", a, b, c))
		w.apply(t, def(t, "r", 2, "", a, b+", hidden: true"))
		w.clock.Advance(72 * time.Hour)
		w.apply(t, def(t, "r", 3, "", a, b+", hidden: true"))
		w.apply(t, def(t, "r", 4, "", a))
		d, err := w.keeper.Definition(t.Context(), w.d, "r")
		ok(t, err)
		for _, key := range []string{"b", "c"} {
			if f, _ := d.Field(key); !f.Hidden || f.HiddenSince != "2026-03-02" {
				t.Errorf("%s: %+v", key, f)
			}
		}
	})
}
