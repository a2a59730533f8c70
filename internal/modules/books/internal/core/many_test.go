// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/errs"
)

// dig adds records of wells: of the east and the west in turn.
func dig(t *testing.T, w *world, keeper identity.Actor, n int) (all []core.Picked) {
	t.Helper()
	for i := range n {
		actor, unit := keeper, "east"
		if i%2 == 1 {
			actor, unit = w.west.Grant("registers.gieng.keep", identity.Place{Unit: "west"}), "west"
		}
		rec, err := w.svc.CreateRecord(t.Context(), actor, "gieng", unit, map[string]any{"name": fmt.Sprint("Giếng ", i), "kind": []string{"a", "a", "b"}[i%3], "depth": i})
		must(t, err)
		all = append(all, core.Picked{Record: rec.ID, Seen: rec.Version})
	}
	return all
}

func became(all []core.Became) string {
	var words []string
	for _, one := range all {
		word := string(one.Outcome)
		if one.Err != nil {
			e, _ := errors.AsType[*errs.Error](one.Err)
			word += ":" + e.Code
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

// Many records are changed each by itself: what is the same stays, what is out
// of reach or was changed meanwhile is refused, and a plan changes nothing.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		keeper, reader := wells(t, w)
		ctx := t.Context()
		all := dig(t, w, keeper, 6)
		_, err := w.svc.ChangeRecord(ctx, keeper, "gieng", all[4].Record, 1, map[string]any{"depth": 99})
		must(t, err)
		in := core.Alike{Field: "kind", Value: "b", Reason: "Đo lại", Records: append(all, all[0])}
		const want = "changed refused:registers.not_found same refused:registers.not_found refused:registers.changed_meanwhile refused:registers.not_found"
		planned, err := w.svc.PlanMany(ctx, keeper, "gieng", in)
		must(t, err)
		if got := became(planned); got != want {
			t.Errorf("the plan says\n %s, want\n %s", got, want)
		}
		if rec, err := w.svc.Record(ctx, keeper, "gieng", all[0].Record); err != nil || rec.Record.Values["kind"] != "a" || rec.Record.Version != 1 {
			t.Errorf("the plan changed %+v, %v", rec.Record, err)
		}
		batch, done, err := w.svc.ChangeMany(ctx, keeper, "gieng", in)
		must(t, err)
		if got := became(done); got != want || done[0].Version != 2 {
			t.Errorf("it became\n %s, want\n %s", got, want)
		}
		if n := w.recorded(t, books.AuditMany); n != 1 {
			t.Errorf("%d acts are recorded", n)
		}
		b, err := w.svc.GetBatch(ctx, keeper, "gieng", batch)
		if err != nil || len(b.Done) != 1 || b.Open != 1 || b.Reason != "Đo lại" {
			t.Errorf("the batch is %+v, %v", b, err)
		}
		if _, err := w.svc.GetBatch(ctx, reader, "gieng", batch); !errors.Is(err, access.ErrNotAllowed) {
			t.Errorf("a reader opens it: %v", err)
		}
		if _, err := w.svc.GetBatch(ctx, w.east, "cho", batch); !errors.Is(err, books.ErrNoBatch) {
			t.Errorf("it is in another register: %v", err)
		}
		undone, err := w.svc.UndoMany(ctx, keeper, "gieng", batch)
		if err != nil || became(undone) != "changed" {
			t.Errorf("undone %s, %v", became(undone), err)
		}
		rec, err := w.svc.Record(ctx, keeper, "gieng", all[0].Record)
		if err != nil || rec.Record.Values["kind"] != "a" || rec.Record.Version != 3 || len(rec.History) != 2 {
			t.Errorf("after it was taken back it is %+v, %v", rec.Record, err)
		}
		if undone, err = w.svc.UndoMany(ctx, keeper, "gieng", batch); err != nil || len(undone) != 0 {
			t.Errorf("undone twice: %s, %v", became(undone), err)
		}
	})
}

// What a filter finds is changed without naming it; what somebody built on is
// not undone.
func TestAllThatIsFound(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		keeper, _ := wells(t, w)
		ctx := t.Context()
		all := dig(t, w, keeper, 9)
		q := core.Query{Where: []registers.Condition{{Field: "kind", Op: registers.Is, Values: []string{"a"}}}}
		batch, done, err := w.svc.ChangeMany(ctx, keeper, "gieng", core.Alike{Field: "depth", Value: nil, Reason: "Chưa đo", All: &q})
		if err != nil || became(done) != strings.Repeat(" changed", 3)[1:] { // 0, 4 and 6: in the east, of kind a
			t.Fatalf("%s, %v", became(done), err)
		}
		_, err = w.svc.ChangeRecord(ctx, keeper, "gieng", all[0].Record, 2, map[string]any{"depth": 7})
		must(t, err)
		undone, err := w.svc.UndoMany(ctx, keeper, "gieng", batch)
		if err != nil || became(undone) != "refused:registers.changed_meanwhile"+strings.Repeat(" changed", 2) {
			t.Errorf("undone %s, %v", became(undone), err)
		}
		for i, want := range map[int]any{0: int64(7), 4: int64(4), 6: int64(6)} {
			if rec, err := w.svc.Record(ctx, keeper, "gieng", all[i].Record); err != nil || rec.Record.Values["depth"] != want {
				t.Errorf("%d is %v deep, %v", i, rec.Record.Values["depth"], err)
			}
		}
	})
}

// What cannot be the same in many records, or may not be changed, is refused
// before any record is looked at.
func TestWhatIsNotChangedAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		keeper, reader := wells(t, w)
		one := dig(t, w, keeper, 1)
		for name, tt := range map[string]struct {
			who  identity.Actor
			in   core.Alike
			want string
		}{
			"personal":    {keeper, core.Alike{Field: "keeper", Value: "Ông A", Reason: "x", Records: one}, "form.invalid [field form.choose]"},
			"no field":    {keeper, core.Alike{Field: "nothing", Reason: "x", Records: one}, "form.invalid [field form.choose]"},
			"no option":   {keeper, core.Alike{Field: "kind", Value: "z", Reason: "x", Records: one}, "form.invalid [kind registers.value.choice]"},
			"required":    {keeper, core.Alike{Field: "name", Value: "", Reason: "x", Records: one}, "form.invalid [name registers.value.required]"},
			"no reason":   {keeper, core.Alike{Field: "kind", Value: "b", Reason: "  ", Records: one}, "form.invalid [reason form.required]"},
			"nothing":     {keeper, core.Alike{Field: "kind", Value: "b", Reason: "x"}, "form.invalid [records books.none_picked]"},
			"too many":    {keeper, core.Alike{Field: "kind", Value: "b", Reason: "x", Records: make([]core.Picked, core.ManyMost+1)}, "books.too_many_picked"},
			"a reader":    {reader, core.Alike{Field: "kind", Value: "b", Reason: "x", Records: one}, "access.not_allowed"},
			"no official": {identity.Actor{}, core.Alike{Field: "kind", Value: "b", Reason: "x", Records: one}, "access.sign_in_needed"},
		} {
			if _, _, err := w.svc.ChangeMany(t.Context(), tt.who, "gieng", tt.in); !strings.HasSuffix(fmt.Sprint(err), tt.want) {
				t.Errorf("%s: %v, want %s", name, err, tt.want)
			}
		}
		if n := w.recorded(t, books.AuditMany); n != 0 {
			t.Errorf("%d acts are recorded", n)
		}
	})
}
