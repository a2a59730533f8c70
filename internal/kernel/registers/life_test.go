// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
)

const permits = `registers:
  - id: giay-phep
    title: Sổ giấy phép
    version: 1
    fields:
      - {key: name, label: Tên, type: text, required: true, unique: true}
      - {key: number, label: Số quyết định, type: text}
      - {key: note, label: Ghi chú, type: text}
    list: {columns: [name, life], sort: name}
    rights:
      - {id: write, name: Ghi, roles: [officer], may: [view, add, change, hide]}
      - {id: head, name: Duyệt, roles: [leader], may: [view]}
      - {id: all, name: Mọi người, public: true, may: [view], only: [name, life], states: [live, over]}
    life:
      states:
        - {id: draft, name: Dự thảo, kind: draft}
        - {id: live, name: Hiệu lực, kind: live, locks: [name, number]}
        - {id: stopped, name: Tạm dừng, kind: suspended, locked: true}
        - {id: over, name: Chấm dứt, kind: ended, locked: true}
      moves:
        - {id: approve, name: Phê duyệt, from: [draft], to: live, may: [head, write], asks: [number], other_person: true}
        - {id: stop, name: Tạm dừng, from: [live], to: stopped, may: [head], reason: true}
        - {id: reopen, name: Cho hoạt động lại, from: [stopped, over], to: live, may: [head], other_person: true}
        - {id: finish, name: Chấm dứt, from: [live, stopped], to: over, may: [head, write], reason: true}
`

func newPermits(t *testing.T, w world) priced {
	t.Helper()
	d, problems := decode(t, permits)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return newOffice(t, w, d, map[string][]string{
		"officer": {"officer east"}, "officer2": {"officer east"}, "leader": {"leader east"}, "leader2": {"leader east"}, "far": {"leader west"}, "both": {"officer east", "leader east"},
	})
}

func (p priced) enter(t *testing.T, who string, values map[string]any) (rec registers.Record) {
	t.Helper()
	ok(t, p.do(t, who, func(tx *db.Tx, s registers.Standing) (err error) {
		rec, err = p.keeper.Enter(t.Context(), tx, s, "east", values)
		return err
	}))
	return rec
}

func (p priced) move(t *testing.T, who, record string, seen int64, move, reason string, values map[string]any) error {
	t.Helper()
	return p.do(t, who, func(tx *db.Tx, s registers.Standing) error {
		_, err := p.keeper.Move(t.Context(), tx, s, record, seen, move, reason, values)
		return err
	})
}

func (p priced) amend(t *testing.T, who, record string, seen int64, values map[string]any) error {
	t.Helper()
	return p.do(t, who, func(tx *db.Tx, s registers.Standing) error {
		_, err := p.keeper.Amend(t.Context(), tx, s, record, seen, values)
		return err
	})
}

// where says where a record stands, and the moves that somebody is offered.
func (p priced) where(t *testing.T, who, record string) string {
	t.Helper()
	said := ""
	err := p.do(t, who, func(tx *db.Tx, s registers.Standing) error {
		rec, err := p.keeper.Read(t.Context(), tx, s, record, "")
		if err != nil {
			return err
		}
		moves, err := p.keeper.MayMove(t.Context(), tx, s, rec)
		said = fmt.Sprint(rec.Values[registers.LifeKey])
		for _, m := range moves {
			said += " " + m.ID
		}
		return err
	})
	if err != nil {
		return err.Error()
	}
	return said
}

// A record goes from state to state by moves alone, each by whom the file names.
func TestLifeOfARecord(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		p := newPermits(t, w)
		rec := p.enter(t, "officer", map[string]any{"name": "Quán Cây Me"})
		for who, want := range map[string]string{"officer": "draft approve", "leader": "draft approve", "": "read record " + rec.ID + " of register giay-phep: registers.not_found", "far": "read record " + rec.ID + " of register giay-phep: registers.not_found"} {
			if got := p.where(t, who, rec.ID); got != want {
				t.Errorf("%q: %s, want %s", who, got, want)
			}
		}
		if err := p.amend(t, "officer", rec.ID, 1, map[string]any{"life": "live"}); !slices.Equal(fields(t, err), []string{"life:moved"}) {
			t.Errorf("changed the state by hand: %v", err)
		}
		for name, err := range map[string]error{
			"the own":        p.move(t, "officer", rec.ID, 1, "approve", "", map[string]any{"number": "1/QĐ"}),
			"another's unit": p.move(t, "far", rec.ID, 1, "approve", "", nil),
			"no such move":   p.move(t, "leader", rec.ID, 1, "x", "", nil),
			"not from there": p.move(t, "leader", rec.ID, 1, "reopen", "", nil),
			"too late":       p.move(t, "leader", rec.ID, 7, "approve", "", nil),
			"not theirs":     p.move(t, "officer", rec.ID, 1, "stop", "x", nil),
		} {
			want := map[string]error{
				"the own": registers.ErrSameWrote, "another's unit": registers.ErrNotFound, "no such move": registers.ErrNoMove, "not from there": registers.ErrNotFrom,
				"too late": registers.ErrChanged, "not theirs": access.ErrNotAllowed,
			}[name]
			if !errors.Is(err, want) {
				t.Errorf("%s: %v, want %v", name, err, want)
			}
		}
		if err := p.move(t, "leader", rec.ID, 1, "approve", "", nil); !slices.Equal(fields(t, err), []string{"number:required"}) {
			t.Errorf("without what it asks for: %v", err)
		}
		if err := p.move(t, "leader", rec.ID, 1, "approve", "", map[string]any{"note": "x"}); !slices.Equal(fields(t, err), []string{"note:unknown"}) {
			t.Errorf("with what it does not ask for: %v", err)
		}
		ok(t, p.amend(t, "officer2", rec.ID, 1, map[string]any{"note": "đã kiểm tra"}))
		if err := p.move(t, "officer2", rec.ID, 2, "approve", "", map[string]any{"number": "1/QĐ"}); !errors.Is(err, registers.ErrSameWrote) {
			t.Errorf("approved what they had changed: %v", err)
		}
		ok(t, p.move(t, "leader", rec.ID, 2, "approve", "", map[string]any{"number": "1/QĐ"}))
		if got := p.where(t, "leader", rec.ID) + "; " + p.where(t, "officer", rec.ID) + "; " + p.where(t, "", rec.ID); got != "live stop finish; live finish; live" {
			t.Errorf("once it lives: %s", got)
		}
		// What the state locks stays; the same value again is no change.
		if err := p.amend(t, "officer", rec.ID, 3, map[string]any{"name": "Quán Cây Mận", "note": "y"}); !slices.Equal(fields(t, err), []string{"name:locked"}) {
			t.Errorf("changed a locked field: %v", err)
		}
		ok(t, p.amend(t, "officer", rec.ID, 3, map[string]any{"name": "Quán Cây Me", "note": "y"}))
		if err := p.move(t, "leader", rec.ID, 4, "stop", " ", nil); !slices.Equal(fields(t, err), []string{"reason:move_reason"}) {
			t.Errorf("stopped without a word: %v", err)
		}
		ok(t, p.move(t, "leader", rec.ID, 4, "stop", "Vi phạm", nil))
		if err := p.amend(t, "officer", rec.ID, 5, map[string]any{"note": "z"}); !slices.Equal(fields(t, err), []string{"note:locked"}) {
			t.Errorf("changed what is stopped: %v", err)
		}
		if got := p.where(t, "", rec.ID); !strings.Contains(got, "registers.not_found") {
			t.Errorf("the public sees what is stopped: %s", got)
		}
		if err := p.move(t, "leader", rec.ID, 5, "reopen", "", nil); !errors.Is(err, registers.ErrSameWrote) {
			t.Errorf("reopened what they had stopped: %v", err)
		}
		ok(t, p.move(t, "leader2", rec.ID, 5, "reopen", "", nil))
		var moves []registers.Moved
		ok(t, p.do(t, "officer", func(tx *db.Tx, s registers.Standing) (err error) {
			moves, err = p.keeper.Moves(t.Context(), tx, s, rec.ID)
			return err
		}))
		said := ""
		for _, m := range moves {
			said += fmt.Sprintf("%d %s %s→%s %q; ", m.Version, m.Move, m.From, m.To, m.Reason)
		}
		if said != `6 reopen stopped→live ""; 5 stop live→stopped "Vi phạm"; 3 approve draft→live ""; ` {
			t.Errorf("moves: %s", said)
		}
		if n := w.count(t, `SELECT COUNT(*) FROM audit_records WHERE event = 'registers.moved'`); n != 3 {
			t.Errorf("%d moves in the log", n)
		}
		if n := w.count(t, `SELECT COUNT(*) FROM reg_giay_phep_history WHERE id = $1`, rec.ID); n != 5 {
			t.Errorf("%d versions are kept", n)
		}
	})
}

// The state is a field like others: counted and filtered by those who see it, and
// the public counts what it sees.
func TestStatesAreCountedAndFiltered(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		p := newPermits(t, w)
		for i := range 5 {
			rec := p.enter(t, "officer", map[string]any{"name": fmt.Sprint("Quán ", i), "number": "1"})
			if i > 1 {
				ok(t, p.move(t, "leader", rec.ID, 1, "approve", "", nil))
			}
			if i > 3 {
				ok(t, p.move(t, "leader", rec.ID, 2, "stop", "x", nil))
			}
		}
		for _, tt := range []struct{ who, want string }{{"officer", "2 2 1 0 5"}, {"", "0 2 0 0 2"}, {"far", "0 2 0 0 2"}} {
			said := ""
			ok(t, p.do(t, tt.who, func(tx *db.Tx, s registers.Standing) error {
				for _, state := range []string{"draft", "live", "stopped", "over", ""} {
					ask := registers.Ask{}
					if state != "" {
						ask.Where = []registers.Condition{{Field: registers.LifeKey, Op: registers.Is, Values: []string{state}}}
					}
					n, _, err := p.keeper.Tally(t.Context(), tx, s, ask, 100)
					if err != nil {
						return err
					}
					found, err := p.keeper.Find(t.Context(), tx, s, ask)
					if err != nil || len(found.Records) != n {
						t.Errorf("%s: %d counted, %d found, %v", state, n, len(found.Records), err)
					}
					said += fmt.Sprint(n, " ")
				}
				return nil
			}))
			if strings.TrimSpace(said) != tt.want {
				t.Errorf("%q counts %s, want %s", tt.who, said, tt.want)
			}
		}
	})
}

// A life cycle comes into a register that has records, and changes with it.
func TestALifeCycleComesLater(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		before := permits[:strings.Index(permits, "    life:")]
		before = strings.ReplaceAll(strings.ReplaceAll(before, ", life]", "]"), ", states: [live, over]", "")
		d, problems := decode(t, before)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		p := newOffice(t, w, d, map[string][]string{"officer": {"officer east"}, "leader": {"leader east"}})
		old := p.enter(t, "officer", map[string]any{"name": "Quán cũ"})
		next, problems := decode(t, strings.Replace(permits, "version: 1", "version: 2", 1))
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		plan := p.apply(t, next)
		if text := plan.Text(printer(t, "vi")); !strings.Contains(text, "approve: draft → live (head, write)") {
			t.Errorf("the plan does not say the moves:\n%s", text)
		}
		p.def = next
		if got := p.where(t, "leader", old.ID); got != "live stop finish" {
			t.Errorf("what was there is %s", got)
		}
		// A state that has records cannot go; a right that reaches into more states is told.
		gone := strings.NewReplacer("version: 1", "version: 3", "states: [live, over]", "states: [live, over, stopped]").Replace(permits)
		d3, problems := decode(t, gone)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		if text := p.plan(t, d3).Text(printer(t, "vi")); !strings.Contains(text, "* /  / view / name / stopped") {
			t.Errorf("the wider right is not told:\n%s", text)
		}
		fewer := strings.NewReplacer("version: 1", "version: 3", "{id: live,", "{id: alive,", "to: live", "to: alive", "from: [live", "from: [alive", "states: [live", "states: [alive").Replace(permits)
		d4, problems := decode(t, fewer)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		if refused := p.plan(t, d4).Refusals(); len(refused) != 1 || refused[0].Aspect != "options" || refused[0].RowCount != 1 {
			t.Errorf("a state with records goes: %+v", refused)
		}
	})
}

// What makes no sense in a life cycle is told by line.
func TestMistakesInALifeCycle(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ from, to, want string }{
		{"kind: live", "kind: alive", "life_kind"},
		{"from: [draft]", "from: [draught]", "unknown_state"},
		{"to: over, may", "to: live, may", "life_move_from"},
		{"may: [head], reason", "may: [boss], reason", "life_move_right"},
		{"may: [head], reason", "may: [all], reason", "life_move_right"},
		{"may: [head], reason", "may: [], reason", "life_move_may"},
		{"asks: [number]", "asks: [nummer]", "unknown_field"},
		{"locks: [name, number]", "locks: [life]", "unknown_field"},
		{"{id: over,", "{id: finished,", "unknown_state"},
		{"states: [live, over]", "states: [alive]", "unknown_state"},
		{"may: [view], only", "may: [view, approve], only", "right_states"},
		{"roles: [leader], may: [view]", "roles: [leader], may: [view], except: [life]", "life_move_right"},
		{"{key: note,", "{key: life,", "twice"},
		{"kind: draft", "kind: draft, colour: red", "unknown"},
		{"list: {columns", "approval: true\n    list: {columns", "life_move_may"},
	} {
		_, problems := decode(t, strings.Replace(permits, tt.from, tt.to, 1))
		if !slices.ContainsFunc(problems, func(p registers.Problem) bool { return p.Code == "registers.definition."+tt.want && p.Line > 1 }) {
			t.Errorf("%s → %s: %+v, want %s", tt.from, tt.to, problems, tt.want)
		}
	}
	d, _ := decode(t, permits)
	if d.Life.States[0].ID != "draft" || !slices.Contains(d.List.Filters, "life") {
		t.Errorf("got %+v", d)
	}
}
