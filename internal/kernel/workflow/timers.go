// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package workflow

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// timerLease is how long a worker may take over the timers it has claimed;
// those of a worker that died come back after it.
const timerLease = time.Minute

// timerBatch is how many timers a worker claims at once.
const timerBatch = 50

// The timers that are drawn and due, which nobody has in hand. Those of a case
// that is paused wait, but for dates.
const dueTimers = `SELECT w.id FROM workflow_timers w JOIN workflow_instances c ON c.id = w.instance_id
	WHERE w.state = 'waiting' AND w.kind <> 'due' AND w.fires_at <= $1 AND w.leased_until <= $1 AND (c.paused_at IS NULL OR w.kind = 'date')
	ORDER BY w.fires_at, w.id LIMIT $2`

// Tick moves the cases whose timers are due and reports whether there may be
// more. Several workers may call it at the same time: each claims its own rows,
// commits that, and then locks case by case in the order that everybody does.
func (e *Engine) Tick(ctx context.Context, d *db.DB) (more bool, err error) {
	defer errs.Wrap(&err, "timers")
	due, err := db.All(ctx, d, db.Column[string], dueTimers, d.Now(), 1)
	if err != nil || len(due) == 0 {
		return false, err // an idle server does not write
	}
	var mine []string
	if err := d.Write(ctx, func(tx *db.Tx) error {
		claimed, err := db.All(ctx, tx, db.Column[string], `UPDATE workflow_timers SET leased_until = $3 WHERE id IN (`+
			dueTimers+tx.Dialect().Pick("", " FOR UPDATE OF w SKIP LOCKED")+`) RETURNING id`, tx.Now, timerBatch, db.At(tx.Now.Add(timerLease)))
		mine = claimed
		return err
	}); err != nil {
		return false, err
	}
	if err := e.pull("timers claimed"); err != nil {
		return false, err
	}
	var failed error
	for _, one := range mine {
		if err := e.ring(ctx, d, one); err != nil {
			failed = errors.Join(failed, fmt.Errorf("timer %s: %w", one, err))
		}
	}
	return len(mine) == timerBatch, failed
}

// Next returns when Tick has something to do next; the zero time where no timer
// waits, or only such as stand still.
func (e *Engine) Next(ctx context.Context, q db.Querier) (due db.Time, err error) {
	err = q.QueryRow(ctx, `SELECT MIN(w.fires_at) FROM workflow_timers w JOIN workflow_instances c ON c.id = w.instance_id
		WHERE w.state = 'waiting' AND w.kind <> 'due' AND (c.paused_at IS NULL OR w.kind = 'date')`).Scan(&due)
	return due, err
}

// ring lets one timer do its work.
func (e *Engine) ring(ctx context.Context, d *db.DB, timerID string) error {
	if err := d.Write(ctx, func(tx *db.Tx) error { return e.ringIn(ctx, tx, timerID) }); err != nil {
		return err
	}
	return e.pull("behind the timer")
}

func (e *Engine) ringIn(ctx context.Context, tx *db.Tx, timerID string) error {
	var tokenID, node, state string
	if err := tx.QueryRow(ctx, `SELECT token_id, node FROM workflow_timers WHERE id = $1`, timerID).Scan(&tokenID, &node); err != nil {
		if errors.Is(err, db.ErrNoRows) {
			return ErrNotFound
		}
		return err
	}
	r, t, err := e.standing(ctx, tx, tokenID)
	if err != nil || r == nil {
		return err
	}
	if err := tx.QueryRow(ctx, `SELECT state FROM workflow_timers WHERE id = $1 AND fires_at <= $2`, timerID, tx.Now).Scan(&state); err != nil {
		if errors.Is(err, db.ErrNoRows) {
			return nil // it was moved meanwhile
		}
		return err
	}
	if state != "waiting" {
		return nil
	}
	if _, err := tx.Exec(ctx, `UPDATE workflow_timers SET state = 'fired' WHERE id = $1`, timerID); err != nil {
		return err
	}
	if err := r.happened(ctx, t, node, "fired", ""); err != nil {
		return err
	}
	return e.told(ctx, r)
}

// Fire notes the tasks that have become overdue since it was last called, at
// most limit of them, and returns them once each: for reminders. Cases that
// are paused are left for later. It is meant to run every minute.
func Fire(ctx context.Context, tx *db.Tx, actor identity.Actor, limit int) (overdue []Task, err error) {
	defer errs.Wrap(&err, "fire timers")
	claim := tx.Dialect().Pick("", " FOR UPDATE OF w SKIP LOCKED")
	ids, err := db.All(ctx, tx, db.Column[string], `SELECT w.task_id FROM workflow_timers w
		JOIN workflow_instances c ON c.id = w.instance_id
		WHERE w.state = 'waiting' AND w.kind = 'due' AND w.fires_at < $1 AND c.paused_at IS NULL ORDER BY w.fires_at, w.id LIMIT $2`+claim, tx.Now, limit)
	if err != nil {
		return nil, err
	}
	for _, one := range ids {
		n, err := tx.Exec(ctx, `UPDATE workflow_timers SET state = 'fired' WHERE task_id = $1 AND state = 'waiting'`, one)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			continue
		}
		t, err := Get(ctx, tx, TaskID(one))
		if err != nil {
			return nil, err
		}
		if err := note(ctx, tx, t, "overdue", actor, ""); err != nil {
			return nil, err
		}
		overdue = append(overdue, t)
	}
	return overdue, nil
}
