// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package workflow

import (
	"context"
	"fmt"
	"strings"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// TaskKind says what a task is to its case.
type TaskKind string

// The kinds of tasks.
const (
	StepTask TaskKind = "step"    // a step of the process
	Opinion  TaskKind = "opinion" // somebody was asked beside it
)

// Task is one step of a case in somebody's hands, or an opinion asked for in it.
type Task struct {
	ID        TaskID
	Case      ID
	Subject   Subject
	Flow      string
	Version   int
	Step      string
	Post      string
	Unit      string
	State     string // open, done, returned, cancelled
	Kind      TaskKind
	AskedBy   TaskID // of an opinion: the task for which it is asked
	Question  string
	Outcome   string // what was chosen; of an opinion agreed, disagreed or unanswered
	ClaimedBy string // account
	Claimer   string // name
	Opened    db.Time
	Due       db.Time
	token     string
	ended     string // name of who ended it
	paused    db.Time
	state     string // of the case
}

const (
	columns = `SELECT t.id, t.instance_id, c.subject_kind, c.subject_id, c.flow_id, c.version, t.step, t.post, t.unit_id, t.state,
	t.kind, t.asked_by, t.note, t.outcome, t.claimed_by, t.claimer, t.opened_at, t.due_at, t.token_id, t.ender, c.paused_at, c.state`
	query = columns + ` FROM workflow_tasks t JOIN workflow_instances c ON c.id = t.instance_id`
)

func scan(r db.Row) (t Task, err error) {
	err = r.Scan(&t.ID, &t.Case, &t.Subject.Kind, &t.Subject.ID, &t.Flow, &t.Version, &t.Step, &t.Post, &t.Unit, &t.State,
		&t.Kind, &t.AskedBy, &t.Question, &t.Outcome, &t.ClaimedBy, &t.Claimer, &t.Opened, &t.Due, &t.token, &t.ended, &t.paused, &t.state)
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
	return listed(ctx, q, seats, nil, after, limit)
}

// Mine returns the open tasks that somebody can do now, the most urgent first:
// those of their seats that nobody has claimed, their own, and those of
// colleagues for whom they stand in today.
func Mine(ctx context.Context, q db.Querier, account string, seats []Seat, now db.Time, after Key, limit int) (all []Task, err error) {
	held, err := absentFor(ctx, q, account, now)
	if err != nil {
		return nil, err
	}
	return listed(ctx, q, seats, append([]string{account}, held...), after, limit)
}

func listed(ctx context.Context, q db.Querier, seats []Seat, accounts []string, after Key, limit int) (all []Task, err error) {
	defer errs.Wrap(&err, "list tasks")
	if len(seats)+len(accounts) == 0 {
		return nil, nil
	}
	if len(seats)+len(accounts) > maxSeats {
		return nil, fmt.Errorf("%d seats are more than anybody has", len(seats)+len(accounts))
	}
	text, args := tasksQuery(seats, accounts, after, limit)
	return db.All(ctx, q, scan, text, args...)
}

// tasksQuery reads the first few tasks of each seat in the order of its index
// and merges them: the length of nobody's pile matters. Where accounts are
// given, what others have claimed is left out.
func tasksQuery(seats []Seat, accounts []string, after Key, limit int) (text string, args []any) {
	due := int64(-1 << 62)
	if !after.Due.IsZero() {
		due = after.Due.UnixMicro()
	}
	args = []any{due, string(after.ID), limit}
	var piles []string
	pile := func(where string, values ...any) {
		for _, v := range values {
			args = append(args, v)
			where = strings.Replace(where, "?", fmt.Sprintf("$%d", len(args)), 1)
		}
		piles = append(piles, `SELECT * FROM (SELECT id, due_at FROM workflow_tasks WHERE state = 'open' AND `+where+`
			AND (due_at, id) > ($1, $2) ORDER BY due_at, id LIMIT $3) p`)
	}
	free := ""
	if len(accounts) > 0 {
		free = ` AND claimed_by = ''`
	}
	for _, s := range seats {
		pile(`unit_id = ? AND post = ?`+free, s.Unit, s.Post)
	}
	for _, a := range accounts {
		pile(`claimed_by = ? AND claimed_by <> ''`, a)
	}
	return columns + ` FROM (` + strings.Join(piles, " UNION ALL ") + `) m
		JOIN workflow_tasks t ON t.id = m.id JOIN workflow_instances c ON c.id = t.instance_id
		ORDER BY m.due_at, m.id LIMIT $3`, args
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

// Both look a subject up: they are asked with each page of a dossier.
const (
	ofSubject = ` WHERE c.subject_kind = $1 AND c.subject_id = $2 AND t.state = 'open' ORDER BY t.id`
	historyOf = `SELECT h.task_id, h.step, h.event, h.account, h.note, h.at FROM workflow_history h
		JOIN workflow_instances c ON c.id = h.instance_id
		WHERE c.subject_kind = $1 AND c.subject_id = $2 ORDER BY h.at, h.id`
)

// Of returns the open tasks of a subject: whose turn it is.
func Of(ctx context.Context, q db.Querier, s Subject) (all []Task, err error) {
	defer errs.Wrap(&err, "tasks of %s %s", s.Kind, s.ID)
	return db.All(ctx, q, scan, query+ofSubject, s.Kind, s.ID)
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
	}, historyOf, s.Kind, s.ID)
}
