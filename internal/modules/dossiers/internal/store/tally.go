// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
)

// Rung is a stretch of time of which one grain of the figures holds all.
type Rung struct{ Grain, From, To int } // both ends belong to it

// Days, Months and Years are the grains.
const (
	Days   = grainDay
	Months = grainMonth
	Years  = grainYear
)

// Narrow says of which figures a sum is. Units nil: of all in scope.
type Narrow struct {
	Scope            access.Scope
	Units            []string
	Field, Procedure string
	Channel          dossiers.Channel
}

// Sum is what was counted under a key.
type Sum struct {
	Key, Procedure string // Procedure is any of those behind the key
	dossiers.Count
}

// everything is what a scope without bounds asks for.
const everything = "(1 = 1)"

func (n Narrow) where(args ...any) (string, []any) {
	in, args := n.Scope.Where(access.Columns{Units: []string{"unit"}}, args...)
	conds := []string{in}
	bind := func(v any) string {
		args = append(args, v)
		return fmt.Sprintf("$%d", len(args))
	}
	if n.Units != nil {
		marks := []string{"'-'"} // no unit: the list may be empty
		for _, u := range n.Units {
			marks = append(marks, bind(u))
		}
		conds = append(conds, "unit IN ("+strings.Join(marks, ", ")+")")
	}
	if n.Field != "" {
		conds = append(conds, "field = "+bind(n.Field))
	}
	if n.Procedure != "" {
		conds = append(conds, "procedure_id = "+bind(n.Procedure))
	}
	if n.Channel != 0 {
		conds = append(conds, "channel = "+bind(int(n.Channel)))
	}
	return strings.Join(conds, " AND "), args
}

// kind is the smallest kind of rows that can tell what is asked.
func (n Narrow) kind(by dossiers.Dimension) int {
	in, _ := n.Scope.Where(access.Columns{Units: []string{"unit"}})
	switch whole := by == dossiers.ByNothing || by == dossiers.ByMonth; {
	case in == everything && n.Units == nil && by != dossiers.ByUnit:
		return kindProvince
	case (whole || by == dossiers.ByUnit) && n.Field == "" && n.Procedure == "":
		return kindUnit
	}
	return kindProcedure
}

func sumQuery(n Narrow, by dossiers.Dimension, r Rung) (string, []any) {
	where, args := n.where(10*r.Grain+n.kind(by), r.From, r.To)
	key := keyOf(by)
	switch {
	case by == dossiers.ByMonth && r.Grain == grainDay:
		key = "CAST(at / 100 AS TEXT)"
	case by == dossiers.ByMonth:
		key = "CAST(at AS TEXT)"
	}
	var sums []string
	for name := range strings.SplitSeq(countColumns, ", ") {
		sums = append(sums, "SUM("+name+")")
	}
	return `SELECT ` + key + ` AS k, MIN(procedure_id), channel, ` + strings.Join(sums, ", ") + ` FROM dossiers_figures
		WHERE level = $1 AND at BETWEEN $2 AND $3 AND ` + where + ` GROUP BY 1, 3`, args
}

// Sums adds up rungs; a key comes once for each rung and channel.
func (Store) Sums(ctx context.Context, q db.Querier, n Narrow, by dossiers.Dimension, rungs []Rung) (all []Sum, err error) {
	for _, r := range rungs {
		text, args := sumQuery(n, by, r)
		some, err := db.All(ctx, q, func(r db.Row) (s Sum, err error) {
			var channel int
			var received int64
			err = r.Scan(&s.Key, &s.Procedure, &channel, &received, &s.Early, &s.OnTime, &s.Late, &s.Undated, &s.Withdrawn, &s.Stopped, &s.Refused,
				&s.Asked, &s.Answered, &s.Lapsed, &s.Settled, &s.Steps, &s.StepsLate, &s.Worked, &s.Over)
			if err == nil && channel > 0 && channel < len(s.Received) {
				s.Received[channel] = received
			}
			return s, err
		}, text, args...)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// CountedUnits returns the units of which there are figures.
func (Store) CountedUnits(ctx context.Context, q db.Querier) ([]string, error) {
	return db.All(ctx, q, db.Column[string], `SELECT DISTINCT unit FROM dossiers_figures WHERE level = $1 ORDER BY unit`, 10*grainYear+kindUnit)
}

// Keys returns the keys of all figures of all years.
func (Store) Keys(ctx context.Context, q db.Querier, n Narrow, by dossiers.Dimension) ([]Sum, error) {
	text, args := sumQuery(n, by, Rung{Years, 0, 9999})
	text = strings.Replace(text, ", channel, ", ", MIN(channel), ", 1)
	text = strings.TrimSuffix(text, "1, 3") + "1"
	return db.All(ctx, q, func(r db.Row) (s Sum, err error) {
		var unused [17]int64
		to := []any{&s.Key, &s.Procedure}
		for i := range unused {
			to = append(to, &unused[i])
		}
		return s, r.Scan(to...)
	}, text, args...)
}

// Standing is what is late, and whose clock stands, under a key.
type Standing struct {
	Key          string
	Late, Paused int64
}

// openOnly chooses what is open as the indexes of it are declared: with accepted > 0
// planners would rather walk all that was ever accepted.
const openOnly = "ended = 0 AND accepted + 0 > 0"

func keyOf(by dossiers.Dimension) string {
	switch by {
	case dossiers.ByUnit:
		return "unit"
	case dossiers.ByField:
		return "field"
	case dossiers.ByProcedure:
		return "procedure_id"
	case dossiers.ByNothing, dossiers.ByMonth:
	}
	return "''"
}

func lateQuery(n Narrow, by dossiers.Dimension, now int64) (string, []any) {
	where, args := n.where(now)
	return `SELECT ` + keyOf(by) + ` AS k, COUNT(*) FROM dossiers_facts
		WHERE ` + openOnly + ` AND paused = 0 AND due_at > 0 AND due_at < $1 AND ` + where + ` GROUP BY 1`, args
}

func pausedQuery(n Narrow, by dossiers.Dimension) (string, []any) {
	where, args := n.where()
	return `SELECT ` + keyOf(by) + ` AS k, COUNT(*) FROM dossiers_facts WHERE ` + openOnly + ` AND paused = 1 AND ` + where + ` GROUP BY 1`, args
}

// Standings reads only what is late or stands: little of what is open.
func (Store) Standings(ctx context.Context, q db.Querier, n Narrow, by dossiers.Dimension, now int64) (all []Standing, err error) {
	text, args := lateQuery(n, by, now)
	late, err := db.All(ctx, q, func(r db.Row) (s Standing, err error) {
		err = r.Scan(&s.Key, &s.Late)
		return s, err
	}, text, args...)
	if err != nil {
		return nil, err
	}
	text, args = pausedQuery(n, by)
	paused, err := db.All(ctx, q, func(r db.Row) (s Standing, err error) {
		err = r.Scan(&s.Key, &s.Paused)
		return s, err
	}, text, args...)
	return append(late, paused...), err
}

// Now counts all that is open: by the ends of its buckets, what stands, and all.
func (s Store) Now(ctx context.Context, q db.Querier, n Narrow, m Moments) (c dossiers.Clock, err error) {
	where, args := n.where(m.Now, m.Today, m.Soon)
	if err := q.QueryRow(ctx, `SELECT COALESCE(SUM(CASE WHEN due_at < $1 THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN due_at >= $1 AND due_at < $2 THEN 1 ELSE 0 END), 0),
		COALESCE(SUM(CASE WHEN due_at >= $2 THEN 1 ELSE 0 END), 0) FROM dossiers_facts
		WHERE `+openOnly+` AND paused = 0 AND due_at > 0 AND due_at < $3 AND `+where, args...).Scan(&c.Overdue, &c.Today, &c.Soon); err != nil {
		return c, err
	}
	text, args := pausedQuery(n, dossiers.ByNothing)
	if _, err := db.All(ctx, q, func(r db.Row) (k string, err error) { return k, r.Scan(&k, &c.Waiting) }, text, args...); err != nil {
		return c, err
	}
	var all int64
	where, args = n.where()
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM dossiers_facts WHERE `+openOnly+` AND `+where, args...).Scan(&all)
	scanClock(&c, all)
	return c, err
}

// Moments are those by which open dossiers are told apart.
type Moments struct{ Now, Today, Soon int64 }

// clocks are the sums of what is open: late, due today, soon, waiting, other.
func clocks(due, paused string) string {
	at := func(from, to string) string {
		return `COALESCE(SUM(CASE WHEN ` + paused + ` = 0 AND ` + due + ` > 0 AND ` + due + ` >= ` + from + ` AND ` + due + ` < ` + to + ` THEN 1 ELSE 0 END), 0)`
	}
	return at("0", "$1") + `, ` + at("$1", "$2") + `, ` + at("$2", "$3") + `, COALESCE(SUM(` + paused + `), 0), COUNT(*)`
}

func clocksQuery(n Narrow, by dossiers.Dimension, m Moments) (string, []any) {
	where, args := n.where(m.Now, m.Today, m.Soon)
	return `SELECT ` + keyOf(by) + ` AS k, COALESCE(MIN(procedure_id), ''), ` + clocks("due_at", "paused") + ` FROM dossiers_facts
		WHERE ` + openOnly + ` AND ` + where + ` GROUP BY 1`, args
}

func scanClock(c *dossiers.Clock, all int64) {
	c.Other = all - c.Overdue - c.Today - c.Soon - c.Waiting
}

// Clocks counts what is open.
func (Store) Clocks(ctx context.Context, q db.Querier, n Narrow, by dossiers.Dimension, m Moments) (all []dossiers.Clock, samples []string, err error) {
	text, args := clocksQuery(n, by, m)
	all, err = db.All(ctx, q, func(r db.Row) (c dossiers.Clock, err error) {
		var sample string
		var n int64
		err = r.Scan(&c.Key, &sample, &c.Overdue, &c.Today, &c.Soon, &c.Waiting, &n)
		scanClock(&c, n)
		samples = append(samples, sample)
		return c, err
	}, text, args...)
	return all, samples, err
}

func stepLoadsQuery(n Narrow, m Moments, limit int) (string, []any) {
	where, args := n.where(m.Now, m.Today, m.Soon, limit)
	return `SELECT t.step_vi, MAX(t.step_en), t.assignee, MAX(t.assignee_name), ` + clocks("t.work_due", "f.paused") + `
		FROM (SELECT dossier_id, paused FROM dossiers_facts WHERE ` + openOnly + ` AND ` + where + `) f
		JOIN dossiers_tasks t ON t.dossier_id = f.dossier_id GROUP BY 1, 3 ORDER BY 5 DESC, 1, 3 LIMIT $4`, args
}

// StepLoads counts open steps by step and by who has them in hand.
func (Store) StepLoads(ctx context.Context, q db.Querier, n Narrow, m Moments, limit int) ([]dossiers.StepLoad, error) {
	text, args := stepLoadsQuery(n, m, limit)
	return db.All(ctx, q, func(r db.Row) (l dossiers.StepLoad, err error) {
		var n int64
		err = r.Scan(&l.Step.VI, &l.Step.EN, &l.Account, &l.Who, &l.Overdue, &l.Today, &l.Soon, &l.Waiting, &n)
		scanClock(&l.Clock, n)
		return l, err
	}, text, args...)
}

// Behind chooses the dossiers behind a figure. From and To are days.
type Behind struct {
	Measure  dossiers.Measure
	From, To int
	Now      int64
	After    Key
	Limit    int
}

func countedQuery(n Narrow, b Behind) (string, []any) {
	where, args := n.where(b.After.At, b.After.ID, b.Limit)
	bind := func(v any) string {
		args = append(args, v)
		return fmt.Sprintf("$%d", len(args))
	}
	at := "ended"
	switch b.Measure {
	case dossiers.MeasureReceived:
		at = "accepted"
		where += " AND accepted BETWEEN " + bind(b.From) + " AND " + bind(b.To)
	case dossiers.MeasureOpen, dossiers.MeasureOpenLate, dossiers.MeasurePaused:
		at = "due_at"
		where += " AND " + openOnly
		if b.Measure == dossiers.MeasureOpenLate {
			where += " AND paused = 0 AND due_at > 0 AND due_at < " + bind(b.Now)
		}
		if b.Measure == dossiers.MeasurePaused {
			where += " AND paused = 1"
		}
	default:
		where += " AND ended > 0 AND ended BETWEEN " + bind(b.From) + " AND " + bind(b.To) + " AND outcome = " + bind(string(b.Measure))
		if b.Measure != dossiers.MeasureRefused {
			where += " AND accepted > 0" // a draft that was withdrawn before was never received
		}
	}
	return `SELECT f.sort_at, f.outcome, f.field, f.unit, d.id, d.code, d.reference, d.name_vi, d.name_en, d.procedure_id, f.channel, d.status, d.accepted_at, d.due_at, d.finished_at
		FROM (SELECT dossier_id, ` + at + ` AS sort_at, outcome, field, unit, channel FROM dossiers_facts WHERE (` + at + `, dossier_id) > ($1, $2) AND ` + where + `
			ORDER BY ` + at + `, dossier_id LIMIT $3) f JOIN dossiers_dossiers d ON d.id = f.dossier_id ORDER BY f.sort_at, d.id`, args
}

// ListCounted returns dossiers behind a figure with the key of the last.
func (Store) ListCounted(ctx context.Context, q db.Querier, n Narrow, b Behind) (all []dossiers.Counted, keys []Key, err error) {
	text, args := countedQuery(n, b)
	all, err = db.All(ctx, q, func(r db.Row) (c dossiers.Counted, err error) {
		var k Key
		var reference string
		err = r.Scan(&k.At, &c.Outcome, &c.Field, &c.Unit, &c.ID, &c.Code, &reference, &c.Name.VI, &c.Name.EN, &c.Procedure, &c.Channel, &c.Status, &c.Accepted, &c.Due, &c.Ended)
		if c.Code == "" {
			c.Code = reference
		}
		k.ID = string(c.ID)
		keys = append(keys, k)
		return c, err
	}, text, args...)
	return all, keys, err
}

// TookRow is a step that a dossier went through, with how late that dossier was.
type TookRow struct {
	Dossier, Step string
	Name          i18n.Text
	Minutes, Over int64
	Late          bool
	LateBy        int64 // working minutes of the dossier; 0: it was in time
}

func tookQuery(n Narrow, from, to, limit int) (string, []any) {
	in, args := n.Scope.Where(access.Columns{Units: []string{"decides"}}, n.Procedure, from, to, limit)
	if n.Units != nil {
		marks := []string{"'-'"}
		for _, u := range n.Units {
			args = append(args, u)
			marks = append(marks, fmt.Sprintf("$%d", len(args)))
		}
		in += " AND decides IN (" + strings.Join(marks, ", ") + ")"
	}
	return `SELECT dossier_id, step, step_vi, step_en, minutes, over_by, late, late_by FROM dossiers_steps
		WHERE procedure_id = $1 AND ended BETWEEN $2 AND $3 AND ` + in + ` ORDER BY ended DESC, task_id DESC LIMIT $4`, args
}

// Took returns the steps of dossiers of a procedure that ended between two days, the
// latest first.
func (Store) Took(ctx context.Context, q db.Querier, n Narrow, from, to, limit int) ([]TookRow, error) {
	text, args := tookQuery(n, from, to, limit)
	return db.All(ctx, q, func(r db.Row) (t TookRow, err error) {
		var late int
		err = r.Scan(&t.Dossier, &t.Step, &t.Name.VI, &t.Name.EN, &t.Minutes, &t.Over, &late, &t.LateBy)
		t.Late = late == 1
		return t, err
	}, text, args...)
}
