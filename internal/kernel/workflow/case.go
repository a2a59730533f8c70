// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package workflow

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/cel"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// States of a case.
const (
	running       = "running"
	undoing       = "undoing" // cancelled, and what service tasks did is being undone
	caseDone      = "done"
	caseCancelled = "cancelled"
)

// kase is the row of a case.
type kase struct {
	id      ID
	subject Subject
	flow    string
	version int
	units   map[string]string
	vars    map[string]any
	state   string
	paused  db.Time
}

func (c *kase) insert(ctx context.Context, tx *db.Tx) (added bool, err error) {
	units, err := json.Marshal(c.units)
	if err != nil {
		return false, err
	}
	vars, err := json.Marshal(c.vars)
	if err != nil {
		return false, err
	}
	n, err := tx.Exec(ctx, `INSERT INTO workflow_instances (id, flow_id, version, subject_kind, subject_id, units, vars, state, started_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 'running', $8) ON CONFLICT (subject_kind, subject_id) WHERE state = 'running' DO NOTHING`,
		string(c.id), c.flow, c.version, c.subject.Kind, c.subject.ID, string(units), string(vars), tx.Now)
	return n == 1, err
}

// lockCaseOf locks the case whose id a sub-select finds.
func lockCaseOf(ctx context.Context, tx *db.Tx, which string, args ...any) (*kase, error) {
	c := &kase{}
	var units, vars string
	err := tx.QueryRow(ctx, `SELECT id, subject_kind, subject_id, flow_id, version, units, vars, state, paused_at FROM workflow_instances
		WHERE id = `+which+tx.ForUpdate(), args...).
		Scan(&c.id, &c.subject.Kind, &c.subject.ID, &c.flow, &c.version, &units, &vars, &c.state, &c.paused)
	if errors.Is(err, db.ErrNoRows) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return c, errors.Join(json.Unmarshal([]byte(units), &c.units), json.Unmarshal([]byte(vars), &c.vars))
}

// lockSubject locks the running case of a subject.
func lockSubject(ctx context.Context, tx *db.Tx, s Subject) (*kase, error) {
	c, err := lockCaseOf(ctx, tx, `(SELECT id FROM workflow_instances WHERE subject_kind = $1 AND subject_id = $2 AND state = 'running')`, s.Kind, s.ID)
	if errors.Is(err, ErrNotFound) || err == nil && c.state != running {
		return nil, ErrEnded
	}
	return c, err
}

// locked is a run of a case that has been locked.
func (e *Engine) locked(ctx context.Context, tx *db.Tx, actor identity.Actor, c *kase) (*run, error) {
	d, err := e.known.load(ctx, tx, c.flow, c.version)
	if err != nil {
		return nil, err
	}
	return &run{e: e, tx: tx, actor: actor, c: c, d: d}, nil
}

// set gives variables their values. Each must be declared by the process.
func (r *run) set(vars map[string]any) error {
	for name, value := range vars {
		ok := false
		for _, v := range r.d.model.Variables {
			if v.Name == name {
				_, ok = convert(value, v.Type)
			}
		}
		if !ok {
			return ErrVariable.With("name", name)
		}
		r.c.vars[name] = value
		r.changed = true
	}
	return nil
}

// values are the variables as conditions read them; what was never set is the
// zero of its type.
func (r *run) values(outcome string) map[string]any {
	all := map[string]any{"outcome": outcome, "subject": r.c.subject.ID}
	for _, v := range r.d.model.Variables {
		all[v.Name], _ = convert(r.c.vars[v.Name], v.Type)
	}
	return all
}

// Fit brings a value that went through JSON to the type of a variable; false
// where it is of another.
func Fit(v any, t cel.Type) (any, bool) { return convert(v, t) }

// convert brings a value that went through JSON back to its type.
func convert(v any, t cel.Type) (any, bool) {
	switch t {
	case cel.String:
		s, ok := v.(string)
		return s, ok
	case cel.Bool:
		b, ok := v.(bool)
		return b, ok
	case cel.Int:
		switch n := v.(type) {
		case int:
			return int64(n), true
		case int64:
			return n, true
		case float64:
			return int64(n), n == math.Trunc(n) && math.Abs(n) < 1<<53
		}
		return int64(0), false
	case cel.Double:
		switch n := v.(type) {
		case int:
			return float64(n), true
		case float64:
			return n, true
		}
		return 0.0, false
	case cel.Strings:
		return listOf[string](v, cel.String)
	case cel.Ints:
		return listOf[int64](v, cel.Int)
	case cel.Doubles:
		return listOf[float64](v, cel.Double)
	case cel.Texts:
		texts := map[string]string{}
		switch all := v.(type) {
		case map[string]string:
			return all, true
		case map[string]any:
			for k, one := range all {
				s, ok := one.(string)
				if !ok {
					return map[string]string{}, false
				}
				texts[k] = s
			}
			return texts, true
		}
		return texts, false
	}
	return nil, false
}

// listOf brings each value of a list back to its type; empty if one is of another.
func listOf[T any](v any, t cel.Type) ([]T, bool) {
	if all, ok := v.([]T); ok {
		return all, true
	}
	all, ok := v.([]any)
	out := []T{}
	for _, one := range all {
		converted, fits := convert(one, t)
		item, is := converted.(T)
		if !fits || !is {
			return []T{}, false
		}
		out = append(out, item)
	}
	return out, ok
}

// Pause stops the clock of a case that waits for a supplement, for money or for
// another system. Its open tasks cannot be completed meanwhile.
func (e *Engine) Pause(ctx context.Context, tx *db.Tx, actor identity.Actor, s Subject, reason string) (err error) {
	defer errs.Wrap(&err, "pause case of %s %s", s.Kind, s.ID)
	c, err := lockSubject(ctx, tx, s)
	if err != nil {
		return err
	}
	if !c.paused.IsZero() {
		return ErrPaused
	}
	if _, err := tx.Exec(ctx, `UPDATE workflow_instances SET paused_at = $1 WHERE id = $2`, tx.Now, string(c.id)); err != nil {
		return err
	}
	return note(ctx, tx, Task{Case: c.id}, "paused", actor, reason)
}

// Resume lets the clock run again: what was due is due later by the time waited.
func (e *Engine) Resume(ctx context.Context, tx *db.Tx, actor identity.Actor, s Subject) (err error) {
	defer errs.Wrap(&err, "resume case of %s %s", s.Kind, s.ID)
	c, err := lockSubject(ctx, tx, s)
	if err != nil {
		return err
	}
	if c.paused.IsZero() {
		return ErrNotPaused
	}
	tasks, err := db.All(ctx, tx, scan, query+` WHERE t.instance_id = $1 AND t.state = 'open' ORDER BY t.id`, string(c.id))
	if err != nil {
		return err
	}
	waited := max(0, tx.Now.Sub(c.paused.Time))
	for _, t := range tasks {
		due, err := e.Calendar(t.Unit).Later(t.Due.Time, waited)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE workflow_tasks SET due_at = $1 WHERE id = $2`, db.At(due), string(t.ID)); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE workflow_timers SET fires_at = $1 WHERE task_id = $2 AND state = 'waiting'`, db.At(due), string(t.ID)); err != nil {
			return err
		}
	}
	if err := e.later(ctx, tx, c, waited); err != nil {
		return err
	}
	// Timers that are drawn stood still as well; a date is a date.
	if _, err := tx.Exec(ctx, `UPDATE workflow_timers SET fires_at = fires_at + $1 WHERE instance_id = $2 AND state = 'waiting' AND kind = 'duration'`,
		waited.Microseconds(), string(c.id)); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE workflow_instances SET paused_at = NULL WHERE id = $1`, string(c.id)); err != nil {
		return err
	}
	return note(ctx, tx, Task{Case: c.id}, "resumed", actor, "")
}

// later moves timers in working time.
func (e *Engine) later(ctx context.Context, tx *db.Tx, c *kase, waited time.Duration) error {
	type timer struct {
		id   string
		fire db.Time
	}
	all, err := db.All(ctx, tx, func(r db.Row) (t timer, err error) {
		err = r.Scan(&t.id, &t.fire)
		return t, err
	}, `SELECT id, fires_at FROM workflow_timers WHERE instance_id = $1 AND state = 'waiting' AND kind = 'working'`, string(c.id))
	if err != nil {
		return err
	}
	for _, t := range all {
		fire, err := e.Calendar(c.office()).Later(t.fire.Time, waited)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE workflow_timers SET fires_at = $1 WHERE id = $2`, db.At(fire), t.id); err != nil {
			return err
		}
	}
	return nil
}

// office is the unit whose working time counts where no task says another.
func (c *kase) office() string {
	for _, rule := range []string{"authority", "received"} {
		if unit := c.units[rule]; unit != "" {
			return unit
		}
	}
	return ""
}
