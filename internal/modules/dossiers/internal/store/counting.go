// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/id"
)

// MarkCounting notes in the transaction of a change that dossiers are to be counted
// anew. A line is only ever added: who changes a dossier never waits for who counts.
func MarkCounting(ctx context.Context, tx *db.Tx, ids ...dossiers.ID) error {
	rows := make([][]any, len(ids))
	for i, d := range ids {
		rows[i] = []any{id.New(), string(d)}
	}
	return tx.InsertAll(ctx, `INSERT INTO dossiers_counting (id, dossier_id)`, "", rows)
}

// Pause is a time in which people were asked for something; To is zero while they are.
type Pause struct{ From, To db.Time }

// DaySpan is two days, as numbers; To is 0 while it lasts.
type DaySpan struct{ From, To int }

// Fact is what the figures hold of a dossier: a row of dossiers_facts.
type Fact struct {
	Dossier                dossiers.ID
	Unit, Field, Procedure string
	Channel                dossiers.Channel
	Accepted               int // days: 20261122; 0: none
	DueAt                  int64
	Ended                  int
	Outcome                dossiers.Measure
	Paused                 bool
	Lapsed                 int
	Pauses                 []DaySpan
	LateBy                 int64
	Steps, StepsLate       int64
	Worked, Over           int64
}

// Took is a step that a dossier went through: a row of dossiers_steps.
type Took struct {
	Task, Dossier, Procedure string
	Unit, Decides            string
	Step                     string
	Name                     i18n.Text
	Ended                    int
	Minutes, Over            int64
	Late                     bool
	LateBy                   int64 // of the dossier
}

// Entry is what one dossier adds to the figures of a day.
type Entry struct {
	Day int
	dossiers.Count
}

// Entries are what a fact adds to the figures.
func (f Fact) Entries() (all []Entry) {
	add := func(day int, set func(c *dossiers.Count)) {
		if day == 0 {
			return
		}
		e := Entry{Day: day}
		set(&e.Count)
		all = append(all, e)
	}
	if f.Accepted == 0 { // it was never received, and so it cannot be among those that ended
		if f.Outcome == dossiers.MeasureRefused {
			add(f.Ended, func(c *dossiers.Count) { c.Refused++ })
		}
		return all
	}
	add(f.Accepted, func(c *dossiers.Count) { c.Received[f.Channel]++ })
	for _, p := range f.Pauses {
		add(p.From, func(c *dossiers.Count) { c.Asked++ })
		add(p.To, func(c *dossiers.Count) { c.Answered++ })
	}
	add(f.Lapsed, func(c *dossiers.Count) { c.Lapsed++ })
	add(f.Ended, func(c *dossiers.Count) {
		switch f.Outcome {
		case dossiers.MeasureEarly:
			c.Early++
		case dossiers.MeasureOnTime:
			c.OnTime++
		case dossiers.MeasureLate:
			c.Late++
		case dossiers.MeasureUndated:
			c.Undated++
		case dossiers.MeasureWithdrawn:
			c.Withdrawn++
		default:
			c.Stopped++
		}
		if f.Lapsed > 0 {
			c.Settled++
		}
		c.Steps, c.StepsLate, c.Worked, c.Over = f.Steps, f.StepsLate, f.Worked, f.Over
	})
	return all
}

// The grains of time and the kinds of rows of dossiers_figures.
const (
	grainDay, grainMonth, grainYear       = 1, 2, 3
	kindProvince, kindUnit, kindProcedure = 0, 1, 2
)

// place is a row of dossiers_figures.
type place struct {
	level, at              int
	unit, field, procedure string
	channel                dossiers.Channel
}

// Balance gathers what is taken out of the figures and what is put in.
type Balance struct{ rows map[place]*dossiers.Count }

// Put adds a fact; Take takes it out again.
func (l *Balance) Put(f Fact) { l.post(f, 1) }

// Take takes a fact out again that was put in before.
func (l *Balance) Take(f Fact) { l.post(f, -1) }

func (l *Balance) post(f Fact, sign int64) {
	if l.rows == nil {
		l.rows = map[place]*dossiers.Count{}
	}
	for _, e := range f.Entries() {
		c := times(e.Count, sign)
		for grain, at := range map[int]int{grainDay: e.Day, grainMonth: e.Day / 100, grainYear: e.Day / 10000} {
			for _, p := range []place{
				{10*grain + kindProvince, at, "", f.Field, f.Procedure, f.Channel},
				{10*grain + kindUnit, at, f.Unit, "", "", f.Channel},
				{10*grain + kindProcedure, at, f.Unit, f.Field, f.Procedure, f.Channel},
			} {
				if l.rows[p] == nil {
					l.rows[p] = &dossiers.Count{}
				}
				l.rows[p].Add(c)
			}
		}
	}
}

func times(c dossiers.Count, n int64) dossiers.Count {
	for i := range c.Received {
		c.Received[i] *= n
	}
	c.Early, c.OnTime, c.Late, c.Undated, c.Withdrawn, c.Stopped, c.Refused = n*c.Early, n*c.OnTime, n*c.Late, n*c.Undated, n*c.Withdrawn, n*c.Stopped, n*c.Refused
	c.Asked, c.Answered, c.Lapsed, c.Settled = n*c.Asked, n*c.Answered, n*c.Lapsed, n*c.Settled
	c.Steps, c.StepsLate, c.Worked, c.Over = n*c.Steps, n*c.StepsLate, n*c.Worked, n*c.Over
	return c
}

// countColumns are the numbers of dossiers_figures, in the order of values.
const countColumns = `received, early, on_time, late, undated, withdrawn, stopped, refused, asked, answered, lapsed, settled, steps, steps_late, worked, over_by`

// Save writes what was gathered. Rows are always locked in the same order.
func (l *Balance) Save(ctx context.Context, tx *db.Tx) error {
	rows := slices.SortedFunc(maps.Keys(l.rows), func(a, b place) int {
		return strings.Compare(fmt.Sprint(a), fmt.Sprint(b))
	})
	var adds []string
	for name := range strings.SplitSeq(countColumns, ", ") {
		adds = append(adds, name+" = dossiers_figures."+name+" + excluded."+name)
	}
	text := `INSERT INTO dossiers_figures (level, at, unit, field, procedure_id, channel, ` + countColumns + `)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
		ON CONFLICT (level, at, unit, field, procedure_id, channel) DO UPDATE SET ` + strings.Join(adds, ", ")
	for _, p := range rows {
		c := *l.rows[p]
		if c == (dossiers.Count{}) {
			continue
		}
		if _, err := tx.Exec(ctx, text, p.level, p.at, p.unit, p.field, p.procedure, int(p.channel), c.In(), c.Early, c.OnTime, c.Late, c.Undated, c.Withdrawn,
			c.Stopped, c.Refused, c.Asked, c.Answered, c.Lapsed, c.Settled, c.Steps, c.StepsLate, c.Worked, c.Over); err != nil {
			return err
		}
	}
	return nil
}

// LockCounter makes everybody else who counts wait until the end of the transaction.
func (Store) LockCounter(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `UPDATE dossiers_counter SET rounds = rounds + 1 WHERE id = 1`)
	return err
}

// TakeChanged returns dossiers that are to be counted anew, each once, and forgets
// the lines in which they stood.
func (Store) TakeChanged(ctx context.Context, tx *db.Tx, limit int) (all []string, more bool, err error) {
	type line struct{ id, dossier string }
	lines, err := db.All(ctx, tx, func(r db.Row) (l line, err error) {
		err = r.Scan(&l.id, &l.dossier)
		return l, err
	}, `SELECT id, dossier_id FROM dossiers_counting ORDER BY id LIMIT $1`, limit)
	if err != nil || len(lines) == 0 {
		return nil, false, err
	}
	ids := make([]string, len(lines))
	for i, l := range lines {
		ids[i] = l.id
		if !slices.Contains(all, l.dossier) {
			all = append(all, l.dossier)
		}
	}
	in, args := list(ids) // what comes in meanwhile stays, with a smaller id or not
	_, err = tx.Exec(ctx, `DELETE FROM dossiers_counting WHERE id IN `+in, args...)
	return all, len(lines) == limit, err
}

// CountChanged says how many changes wait to be counted.
func (Store) CountChanged(ctx context.Context, q db.Querier) (n int64, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM dossiers_counting`).Scan(&n)
	return n, err
}

// PausesOf returns when people were asked for papers or money, of each dossier, in order: one at a time.
func (Store) PausesOf(ctx context.Context, q db.Querier, ids []string) (map[dossiers.ID][]Pause, error) {
	all := map[dossiers.ID][]Pause{}
	in, args := list(ids)
	_, err := db.All(ctx, q, func(r db.Row) (d dossiers.ID, err error) {
		var p Pause
		err = r.Scan(&d, &p.From, &p.To)
		all[d] = append(all[d], p)
		return d, err
	}, `SELECT dossier_id, asked_at, ended_at FROM dossiers_supplements WHERE dossier_id IN `+in+`
		UNION ALL SELECT dossier_id, asked_at, ended_at FROM dossiers_demands WHERE dossier_id IN `+in+` ORDER BY dossier_id, asked_at`, args...)
	return all, err
}

const factColumns = `dossier_id, unit, field, procedure_id, channel, accepted, due_at, ended, outcome, paused, lapsed, pauses, late_by, steps, steps_late, worked, over_by`

// Facts returns what the figures hold of dossiers.
func (Store) Facts(ctx context.Context, q db.Querier, ids []string) (map[dossiers.ID]Fact, error) {
	all := map[dossiers.ID]Fact{}
	in, args := list(ids)
	_, err := db.All(ctx, q, func(r db.Row) (f Fact, err error) {
		var paused int
		var pauses string
		err = r.Scan(&f.Dossier, &f.Unit, &f.Field, &f.Procedure, &f.Channel, &f.Accepted, &f.DueAt, &f.Ended, &f.Outcome, &paused, &f.Lapsed, &pauses, &f.LateBy,
			&f.Steps, &f.StepsLate, &f.Worked, &f.Over)
		f.Paused = paused == 1
		for p := range strings.FieldsSeq(pauses) {
			var s DaySpan
			_, _ = fmt.Sscanf(p, "%d-%d", &s.From, &s.To) // an open one ends at 0
			f.Pauses = append(f.Pauses, s)
		}
		all[f.Dossier] = f
		return f, err
	}, `SELECT `+factColumns+` FROM dossiers_facts WHERE dossier_id IN `+in, args...)
	return all, err
}

// PutFact keeps what the figures hold of a dossier from now on.
func (Store) PutFact(ctx context.Context, tx *db.Tx, f Fact) error {
	var pauses []string
	for _, p := range f.Pauses {
		one := fmt.Sprint(p.From, "-")
		if p.To > 0 {
			one += fmt.Sprint(p.To)
		}
		pauses = append(pauses, strings.ReplaceAll(one, " ", ""))
	}
	paused := 0
	if f.Paused {
		paused = 1
	}
	_, err := tx.Exec(ctx, `INSERT INTO dossiers_facts (`+factColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
		ON CONFLICT (dossier_id) DO UPDATE SET unit = excluded.unit, field = excluded.field, procedure_id = excluded.procedure_id, channel = excluded.channel,
		accepted = excluded.accepted, due_at = excluded.due_at, ended = excluded.ended, outcome = excluded.outcome, paused = excluded.paused, lapsed = excluded.lapsed,
		pauses = excluded.pauses, late_by = excluded.late_by, steps = excluded.steps, steps_late = excluded.steps_late, worked = excluded.worked, over_by = excluded.over_by`,
		string(f.Dossier), f.Unit, f.Field, f.Procedure, int(f.Channel), f.Accepted, f.DueAt, f.Ended, string(f.Outcome), paused, f.Lapsed, strings.Join(pauses, " "),
		f.LateBy, f.Steps, f.StepsLate, f.Worked, f.Over)
	return err
}

// PutTook makes these the steps that a dossier went through.
func (Store) PutTook(ctx context.Context, tx *db.Tx, d dossiers.ID, all []Took) error {
	if _, err := tx.Exec(ctx, `DELETE FROM dossiers_steps WHERE dossier_id = $1`, string(d)); err != nil {
		return err
	}
	for _, t := range all {
		late := 0
		if t.Late {
			late = 1
		}
		if _, err := tx.Exec(ctx, `INSERT INTO dossiers_steps (task_id, dossier_id, procedure_id, unit, decides, step, step_vi, step_en, ended, minutes, over_by, late, late_by)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
			t.Task, string(d), t.Procedure, t.Unit, t.Decides, t.Step, t.Name.VI, t.Name.EN, t.Ended, t.Minutes, t.Over, late, t.LateBy); err != nil {
			return err
		}
	}
	return nil
}

// ForgetFigures forgets all that was counted and marks every dossier.
func (Store) ForgetFigures(ctx context.Context, tx *db.Tx) error {
	for _, text := range []string{
		`DELETE FROM dossiers_figures`, `DELETE FROM dossiers_facts`, `DELETE FROM dossiers_steps`, `DELETE FROM dossiers_counting`,
		`INSERT INTO dossiers_counting (id, dossier_id) SELECT id, id FROM dossiers_dossiers`,
	} {
		if _, err := tx.Exec(ctx, text); err != nil {
			return err
		}
	}
	return nil
}
