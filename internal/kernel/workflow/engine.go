// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package workflow

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables of this package.
func Migrations() db.Migrations { return db.Migrations{Namespace: "workflow", Files: files} }

// What can go wrong. Conflicts carry "who": the name of the colleague who was
// faster.
var (
	ErrNotFound   = errs.New(errs.NotFound, "workflow.not_found")
	ErrTaken      = errs.New(errs.Conflict, "workflow.taken")       // somebody completed or returned it already
	ErrClaimed    = errs.New(errs.Conflict, "workflow.claimed")     // somebody else works on it
	ErrPaused     = errs.New(errs.Conflict, "workflow.paused")      // the case waits for something outside
	ErrNotPaused  = errs.New(errs.Conflict, "workflow.not_paused")  // there is nothing to resume
	ErrEnded      = errs.New(errs.Conflict, "workflow.ended")       // the case is over
	ErrRunning    = errs.New(errs.Conflict, "workflow.running")     // the subject has a case already
	ErrChanged    = errs.New(errs.Conflict, "workflow.changed")     // a version is never changed: give it the next number
	ErrChoose     = errs.New(errs.Invalid, "workflow.choose")       // there are several ways on
	ErrNoReturn   = errs.New(errs.Invalid, "workflow.no_return")    // the first step has nobody to return to
	ErrNoReason   = errs.New(errs.Invalid, "workflow.no_reason")    // a return says why
	ErrNoUnit     = errs.New(errs.Invalid, "workflow.no_unit")      // a rule means no unit in this case
	errNotTracked = errors.New("a workflow without a running task") // would be a mistake of ours
)

// ID names a case.
type ID string

// TaskID names a task.
type TaskID string

// Subject is what a case is about.
type Subject struct{ Kind, ID string }

// Task is one step of a case in somebody's hands.
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
	ClaimedBy string // account
	Claimer   string // name
	Opened    db.Time
	Due       db.Time
	token     string
	ended     string // name of who ended it
	paused    db.Time
	state     string // of the case
}

// Engine moves cases. Calendar returns the working time of a unit.
type Engine struct {
	Calendar func(unit string) *calendar.Calendar
}

// Apply brings a definition into the database; applied again it changes
// nothing. A version that is there with other steps is refused: running cases
// keep what they were started with.
func Apply(ctx context.Context, tx *db.Tx, d *Definition) (added bool, err error) {
	defer errs.Wrap(&err, "apply flow %s", d.table.ID)
	text, sum, err := d.Canonical()
	if err != nil {
		return false, err
	}
	n, err := tx.Exec(ctx, `INSERT INTO workflow_definitions (flow_id, version, sha256, steps, added_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (flow_id, version) DO NOTHING`, d.table.ID, d.table.Version, sum, string(text), tx.Now)
	if err != nil || n == 1 {
		return n == 1, err
	}
	var there string
	if err := tx.QueryRow(ctx, `SELECT sha256 FROM workflow_definitions WHERE flow_id = $1 AND version = $2`,
		d.table.ID, d.table.Version).Scan(&there); err != nil {
		return false, err
	}
	if there != sum {
		return false, ErrChanged.With("flow", d.table.ID).With("version", d.table.Version)
	}
	return false, nil
}

// Load returns a definition that was applied.
func Load(ctx context.Context, q db.Querier, flow string, version int) (d *Definition, err error) {
	defer errs.Wrap(&err, "load flow %s %d", flow, version)
	var text string
	err = q.QueryRow(ctx, `SELECT steps FROM workflow_definitions WHERE flow_id = $1 AND version = $2`, flow, version).Scan(&text)
	if errors.Is(err, db.ErrNoRows) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	var t Table
	if err := json.Unmarshal([]byte(text), &t); err != nil {
		return nil, err
	}
	return Compile(t, nil)
}

// Start begins a case at the first step. units says which unit each rule of the
// table means for this subject.
func (e *Engine) Start(ctx context.Context, tx *db.Tx, actor identity.Actor, flow string, version int, s Subject, units map[string]string) (t Task, err error) {
	defer errs.Wrap(&err, "start flow %s", flow)

	d, err := Load(ctx, tx, flow, version)
	if err != nil {
		return Task{}, err
	}
	for _, step := range d.table.Steps {
		if units[step.Unit] == "" {
			return Task{}, ErrNoUnit.With("rule", step.Unit)
		}
	}
	known, err := json.Marshal(units)
	if err != nil {
		return Task{}, err
	}
	t = Task{Case: ID(id.New()), Subject: s, Flow: flow, Version: version, token: id.New()}
	n, err := tx.Exec(ctx, `INSERT INTO workflow_instances (id, flow_id, version, subject_kind, subject_id, units, state, started_at)
		VALUES ($1, $2, $3, $4, $5, $6, 'running', $7) ON CONFLICT (subject_kind, subject_id) WHERE state = 'running' DO NOTHING`,
		string(t.Case), flow, version, s.Kind, s.ID, string(known), tx.Now)
	if err != nil {
		return Task{}, err
	}
	if n == 0 {
		return Task{}, ErrRunning
	}
	if _, err := tx.Exec(ctx, `INSERT INTO workflow_tokens (id, instance_id, step, state) VALUES ($1, $2, $3, 'active')`,
		t.token, string(t.Case), d.First().ID); err != nil {
		return Task{}, err
	}
	if err := note(ctx, tx, t, "started", actor, ""); err != nil {
		return Task{}, err
	}
	return e.open(ctx, tx, t, d.First(), units, actor)
}

// open gives a step of a case to its post.
func (e *Engine) open(ctx context.Context, tx *db.Tx, from Task, s Step, units map[string]string, actor identity.Actor) (Task, error) {
	t := from
	t.ID, t.Step, t.Post, t.Unit, t.State = TaskID(id.New()), s.ID, s.Post, units[s.Unit], "open"
	t.ClaimedBy, t.Claimer, t.Opened = "", "", tx.Now
	due, err := e.Calendar(t.Unit).Due(tx.Now.Time, calendar.Duration{Amount: s.Hours, Unit: calendar.WorkingHour})
	if err != nil {
		return Task{}, fmt.Errorf("step %s: %w", s.ID, err)
	}
	t.Due = db.At(due)
	if _, err := tx.Exec(ctx, `UPDATE workflow_tokens SET step = $1 WHERE id = $2`, s.ID, t.token); err != nil {
		return Task{}, err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO workflow_tasks (id, instance_id, token_id, step, post, unit_id, state, claimed_by, claimer,
		opened_at, due_at, ended_by, ender) VALUES ($1, $2, $3, $4, $5, $6, 'open', '', '', $7, $8, '', '')`,
		string(t.ID), string(t.Case), t.token, t.Step, t.Post, t.Unit, t.Opened, t.Due); err != nil {
		return Task{}, err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO workflow_timers (id, instance_id, task_id, kind, fires_at, state)
		VALUES ($1, $2, $3, 'due', $4, 'waiting')`, id.New(), string(t.Case), string(t.ID), t.Due); err != nil {
		return Task{}, err
	}
	return t, note(ctx, tx, t, "opened", actor, "")
}

func note(ctx context.Context, tx *db.Tx, t Task, event string, actor identity.Actor, text string) error {
	_, err := tx.Exec(ctx, `INSERT INTO workflow_history (id, instance_id, task_id, step, event, account, note, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		id.New(), string(t.Case), string(t.ID), t.Step, event, actor.Account, text, tx.Now)
	return err
}

// lock reads an open task for a decision: of two people at once the second
// waits here, and then sees what the first one did.
func lock(ctx context.Context, tx *db.Tx, taskID TaskID, actor identity.Actor) (t Task, units map[string]string, err error) {
	t, err = scan(tx.QueryRow(ctx, query+` WHERE t.id = $1`+tx.ForUpdate(), string(taskID)))
	switch {
	case errors.Is(err, db.ErrNoRows):
		return Task{}, nil, ErrNotFound
	case err != nil:
		return Task{}, nil, err
	case t.State == "cancelled" || t.state != "running" && t.State == "open":
		return Task{}, nil, ErrEnded
	case t.State != "open":
		return Task{}, nil, ErrTaken.With("who", t.ended)
	case t.ClaimedBy != "" && t.ClaimedBy != actor.Account:
		return Task{}, nil, ErrClaimed.With("who", t.Claimer)
	}
	var known string
	if err := tx.QueryRow(ctx, `SELECT units FROM workflow_instances WHERE id = $1`, string(t.Case)).Scan(&known); err != nil {
		return Task{}, nil, err
	}
	return t, units, json.Unmarshal([]byte(known), &units)
}

// Claim takes a task into one's own hands, so that colleagues of the same post
// leave it. Claiming it again changes nothing.
func (e *Engine) Claim(ctx context.Context, tx *db.Tx, actor identity.Actor, taskID TaskID) (err error) {
	defer errs.Wrap(&err, "claim task %s", taskID)
	t, _, err := lock(ctx, tx, taskID, actor)
	if err != nil || t.ClaimedBy != "" {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE workflow_tasks SET claimed_by = $1, claimer = $2 WHERE id = $3`, actor.Account, actor.Name, string(taskID)); err != nil {
		return err
	}
	return note(ctx, tx, t, "claimed", actor, "")
}

// Complete ends a task and opens the one after it. Where there are several ways
// on, choice says which. ended means that the case is over; then there is no
// next task.
func (e *Engine) Complete(ctx context.Context, tx *db.Tx, actor identity.Actor, taskID TaskID, choice, text string) (next Task, ended bool, err error) {
	defer errs.Wrap(&err, "complete task %s", taskID)

	t, units, err := lock(ctx, tx, taskID, actor)
	if err != nil {
		return Task{}, false, err
	}
	d, err := Load(ctx, tx, t.Flow, t.Version)
	if err != nil {
		return Task{}, false, err
	}
	step, ended, err := d.After(t.Step, choice)
	if err != nil {
		return Task{}, false, err
	}
	if err := e.end(ctx, tx, actor, t, "done", text); err != nil {
		return Task{}, false, err
	}
	if ended {
		return Task{}, true, finish(ctx, tx, actor, t, "done", "ended", "")
	}
	next, err = e.open(ctx, tx, t, step, units, actor)
	return next, false, err
}

// Return gives a task back to the step that the table names, with the reason.
func (e *Engine) Return(ctx context.Context, tx *db.Tx, actor identity.Actor, taskID TaskID, reason string) (next Task, err error) {
	defer errs.Wrap(&err, "return task %s", taskID)

	t, units, err := lock(ctx, tx, taskID, actor)
	if err != nil {
		return Task{}, err
	}
	d, err := Load(ctx, tx, t.Flow, t.Version)
	if err != nil {
		return Task{}, err
	}
	step, err := d.Before(t.Step)
	if err != nil {
		return Task{}, err
	}
	if reason == "" {
		return Task{}, ErrNoReason
	}
	if err := e.end(ctx, tx, actor, t, "returned", reason); err != nil {
		return Task{}, err
	}
	return e.open(ctx, tx, t, step, units, actor)
}

// end closes a task that lock has read.
func (e *Engine) end(ctx context.Context, tx *db.Tx, actor identity.Actor, t Task, state, text string) error {
	if !t.paused.IsZero() {
		return ErrPaused
	}
	n, err := tx.Exec(ctx, `UPDATE workflow_tasks SET state = $1, ended_by = $2, ender = $3, ended_at = $4 WHERE id = $5 AND state = 'open'`,
		state, actor.Account, actor.Name, tx.Now, string(t.ID))
	if err != nil {
		return err
	}
	if n != 1 {
		return errNotTracked // lock holds the row
	}
	if _, err := tx.Exec(ctx, `UPDATE workflow_timers SET state = 'stopped' WHERE task_id = $1 AND state = 'waiting'`, string(t.ID)); err != nil {
		return err
	}
	return note(ctx, tx, t, state, actor, text)
}

// finish ends a case.
func finish(ctx context.Context, tx *db.Tx, actor identity.Actor, t Task, state, event, text string) error {
	if _, err := tx.Exec(ctx, `UPDATE workflow_tokens SET state = $1 WHERE instance_id = $2 AND state = 'active'`, state, string(t.Case)); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE workflow_instances SET state = $1, ended_at = $2, paused_at = NULL WHERE id = $3`, state, tx.Now, string(t.Case)); err != nil {
		return err
	}
	t.ID, t.Step = "", ""
	return note(ctx, tx, t, event, actor, text)
}

// lockCase locks the running case of a subject.
func lockCase(ctx context.Context, tx *db.Tx, s Subject) (c ID, paused db.Time, err error) {
	err = tx.QueryRow(ctx, `SELECT id, paused_at FROM workflow_instances WHERE subject_kind = $1 AND subject_id = $2 AND state = 'running'`+tx.ForUpdate(),
		s.Kind, s.ID).Scan(&c, &paused)
	if errors.Is(err, db.ErrNoRows) {
		err = ErrEnded
	}
	return c, paused, err
}

// Cancel ends the case of a subject before its time: it was withdrawn or stopped.
func (e *Engine) Cancel(ctx context.Context, tx *db.Tx, actor identity.Actor, s Subject, reason string) (err error) {
	defer errs.Wrap(&err, "cancel case of %s %s", s.Kind, s.ID)
	c, _, err := lockCase(ctx, tx, s)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE workflow_tasks SET state = 'cancelled', ended_by = $1, ender = $2, ended_at = $3 WHERE instance_id = $4 AND state = 'open'`,
		actor.Account, actor.Name, tx.Now, string(c)); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE workflow_timers SET state = 'stopped' WHERE instance_id = $1 AND state = 'waiting'`, string(c)); err != nil {
		return err
	}
	return finish(ctx, tx, actor, Task{Case: c}, "cancelled", "cancelled", reason)
}

// Pause stops the clock of a case that waits for a supplement, for money or for
// another system. Its open tasks cannot be completed meanwhile.
func (e *Engine) Pause(ctx context.Context, tx *db.Tx, actor identity.Actor, s Subject, reason string) (err error) {
	defer errs.Wrap(&err, "pause case of %s %s", s.Kind, s.ID)
	c, paused, err := lockCase(ctx, tx, s)
	if err != nil {
		return err
	}
	if !paused.IsZero() {
		return ErrPaused
	}
	if _, err := tx.Exec(ctx, `UPDATE workflow_instances SET paused_at = $1 WHERE id = $2`, tx.Now, string(c)); err != nil {
		return err
	}
	return note(ctx, tx, Task{Case: c}, "paused", actor, reason)
}

// Resume lets the clock run again: what was due is due later by the time waited.
func (e *Engine) Resume(ctx context.Context, tx *db.Tx, actor identity.Actor, s Subject) (err error) {
	defer errs.Wrap(&err, "resume case of %s %s", s.Kind, s.ID)
	c, paused, err := lockCase(ctx, tx, s)
	if err != nil {
		return err
	}
	if paused.IsZero() {
		return ErrNotPaused
	}
	tasks, err := db.All(ctx, tx, scan, query+` WHERE t.instance_id = $1 AND t.state = 'open' ORDER BY t.id`, string(c))
	if err != nil {
		return err
	}
	waited := max(time.Duration(0), tx.Now.Sub(paused.Time))
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
	if _, err := tx.Exec(ctx, `UPDATE workflow_instances SET paused_at = NULL WHERE id = $1`, string(c)); err != nil {
		return err
	}
	return note(ctx, tx, Task{Case: c}, "resumed", actor, "")
}
