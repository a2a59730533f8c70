// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package workflow

import (
	"context"
	"fmt"
	"strings"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

const query = `SELECT t.id, t.instance_id, c.subject_kind, c.subject_id, c.flow_id, c.version, t.step, t.post, t.unit_id, t.state,
	t.claimed_by, t.claimer, t.opened_at, t.due_at, t.token_id, t.ender, c.paused_at, c.state
	FROM workflow_tasks t JOIN workflow_instances c ON c.id = t.instance_id`

func scan(r db.Row) (t Task, err error) {
	err = r.Scan(&t.ID, &t.Case, &t.Subject.Kind, &t.Subject.ID, &t.Flow, &t.Version, &t.Step, &t.Post, &t.Unit, &t.State,
		&t.ClaimedBy, &t.Claimer, &t.Opened, &t.Due, &t.token, &t.ended, &t.paused, &t.state)
	return t, err
}

// Paused returns since when the case of the task waits; zero where it does not.
func (t Task) Paused() db.Time { return t.paused }

// Seat is a post in a unit: where somebody works, and whose tasks they see.
type Seat struct{ Unit, Post string }

// Key is a place in a list of tasks. The zero Key is its beginning.
type Key struct {
	Due db.Time
	ID  TaskID
}

// After returns the key of the page that begins behind t.
func (t Task) After() Key { return Key{t.Due, t.ID} }

// maxSeats bounds a question; nobody holds more posts.
const maxSeats = 200

// Tasks returns the open tasks of some seats, the most urgent first, at most
// limit of them behind a key. Without a seat there are none.
func Tasks(ctx context.Context, q db.Querier, seats []Seat, after Key, limit int) (all []Task, err error) {
	defer errs.Wrap(&err, "list tasks")
	if len(seats) == 0 {
		return nil, nil
	}
	if len(seats) > maxSeats {
		return nil, fmt.Errorf("%d seats are more than anybody has", len(seats))
	}
	text, args := tasksQuery(seats, after, limit)
	return db.All(ctx, q, scan, text, args...)
}

func tasksQuery(seats []Seat, after Key, limit int) (text string, args []any) {
	due := int64(-1 << 62)
	if !after.Due.IsZero() {
		due = after.Due.UnixMicro()
	}
	args = []any{due, string(after.ID), limit}
	var places []string
	for _, s := range seats {
		places = append(places, fmt.Sprintf("(t.unit_id = $%d AND t.post = $%d)", len(args)+1, len(args)+2))
		args = append(args, s.Unit, s.Post)
	}
	return query + ` WHERE t.state = 'open' AND (` + strings.Join(places, " OR ") + `)
		AND (t.due_at, t.id) > ($1, $2) ORDER BY t.due_at, t.id LIMIT $3`, args
}

// Get returns a task. The caller asks whether the actor may see its subject.
func Get(ctx context.Context, q db.Querier, taskID TaskID) (t Task, err error) {
	defer errs.Wrap(&err, "get task %s", taskID)
	all, err := db.All(ctx, q, scan, query+` WHERE t.id = $1`, string(taskID))
	if err != nil {
		return Task{}, err
	}
	if len(all) == 0 {
		return Task{}, ErrNotFound
	}
	return all[0], nil
}

// Of returns the open tasks of a subject: whose turn it is.
func Of(ctx context.Context, q db.Querier, s Subject) (all []Task, err error) {
	defer errs.Wrap(&err, "tasks of %s %s", s.Kind, s.ID)
	return db.All(ctx, q, scan, query+` WHERE c.subject_kind = $1 AND c.subject_id = $2 AND t.state = 'open' ORDER BY t.id`, s.Kind, s.ID)
}

// Entry is one line of the history of a case.
type Entry struct {
	Task    TaskID
	Step    string
	Event   string
	Account string
	Note    string
	At      db.Time
}

// History returns what happened to the cases of a subject, in order.
func History(ctx context.Context, q db.Querier, s Subject) (all []Entry, err error) {
	defer errs.Wrap(&err, "history of %s %s", s.Kind, s.ID)
	return db.All(ctx, q, func(r db.Row) (e Entry, err error) {
		err = r.Scan(&e.Task, &e.Step, &e.Event, &e.Account, &e.Note, &e.At)
		return e, err
	}, `SELECT h.task_id, h.step, h.event, h.account, h.note, h.at FROM workflow_history h
		JOIN workflow_instances c ON c.id = h.instance_id
		WHERE c.subject_kind = $1 AND c.subject_id = $2 ORDER BY h.at, h.id`, s.Kind, s.ID)
}

// Fire notes the tasks that have become overdue since it was last called, at
// most limit of them, and returns them once each: for reminders. Cases that
// are paused are left for later. It is meant to run every minute.
func Fire(ctx context.Context, tx *db.Tx, actor identity.Actor, limit int) (overdue []Task, err error) {
	defer errs.Wrap(&err, "fire timers")
	claim := tx.Dialect().Pick("", " FOR UPDATE OF w SKIP LOCKED")
	ids, err := db.All(ctx, tx, db.Column[string], `SELECT w.task_id FROM workflow_timers w
		JOIN workflow_instances c ON c.id = w.instance_id
		WHERE w.state = 'waiting' AND w.fires_at < $1 AND c.paused_at IS NULL ORDER BY w.fires_at, w.id LIMIT $2`+claim, tx.Now, limit)
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
