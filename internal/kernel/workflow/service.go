// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package workflow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Kinds of jobs.
const (
	JobTask    jobs.Kind = "flow.serve"   // do a service task
	JobDeliver jobs.Kind = "flow.deliver" // hand a message to whoever waits for it
)

// Call is a service task that is to be done.
type Call struct {
	Key     string // one stay at one node: the same when it is tried again, another in the next round
	Case    ID
	Subject Subject
	Node    string
	Vars    map[string]any
	Undo    string // where the task undoes another: the Key of that call
}

// Result is what a service task answers.
type Result struct {
	Vars  map[string]any // what later conditions read
	Error string         // code of an error that the process catches; empty: all went well
}

// Handler does service tasks. One of its two functions is set.
type Handler struct {
	// Within runs in the transaction that moves the case on: what it writes
	// happens exactly once.
	Within func(ctx context.Context, tx *db.Tx, c Call) (Result, error)
	// Outside runs outside any transaction and may run again after a crash, with
	// the same Key: whoever it asks must do nothing twice for one key.
	Outside func(ctx context.Context, c Call) (Result, error)
}

// call asks for a service task to be done after the commit.
func (r *run) call(ctx context.Context, t token) error { return jobs.Enqueue(ctx, r.tx, JobTask, t.id) }

// Jobs returns what the engine does in the background.
func (e *Engine) Jobs(d *db.DB) map[jobs.Kind]jobs.Handler {
	one := func(do func(ctx context.Context, d *db.DB, id string) error) jobs.Handler {
		return func(ctx context.Context, body []byte) error {
			var id string
			if err := json.Unmarshal(body, &id); err != nil {
				return err
			}
			return do(ctx, d, id)
		}
	}
	return map[jobs.Kind]jobs.Handler{JobTask: one(e.serve), JobDeliver: one(e.deliver)}
}

func engineActor() identity.Actor { return identity.Program("workflow") }

// serve does one service task and moves its case on.
func (e *Engine) serve(ctx context.Context, d *db.DB, tokenID string) (err error) {
	defer errs.Wrap(&err, "service task %s", tokenID)
	var call Call
	var handler Handler
	wanted := false
	if err := d.Write(ctx, func(tx *db.Tx) error {
		r, t, err := e.standing(ctx, tx, tokenID)
		if wanted = r != nil; err != nil || r == nil {
			return err
		}
		n, _ := r.d.model.Node(t.node)
		h, ok := e.Handlers[n.Handler]
		if !ok || h.Within == nil && h.Outside == nil {
			return fmt.Errorf("nobody does %q", n.Handler)
		}
		call, handler = r.request(t), h
		return nil
	}); err != nil || !wanted {
		return err
	}
	if err := e.pull("before the effect"); err != nil {
		return err
	}
	var result Result
	if handler.Within == nil {
		if result, err = handler.Outside(ctx, call); err != nil {
			return err
		}
		if err := e.pull("behind the effect"); err != nil {
			return err
		}
	}
	err = d.Write(ctx, func(tx *db.Tx) error {
		r, t, err := e.standing(ctx, tx, tokenID)
		if err != nil || r == nil {
			return err // another worker was faster, or the case has left
		}
		result := result
		if handler.Within != nil {
			if result, err = handler.Within(ctx, tx, r.request(t)); err != nil {
				return err
			}
		}
		return e.answer(ctx, r, t, result)
	})
	if err != nil {
		return err
	}
	return e.pull("behind the commit")
}

func (e *Engine) pull(point string) error {
	if e.trip == nil {
		return nil
	}
	return e.trip(point)
}

func (r *run) request(t token) Call {
	return Call{Key: t.id, Case: r.c.id, Subject: r.c.subject, Node: t.node, Vars: r.values(t.outcome), Undo: t.undoes}
}

// standing locks the case of a token, if the token still stands there.
func (e *Engine) standing(ctx context.Context, tx *db.Tx, tokenID string) (*run, token, error) {
	c, err := lockCaseOf(ctx, tx, `(SELECT instance_id FROM workflow_tokens WHERE id = $1)`, tokenID)
	if errors.Is(err, ErrNotFound) {
		return nil, token{}, nil
	}
	if err != nil {
		return nil, token{}, err
	}
	r, err := e.locked(ctx, tx, engineActor(), c)
	if err != nil {
		return nil, token{}, err
	}
	var active int
	if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM workflow_tokens WHERE id = $1 AND state = 'active'`, tokenID).Scan(&active); err != nil || active == 0 {
		return nil, token{}, err
	}
	t, err := r.token(ctx, tokenID)
	return r, t, err
}

// answer moves a case on behind a service task.
func (e *Engine) answer(ctx context.Context, r *run, t token, result Result) error {
	if err := r.set(result.Vars); err != nil {
		return err
	}
	switch {
	case result.Error != "":
		if err := r.raise(ctx, t.id, result.Error); err != nil {
			return err
		}
	default:
		if err := note(ctx, r.tx, Task{Case: r.c.id, Step: t.node}, "served", r.actor, ""); err != nil {
			return err
		}
		if err := r.done(ctx, t); err != nil {
			return err
		}
		if t.undoes != "" {
			if err := r.undoNext(ctx, t.scope); err != nil {
				return err
			}
			break
		}
		r.onward(t)
	}
	return e.told(ctx, r)
}

// told drives a case that moved by itself, and tells its owner.
func (e *Engine) told(ctx context.Context, r *run) error {
	m, err := r.drive(ctx)
	if err != nil {
		return err
	}
	if tell := e.Moved[m.Subject.Kind]; tell != nil {
		return tell(ctx, r.tx, m)
	}
	return nil
}
