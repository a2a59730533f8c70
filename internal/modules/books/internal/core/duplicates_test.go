// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"errors"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// twins applies a version of the markets with rules of duplicates.
func twins(t *testing.T, w *world) {
	t.Helper()
	d, err := w.keeper.Definition(t.Context(), w.d, "cho")
	must(t, err)
	d.Version = 2
	d.Duplicates = &registers.Duplicates{Rules: []registers.Likeness{
		{Name: d.Fields[1].Label, Fields: []registers.Match{{Field: "name", As: registers.Folded}}},
		{Name: d.Fields[2].Label, Fields: []registers.Match{{Field: "keeper"}}},
	}}
	w.write(t, func(tx *db.Tx) error {
		plan, err := w.keeper.Plan(t.Context(), tx, d)
		if err != nil {
			return err
		}
		return w.keeper.Apply(t.Context(), tx, w.it, plan)
	})
}

func (w *world) seek(t *testing.T) {
	t.Helper()
	for more := true; more; {
		_, err := w.keeper.OrderFeed(t.Context(), w.d)
		must(t, err)
		more, err = w.keeper.SeekDuplicates(t.Context(), w.d)
		must(t, err)
	}
}

// From what is told at entry, over the list, to one record and two again.
func TestDuplicatesFromEntryToUndo(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		a, err := w.svc.CreateRecord(ctx, w.east, "cho", "east", map[string]any{"code": "A", "name": "Chợ Vàm", "keeper": "Nguyễn Văn Bé"})
		must(t, err)
		_, err = w.svc.CreateRecord(ctx, w.west, "cho", "west", map[string]any{"code": "W", "name": "Chợ Vàm"})
		must(t, err)
		twins(t, w)
		w.seek(t) // what was there before the rules
		found, err := w.svc.Duplicates(ctx, w.east, "cho", "", map[string]any{"code": "B", "name": "CHO VAM"})
		must(t, err)
		if len(found.Found) != 1 || found.Found[0].Record.ID != a.ID || found.Elsewhere || found.Blocks || len(found.Found[0].Record.Withheld) != 1 {
			t.Errorf("%+v", found)
		}
		b, err := w.svc.CreateRecord(ctx, w.east, "cho", "east", map[string]any{"code": "B", "name": "Cho Vam", "keeper": "Nguyễn Văn Bé"})
		must(t, err)
		w.seek(t)
		p, err := w.svc.Pairs(ctx, w.east, "cho", "", "")
		must(t, err)
		if len(p.Pairs) != 1 || p.Pairs[0].Rule.VI != "Tên chợ" || p.Look.Running {
			t.Fatalf("%+v", p)
		}
		if _, err := w.svc.Pairs(ctx, w.reader, "cho", "", ""); !errors.Is(err, access.ErrNotAllowed) {
			t.Errorf("who may not merge sees pairs: %v", err)
		}
		v, err := w.svc.Beside(ctx, w.east, "cho", a.ID, b.ID)
		must(t, err)
		if len(v.Abreast.Fields) != 3 || v.Kept != 0 || v.First.Values["keeper"] != nil {
			t.Errorf("%+v", v)
		}
		read := w.recorded(t, registers.AuditRead)
		if v, err = w.svc.PersonalBeside(ctx, w.east, access.Handling, "cho", a.ID, b.ID); err != nil || v.Second.Values["keeper"] != "Nguyễn Văn Bé" || w.recorded(t, registers.AuditRead) != read+2 {
			t.Errorf("%v %+v", err, v)
		}
		m, err := w.svc.MergeRecords(ctx, w.east, "cho", registers.Merging{Survivor: a.ID, Loser: b.ID, SurvivorSeen: 1, LoserSeen: 1, Take: []string{"name"}, Reason: "Nhập hai lần"})
		must(t, err)
		_, err = w.svc.Record(ctx, w.east, "cho", b.ID)
		if e, ok := errors.AsType[*errs.Error](err); !ok || !errors.Is(err, registers.ErrBecame) || e.Args["into"] != a.ID {
			t.Errorf("the old address says %v", err)
		}
		if _, err = w.svc.Record(ctx, w.west, "cho", b.ID); !errors.Is(err, registers.ErrNotFound) {
			t.Errorf("and to who does not see it %v", err)
		}
		one, err := w.svc.Record(ctx, w.east, "cho", a.ID)
		must(t, err)
		if one.Record.Values["name"] != "Cho Vam" || len(one.Merges) != 1 {
			t.Errorf("%+v", one)
		}
		_, err = w.svc.MergeRecords(ctx, w.east, "cho", registers.Merging{Survivor: b.ID, Loser: a.ID, SurvivorSeen: 1, LoserSeen: 1, Reason: "x"})
		if !errors.Is(err, registers.ErrMerged) {
			t.Errorf("merged crosswise: %v", err)
		}
		all, err := w.svc.Merges(ctx, w.east, "cho", "")
		must(t, err)
		if len(all.Items) != 1 || all.Logins[all.Items[0].By] != "east" {
			t.Errorf("%+v", all)
		}
		_, err = w.svc.UndoMerge(ctx, w.east, "cho", m.ID)
		must(t, err)
		if one, err = w.svc.Record(ctx, w.east, "cho", b.ID); err != nil || one.Record.Values["code"] != "B" {
			t.Errorf("%v %+v", err, one)
		}
		got, err := w.svc.GetMerge(ctx, w.east, "cho", m.ID)
		must(t, err)
		if got.UndoneAt.IsZero() || got.Logins[got.UndoneBy] != "east" {
			t.Errorf("%+v", got)
		}
		must(t, w.svc.LookAgain(ctx, w.east, "cho"))
		w.seek(t)
		must(t, w.svc.TellApart(ctx, w.east, "cho", b.ID, a.ID, true))
		var pages [2]core.PairPage
		for i, state := range []registers.PairState{registers.PairOpen, registers.PairDifferent} {
			pages[i], err = w.svc.Pairs(ctx, w.east, "cho", state, "")
			must(t, err)
		}
		if len(pages[0].Pairs) != 0 || len(pages[1].Pairs) != 1 || pages[1].Logins[pages[1].Pairs[0].By] != "east" {
			t.Errorf("%+v", pages)
		}
	})
}
