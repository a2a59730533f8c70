// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// market is the i-th record of the story: every type, some fields empty.
func market(i int) map[string]any {
	values := map[string]any{
		"code": fmt.Sprintf("C%04d", i), "name": fmt.Sprintf("Chợ Đình %d", i), "address": fmt.Sprintf("Số %d, đường Trần Phú", i),
		"class": []string{"one", "two"}[i%2], "area": []string{"12.5", "-3", "0", "9000000.1"}[i%4], "stalls": int64(i),
		"fee_year": int64(i) * 150_000, "built_on": []string{"1998", "1998-07", "1998-07-15"}[i%3], "inspected_on": "2026-02-28",
		"active": i%2 == 0, "place": registers.Point{Lat: 10_386_200 + int64(i), Lon: -105_435_100}, "keeper": "Nguyễn Văn Ổn",
		"keeper_number": fmt.Sprintf("0890%08d", i), "keeper_phone": "02963852222", "commune": "west",
	}
	if i%5 != 0 {
		values["note"] = "Dòng một\nDòng hai"
	}
	return values
}

// The riskiest mechanism: a thousand records live through a second version of
// the file that adds, hides and widens.
func TestASecondVersionLosesNothing(t *testing.T) {
	t.Parallel()
	const n = 1000
	each(t, func(t *testing.T, w world) {
		ctx := t.Context()
		one, two := file(t, "cho.1.yaml"), file(t, "cho.2.yaml")
		w.apply(t, one)
		var ids []string
		w.write(t, func(tx *db.Tx) error {
			ids = nil
			for i := range n {
				rec, err := w.keeper.Insert(ctx, tx, w.actor, w.all, one.ID, "east", market(i))
				if err != nil {
					return err
				}
				ids = append(ids, rec.ID)
			}
			return nil
		})
		long := strings.Repeat("ợ", 60)
		if err := w.update(t, one.ID, ids[0], 1, map[string]any{"name": long}); errs.KindOf(err) != errs.Invalid {
			t.Fatalf("60 characters in 50: %v", err)
		}

		plan := w.plan(t, two)
		for _, lang := range []i18n.Lang{i18n.VI, i18n.EN} {
			golden(t, "plan."+string(lang)+".txt", plan.Text(printer(t, lang)))
		}
		w.apply(t, two)

		for i, id := range ids {
			want := market(i)
			delete(want, "address")
			got := w.personal(t, one.ID, id)
			if !reflect.DeepEqual(got.Values, want) {
				t.Fatalf("record %d is now\n%v, was\n%v", i, got.Values, want)
			}
			if _, there := got.Values["opened"]; there || got.Version != 1 {
				t.Fatalf("the new field of record %d has a value, or its version is %d", i, got.Version)
			}
		}
		if kept := w.count(t, `SELECT COUNT(*) FROM reg_cho_thu WHERE f_address = 'Số ' || f_stalls || ', đường Trần Phú'`); kept != n {
			t.Errorf("%d of %d hidden values are kept", kept, n)
		}
		now, err := w.keeper.Definition(ctx, w.d, one.ID)
		ok(t, err)
		if f, _ := now.Field("address"); !f.Hidden || f.HiddenSince != "2026-03-02" {
			t.Errorf("the field that is no longer named is %+v", f)
		}
		page, err := w.keeper.List(ctx, w.d, w.all, one.ID, registers.Query{Limit: 1})
		ok(t, err)
		if keys := slices.Sorted(maps.Keys(page.Records[0].Values)); slices.Contains(keys, "address") {
			t.Errorf("the hidden field is listed: %v", keys)
		}
		ok(t, w.update(t, one.ID, ids[0], 1, map[string]any{"name": long, "area": "12.125", "class": "three", "opened": "5 giờ"}))
		if got := w.personal(t, one.ID, ids[0]).Values; got["name"] != long || got["area"] != "12.125" || got["class"] != "three" {
			t.Errorf("what became wider holds %v", got)
		}
		if err := w.update(t, one.ID, ids[0], 2, map[string]any{"address": "x"}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("a hidden field was written: %v", err)
		}
		// History is read as the definition of its time read it.
		past, err := w.keeper.History(ctx, w.d, w.all, one.ID, ids[0])
		ok(t, err)
		if len(past) != 1 || past[0].Values["area"] != "12.5" || past[0].Values["name"] != "Chợ Đình 0" || past[0].Values["keeper_number"] != nil {
			t.Errorf("the past is %+v", past)
		}
	})
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := "testdata/" + name
	if os.Getenv("UPDATE_GOLDEN") == "1" {
		ok(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(path)
	ok(t, err)
	if got != string(want) {
		t.Errorf("%s is\n%s\nwant\n%s", name, got, want)
	}
}

func TestAppliedTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		one, two := file(t, "cho.1.yaml"), file(t, "cho.2.yaml")
		first := w.apply(t, one)
		w.insert(t, one.ID, market(7))
		second := w.apply(t, two)
		before := w.count(t, `SELECT COUNT(*) FROM audit_records`)
		rows := w.count(t, `SELECT SUM(f_area) FROM reg_cho_thu`)
		again := w.apply(t, two)
		if !again.Nothing() || len(again.Changes) > 0 {
			t.Errorf("the plan is %+v", again)
		}
		// The very plan that was applied, sent again: its rescaling is not done twice.
		w.write(t, func(tx *db.Tx) error { return w.keeper.Apply(t.Context(), tx, w.actor, second) })
		if w.count(t, `SELECT SUM(f_area) FROM reg_cho_thu`) != rows || w.count(t, `SELECT COUNT(*) FROM audit_records`) != before {
			t.Error("applied again, it did something")
		}
		err := w.d.Write(t.Context(), func(tx *db.Tx) error { return w.keeper.Apply(t.Context(), tx, w.actor, first) })
		if !errors.Is(err, registers.ErrStale) { // version 1 may come back, by a plan that says so
			t.Errorf("the old plan of version 1 after version 2: %v", err)
		}
		if n := w.count(t, `SELECT COUNT(*) FROM registers_definitions`); n != 2 {
			t.Errorf("%d definitions", n)
		}
	})
}
