// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package workflow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/workflow/bpmn"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/id"
)

// open gives a step of a case to its post.
func (r *run) open(ctx context.Context, tok token, n bpmn.Node) error {
	t := Task{
		ID: TaskID(id.New()), Case: r.c.id, Subject: r.c.subject, Flow: r.c.flow, Version: r.c.version,
		Step: n.ID, Post: n.Post, Unit: r.c.units[n.Unit], State: "open", Kind: StepTask, Opened: r.tx.Now, token: tok.id, state: running,
	}
	if t.Unit == "" {
		return ErrNoUnit.With("rule", n.Unit)
	}
	due, err := n.Due.End(r.e.Calendar(t.Unit), r.tx.Now.Time)
	if err != nil {
		return fmt.Errorf("step %s: %w", n.ID, err)
	}
	t.Due = db.At(due)
	if same, ok := strings.CutPrefix(n.Assignee, "same:"); ok {
		if t.ClaimedBy, t.Claimer, err = r.did(ctx, same); err != nil {
			return err
		}
	}
	if err := put(ctx, r.tx, t); err != nil {
		return err
	}
	r.opened = append(r.opened, t)
	return note(ctx, r.tx, t, "opened", r.actor, "")
}

// did returns who did a step last, or who stands in for them today.
func (r *run) did(ctx context.Context, step string) (account, name string, err error) {
	err = r.tx.QueryRow(ctx, `SELECT ended_by, ender FROM workflow_tasks WHERE instance_id = $1 AND step = $2 AND kind = 'step' AND state = 'done'
		ORDER BY ended_at DESC, id DESC LIMIT 1`, string(r.c.id), step).Scan(&account, &name)
	if errors.Is(err, db.ErrNoRows) {
		return "", "", nil
	}
	if err != nil {
		return "", "", err
	}
	deputy, deputyName, err := deputyOf(ctx, r.tx, account, r.tx.Now)
	if err != nil || deputy == "" {
		return account, name, err
	}
	return deputy, deputyName, nil
}

// put inserts a task with its clock.
func put(ctx context.Context, tx *db.Tx, t Task) error {
	if _, err := tx.Exec(ctx, `INSERT INTO workflow_tasks (id, instance_id, token_id, step, post, unit_id, state, claimed_by, claimer,
		opened_at, due_at, ended_by, ender, kind, asked_by, note) VALUES ($1, $2, $3, $4, $5, $6, 'open', $7, $8, $9, $10, '', '', $11, $12, $13)`,
		string(t.ID), string(t.Case), t.token, t.Step, t.Post, t.Unit, t.ClaimedBy, t.Claimer, t.Opened, t.Due, string(t.Kind), string(t.AskedBy), t.Question); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO workflow_timers (id, instance_id, task_id, kind, fires_at, state)
		VALUES ($1, $2, $3, 'due', $4, 'waiting')`, id.New(), string(t.Case), string(t.ID), t.Due)
	return err
}

// arm sets what can move a token on besides its own work: timers and messages
// that are drawn at its node, on it, or behind a gateway of events.
func (r *run) arm(ctx context.Context, t token, n bpmn.Node) error {
	events := r.d.model.On(n.ID)
	switch n.Kind {
	case bpmn.Catch, bpmn.Receive:
		events = append(events, n)
	case bpmn.EventBased:
		for _, f := range r.d.model.Out(n.ID) {
			to, _ := r.d.model.Node(f.To)
			events = append(events, to)
		}
	default:
	}
	for _, e := range events {
		switch e.Event {
		case bpmn.Timer:
			if err := r.armTimer(ctx, t, n, e); err != nil {
				return err
			}
		case bpmn.Message:
			met, err := r.await(ctx, t, e)
			if err != nil || met {
				return err
			}
		case bpmn.Plain, bpmn.Error, bpmn.Compensate, bpmn.Terminate:
		}
	}
	return nil
}

func (r *run) armTimer(ctx context.Context, t token, n, e bpmn.Node) error {
	unit := r.c.office()
	if n.Kind == bpmn.User {
		unit = r.c.units[n.Unit]
	}
	at, err := e.Timer.End(r.e.Calendar(unit), r.tx.Now.Time)
	if err != nil {
		return fmt.Errorf("timer %s: %w", e.ID, err)
	}
	kind := "duration"
	switch {
	case !e.Timer.Date.IsZero():
		kind = "date"
	case e.Timer.Working.Amount > 0:
		kind = "working"
	}
	_, err = r.tx.Exec(ctx, `INSERT INTO workflow_timers (id, instance_id, kind, fires_at, state, token_id, node) VALUES ($1, $2, $3, $4, 'waiting', $5, $6)`,
		id.New(), string(r.c.id), kind, db.At(at), t.id, e.ID)
	return err
}

// disarm stops what could move a token on.
func (r *run) disarm(ctx context.Context, t token) error {
	if _, err := r.tx.Exec(ctx, stopTimers, t.id); err != nil {
		return err
	}
	if _, err := r.tx.Exec(ctx, stopClocks, t.id, string(r.c.id)); err != nil {
		return err
	}
	_, err := r.tx.Exec(ctx, stopWaits, t.id)
	return err
}

// What stops with a token. The tasks of a token are found by its case: of all
// tasks there ever were, only those of a case have an index.
const (
	stopTimers = `UPDATE workflow_timers SET state = 'stopped' WHERE token_id = $1 AND state = 'waiting'`
	stopClocks = `UPDATE workflow_timers SET state = 'stopped' WHERE state = 'waiting'
		AND task_id IN (SELECT id FROM workflow_tasks WHERE instance_id = $2 AND token_id = $1)`
	stopWaits = `UPDATE workflow_waits SET state = 'stopped' WHERE token_id = $1 AND state = 'waiting'`
)

// happened moves a token because of an event that was armed for it.
func (r *run) happened(ctx context.Context, t token, event string, what, text string) error {
	e, _ := r.d.model.Node(event)
	if err := note(ctx, r.tx, Task{Case: r.c.id, Step: event}, what, r.actor, text); err != nil {
		return err
	}
	switch {
	case e.Kind == bpmn.Boundary && e.Beside:
	case e.Kind == bpmn.Boundary:
		if err := r.kill(ctx, t); err != nil {
			return err
		}
	default:
		if err := r.done(ctx, t); err != nil {
			return err
		}
	}
	r.onward(token{node: event, scope: t.scope, outcome: t.outcome})
	return nil
}

// keep saves the variables.
func (c *kase) keep(ctx context.Context, tx *db.Tx) error {
	vars, err := json.Marshal(c.vars)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE workflow_instances SET vars = $1 WHERE id = $2`, string(vars), string(c.id))
	return err
}

// finish ends a case.
func (c *kase) finish(ctx context.Context, tx *db.Tx, actor identity.Actor, state, event, text string) error {
	if _, err := tx.Exec(ctx, `UPDATE workflow_tokens SET state = $1 WHERE instance_id = $2 AND state = 'active'`, state, string(c.id)); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE workflow_instances SET state = $1, ended_at = $2, paused_at = NULL WHERE id = $3`, state, tx.Now, string(c.id)); err != nil {
		return err
	}
	return note(ctx, tx, Task{Case: c.id}, event, actor, text)
}
