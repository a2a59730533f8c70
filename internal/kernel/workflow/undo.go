// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package workflow

import (
	"context"
	"errors"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/workflow/bpmn"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// cancelNode is where the token of a cancelled case stands while what was done
// is undone; no process can call a node so.
const cancelNode = "#cancel"

// throw does what an intermediate event does on its way.
func (r *run) throw(ctx context.Context, n bpmn.Node, a arrival) error {
	switch n.Event {
	case bpmn.Compensate:
		return r.undo(ctx, a)
	case bpmn.Message:
		if err := r.send(ctx, n, a.outcome); err != nil {
			return err
		}
	case bpmn.Plain, bpmn.Timer, bpmn.Error, bpmn.Terminate:
	}
	r.onward(token{node: n.ID, scope: a.scope, outcome: a.outcome})
	return nil
}

// undo lets a token wait until what was done in its scope has been undone.
func (r *run) undo(ctx context.Context, a arrival) error {
	t, err := r.stand(ctx, a)
	if err != nil {
		return err
	}
	return r.undoNext(ctx, t.id)
}

// undoNext undoes the youngest work that can be undone and was not, or lets
// the token that waits for it go on. One after the other, each once.
func (r *run) undoNext(ctx context.Context, waiting string) error {
	t, err := r.token(ctx, waiting)
	if err != nil {
		return err
	}
	done, err := db.All(ctx, r.tx, func(row db.Row) (d token, err error) {
		err = row.Scan(&d.id, &d.node, &d.scope)
		return d, err
	}, `SELECT id, step, scope FROM workflow_tokens d WHERE instance_id = $1 AND state = 'done' AND undoes = ''
		AND NOT EXISTS (SELECT 1 FROM workflow_tokens u WHERE u.instance_id = d.instance_id AND u.undoes = d.id) ORDER BY ended DESC`, string(r.c.id))
	if err != nil {
		return err
	}
	for _, d := range done {
		undo, ok := r.d.model.UndoOf(d.node)
		if !ok {
			continue
		}
		inside, err := r.within(ctx, d, t.scope)
		if err != nil {
			return err
		}
		if inside {
			u, err := r.stand(ctx, arrival{node: undo.ID, scope: t.id, undoes: d.id})
			if err != nil {
				return err
			}
			return r.call(ctx, u)
		}
	}
	if t.node == cancelNode {
		r.ended = true
		return r.c.finish(ctx, r.tx, r.actor, caseCancelled, "undone", "")
	}
	if err := r.done(ctx, t); err != nil {
		return err
	}
	r.onward(t)
	return nil
}

// within reports whether a token stood in a scope or in one inside it.
func (r *run) within(ctx context.Context, t token, scope string) (bool, error) {
	for at := t.scope; at != scope; {
		if at == "" {
			return false, nil
		}
		around, err := r.token(ctx, at)
		if err != nil {
			return false, err
		}
		at = around.scope
	}
	return true, nil
}

// Cancel ends the case of a subject before its time: it was withdrawn or
// stopped. What service tasks did and can undo is undone first, the youngest
// before the older; people are out of it at once.
func (e *Engine) Cancel(ctx context.Context, tx *db.Tx, actor identity.Actor, s Subject, reason string) (err error) {
	defer errs.Wrap(&err, "cancel case of %s %s", s.Kind, s.ID)
	c, err := lockSubject(ctx, tx, s)
	if err != nil {
		return err
	}
	r, err := e.locked(ctx, tx, actor, c)
	if errors.Is(err, ErrNotFound) {
		err = errNotTracked
	}
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE workflow_tasks SET state = 'cancelled', ended_by = $1, ender = $2, ended_at = $3 WHERE instance_id = $4 AND state = 'open'`,
		actor.Account, actor.Name, tx.Now, string(c.id)); err != nil {
		return err
	}
	for _, q := range []string{
		`UPDATE workflow_timers SET state = 'stopped' WHERE instance_id = $1 AND state = 'waiting'`,
		`UPDATE workflow_waits SET state = 'stopped' WHERE instance_id = $1 AND state = 'waiting'`,
		`UPDATE workflow_tokens SET state = 'cancelled' WHERE instance_id = $1 AND state = 'active'`,
	} {
		if _, err := tx.Exec(ctx, q, string(c.id)); err != nil {
			return err
		}
	}
	if !r.undoable() {
		return c.finish(ctx, tx, actor, caseCancelled, "cancelled", reason)
	}
	if _, err := tx.Exec(ctx, `UPDATE workflow_instances SET state = 'undoing', paused_at = NULL WHERE id = $1`, string(c.id)); err != nil {
		return err
	}
	if err := note(ctx, tx, Task{Case: c.id}, "cancelled", actor, reason); err != nil {
		return err
	}
	return r.undo(ctx, arrival{node: cancelNode})
}

// undoable reports whether the process says how to undo anything.
func (r *run) undoable() bool {
	for _, n := range r.d.model.Nodes {
		if n.Undoes {
			return true
		}
	}
	return false
}
