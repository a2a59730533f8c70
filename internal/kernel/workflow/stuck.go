// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package workflow

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/workflow/bpmn"
	"tinhso.vn/internal/platform/cel"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Place is where a case stands: for those who look after what is stuck.
type Place struct {
	Case    ID
	Subject Subject
	Ref
	Token string
	Node  string
	Units map[string]string // which unit each rule means
}

const placeColumns = `c.id, c.subject_kind, c.subject_id, c.flow_id, c.version, c.units`

func (p *Place) into(units *string, more ...any) []any {
	return append([]any{&p.Case, &p.Subject.Kind, &p.Subject.ID, &p.Flow, &p.Version, units}, more...)
}

func scanPlace(r db.Row) (p Place, err error) {
	var units string
	if err := r.Scan(p.into(&units, &p.Token, &p.Node)...); err != nil {
		return p, err
	}
	return p, json.Unmarshal([]byte(units), &p.Units)
}

// Failed is a service task that was given up: its job waits for a person.
type Failed struct {
	Place
	Job   string
	Error string // of the last attempt, for operators
	Due   db.Time
}

// ListFailed returns service tasks in scope that were given up, at most limit
// jobs behind one; next is the last job that was looked at, empty at the end.
func ListFailed(ctx context.Context, q db.Querier, s access.Scope, after string, limit int) (all []Failed, next string, err error) {
	defer errs.Wrap(&err, "list service tasks that were given up")
	dead, err := jobs.ListDead(ctx, q, JobTask, after, limit)
	if err != nil {
		return nil, "", err
	}
	for _, j := range dead {
		var token string
		if err := json.Unmarshal(j.Body, &token); err != nil {
			return nil, "", err
		}
		p, found, err := findPlace(ctx, q, s, token)
		if err != nil {
			return nil, "", err
		}
		if found {
			all = append(all, Failed{Place: p, Job: j.ID, Error: j.Error, Due: j.Due})
		}
	}
	if len(dead) == limit {
		next = dead[limit-1].ID
	}
	return all, next, nil
}

// GetPlace returns where a token stands that is in scope; ErrNotFound where it
// is not, or has left.
func GetPlace(ctx context.Context, q db.Querier, s access.Scope, token string) (Place, error) {
	p, found, err := findPlace(ctx, q, s, token)
	if err == nil && !found {
		err = ErrNotFound
	}
	return p, err
}

func findPlace(ctx context.Context, q db.Querier, s access.Scope, token string) (Place, bool, error) {
	in, args := seen(s, token)
	found, err := db.All(ctx, q, scanPlace, `SELECT `+placeColumns+`, t.id, t.step FROM workflow_tokens t JOIN workflow_instances c ON c.id = t.instance_id
		WHERE t.id = $1 AND t.state = 'active' AND c.state IN ('running', 'undoing') AND `+in, args...)
	if err != nil || len(found) == 0 {
		return Place{}, false, err
	}
	return found[0], true, nil
}

// Overdue is a timer that is drawn and should have moved its case.
type Overdue struct {
	Place
	Timer string
	Event string // the node of the timer
	Fires db.Time
}

const overdueFrom = ` FROM workflow_timers w JOIN workflow_instances c ON c.id = w.instance_id
	WHERE w.state = 'waiting' AND w.kind <> 'due' AND w.fires_at < $1 AND (w.fires_at, w.id) > ($2, $3) AND (c.paused_at IS NULL OR w.kind = 'date') AND `

// ListOverdue returns timers in scope that should have moved their case before
// a time, the oldest first, at most limit behind one.
func ListOverdue(ctx context.Context, q db.Querier, s access.Scope, before db.Time, after Overdue, limit int) (all []Overdue, err error) {
	defer errs.Wrap(&err, "list timers that should have rung")
	text, args := overdueQuery(s, before, after, limit)
	return db.All(ctx, q, func(r db.Row) (o Overdue, err error) {
		var units string
		if err := r.Scan(o.into(&units, &o.Token, &o.Timer, &o.Event, &o.Fires, &o.Node)...); err != nil {
			return o, err
		}
		return o, json.Unmarshal([]byte(units), &o.Units)
	}, text, args...)
}

func overdueQuery(s access.Scope, before db.Time, after Overdue, limit int) (string, []any) {
	from := int64(-1 << 62)
	if !after.Fires.IsZero() {
		from = after.Fires.UnixMicro()
	}
	in, args := seen(s, before, from, after.Timer, limit)
	return `SELECT ` + placeColumns + `, w.token_id, w.id, w.node, w.fires_at, COALESCE((SELECT t.step FROM workflow_tokens t WHERE t.id = w.token_id), '')` +
		overdueFrom + in + ` ORDER BY w.fires_at, w.id LIMIT $4`, args
}

// Idle is a running case that waits for nobody and nothing: no task is open, no
// timer runs, no message is waited for.
type Idle struct {
	Place
	At      []string // where its tokens stand
	Started db.Time
}

// ListIdle returns idle cases in scope, at most limit behind one. A service task
// that is being done is not idle: its job is in the queue.
func ListIdle(ctx context.Context, q db.Querier, s access.Scope, after ID, limit int) (all []Idle, next ID, err error) {
	defer errs.Wrap(&err, "list cases without an open task")
	text, args := idleQuery(s, after, limit)
	found, err := db.All(ctx, q, func(r db.Row) (i Idle, err error) {
		var units string
		if err := r.Scan(i.into(&units, &i.Started)...); err != nil {
			return i, err
		}
		return i, json.Unmarshal([]byte(units), &i.Units)
	}, text, args...)
	if err != nil {
		return nil, "", err
	}
	for _, one := range found {
		type at struct{ token, node string }
		tokens, err := db.All(ctx, q, func(r db.Row) (a at, err error) {
			err = r.Scan(&a.token, &a.node)
			return a, err
		}, `SELECT id, step FROM workflow_tokens WHERE instance_id = $1 AND state = 'active' ORDER BY id`, string(one.Case))
		if err != nil {
			return nil, "", err
		}
		served := false
		for _, t := range tokens {
			one.At = append(one.At, t.node)
			queued, err := jobs.Has(ctx, q, JobTask, t.token)
			if err != nil {
				return nil, "", err
			}
			served = served || queued
		}
		if !served {
			all = append(all, one)
		}
	}
	if len(found) == limit {
		next = found[limit-1].Case
	}
	return all, next, nil
}

func idleQuery(s access.Scope, after ID, limit int) (string, []any) {
	in, args := seen(s, string(after), limit)
	return `SELECT ` + placeColumns + `, c.started_at FROM workflow_instances c WHERE c.state = 'running' AND c.id > $1
		AND NOT EXISTS (SELECT 1 FROM workflow_tasks t WHERE t.instance_id = c.id AND t.state = 'open')
		AND NOT EXISTS (SELECT 1 FROM workflow_timers w WHERE w.instance_id = c.id AND w.state = 'waiting')
		AND NOT EXISTS (SELECT 1 FROM workflow_tokens k JOIN workflow_waits m ON m.token_id = k.id AND m.state = 'waiting'
			WHERE k.instance_id = c.id AND k.state = 'active') AND ` + in + ` ORDER BY c.id LIMIT $2`, args
}

// RingNow lets a timer that is due do its work at once, in the caller's
// transaction, and reports why it cannot.
func (e *Engine) RingNow(ctx context.Context, tx *db.Tx, timerID string) (err error) {
	defer errs.Wrap(&err, "timer %s", timerID)
	return e.ringIn(ctx, tx, timerID)
}

// Hand is what a person answers in place of a service task.
type Hand struct {
	Vars  map[string]any // what later conditions read
	Error string         // code of an error that the process catches; empty: it went well
	Note  string         // what was done, and by whose word; kept in the history
}

// AnswerByHand moves a case on behind a service task that a person has done or
// given up. ErrNotFound where the case has left, ErrTaken where the node is none.
func (e *Engine) AnswerByHand(ctx context.Context, tx *db.Tx, actor identity.Actor, tokenID string, h Hand) (err error) {
	defer errs.Wrap(&err, "answer service task %s by hand", tokenID)
	if h.Note == "" {
		return ErrNoReason
	}
	r, t, err := e.standing(ctx, tx, tokenID)
	if err != nil {
		return err
	}
	if r == nil {
		return ErrNotFound
	}
	r.actor = actor
	if n, _ := r.d.model.Node(t.node); n.Kind != bpmn.Service {
		return ErrNotService
	}
	if err := note(ctx, tx, Task{Case: r.c.id, Step: t.node}, "by_hand", actor, h.Note); err != nil {
		return err
	}
	if err := e.answer(ctx, r, t, Result{Vars: h.Vars, Error: h.Error}); errors.Is(err, errUncaught) {
		return ErrUncaught.With("error", h.Error)
	} else if err != nil {
		return err
	}
	return nil
}

// Rouse asks again for the service tasks at which an idle case stands, and
// returns how many there are.
func (e *Engine) Rouse(ctx context.Context, tx *db.Tx, actor identity.Actor, caseID ID, reason string) (asked int, err error) {
	defer errs.Wrap(&err, "rouse case %s", caseID)
	if reason == "" {
		return 0, ErrNoReason
	}
	c, err := lockCaseOf(ctx, tx, `$1`, string(caseID))
	if err != nil {
		return 0, err
	}
	if c.state != running && c.state != undoing {
		return 0, ErrEnded
	}
	r, err := e.locked(ctx, tx, actor, c)
	if err != nil {
		return 0, err
	}
	tokens, err := db.All(ctx, tx, db.Column[string], `SELECT id FROM workflow_tokens WHERE instance_id = $1 AND state = 'active' ORDER BY id`, string(c.id))
	if err != nil {
		return 0, err
	}
	for _, one := range tokens {
		t, err := r.token(ctx, one)
		if err != nil {
			return 0, err
		}
		if n, _ := r.d.model.Node(t.node); n.Kind != bpmn.Service {
			continue
		}
		queued, err := jobs.Has(ctx, tx, JobTask, t.id)
		if err != nil {
			return 0, err
		}
		if queued {
			continue
		}
		if err := r.call(ctx, t); err != nil {
			return 0, err
		}
		asked++
	}
	if asked == 0 {
		return 0, ErrNotService
	}
	return asked, note(ctx, tx, Task{Case: c.id}, "roused", actor, reason)
}

// Value reads what a person types for a variable of the process: "true", "12",
// "0,5", words; several values are separated by semicolons.
func (d *Definition) Value(name, typed string) (v any, err error) {
	for _, one := range d.model.Variables {
		if one.Name != name {
			continue
		}
		var plain any
		text := strings.TrimSpace(typed)
		switch one.Type {
		case cel.String:
			plain = text
		case cel.Bool, cel.Int, cel.Double:
			plain = loose(text)
		case cel.Strings, cel.Ints, cel.Doubles:
			parts := []any{}
			for part := range strings.SplitSeq(text, ";") {
				if part = strings.TrimSpace(part); one.Type == cel.Strings {
					parts = append(parts, part)
				} else {
					parts = append(parts, loose(part))
				}
			}
			plain = parts
		case cel.Texts: // a person types none
		}
		if converted, ok := convert(plain, one.Type); ok {
			return converted, nil
		}
		return nil, ErrVariable.With("name", name)
	}
	return nil, ErrVariable.With("name", name)
}

// loose reads a number, yes or no, and else words.
func loose(s string) any {
	switch strings.ToLower(s) {
	case "true", "có":
		return true
	case "false", "không":
		return false
	}
	var n float64
	if err := json.Unmarshal([]byte(strings.ReplaceAll(s, ",", ".")), &n); err == nil {
		return n
	}
	return s
}

// grace is how long a timer may be due before somebody should look at it: the
// workers wake every second, and lease what they ring.
const grace = 5 * time.Minute

// Grace is before when a timer that is due at now counts as stuck.
func Grace(now db.Time) db.Time { return db.At(now.Add(-grace)) }
