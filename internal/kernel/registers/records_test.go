// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
)

// fields returns "field:code" for each problem.
func fields(t *testing.T, err error) []string {
	t.Helper()
	e, is := errors.AsType[*errs.Error](err)
	if !is || e.Kind != errs.Invalid {
		t.Fatalf("got %v", err)
	}
	var all []string
	for _, f := range e.Fields {
		all = append(all, f.Name+":"+strings.TrimPrefix(f.Code, "registers.value."))
	}
	return all
}

func TestValuesAreChecked(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		d := file(t, "cho.1.yaml")
		w.apply(t, d)
		w.insert(t, d.ID, market(1))
		insert := func(unit string, values map[string]any) error {
			return w.d.Write(t.Context(), func(tx *db.Tx) error {
				_, err := w.keeper.Insert(t.Context(), tx, w.actor, w.all, d.ID, unit, values)
				return err
			})
		}
		all := map[string]any{
			"zzz": 1, "code": "C0001", "name": "  \u200b ", "address": strings.Repeat("a", 201), "commune": "nowhere",
			"class": "three", "area": "1.25", "stalls": "1.5", "fee_year": int64(1) << 60, "built_on": "1998-13", "inspected_on": "2026-02-29",
			"active": "perhaps", "place": "105.4, 10.3", "keeper": 7, "keeper_number": "08901234567", "keeper_phone": "12345", "note": strings.Repeat("ợ", 501),
		}
		want := []string{
			"unit:unit", "zzz:unknown", "code:taken", "name:required", "address:too_long", "commune:unit", "class:choice", "area:decimal",
			"stalls:integer", "fee_year:too_large", "built_on:date_partial", "inspected_on:date", "active:boolean", "place:point",
			"keeper:shape", "keeper_number:person_number", "keeper_phone:phone", "note:too_long",
		}
		if got := fields(t, insert("nowhere", all)); !slices.Equal(got, want) {
			t.Errorf("got  %v\nwant %v", got, want)
		}
		// What stands for nothing, or for the same in another form, is kept in one form.
		ok(t, insert("east", map[string]any{
			"code": "C2", "name": "Cho\u031b\u0323 \u00a0 Mo\u031b\u0301i ", "area": "-0.10", "stalls": 12, "place": "10.3862, -105.4351",
			"keeper_phone": "+84 296.385-2222", "keeper_number": "089 012 345 678", "note": " a\r\nb\x00 ", "class": "", "address": nil,
		}))
		p, err := w.keeper.List(t.Context(), w.d, w.all, d.ID, registers.Query{Equal: map[string]any{"code": "C2"}})
		ok(t, err)
		got := w.personal(t, d.ID, p.Records[0].ID).Values
		for key, want := range map[string]any{
			"name": "Chợ Mới", "area": "-0.1", "stalls": int64(12), "place": registers.Point{Lat: 10_386_200, Lon: -105_435_100},
			"keeper_phone": "02963852222", "keeper_number": "089012345678", "note": "a\nb", "class": nil, "address": nil,
		} {
			if got[key] != want {
				t.Errorf("%s is %#v, want %#v", key, got[key], want)
			}
		}
		if n := w.count(t, `SELECT COUNT(*) FROM reg_cho_thu WHERE f_name = 'Chợ Mới' AND f_name_folded = 'cho moi'`); n != 1 {
			t.Error("the name is not composed, or not folded")
		}
		// Values are parameters.
		evil := `'); DROP TABLE reg_cho_thu; --`
		ok(t, insert("east", map[string]any{"code": "C3", "name": evil, "note": `$1 "${x}" \`}))
		p, err = w.keeper.List(t.Context(), w.d, w.all, d.ID, registers.Query{Equal: map[string]any{"code": "C3"}})
		ok(t, err)
		if p.Records[0].Values["name"] != evil {
			t.Errorf("got %v", p.Records[0].Values)
		}
	})
}

// Personal fields are read for a purpose, which is recorded; identifiers are
// nowhere in clear.
func TestPersonalFields(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		ctx := t.Context()
		d := file(t, "cho.1.yaml")
		w.apply(t, d)
		rec := w.insert(t, d.ID, market(1))
		ok(t, w.update(t, d.ID, rec.ID, 1, map[string]any{"keeper_phone": "0912345678"}))

		got, err := w.keeper.Get(ctx, w.d, w.all, d.ID, rec.ID)
		ok(t, err)
		if got.Values["keeper"] != nil || got.Values["keeper_number"] != nil || !slices.Equal(got.Withheld, []string{"keeper", "keeper_number", "keeper_phone"}) {
			t.Errorf("without a purpose: %+v", got)
		}
		number := map[string]any{"keeper_number": "089000000001"}
		if _, err := w.keeper.List(ctx, w.d, w.all, d.ID, registers.Query{Equal: number}); !errors.Is(err, access.ErrPurposeNeeded) {
			t.Errorf("found by a personal number without a purpose: %v", err)
		}
		reads := func() int64 {
			return w.count(t, `SELECT COUNT(*) FROM audit_records WHERE purpose = 'handling' AND subject = $1`, d.ID+"/"+rec.ID)
		}
		before := reads()
		w.write(t, func(tx *db.Tx) error {
			if _, err := w.keeper.GetPersonal(ctx, tx, w.actor, w.all, "", d.ID, rec.ID); !errors.Is(err, access.ErrPurposeNeeded) {
				t.Errorf("read without a purpose: %v", err)
			}
			p, err := w.keeper.ListPersonal(ctx, tx, w.actor, w.all, access.Handling, d.ID, registers.Query{Equal: number})
			if err == nil && (len(p.Records) != 1 || p.Records[0].Values["keeper_phone"] != "0912345678") {
				t.Errorf("found %+v", p.Records)
			}
			return err
		})
		if reads() != before+1 {
			t.Error("the read was not recorded")
		}
		for _, table := range []string{"reg_cho_thu", "reg_cho_thu_history"} {
			var all []string
			cols := map[string]string{
				"reg_cho_thu":         `f_keeper_number_sealed || f_keeper_number_index || f_keeper_phone_sealed || f_keeper_phone_index`,
				"reg_cho_thu_history": `before_json`,
			}
			all, err := db.All(ctx, w.d, db.Column[string], `SELECT `+cols[table]+` FROM `+table)
			ok(t, err)
			if len(all) != 1 || strings.Contains(all[0], "089000000001") || strings.Contains(all[0], "912345678") || strings.Contains(all[0], "2963852222") {
				t.Errorf("%s holds %v", table, all)
			}
		}
		// A sealed value moved to another record does not open.
		other := w.insert(t, d.ID, market(2))
		w.write(t, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE reg_cho_thu SET f_keeper_number_sealed = (SELECT f_keeper_number_sealed FROM reg_cho_thu WHERE id = $1) WHERE id = $2`, rec.ID, other.ID)
			return err
		})
		err = w.d.Write(ctx, func(tx *db.Tx) error {
			_, err := w.keeper.GetPersonal(ctx, tx, w.actor, w.all, access.Handling, d.ID, other.ID)
			return err
		})
		if err == nil {
			t.Error("a moved identifier was opened")
		}
	})
}

// In the order of a personal field, the order and the cursor would tell it.
func TestSortedByAPersonalField(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		w.apply(t, def(t, "r", 1, "list: {sort: name}", "key: name, type: text, personal: basic"))
		w.insert(t, "r", map[string]any{"name": "Ẩn"})
		if _, err := w.keeper.List(t.Context(), w.d, w.all, "r", registers.Query{Order: registers.Sorted}); !errors.Is(err, access.ErrPurposeNeeded) {
			t.Errorf("got %v", err)
		}
		p, err := w.keeper.List(t.Context(), w.d, w.all, "r", registers.Query{})
		ok(t, err)
		if len(p.Records) != 1 || len(p.Records[0].Values) != 0 {
			t.Errorf("got %+v", p)
		}
	})
}

// What is out of scope does not exist: not to read, list, count, change or add to.
func TestOutOfScope(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		ctx := t.Context()
		w.apply(t, def(t, "r", 1, "list: {sort: a}", "key: a, type: text", "key: n, type: person_number"))
		ids := map[string]string{}
		for _, unit := range []string{"province", "east", "west", "hamlet"} {
			w.write(t, func(tx *db.Tx) error {
				rec, err := w.keeper.Insert(ctx, tx, w.actor, w.all, "r", unit, map[string]any{"a": unit, "n": "089000000001"})
				ids[unit] = rec.ID
				return err
			})
		}
		for _, tt := range []struct {
			name  string
			scope access.Scope
			sees  []string
		}{
			{"all", w.all, []string{"east", "hamlet", "province", "west"}},
			{"one unit", w.east, []string{"east"}},
			{"with what is under it", w.sub, []string{"east", "hamlet"}},
			{"nothing", access.Scope{}, nil},
		} {
			n, err := w.keeper.Count(ctx, w.d, tt.scope, "r")
			ok(t, err)
			if int(n) != len(tt.sees) {
				t.Errorf("%s counts %d", tt.name, n)
			}
			for _, q := range []registers.Query{{}, {Order: registers.Sorted}, {Equal: map[string]any{"n": "089000000001"}}} {
				var seen []string
				w.write(t, func(tx *db.Tx) error {
					p, err := w.keeper.ListPersonal(ctx, tx, w.actor, tt.scope, access.Handling, "r", q)
					seen = nil
					for _, r := range p.Records {
						seen = append(seen, r.Unit)
					}
					return err
				})
				if slices.Sort(seen); !slices.Equal(seen, tt.sees) {
					t.Errorf("%s lists %v for %+v", tt.name, seen, q)
				}
			}
			for unit, id := range ids {
				visible := slices.Contains(tt.sees, unit)
				_, got := w.keeper.Get(ctx, w.d, tt.scope, "r", id)
				_, past := w.keeper.History(ctx, w.d, tt.scope, "r", id)
				read := w.d.Write(ctx, func(tx *db.Tx) error {
					_, err := w.keeper.GetPersonal(ctx, tx, w.actor, tt.scope, access.Handling, "r", id)
					return err
				})
				for door, err := range map[string]error{"get": got, "history": past, "personal": read} {
					if visible != (err == nil) || !visible && !errors.Is(err, registers.ErrNotFound) {
						t.Errorf("%s of %s through %s: %v", unit, tt.name, door, err)
					}
				}
				if visible {
					continue
				}
				for door, f := range map[string]func(tx *db.Tx) error{
					"update": func(tx *db.Tx) error {
						_, err := w.keeper.Update(ctx, tx, w.actor, tt.scope, "r", id, 1, map[string]any{"a": "x"})
						return err
					},
					"hide": func(tx *db.Tx) error { return w.keeper.Hide(ctx, tx, w.actor, tt.scope, "r", id, 1) },
				} {
					if err := w.d.Write(ctx, f); !errors.Is(err, registers.ErrNotFound) {
						t.Errorf("%s of %s through %s: %v", unit, tt.name, door, err)
					}
				}
				err := w.d.Write(ctx, func(tx *db.Tx) error {
					_, err := w.keeper.Insert(ctx, tx, w.actor, tt.scope, "r", unit, map[string]any{"a": "x"})
					return err
				})
				if got := fields(t, err); !slices.Equal(got, []string{"unit:unit"}) {
					t.Errorf("%s added to %s: %v", tt.name, unit, got)
				}
			}
		}
	})
}

// Two change the same record: one succeeds, the other is told who and when.
func TestChangedMeanwhile(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		w.apply(t, def(t, "r", 1, "", "key: a, type: text, unique: true", "key: b, type: integer, required: true"))
		rec := w.insert(t, "r", map[string]any{"a": "x", "b": 1})
		w.clock.Advance(time.Minute)
		var wg sync.WaitGroup
		results := make([]error, 16)
		for i := range results {
			wg.Go(func() { results[i] = w.update(t, "r", rec.ID, 1, map[string]any{"b": i}) })
		}
		wg.Wait()
		lost := 0
		for _, err := range results {
			if err == nil {
				continue
			}
			lost++
			e, is := errors.AsType[*errs.Error](err)
			if !is || !errors.Is(err, registers.ErrChanged) || e.Args["who"] != "clerk" || fmt.Sprint(e.Args["when"]) != fmt.Sprint(w.d.Now()) {
				t.Errorf("got %v", err)
			}
		}
		if lost != 15 {
			t.Errorf("%d of 16 lost", lost)
		}
		if got := fields(t, w.update(t, "r", rec.ID, 2, map[string]any{"b": nil})); !slices.Equal(got, []string{"b:required"}) {
			t.Errorf("got %v", got)
		}
		ok(t, w.update(t, "r", rec.ID, 2, map[string]any{"a": "x"})) // its own value is not taken
		w.write(t, func(tx *db.Tx) error { return w.keeper.Hide(t.Context(), tx, w.actor, w.all, "r", rec.ID, 3) })
		if _, err := w.keeper.Get(t.Context(), w.d, w.all, "r", rec.ID); !errors.Is(err, registers.ErrNotFound) {
			t.Errorf("a hidden record: %v", err)
		}
		past, err := w.keeper.History(t.Context(), w.d, w.all, "r", rec.ID)
		ok(t, err)
		if len(past) != 3 || past[2].Values["b"] != int64(1) || past[0].Version != 3 || past[2].ChangedBy != "clerk" || !past[2].Until.Equal(w.d.Now().Time) {
			t.Errorf("the past is %+v", past)
		}
		events, err := db.All(t.Context(), w.d, db.Column[string], `SELECT event FROM audit_records WHERE subject = $1 ORDER BY id`, "r/"+rec.ID)
		ok(t, err)
		if want := []string{"registers.created", "registers.changed", "registers.changed", "registers.hidden"}; !slices.Equal(events, want) {
			t.Errorf("recorded %v", events)
		}
	})
}

// Whoever comes while another's change is not yet committed waits for it, and
// is then told of it.
func TestWaitsForTheOther(t *testing.T) {
	t.Parallel()
	where := dbtest.Postgres(t, migrations()) // SQLite's writer is alone
	d, err := db.OpenUnsafe(where, clock.NewManual(dbtest.Now()))
	ok(t, err)
	t.Cleanup(func() { _ = d.Close() })
	w := newWorld(t, d, nil)
	w.apply(t, def(t, "r", 1, "", "key: a, type: text"))
	rec := w.insert(t, "r", map[string]any{"a": "x"})
	second := make(chan error, 1)
	w.write(t, func(tx *db.Tx) error {
		if _, err := w.keeper.Update(t.Context(), tx, w.actor, w.all, "r", rec.ID, 1, map[string]any{"a": "y"}); err != nil {
			return err
		}
		go func() { second <- w.update(t, "r", rec.ID, 1, map[string]any{"a": "z"}) }()
		for w.count(t, `SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`) == 0 {
			if err := t.Context().Err(); err != nil {
				return err
			}
		}
		return nil
	})
	if err := <-second; !errors.Is(err, registers.ErrChanged) {
		t.Errorf("got %v", err)
	}
}

// What has become personal is no longer read from the past.
func TestThePastOfAFieldThatBecamePersonal(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		w.apply(t, def(t, "r", 1, "", "key: a, type: text", "key: b, type: text"))
		rec := w.insert(t, "r", map[string]any{"a": "x", "b": "y"})
		w.apply(t, def(t, "r", 2, "", "key: a, type: text, personal: sensitive", "key: b, type: text"))
		ok(t, w.update(t, "r", rec.ID, 1, map[string]any{"b": "z"}))
		w.apply(t, def(t, "r", 3, "", "key: a, type: text", "key: b, type: text"))
		ok(t, w.update(t, "r", rec.ID, 2, map[string]any{"b": "w"})) // kept under version 3, of a value once personal
		w.apply(t, def(t, "r", 4, "", "key: a, type: text, personal: basic", "key: b, type: text"))
		past, err := w.keeper.History(t.Context(), w.d, w.all, "r", rec.ID)
		ok(t, err)
		for _, p := range past {
			if p.Values["a"] != nil || p.Values["b"] == nil || !slices.Equal(p.Withheld, []string{"a"}) {
				t.Errorf("got %+v", p)
			}
		}
		if len(past) != 2 {
			t.Errorf("%d versions", len(past))
		}
	})
}

// The key holds for all of its fields together, also against somebody faster.
func TestTheKeyIsUnique(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		w.apply(t, def(t, "r", 1, "key: [a, y]", "key: a, type: text, required: true", "key: y, type: integer, required: true"))
		first := w.insert(t, "r", map[string]any{"a": "x", "y": 2025})
		second := w.insert(t, "r", map[string]any{"a": "x", "y": 2026})
		for name, err := range map[string]error{
			"change": w.update(t, "r", second.ID, 1, map[string]any{"y": 2025}),
			"insert": w.d.Write(t.Context(), func(tx *db.Tx) error {
				_, err := w.keeper.Insert(t.Context(), tx, w.actor, w.all, "r", "west", map[string]any{"a": "x", "y": 2025})
				return err
			}),
		} {
			if got := fields(t, err); !slices.Equal(got, []string{"a:taken", "y:taken"}) {
				t.Errorf("%s: %v", name, got)
			}
		}
		ok(t, w.update(t, "r", first.ID, 1, map[string]any{"y": 2024}))
		var wg sync.WaitGroup
		var mu sync.Mutex
		made := 0
		for range 4 {
			wg.Go(func() {
				err := w.d.Write(t.Context(), func(tx *db.Tx) error {
					_, err := w.keeper.Insert(t.Context(), tx, w.actor, w.all, "r", "west", map[string]any{"a": "z", "y": 1})
					return err
				})
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					made++
				} else if k := errs.KindOf(err); k != errs.Conflict && k != errs.Invalid {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if made != 1 {
			t.Errorf("made %d times", made)
		}
	})
}
