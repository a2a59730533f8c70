// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/id"
)

const passes = `registers:
  - id: phep
    title: Sổ phép
    version: 1
    fields:
      - {key: code, label: Số, type: text, required: true, unique: true, searchable: true}
      - {key: holder, label: Người được phép, type: person}
      - {key: until_day, label: Hết hạn, type: date}
      - {key: before, label: Phép trước, type: reference, register: phep}
    list: {columns: [code]}
    life:
      states:
        - {id: open, name: Đang dùng, kind: live}
        - {id: closed, name: Đã đóng, kind: ended}
      moves:
        - {id: close, name: Đóng, from: [open], to: closed, may: [write]}
    retention: {after: {years: 5}, from: {%s}, then: %s, basis: luat}
    rights:
      - {id: write, name: Ghi, roles: [officer], may: [view, add, change, hide]}
      - {id: keep, name: Lưu giữ, roles: [leader], may: [view, destroy], except: [holder]}
`

func newPasses(t *testing.T, w world, from, then string) priced {
	t.Helper()
	d, problems := decode(t, fmt.Sprintf(passes, from, then))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return newOffice(t, w, d, map[string][]string{
		"officer": {"officer east"}, "leader": {"leader east"}, "leader2": {"leader east"}, "far": {"leader west"},
	})
}

func (p priced) add(t *testing.T, values map[string]any) (rec registers.Record) {
	t.Helper()
	ok(t, p.do(t, "officer", func(tx *db.Tx, s registers.Standing) (err error) {
		rec, err = p.keeper.Enter(t.Context(), tx, s, "east", values)
		return err
	}))
	return rec
}

func (p priced) due(t *testing.T, who, after string, limit int) (page registers.DuePage, err error) {
	t.Helper()
	s, err := p.keeper.Stand(t.Context(), p.d, p.people[who], p.def.ID)
	ok(t, err)
	return p.keeper.Due(t.Context(), p.d, s, p.d.Now(), after, limit)
}

func (p priced) wish(t *testing.T, who, record string, seen int64) (made registers.Proposal, err error) {
	t.Helper()
	err = p.do(t, who, func(tx *db.Tx, s registers.Standing) (err error) {
		made, err = p.keeper.Propose(t.Context(), tx, s, registers.Destroy, "", record, seen, nil)
		return err
	})
	return made, err
}

// A record whose time is over is listed and nothing happens to it, until one person
// proposes its destruction and another agrees. Then all that it was is gone.
func TestARecordIsDestroyedByTwoPeople(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		p := newPasses(t, w, "field: until_day", "destroy")
		today := p.d.Now()
		day := func(years, days int) string { return today.AddDate(-years, 0, -days).Format("2006-01-02") }
		old := p.add(t, map[string]any{"code": "P-1", "holder": map[string]any{"name": "Nguyễn Văn Bí Mật"}, "until_day": day(6, 0)})
		ok(t, p.do(t, "officer", func(tx *db.Tx, s registers.Standing) error {
			_, err := p.keeper.Amend(t.Context(), tx, s, old.ID, 1, map[string]any{"until_day": day(5, 3)})
			return err
		}))
		young := p.add(t, map[string]any{"code": "P-2", "until_day": day(4, 0)})
		p.add(t, map[string]any{"code": "P-3"})
		w.order(t)
		standing := func(who string) registers.Standing {
			s, err := p.keeper.Stand(t.Context(), p.d, p.people[who], "phep")
			ok(t, err)
			return s
		}
		before, err := p.keeper.Changes(t.Context(), p.d, standing("officer"), registers.FeedNow, 10)
		ok(t, err)

		found, err := p.due(t, "leader", "", 10)
		ok(t, err)
		if len(found.Items) != 1 || found.Items[0].ID != old.ID || found.Items[0].Began != day(5, 3) || found.Items[0].Values["code"] != "P-1" || found.Items[0].Values["holder"] != nil {
			t.Fatalf("past its time: %+v", found)
		}
		if far, err := p.due(t, "far", "", 10); err != nil || len(far.Items) != 0 {
			t.Errorf("another unit: %v %v", far, err)
		}
		if _, err := p.due(t, "officer", "", 10); !errors.Is(err, access.ErrNotAllowed) {
			t.Errorf("without the right: %v", err)
		}
		for name, tt := range map[string]struct {
			who, record string
			seen        int64
			want        error
		}{
			"no right": {"officer", old.ID, 2, access.ErrNotAllowed}, "another unit": {"far", old.ID, 2, registers.ErrNotFound},
			"not over": {"leader", young.ID, 1, registers.ErrNotDue}, "changed": {"leader", old.ID, 1, registers.ErrChanged},
		} {
			if _, err := p.wish(t, tt.who, tt.record, tt.seen); !errors.Is(err, tt.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		made, err := p.wish(t, "leader", old.ID, 2)
		ok(t, err)
		if _, err := p.wish(t, "leader2", old.ID, 2); !errors.Is(err, registers.ErrAsked) {
			t.Errorf("proposed twice: %v", err)
		}
		if found, err = p.due(t, "leader", "", 10); err != nil || !found.Items[0].Asked {
			t.Errorf("it is not told that it is proposed: %v %v", found, err)
		}
		for who, want := range map[string]error{"leader": registers.ErrOwn, "officer": registers.ErrNoneSuch, "far": registers.ErrNoneSuch} {
			if _, err := p.decide(t, who, made.ID, true, ""); !errors.Is(err, want) {
				t.Errorf("%s decides: %v", who, err)
			}
		}
		told, err := p.keeper.Deciders(t.Context(), p.d, p.def, made, p.d.Now())
		if err != nil || !slices.Equal(told, []string{p.people["leader2"].Account}) {
			t.Errorf("who is told: %v %v", told, err)
		}
		pointing := p.add(t, map[string]any{"code": "P-4", "before": old.ID})
		if _, err := p.decide(t, "leader2", made.ID, true, ""); !errors.Is(err, registers.ErrPointedAt) {
			t.Errorf("destroyed under a reference: %v", err)
		}
		ok(t, p.do(t, "officer", func(tx *db.Tx, s registers.Standing) error {
			_, err := p.keeper.Amend(t.Context(), tx, s, pointing.ID, 1, map[string]any{"before": nil})
			return err
		}))
		_, err = p.decide(t, "leader2", made.ID, true, "")
		ok(t, err)
		if _, err := p.decide(t, "leader2", made.ID, true, ""); !errors.Is(err, registers.ErrDecided) {
			t.Errorf("twice: %v", err)
		}
		w.order(t)

		for _, query := range []string{`SELECT COUNT(*) FROM reg_phep WHERE id = $1`, `SELECT COUNT(*) FROM reg_phep_history WHERE id = $1`, `SELECT COUNT(*) FROM registers_moves WHERE record = $1`} {
			if n := w.count(t, query, old.ID); n != 0 {
				t.Errorf("%s: %d", query, n)
			}
		}
		if n := w.count(t, `SELECT COUNT(*) FROM audit_records WHERE event = $1`, string(registers.AuditDestroyed)); n != 1 {
			t.Errorf("audited %d times", n)
		}
		gone, next, err := p.keeper.ListGone(t.Context(), p.d, standing("leader"), "", 10)
		if err != nil || next != "" || len(gone) != 1 || gone[0].Called != "P-1" || gone[0].Basis != "luat" || gone[0].Amount != "5 years" || gone[0].ProposedBy != p.people["leader"].Account || gone[0].DecidedBy != p.people["leader2"].Account {
			t.Errorf("what stays: %+v %q %v", gone, next, err)
		}
		if gone, _, err := p.keeper.ListGone(t.Context(), p.d, standing("far"), "", 10); err != nil || len(gone) != 0 {
			t.Errorf("another unit is told: %v %v", gone, err)
		}
		after, err := p.keeper.Changes(t.Context(), p.d, standing("officer"), before.Next, 10)
		ok(t, err)
		if !slices.ContainsFunc(after.Items, func(c registers.FeedItem) bool {
			return c.Kind == registers.FeedRemoved && c.Record == old.ID && len(c.Before) == 0
		}) {
			t.Errorf("the feed does not tell it: %+v", after.Items)
		}
		all, err := p.keeper.Changes(t.Context(), p.d, standing("officer"), "", 100)
		ok(t, err)
		if strings.Contains(fmt.Sprint(all.Items), "P-1") {
			t.Error("the feed still says what it was")
		}
		docs, err := p.keeper.SearchDocs(t.Context(), p.d, []string{"phep/" + old.ID + "/write", "phep/" + young.ID + "/write"})
		ok(t, err)
		for _, doc := range docs {
			if strings.Contains(doc.ID, old.ID) {
				t.Errorf("the search has it: %v", doc)
			}
		}
		p.add(t, map[string]any{"code": "P-1"}) // its key is free
	})
}

// From a state, the time counts from the day the record reached it; pages go on by key.
func TestTimeCountsFromAState(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		p := newPasses(t, w, "state: closed", "review")
		var ids []string
		for i := range 3 {
			rec := p.add(t, map[string]any{"code": fmt.Sprintf("P-%d", i)})
			ids = append(ids, rec.ID)
			ok(t, p.do(t, "officer", func(tx *db.Tx, s registers.Standing) error {
				_, err := p.keeper.Move(t.Context(), tx, s, rec.ID, 1, "close", "", nil)
				return err
			}))
		}
		p.add(t, map[string]any{"code": "P-9"})
		if found, err := p.due(t, "leader", "", 10); err != nil || len(found.Items) != 0 {
			t.Errorf("already over: %v %v", found, err)
		}
		w.clock.Advance(6 * 366 * 24 * time.Hour)
		p.reload(t, "leader")
		var got []string
		for after := ""; ; {
			page, err := p.due(t, "leader", after, 1)
			ok(t, err)
			for _, one := range page.Items {
				got = append(got, one.ID)
			}
			if after = page.Next; after == "" {
				break
			}
		}
		slices.Sort(ids)
		if !slices.Equal(got, ids) {
			t.Errorf("over: %v, want %v", got, ids)
		}
		if _, err := p.due(t, "leader", "nonsense", 1); !errors.Is(err, registers.ErrCursor) {
			t.Errorf("went on after nonsense: %v", err)
		}
	})
}

// What goes to the archive is listed, and not destroyed.
func TestArchivedIsNotDestroyed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		p := newPasses(t, w, "field: until_day", "archive")
		rec := p.add(t, map[string]any{"code": "P-1", "until_day": "1999-01-01"})
		if found, err := p.due(t, "leader", "", 10); err != nil || len(found.Items) != 1 {
			t.Errorf("to the archive: %v %v", found, err)
		}
		if _, err := p.wish(t, "leader", rec.ID, 1); !errors.Is(err, registers.ErrToArchive) {
			t.Errorf("proposed: %v", err)
		}
	})
}

// spy keeps the last statement that was asked.
type spy struct {
	db.Querier

	query string
	args  []any
}

func (s *spy) Query(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	if strings.Contains(q, "reg_phep") {
		s.query, s.args = q, args
	}
	return s.Querier.Query(ctx, q, args...)
}

// Neither the list of what is past its time nor that of what was destroyed reads
// 20,000 rows from end to end, or sorts them.
func TestDueUsesAnIndex(t *testing.T) {
	t.Parallel()
	for _, from := range []string{"field: until_day", "state: closed"} {
		each(t, func(t *testing.T, w world) {
			p := newPasses(t, w, from, "destroy")
			w.write(t, func(tx *db.Tx) error {
				for start := 0; start < 20_000; start += 500 {
					var rows []string
					var args []any
					for i := start; i < start+500; i++ {
						n := len(args)
						state := "open"
						if i%20 == 0 {
							state = "closed"
						}
						rows = append(rows, fmt.Sprintf("($%d, 'east', 1, 'active', 1, 1, 'x', 'x', $%d, $%d, '%s')", n+1, n+2, n+3, state))
						args = append(args, id.New(), fmt.Sprintf("P-%d", i), fmt.Sprintf("%d-01-01", 2000+i%100))
					}
					if _, err := tx.Exec(t.Context(), `INSERT INTO reg_phep (id, unit_id, version, state, created_at, updated_at, created_by, updated_by, f_code, f_until_day, f_life) VALUES `+
						strings.Join(rows, ", "), args...); err != nil {
						return err
					}
				}
				_, err := tx.Exec(t.Context(), `ANALYZE`)
				return err
			})
			s, err := p.keeper.Stand(t.Context(), p.d, p.people["leader"], "phep")
			ok(t, err)
			asked := &spy{Querier: p.d}
			page, err := p.keeper.Due(t.Context(), asked, s, p.d.Now(), "", 50)
			ok(t, err)
			_, err = p.keeper.Due(t.Context(), asked, s, p.d.Now(), page.Next, 50)
			ok(t, err)
			plan := explain(t, p.d, asked.query, asked.args)
			if strings.Contains(plan, "Seq Scan on reg_phep") || strings.Contains(plan, "SCAN reg_phep") && !strings.Contains(plan, "USING INDEX") ||
				strings.Contains(plan, "TEMP B-TREE") || strings.Contains(plan, "Sort") {
				t.Errorf("%s:\n%s\n%s", from, asked.query, plan)
			}
		})
	}
}

// What a file says wrongly of how long it keeps is told by line.
func TestMistakesOfRetention(t *testing.T) {
	t.Parallel()
	good := fmt.Sprintf(passes, "field: until_day", "destroy")
	for replaced, want := range map[string]string{
		"after: {years: 5}=>after: {years: 500}":                "retention_after",
		"after: {years: 5}=>after: {years: 5, days: 1}":         "retention_after",
		"from: {field: until_day}=>from: {field: nothing}":      "unknown_field",
		"from: {field: until_day}=>from: {field: code}":         "retention_date",
		"from: {field: until_day}=>from: {state: nowhere}":      "unknown_state",
		"from: {field: until_day}=>from: {}":                    "retention_from",
		"then: destroy=>then: burn":                             "retention_then",
		", basis: luat=>":                                       "retention_basis",
		"may: [view, destroy]=>may: [view]":                     "retention_right",
		"then: destroy, basis: luat=>then: destroy, bais: luat": "unknown",
	} {
		from, to, _ := strings.Cut(replaced, "=>")
		text := strings.Replace(good, from, to, 1)
		line := 1
		for i, one := range strings.Split(text, "\n") {
			if strings.Contains(one, "retention:") {
				line = i + 1
			}
		}
		_, problems := decode(t, text)
		if !slices.ContainsFunc(problems, func(p registers.Problem) bool { return p.Code == "registers.definition."+want && p.Line == line }) {
			t.Errorf("%s: %v", replaced, problems)
		}
	}
}
