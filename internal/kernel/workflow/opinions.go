// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package workflow

import (
	"context"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// What an opinion can be. Silence is none of the first two: whoever was asked
// and did not answer has not agreed.
const (
	Agreed     = "agreed"
	Disagreed  = "disagreed"
	Unanswered = "unanswered"
)

// Question asks another unit for its opinion while a step is worked on.
type Question struct {
	Unit, Post string
	Text       string
	Within     calendar.Duration // a clock of its own; that of the step runs on
}

// maxOpinions is how many opinions a step asks for at a time.
const maxOpinions = 30

// Ask gives an opinion task to another unit. The step cannot be completed while
// the opinion is open: it is given, or whoever asked closes it as unanswered.
func (e *Engine) Ask(ctx context.Context, tx *db.Tx, actor identity.Actor, taskID TaskID, q Question) (asked Task, err error) {
	defer errs.Wrap(&err, "ask for an opinion in task %s", taskID)
	t, r, err := e.lock(ctx, tx, taskID, actor)
	if err != nil {
		return Task{}, err
	}
	if t.Kind == Opinion || q.Unit == "" || q.Post == "" || q.Text == "" || !q.Within.OK() {
		return Task{}, ErrOpinion
	}
	if !r.c.paused.IsZero() {
		return Task{}, ErrPaused
	}
	open, err := Opinions(ctx, tx, taskID)
	if err != nil {
		return Task{}, err
	}
	if len(open) >= maxOpinions {
		return Task{}, ErrOpinion
	}
	due, err := e.Calendar(q.Unit).Due(tx.Now.Time, q.Within)
	if err != nil {
		return Task{}, err
	}
	asked = t
	asked.ID, asked.Kind, asked.AskedBy, asked.Question = TaskID(id.New()), Opinion, t.ID, q.Text
	asked.Unit, asked.Post, asked.ClaimedBy, asked.Claimer = q.Unit, q.Post, "", ""
	asked.Opened, asked.Due = tx.Now, db.At(due)
	if err := put(ctx, tx, asked); err != nil {
		return Task{}, err
	}
	return asked, note(ctx, tx, asked, "asked", actor, q.Text)
}

// Answer gives the opinion that was asked for: Agreed or Disagreed, in words.
func (e *Engine) Answer(ctx context.Context, tx *db.Tx, actor identity.Actor, taskID TaskID, outcome, words string) (err error) {
	defer errs.Wrap(&err, "answer task %s", taskID)
	t, r, err := e.lock(ctx, tx, taskID, actor)
	if err != nil {
		return err
	}
	if t.Kind != Opinion || outcome != Agreed && outcome != Disagreed || words == "" {
		return ErrOpinion
	}
	return r.end(ctx, t, "done", outcome, words)
}

// CloseOpinion lets the step go on without an answer. It says why, and the
// record says that nobody answered.
func (e *Engine) CloseOpinion(ctx context.Context, tx *db.Tx, actor identity.Actor, taskID TaskID, reason string) (err error) {
	defer errs.Wrap(&err, "close the question of task %s", taskID)
	if reason == "" {
		return ErrNoReason
	}
	t, r, err := e.lock(ctx, tx, taskID, actor)
	if err != nil {
		return err
	}
	if t.Kind != Opinion {
		return ErrOpinion
	}
	return r.end(ctx, t, "cancelled", Unanswered, reason)
}

// Opinions returns what was asked for in a task, in order, with its outcome.
func Opinions(ctx context.Context, q db.Querier, taskID TaskID) ([]Task, error) {
	return db.All(ctx, q, scan, query+` WHERE t.asked_by = $1 AND t.asked_by <> '' ORDER BY t.id LIMIT 200`, string(taskID))
}

// opinionsGiven refuses to complete a task whose opinions are open.
func opinionsGiven(ctx context.Context, q db.Querier, taskID TaskID) error {
	var open int
	err := q.QueryRow(ctx, `SELECT COUNT(*) FROM workflow_tasks WHERE asked_by = $1 AND asked_by <> '' AND state = 'open'`, string(taskID)).Scan(&open)
	if err == nil && open > 0 {
		return ErrAsked.With("count", open)
	}
	return err
}
