// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package workflow

import (
	"context"
	"fmt"
	"slices"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/workflow/bpmn"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/id"
)

// maxMoves bounds what one act may set in motion.
const maxMoves = 5000

// run moves one locked case in one transaction: from each place where a token
// stood to the next where one waits. A token is a row for one stay at one node;
// its id is what a service task is known by, so that coming round again is
// another stay and being tried again is not.
type run struct {
	e       *Engine
	tx      *db.Tx
	actor   identity.Actor
	c       *kase
	d       *Definition
	queue   []arrival
	leaving []string // scopes in which a token has ended
	opened  []Task
	ended   bool
	changed bool // variables
	moves   int
}

// arrival is a token that comes to a node.
type arrival struct {
	node, via      string
	scope, outcome string
	undoes         string
}

// token stands at a node.
type token struct {
	id, node, scope, outcome, undoes string
}

// drive moves on until nothing moves.
func (r *run) drive(ctx context.Context) (m Moved, err error) {
	for len(r.queue)+len(r.leaving) > 0 && !r.ended {
		if r.moves++; r.moves > maxMoves {
			return Moved{}, fmt.Errorf("%w: %s", errSpins, r.c.flow)
		}
		if len(r.queue) > 0 {
			a := r.queue[0]
			r.queue = r.queue[1:]
			err = r.arrive(ctx, a)
		} else {
			scope := r.leaving[0]
			r.leaving = slices.DeleteFunc(r.leaving, func(s string) bool { return s == scope })
			err = r.settle(ctx, scope)
		}
		if err != nil {
			return Moved{}, err
		}
	}
	if r.changed {
		if err := r.c.keep(ctx, r.tx); err != nil {
			return Moved{}, err
		}
	}
	return Moved{Case: r.c.id, Subject: r.c.subject, Opened: r.opened, Ended: r.ended}, r.pull("before commit")
}

// pull lets a test pull the plug.
func (r *run) pull(point string) error {
	if r.e.trip == nil {
		return nil
	}
	return r.e.trip(point)
}

// follow sends a token along an arrow.
func (r *run) follow(f bpmn.Flow, scope, outcome string) {
	r.queue = append(r.queue, arrival{node: f.To, via: f.ID, scope: scope, outcome: outcome})
}

// onward sends a token that has done with its node along every arrow behind it.
func (r *run) onward(t token) {
	n, _ := r.d.model.Node(t.node)
	if n.Kind == bpmn.End {
		r.leaving = append(r.leaving, t.scope)
		return
	}
	for _, f := range r.d.model.Out(t.node) {
		r.follow(f, t.scope, t.outcome)
	}
}

func (r *run) arrive(ctx context.Context, a arrival) error {
	n, ok := r.d.model.Node(a.node)
	if !ok {
		return fmt.Errorf("flow %s has no node %s", r.c.flow, a.node)
	}
	if err := r.pull("at " + n.ID); err != nil {
		return err
	}
	pass := token{node: n.ID, scope: a.scope, outcome: a.outcome}
	switch n.Kind {
	case bpmn.Start, bpmn.Boundary, bpmn.Send:
		r.onward(pass)
	case bpmn.Exclusive:
		f, err := r.choose(n, a.outcome)
		if err != nil {
			return err
		}
		r.follow(f, a.scope, a.outcome)
	case bpmn.Parallel:
		return r.join(ctx, n, a)
	case bpmn.Throw:
		return r.throw(ctx, n, a)
	case bpmn.End:
		return r.finishBranch(ctx, n, a)
	case bpmn.User, bpmn.Service, bpmn.Receive, bpmn.Catch, bpmn.EventBased, bpmn.Sub:
		return r.stay(ctx, n, a)
	}
	return nil
}

// stay lets a token wait at a node for whoever or whatever moves it on.
func (r *run) stay(ctx context.Context, n bpmn.Node, a arrival) error {
	t, err := r.stand(ctx, a)
	if err != nil {
		return err
	}
	switch n.Kind {
	case bpmn.User:
		err = r.open(ctx, t, n)
	case bpmn.Service:
		err = r.call(ctx, t)
	case bpmn.Sub:
		start, _ := r.d.model.StartOf(n.ID)
		r.queue = append(r.queue, arrival{node: start.ID, scope: t.id})
	default: // what it waits for is armed below
	}
	if err != nil {
		return err
	}
	return r.arm(ctx, t, n)
}

// choose finds the way on behind an exclusive gateway.
func (r *run) choose(n bpmn.Node, outcome string) (bpmn.Flow, error) {
	out := r.d.model.Out(n.ID)
	if len(out) == 1 {
		return out[0], nil
	}
	vars := r.values(outcome)
	for _, f := range out {
		if f.ID == n.Default {
			continue
		}
		yes, err := r.d.rules.Flows[f.ID].True(vars)
		if err != nil {
			return bpmn.Flow{}, ErrCondition.With("name", n.Name).Because(err)
		}
		if yes {
			return f, nil
		}
	}
	f, _ := r.d.model.Flow(n.Default)
	return f, nil
}

// join waits until a token has come along every arrow.
func (r *run) join(ctx context.Context, n bpmn.Node, a arrival) error {
	in := r.d.model.In(n.ID)
	if len(in) > 1 {
		if _, err := r.stand(ctx, a); err != nil {
			return err
		}
		type waiting struct{ id, via string }
		here, err := db.All(ctx, r.tx, func(row db.Row) (w waiting, err error) {
			err = row.Scan(&w.id, &w.via)
			return w, err
		}, `SELECT id, via FROM workflow_tokens WHERE instance_id = $1 AND state = 'active' AND step = $2 AND scope = $3 ORDER BY id`,
			string(r.c.id), n.ID, a.scope)
		if err != nil {
			return err
		}
		var take []string
		for _, f := range in {
			i := slices.IndexFunc(here, func(w waiting) bool { return w.via == f.ID })
			if i < 0 {
				return nil
			}
			take = append(take, here[i].id)
		}
		for _, one := range take {
			if _, err := r.tx.Exec(ctx, `UPDATE workflow_tokens SET state = 'done' WHERE id = $1`, one); err != nil {
				return err
			}
		}
		a.outcome = ""
	}
	r.onward(token{node: n.ID, scope: a.scope, outcome: a.outcome})
	return nil
}

// finishBranch ends a token, and with it perhaps more.
func (r *run) finishBranch(ctx context.Context, n bpmn.Node, a arrival) error {
	switch n.Event {
	case bpmn.Terminate:
		if err := r.killAll(ctx, a.scope); err != nil {
			return err
		}
	case bpmn.Error:
		return r.raise(ctx, a.scope, n.Code)
	case bpmn.Message:
		if err := r.send(ctx, n, a.outcome); err != nil {
			return err
		}
	case bpmn.Compensate:
		return r.undo(ctx, a)
	case bpmn.Plain, bpmn.Timer:
	}
	r.leaving = append(r.leaving, a.scope)
	return nil
}

// settle ends a scope in which no token is left.
func (r *run) settle(ctx context.Context, scope string) error {
	if slices.ContainsFunc(r.queue, func(a arrival) bool { return a.scope == scope }) {
		return nil
	}
	var left int
	if err := r.tx.QueryRow(ctx, `SELECT COUNT(*) FROM workflow_tokens WHERE instance_id = $1 AND state = 'active' AND scope = $2`,
		string(r.c.id), scope).Scan(&left); err != nil || left > 0 {
		return err
	}
	if scope == "" {
		r.ended = true
		return r.c.finish(ctx, r.tx, r.actor, caseDone, "ended", "")
	}
	t, err := r.token(ctx, scope)
	if err != nil {
		return err
	}
	if err := r.done(ctx, t); err != nil {
		return err
	}
	r.onward(t)
	return nil
}

// raise hands an error to the nearest event that takes it: on the activity of
// the token scope, or on one around it.
func (r *run) raise(ctx context.Context, scope, code string) error {
	for scope != "" {
		t, err := r.token(ctx, scope)
		if err != nil {
			return err
		}
		if b, ok := r.d.model.Catches(t.node, code); ok {
			if err := r.kill(ctx, t); err != nil {
				return err
			}
			r.onward(token{node: b.ID, scope: t.scope})
			return note(ctx, r.tx, Task{Case: r.c.id, Step: t.node}, "error", r.actor, code)
		}
		scope = t.scope
	}
	return fmt.Errorf("%w %q", errUncaught, code)
}

// stand puts a token at a node.
func (r *run) stand(ctx context.Context, a arrival) (token, error) {
	t := token{id: id.New(), node: a.node, scope: a.scope, outcome: a.outcome, undoes: a.undoes}
	_, err := r.tx.Exec(ctx, `INSERT INTO workflow_tokens (id, instance_id, step, state, scope, via, outcome, undoes) VALUES ($1, $2, $3, 'active', $4, $5, $6, $7)`,
		t.id, string(r.c.id), t.node, t.scope, a.via, t.outcome, t.undoes)
	return t, err
}

func (r *run) token(ctx context.Context, id string) (t token, err error) {
	err = r.tx.QueryRow(ctx, `SELECT id, step, scope, outcome, undoes FROM workflow_tokens WHERE id = $1`, id).
		Scan(&t.id, &t.node, &t.scope, &t.outcome, &t.undoes)
	return t, err
}

// done ends the stay of a token.
func (r *run) done(ctx context.Context, t token) error {
	if _, err := r.tx.Exec(ctx, `UPDATE workflow_tokens SET state = 'done', outcome = $1,
		ended = (SELECT COALESCE(MAX(ended), 0) + 1 FROM workflow_tokens WHERE instance_id = $2) WHERE id = $3`,
		t.outcome, string(r.c.id), t.id); err != nil {
		return err
	}
	return r.disarm(ctx, t)
}

// kill ends a token and everything inside the activity at which it stands.
func (r *run) kill(ctx context.Context, t token) error {
	if err := r.killAll(ctx, t.id); err != nil {
		return err
	}
	if _, err := r.tx.Exec(ctx, `UPDATE workflow_tokens SET state = 'cancelled' WHERE id = $1`, t.id); err != nil {
		return err
	}
	if _, err := r.tx.Exec(ctx, `UPDATE workflow_tasks SET state = 'cancelled', ended_by = $1, ender = $2, ended_at = $3
		WHERE instance_id = $5 AND token_id = $4 AND state = 'open'`, r.actor.Account, r.actor.Name, r.tx.Now, t.id, string(r.c.id)); err != nil {
		return err
	}
	return r.disarm(ctx, t)
}

// killAll ends every token of a scope.
func (r *run) killAll(ctx context.Context, scope string) error {
	all, err := db.All(ctx, r.tx, db.Column[string], `SELECT id FROM workflow_tokens WHERE instance_id = $1 AND state = 'active' AND scope = $2 ORDER BY id`,
		string(r.c.id), scope)
	if err != nil {
		return err
	}
	for _, one := range all {
		t, err := r.token(ctx, one)
		if err != nil {
			return err
		}
		if err := r.kill(ctx, t); err != nil {
			return err
		}
	}
	r.queue = slices.DeleteFunc(r.queue, func(a arrival) bool { return a.scope == scope })
	r.leaving = slices.DeleteFunc(r.leaving, func(s string) bool { return s == scope })
	r.opened = slices.DeleteFunc(r.opened, func(t Task) bool { return t.token == scope })
	return nil
}
