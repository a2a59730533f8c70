// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

func (p priced) merge(t *testing.T, who string, in registers.Merging) (m registers.Merged, err error) {
	t.Helper()
	if in.Reason == "" {
		in.Reason = "Nhập hai lần"
	}
	err = p.do(t, who, func(tx *db.Tx, s registers.Standing) (err error) {
		m, err = p.keeper.Merge(t.Context(), tx, s, in)
		return err
	})
	return m, err
}

func (p priced) unmerge(t *testing.T, who, merge string) error {
	t.Helper()
	return p.do(t, who, func(tx *db.Tx, s registers.Standing) error {
		_, err := p.keeper.Unmerge(t.Context(), tx, s, merge)
		return err
	})
}

// says is a record with everything in it; "gone" where it has left.
func (p priced) says(t *testing.T, register, record string) string {
	t.Helper()
	said := "gone"
	p.write(t, func(tx *db.Tx) error {
		rec, err := p.keeper.GetPersonal(t.Context(), tx, p.actor, access.All(), access.Handling, register, record)
		if errors.Is(err, registers.ErrNotFound) {
			return nil
		}
		said = fmt.Sprint(rec.Values)
		return err
	})
	return said
}

func (p priced) house(t *testing.T, head string, year int) registers.Record {
	t.Helper()
	return p.insert(t, "ho", map[string]any{"name": "Hộ", "head": head, "year": year})
}

// Everything goes into one record and comes out of it again as it was.
func TestMergeAndUndo(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		p := newFamilies(t, w)
		a := p.in(t, "east", map[string]any{"code": "A", "name": "Trần Văn An", "born": "1975", "note": "kín"})
		b := p.in(t, "east", map[string]any{"code": "B", "name": "Trần An", "born": "1975-01-02", "number": "089075000001", "job": "Giáo viên"})
		child := p.in(t, "west", map[string]any{"code": "C", "name": "Trần Bé", "parent": b.ID})
		house := p.house(t, b.ID, 2026)
		other := p.house(t, a.ID, 2025)
		before := []string{p.says(t, "nguoi", a.ID), p.says(t, "nguoi", b.ID), p.says(t, "nguoi", child.ID), p.says(t, "ho", house.ID)}
		in := registers.Merging{Survivor: a.ID, Loser: b.ID, SurvivorSeen: 1, LoserSeen: 1, Take: []string{"code", "born", "number", "job"}}
		m, err := p.merge(t, "officer", in)
		ok(t, err)
		if got := p.says(t, "nguoi", a.ID); got != "map[born:1975-01-02 code:B job:Giáo viên name:Trần Văn An note:kín number:089075000001]" {
			t.Errorf("survivor: %s", got)
		}
		if got := p.says(t, "nguoi", b.ID); got != "gone" {
			t.Errorf("loser: %s", got)
		}
		for _, one := range []struct{ register, record string }{{"nguoi", child.ID}, {"ho", house.ID}} {
			if got := p.says(t, one.register, one.record); !contains(got, a.ID) || contains(got, b.ID) {
				t.Errorf("%s still refers to the loser: %s", one.register, got)
			}
		}
		if n := p.count(t, `SELECT COUNT(*) FROM audit_records WHERE event IN ('registers.created', 'registers.changed', 'registers.hidden', 'registers.merged') AND subject LIKE 'nguoi/%'`); n != 4 {
			t.Errorf("%d acts are recorded, want three additions and one merge", n)
		}
		ok(t, p.do(t, "officer", func(tx *db.Tx, s registers.Standing) error {
			into, err := p.keeper.Into(t.Context(), tx, s, b.ID)
			if err != nil || into != a.ID {
				t.Errorf("the loser leads to %q: %v", into, err)
			}
			past, err := p.keeper.Past(t.Context(), tx, s, a.ID)
			if err != nil || len(past) != 1 || past[0].Values["code"] != "A" {
				t.Errorf("%v %v", past, err)
			}
			return nil
		}))
		ok(t, p.do(t, "west", func(tx *db.Tx, s registers.Standing) error {
			if into, err := p.keeper.Into(t.Context(), tx, s, b.ID); err != nil || into != "" {
				t.Errorf("who does not see it is led to %q: %v", into, err)
			}
			return nil
		}))
		if err := p.unmerge(t, "west", m.ID); !errors.Is(err, registers.ErrNoMerge) {
			t.Errorf("undone from afar: %v", err)
		}
		ok(t, p.update(t, "nguoi", a.ID, 2, map[string]any{"name": "Trần Văn Ân"})) // what did not come from the loser
		ok(t, p.unmerge(t, "officer", m.ID))
		before[0] = "map[born:1975 code:A name:Trần Văn Ân note:kín]"
		for i, one := range []struct{ register, record string }{{"nguoi", a.ID}, {"nguoi", b.ID}, {"nguoi", child.ID}, {"ho", house.ID}} {
			if got := p.says(t, one.register, one.record); got != before[i] {
				t.Errorf("%d: %s\nwant %s", i, got, before[i])
			}
		}
		if got := p.says(t, "ho", other.ID); !contains(got, a.ID) {
			t.Errorf("what always referred to the survivor: %s", got)
		}
		if err := p.unmerge(t, "officer", m.ID); !errors.Is(err, registers.ErrUnmerged) {
			t.Errorf("undone twice: %v", err)
		}
		p.seek(t)
		if got := p.pairs(t, "officer", registers.PairOpen); got != "A-B Cùng tên, cùng ngày sinh" {
			t.Errorf("suspected again: %q", got)
		}
	})
}

func contains(s, part string) bool { return strings.Contains(s, part) }

// Only those merge whose right reaches both, and only fields that it shows.
func TestWhoMayMerge(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		p := newFamilies(t, w)
		a := p.in(t, "east", map[string]any{"code": "A", "name": "Trần Văn An", "note": "một"})
		b := p.in(t, "east", map[string]any{"code": "B", "name": "Trần An", "note": "hai"})
		far := p.in(t, "west", map[string]any{"code": "W", "name": "Trần An"})
		in := registers.Merging{Survivor: a.ID, Loser: b.ID, SurvivorSeen: 1, LoserSeen: 1}
		with := func(f func(in *registers.Merging)) registers.Merging { c := in; f(&c); return c }
		for what, tt := range map[string]struct {
			who  string
			in   registers.Merging
			want error
		}{
			"itself":       {"officer", with(func(in *registers.Merging) { in.Loser = a.ID }), registers.ErrMergeSelf},
			"out of sight": {"officer", with(func(in *registers.Merging) { in.Loser = far.ID }), registers.ErrNotFound},
			"older":        {"officer", with(func(in *registers.Merging) { in.LoserSeen = 7 }), registers.ErrChanged},
		} {
			if _, err := p.merge(t, tt.who, tt.in); !errors.Is(err, tt.want) {
				t.Errorf("%s: %v", what, err)
			}
		}
		for what, take := range map[string]string{"note": "note:unknown", "nothing": "nothing:unknown"} {
			if _, err := p.merge(t, "officer", with(func(in *registers.Merging) { in.Take = []string{what} })); fmt.Sprint(fields(t, err)) != "["+take+"]" {
				t.Errorf("took %s: %v", what, err)
			}
		}
		if _, err := p.merge(t, "officer", with(func(in *registers.Merging) { in.Reason = " " })); fmt.Sprint(fields(t, err)) != "[reason:merge_reason]" {
			t.Errorf("without a reason: %v", err)
		}
		x, y := p.house(t, a.ID, 2026), p.house(t, b.ID, 2026)
		if _, err := p.merge(t, "officer", in); !errors.Is(err, registers.ErrMergeKey) {
			t.Errorf("two houses became the same: %v", err)
		}
		if got := p.says(t, "ho", y.ID); !contains(got, b.ID) || p.says(t, "nguoi", b.ID) == "gone" {
			t.Errorf("half of it is done: %s", got)
		}
		ok(t, p.update(t, "ho", y.ID, 1, map[string]any{"year": 2027}))
		m, err := p.merge(t, "head", with(func(in *registers.Merging) { in.Take = []string{"note"} }))
		ok(t, err)
		if got := p.says(t, "nguoi", a.ID); !contains(got, "note:hai") {
			t.Errorf("taken: %s", got)
		}
		// What came from the loser was changed: nothing is taken back, and it is said what.
		ok(t, p.update(t, "nguoi", a.ID, 2, map[string]any{"note": "ba"}))
		err = p.unmerge(t, "head", m.ID)
		if e, known := errors.AsType[*errs.Error](err); !known || !errors.Is(err, registers.ErrUnmergeFields) || len(e.Fields) != 1 || e.Fields[0].Name != "note" {
			t.Errorf("%v", err)
		}
		ok(t, p.update(t, "nguoi", a.ID, 3, map[string]any{"note": "hai"}))
		// Another has taken what named the loser.
		p.in(t, "east", map[string]any{"code": "B", "name": "Khác"})
		if err = p.unmerge(t, "head", m.ID); !errors.Is(err, registers.ErrUnmergeTaken) {
			t.Errorf("%v", err)
		}
		// The survivor was merged itself: first that is taken back.
		c := p.in(t, "east", map[string]any{"code": "C", "name": "Trần Văn An"})
		m2, err := p.merge(t, "officer", registers.Merging{Survivor: c.ID, Loser: a.ID, SurvivorSeen: 1, LoserSeen: 4})
		ok(t, err)
		if err = p.unmerge(t, "head", m.ID); !errors.Is(err, registers.ErrUnmergeGone) {
			t.Errorf("%v", err)
		}
		ok(t, p.do(t, "head", func(tx *db.Tx, s registers.Standing) error {
			if into, err := p.keeper.Into(t.Context(), tx, s, b.ID); err != nil || into != c.ID {
				t.Errorf("through two merges to %q: %v", into, err)
			}
			all, err := p.keeper.ListMerges(t.Context(), tx, s, "", 10)
			if err != nil || len(all) != 1 || all[0].ID != m2.ID {
				t.Errorf("%v %v", all, err)
			}
			return nil
		}))
		ok(t, p.unmerge(t, "head", m2.ID))
		if got := p.says(t, "ho", x.ID); !contains(got, a.ID) {
			t.Errorf("turned back: %s", got)
		}
	})
}

// Two merge the same two crosswise: one is heard, the other is told what became of it.
func TestMergingCrosswise(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		p := newFamilies(t, w)
		for round := range 6 {
			a := p.in(t, "east", map[string]any{"code": fmt.Sprint("A", round), "name": "Trần Văn An"})
			b := p.in(t, "east", map[string]any{"code": fmt.Sprint("B", round), "name": "Trần Văn An"})
			told := make([]error, 2)
			var both sync.WaitGroup
			for i, two := range [][2]string{{a.ID, b.ID}, {b.ID, a.ID}} {
				both.Go(func() {
					_, told[i] = p.merge(t, []string{"officer", "head"}[i], registers.Merging{Survivor: two[0], Loser: two[1], SurvivorSeen: 1, LoserSeen: 1})
				})
			}
			both.Wait()
			done := 0
			for _, err := range told {
				if err == nil {
					done++
				} else if !errors.Is(err, registers.ErrMerged) {
					t.Errorf("round %d: %v", round, err)
				}
			}
			if n := p.count(t, `SELECT COUNT(*) FROM reg_nguoi WHERE id IN ($1, $2) AND state = 'active'`, a.ID, b.ID); done != 1 || n != 1 {
				t.Errorf("round %d: %d were heard, %d records are left", round, done, n)
			}
		}
	})
}
