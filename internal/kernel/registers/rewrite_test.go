// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"fmt"
	"slices"
	"testing"

	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
)

func weighed(t *testing.T, version int, compute, list, more string) registers.Definition {
	t.Helper()
	return def(t, "r", version, list, "key: name, type: text, required: true, searchable: true", "key: note, type: text"+more,
		"key: n, type: integer", `key: made, type: integer, compute: "`+compute+`"`)
}

// Many records are written anew piece by piece: a server that stops goes on, what is
// written meanwhile is right, and until it is over nobody filters by what is half done.
func TestManyRecordsAreWrittenAnewPieceByPiece(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		w.keeper = w.keeper.AtOnce(100)
		ctx := t.Context()
		w.apply(t, weighed(t, 1, "n + 1", "list: {sort: name}", ""))
		var ids []string
		w.write(t, func(tx *db.Tx) error {
			for i := range 1200 {
				rec, err := w.keeper.Insert(ctx, tx, w.actor, w.all, "r", "east", map[string]any{"name": fmt.Sprintf("a%04d", i), "note": fmt.Sprintf("Lúa vụ %d", i%7), "n": i})
				if err != nil {
					return err
				}
				ids = append(ids, rec.ID)
			}
			return nil
		})
		plan := w.apply(t, weighed(t, 2, "n * 10", "list: {sort: made, sorts: [name, note]}", ", searchable: true"))
		if len(plan.Refusals()) > 0 || !slices.ContainsFunc(plan.Changes, func(c registers.Change) bool { return c.RowCount == 1200 }) {
			t.Fatalf("%+v", plan.Changes)
		}
		tells := func(done int64) {
			t.Helper()
			r, found, err := w.keeper.GetRewriting(ctx, w.d, "r")
			ok(t, err)
			if !found || r.Done != done || r.Total != 1200 || !slices.Contains(r.Fields, "note") || !slices.Contains(r.Fields, "made") || slices.Contains(r.Fields, "name") {
				t.Errorf("%d done: %t %+v", done, found, r)
			}
		}
		tells(0)
		step := func(more bool) {
			t.Helper()
			if did, err := w.keeper.AtOnce(100).Rewrite(ctx, w.d); err != nil || did != more { // each time another server
				t.Fatalf("%t %v", did, err)
			}
		}
		step(true)
		tells(500)
		note := registers.Condition{Field: "note", Op: registers.Has, Values: []string{"vu 3"}}
		if _, err := w.keeper.Find(ctx, w.d, w.reader(t, "r"), registers.Ask{Where: []registers.Condition{note}}); !slices.Equal(fields(t, err), []string{"note:preparing"}) {
			t.Errorf("words of what is half done: %v", err)
		}
		if p, err := w.keeper.Find(ctx, w.d, w.reader(t, "r"), registers.Ask{By: "made", Limit: 3}); err != nil || len(p.Records) != 3 || p.Records[0].ID != ids[0] {
			t.Errorf("in an order that is half done: %+v %v", p.Records, err)
		}
		ok(t, w.update(t, "r", ids[1100], 1, map[string]any{"note": "Lúa vụ 3", "n": 7}))
		fresh := w.insert(t, "r", map[string]any{"name": "b", "note": "Lúa vụ 3", "n": 5})
		step(true)

		// A newer version begins again, with what is left of the one before.
		w.apply(t, weighed(t, 3, "n * 100", "list: {sort: made, sorts: [name, note]}", ", searchable: true"))
		r, _, err := w.keeper.GetRewriting(ctx, w.d, "r")
		ok(t, err)
		if r.Done != 0 || !slices.Contains(r.Fields, "note") {
			t.Errorf("%+v", r)
		}
		for range 3 {
			step(true)
		}
		step(false)
		if _, found, err := w.keeper.GetRewriting(ctx, w.d, "r"); err != nil || found {
			t.Errorf("it is not over: %v", err)
		}
		for more := true; more; {
			more, err = w.keeper.FillWords(ctx, w.d)
			ok(t, err)
		}
		s := w.reader(t, "r")
		n, _, err := w.keeper.Tally(ctx, w.d, s, registers.Ask{Where: []registers.Condition{note}}, 10_000)
		ok(t, err)
		want := 2 // the two that were written meanwhile
		for i := range 1200 {
			if i%7 == 3 && i != 1100 {
				want++
			}
		}
		if n != want {
			t.Errorf("found %d by the words, not %d", n, want)
		}
		var last int64 = -1
		ask, all := registers.Ask{By: "made", Limit: 200}, 0
		for {
			p, err := w.keeper.Find(ctx, w.d, s, ask)
			ok(t, err)
			for _, rec := range p.Records {
				made, _ := rec.Values["made"].(int64)
				count, _ := rec.Values["n"].(int64)
				if made != count*100 || made < last {
					t.Fatalf("%s: %d of %d after %d", rec.ID, made, count, last)
				}
				last, all = made, all+1
			}
			if ask.After = p.Next; p.Next == "" {
				break
			}
		}
		if all != 1201 {
			t.Errorf("%d records", all)
		}
		if now := w.personal(t, "r", fresh.ID); now.Version != 1 {
			t.Errorf("writing anew is no change of a record: version %d", now.Version)
		}
	})
}
