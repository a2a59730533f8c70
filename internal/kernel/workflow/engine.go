// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package workflow

import (
	"context"
	"embed"
	"errors"
	"slices"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/workflow/bpmn"
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
	ErrAsked      = errs.New(errs.Conflict, "workflow.asked")       // opinions that were asked for are missing
	ErrChoose     = errs.New(errs.Invalid, "workflow.choose")       // there are several ways on
	ErrNoReturn   = errs.New(errs.Invalid, "workflow.no_return")    // the first step has nobody to return to
	ErrNoReason   = errs.New(errs.Invalid, "workflow.no_reason")    // a return says why
	ErrNoUnit     = errs.New(errs.Invalid, "workflow.no_unit")      // a rule means no unit in this case
	ErrVariable   = errs.New(errs.Invalid, "workflow.variable")     // the process declares no such variable, or of another type
	ErrCondition  = errs.New(errs.Conflict, "workflow.condition")   // a condition has no answer: nothing is decided by accident
	ErrAbsence    = errs.New(errs.Invalid, "workflow.absence")      // nobody stands in for themselves, nor before it begins
	ErrUnmapped   = errs.New(errs.Invalid, "workflow.unmapped")     // cases stand where the map says nothing
	ErrOpinion    = errs.New(errs.Invalid, "workflow.opinion")      // an opinion is agreed, disagreed or none
	ErrNotService = errs.New(errs.Conflict, "workflow.not_service") // no service task waits there
	ErrUncaught   = errs.New(errs.Conflict, "workflow.uncaught")    // the process takes no such error
	errNotTracked = errors.New("a workflow without a running task") // would be a mistake of ours
	errSpins      = errors.New("a case moves without end")          // Check has let something through
	errUncaught   = errors.New("nobody catches the error")
)

// ID names a case.
type ID string

// TaskID names a task.
type TaskID string

// Subject is what a case is about.
type Subject struct{ Kind, ID string }

// Engine moves cases. Locks are taken in one order: the row of the subject,
// which is its owner's; the row of the case; everything else of the case.
type Engine struct {
	// Calendar returns the working time of a unit.
	Calendar func(unit string) *calendar.Calendar
	// Handlers do service tasks, by the name that a process calls them.
	Handlers map[string]Handler
	// Moved is told, in the same transaction, that a case was moved by a timer, a
	// message or a service task; by kind of subject. It holds the row of the case:
	// whoever locks the subject first enqueues a job here.
	Moved map[string]func(ctx context.Context, tx *db.Tx, m Moved) error

	known cache
	trip  func(point string) error // of tests: the plug is pulled here
}

// Moved is what an act has done to a case.
type Moved struct {
	Case    ID
	Subject Subject
	Opened  []Task // tasks of people that it gave out
	Ended   bool   // the case is over
}

// Next returns the first task that was given out; the zero Task where there is none.
func (m Moved) Next() Task {
	if len(m.Opened) == 0 {
		return Task{}
	}
	return m.Opened[0]
}

// Begin is what a case begins with.
type Begin struct {
	Flow    string
	Version int
	Subject Subject
	Units   map[string]string // which unit each rule of the process means for this subject
	Vars    map[string]any    // what conditions read
}

// Start begins a case at the first step. units says which unit each rule of the
// table means for this subject.
func (e *Engine) Start(ctx context.Context, tx *db.Tx, actor identity.Actor, flow string, version int, s Subject, units map[string]string) (t Task, err error) {
	m, err := e.Begin(ctx, tx, actor, Begin{Flow: flow, Version: version, Subject: s, Units: units})
	return m.Next(), err
}

// Begin starts a case and moves it to where it waits for somebody or something.
func (e *Engine) Begin(ctx context.Context, tx *db.Tx, actor identity.Actor, b Begin) (m Moved, err error) {
	defer errs.Wrap(&err, "start flow %s", b.Flow)

	d, err := e.known.load(ctx, tx, b.Flow, b.Version)
	if err != nil {
		return Moved{}, err
	}
	for _, n := range d.model.Users() {
		if b.Units[n.Unit] == "" {
			return Moved{}, ErrNoUnit.With("rule", n.Unit)
		}
	}
	c := &kase{id: ID(id.New()), subject: b.Subject, flow: b.Flow, version: b.Version, units: b.Units, vars: map[string]any{}, state: running}
	r := &run{e: e, tx: tx, actor: actor, c: c, d: d}
	if err := r.set(b.Vars); err != nil {
		return Moved{}, err
	}
	added, err := c.insert(ctx, tx)
	if err != nil {
		return Moved{}, err
	}
	if !added {
		return Moved{}, ErrRunning
	}
	if err := note(ctx, tx, Task{Case: c.id}, "started", actor, ""); err != nil {
		return Moved{}, err
	}
	start, _ := d.model.StartOf("")
	r.queue = append(r.queue, arrival{node: start.ID})
	return r.drive(ctx)
}

func note(ctx context.Context, tx *db.Tx, t Task, event string, actor identity.Actor, text string) error {
	_, err := tx.Exec(ctx, `INSERT INTO workflow_history (id, instance_id, task_id, step, event, account, note, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		id.New(), string(t.Case), string(t.ID), t.Step, event, actor.Account, text, tx.Now)
	return err
}

// lock locks the case of a task and reads the task for a decision: of two
// people at once the second waits here, and then sees what the first one did.
func (e *Engine) lock(ctx context.Context, tx *db.Tx, taskID TaskID, actor identity.Actor) (t Task, r *run, err error) {
	c, err := lockCaseOf(ctx, tx, `(SELECT instance_id FROM workflow_tasks WHERE id = $1)`, string(taskID))
	if err != nil {
		return Task{}, nil, err
	}
	if t, err = scan(tx.QueryRow(ctx, query+` WHERE t.id = $1`, string(taskID))); err != nil {
		return Task{}, nil, err
	}
	switch {
	case t.State == "cancelled" || t.state != running && t.State == "open":
		return Task{}, nil, ErrEnded
	case t.State != "open":
		return Task{}, nil, ErrTaken.With("who", t.ended)
	case t.ClaimedBy != "" && t.ClaimedBy != actor.Account:
		standsIn, err := StandsIn(ctx, tx, actor.Account, t.ClaimedBy, tx.Now)
		if err != nil {
			return Task{}, nil, err
		}
		if !standsIn {
			return Task{}, nil, ErrClaimed.With("who", t.Claimer)
		}
	}
	d, err := e.known.load(ctx, tx, c.flow, c.version)
	if err != nil {
		return Task{}, nil, err
	}
	return t, &run{e: e, tx: tx, actor: actor, c: c, d: d}, nil
}

// Outcome is what whoever completes a task says.
type Outcome struct {
	Choice string         // where there are several ways on
	Note   string         // kept in the history
	Vars   map[string]any // what later conditions read
}

// Complete ends a task and opens the one after it. Where there are several ways
// on, choice says which. ended means that the case is over; then there is no
// next task.
func (e *Engine) Complete(ctx context.Context, tx *db.Tx, actor identity.Actor, taskID TaskID, choice, text string) (next Task, ended bool, err error) {
	m, err := e.Finish(ctx, tx, actor, taskID, Outcome{Choice: choice, Note: text})
	return m.Next(), m.Ended, err
}

// Finish ends a task and moves the case on to where it waits again.
func (e *Engine) Finish(ctx context.Context, tx *db.Tx, actor identity.Actor, taskID TaskID, o Outcome) (m Moved, err error) {
	defer errs.Wrap(&err, "complete task %s", taskID)

	t, r, err := e.lock(ctx, tx, taskID, actor)
	if err != nil {
		return Moved{}, err
	}
	if t.Kind == Opinion {
		return Moved{}, ErrOpinion
	}
	n, _ := r.d.model.Node(t.Step)
	switch {
	case o.Choice == "" && (n.Free || len(n.Outcomes) == 0):
	case o.Choice == "" && len(n.Outcomes) == 1:
		o.Choice = n.Outcomes[0]
	case !slices.Contains(n.Outcomes, o.Choice):
		return Moved{}, ErrChoose.With("of", n.Outcomes)
	}
	return r.leave(ctx, t, "done", o)
}

// Return gives a task back to the step that the process names, with the reason.
func (e *Engine) Return(ctx context.Context, tx *db.Tx, actor identity.Actor, taskID TaskID, reason string) (next Task, err error) {
	defer errs.Wrap(&err, "return task %s", taskID)

	t, r, err := e.lock(ctx, tx, taskID, actor)
	if err != nil {
		return Task{}, err
	}
	if t.Kind == Opinion || !r.d.model.Returns(t.Step) {
		return Task{}, ErrNoReturn
	}
	if reason == "" {
		return Task{}, ErrNoReason
	}
	m, err := r.leave(ctx, t, "returned", Outcome{Choice: bpmn.Return, Note: reason})
	return m.Next(), err
}

// leave ends the task of a step and lets its token go on.
func (r *run) leave(ctx context.Context, t Task, state string, o Outcome) (Moved, error) {
	if !r.c.paused.IsZero() {
		return Moved{}, ErrPaused
	}
	if err := opinionsGiven(ctx, r.tx, t.ID); err != nil {
		return Moved{}, err
	}
	if err := r.set(o.Vars); err != nil {
		return Moved{}, err
	}
	if err := r.end(ctx, t, state, o.Choice, o.Note); err != nil {
		return Moved{}, err
	}
	tok, err := r.token(ctx, t.token)
	if err != nil {
		return Moved{}, err
	}
	tok.outcome = o.Choice
	if err := r.done(ctx, tok); err != nil {
		return Moved{}, err
	}
	r.onward(tok)
	return r.drive(ctx)
}

// end closes a task that lock has read.
func (r *run) end(ctx context.Context, t Task, state, outcome, text string) error {
	n, err := r.tx.Exec(ctx, `UPDATE workflow_tasks SET state = $1, ended_by = $2, ender = $3, ended_at = $4, outcome = $5 WHERE id = $6 AND state = 'open'`,
		state, r.actor.Account, r.actor.Name, r.tx.Now, outcome, string(t.ID))
	if err != nil {
		return err
	}
	if n != 1 {
		return errNotTracked // lock holds the row
	}
	if _, err := r.tx.Exec(ctx, `UPDATE workflow_timers SET state = 'stopped' WHERE task_id = $1 AND state = 'waiting'`, string(t.ID)); err != nil {
		return err
	}
	return note(ctx, r.tx, t, state, r.actor, text)
}
