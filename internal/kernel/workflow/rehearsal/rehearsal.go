// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package rehearsal lets a made-up case run through a process with the real
// engine, in a database in memory that is gone afterwards: what is rehearsed
// cannot be found, counted or sent by anybody. It keeps nothing itself: a
// rehearsal is the list of its acts, done again from the start each time.
package rehearsal

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/kernel/workflow/bpmn"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// Kind is what somebody, or time, does to a case.
type Kind string

// The kinds of acts.
const (
	Finish Kind = "finish" // a step is done
	Return Kind = "return" // a step is given back, with the reason
	Pause  Kind = "pause"  // people are asked for what is missing: the clock stands still
	Resume Kind = "resume" // they have brought it
	Pass   Kind = "pass"   // time goes by
	Serve  Kind = "serve"  // a service task answers
	Send   Kind = "send"   // a message comes that the case waits for
)

// Until when time goes by.
const (
	ToTimer = "timer" // the next timer rings
	ToDue   = "due"   // the next open step is due
	ToHour  = "hour"  // an hour of the clock
	ToDay   = "day"   // a day of the clock
)

// Act is one thing that is done in a rehearsal.
type Act struct {
	Do     Kind           `json:"do"`
	At     string         `json:"at,omitempty"`     // node: the step, the service task or the event
	Choice string         `json:"choice,omitempty"` // the way on, where there are several
	Note   string         `json:"note,omitempty"`
	Vars   map[string]any `json:"vars,omitempty"`  // what later conditions read
	Until  string         `json:"until,omitempty"` // of Pass
	Error  string         `json:"error,omitempty"` // of Serve: the code with which it fails
}

// What can go wrong besides what the engine refuses.
var (
	ErrAct   = errs.New(errs.Invalid, "rehearsal.act")      // there is no such act
	ErrPlace = errs.New(errs.Conflict, "rehearsal.place")   // the case does not stand there
	ErrTimer = errs.New(errs.Conflict, "rehearsal.timer")   // nothing waits for time to pass
	ErrMany  = errs.New(errs.Invalid, "rehearsal.too_many") // more acts than MaxActs
)

// MaxActs is how long a rehearsal can be.
const MaxActs = 200

// maxRings bounds the timers that ring while time goes by once: a process may
// set one again and again.
const maxRings = 500

// Case is what is rehearsed.
type Case struct {
	Process  *workflow.Definition
	Units    map[string]string // which unit each rule of the process means
	Vars     map[string]any
	At       time.Time // the moment at which it begins
	Calendar func(unit string) *calendar.Calendar
	// Begun is the action that beginning the case has already done, such as
	// "accept"; empty where the first step is still to do.
	Begun string
}

// Task is an open step.
type Task struct {
	workflow.Task
	Node    bpmn.Node
	Late    bool // its time is over
	Returns bool // it can be given back
}

// State is where a case stands after some acts.
type State struct {
	Now     time.Time
	Ended   bool
	Place   workflow.Whereabouts
	Tasks   []Task
	History []workflow.Entry
	Done    int   // acts that could be done
	Why     error // what kept the next one from being done; nil: all were
}

// Last returns the step that was done last; empty where none was.
func (s State) Last() string {
	for _, e := range slices.Backward(s.History) {
		if e.Event == "done" {
			return e.Step
		}
	}
	return ""
}

func subject() workflow.Subject { return workflow.Subject{Kind: "rehearsal", ID: "rehearsal"} }

func somebody() identity.Actor { return identity.Program("rehearsal") }

// Run begins a case and does the acts in their order. An act that cannot be
// done ends the rehearsal there: State says which and why.
func Run(ctx context.Context, c Case, acts []Act) (s State, err error) {
	defer errs.Wrap(&err, "rehearse")
	if len(acts) > MaxActs {
		return s, ErrMany.With("max", MaxActs)
	}
	now := clock.NewManual(c.At)
	d, err := db.OpenMemory(now)
	if err != nil {
		return s, err
	}
	defer func() { _ = d.Close() }()
	if _, err := db.Migrate(ctx, d, jobs.Migrations(), workflow.Migrations()); err != nil {
		return s, err
	}
	r := &stage{d: d, clock: now, c: c}
	r.engine = &workflow.Engine{Calendar: c.Calendar, Handlers: map[string]workflow.Handler{}}
	for _, n := range c.Process.Model().Nodes {
		if n.Kind == bpmn.Service {
			r.engine.Handlers[n.Handler] = workflow.Handler{Outside: r.answer}
		}
	}
	if err := r.begin(ctx); err != nil {
		return s, err
	}
	for _, a := range acts {
		if why := r.do(ctx, a); why != nil {
			if _, meant := errors.AsType[*errs.Error](why); !meant {
				return s, why
			}
			s.Why = why
			break
		}
		s.Done++
	}
	return s, r.look(ctx, &s)
}

type stage struct {
	d      *db.DB
	clock  *clock.Manual
	engine *workflow.Engine
	c      Case
	said   workflow.Result // what the service task answers that is asked now
}

func (r *stage) answer(context.Context, workflow.Call) (workflow.Result, error) { return r.said, nil }

func (r *stage) begin(ctx context.Context) error {
	if err := r.d.Write(ctx, func(tx *db.Tx) error {
		if _, err := workflow.Apply(ctx, tx, r.c.Process); err != nil {
			return err
		}
		t := r.c.Process.Table()
		m, err := r.engine.Begin(ctx, tx, somebody(), workflow.Begin{
			Flow: t.ID, Version: t.Version, Subject: subject(), Units: r.c.Units, Vars: r.c.Vars,
		})
		if err != nil {
			return err
		}
		first := m.Next()
		n, _ := r.c.Process.Model().Node(first.Step)
		if r.c.Begun == "" || n.Action != r.c.Begun {
			return nil
		}
		choice := ""
		if len(n.Outcomes) > 0 {
			choice = n.Outcomes[0]
		}
		_, err = r.engine.Finish(ctx, tx, somebody(), first.ID, workflow.Outcome{Choice: choice})
		return err
	}); err != nil {
		return err
	}
	return r.settle(ctx)
}

func (r *stage) do(ctx context.Context, a Act) (err error) {
	switch a.Do {
	case Finish, Return:
		err = r.step(ctx, a)
	case Pause:
		err = r.d.Write(ctx, func(tx *db.Tx) error { return r.engine.Pause(ctx, tx, somebody(), subject(), a.Note) })
	case Resume:
		err = r.d.Write(ctx, func(tx *db.Tx) error { return r.engine.Resume(ctx, tx, somebody(), subject()) })
	case Pass:
		err = r.pass(ctx, a.Until)
	case Serve:
		err = r.serve(ctx, a)
	case Send:
		err = r.send(ctx, a)
	default:
		return ErrAct.With("name", string(a.Do))
	}
	if err != nil {
		return err
	}
	return r.settle(ctx)
}

// step finishes or returns the first open task of a step.
func (r *stage) step(ctx context.Context, a Act) error {
	open, err := workflow.Of(ctx, r.d, subject())
	if err != nil {
		return err
	}
	i := slices.IndexFunc(open, func(t workflow.Task) bool { return t.Step == a.At })
	if i < 0 {
		return ErrPlace.With("name", r.name(a.At))
	}
	return r.d.Write(ctx, func(tx *db.Tx) error {
		if a.Do == Return {
			_, err := r.engine.Return(ctx, tx, somebody(), open[i].ID, a.Note)
			return err
		}
		_, err := r.engine.Finish(ctx, tx, somebody(), open[i].ID, workflow.Outcome{Choice: a.Choice, Note: a.Note, Vars: a.Vars})
		return err
	})
}

// name is what people call a node.
func (r *stage) name(node string) string {
	if n, ok := r.c.Process.Model().Node(node); ok && n.Name != "" {
		return n.Name
	}
	return node
}

// serve lets a service task at which the case stands answer.
func (r *stage) serve(ctx context.Context, a Act) error {
	p, err := workflow.Where(ctx, r.d, subject())
	if err != nil {
		return err
	}
	i := slices.IndexFunc(p.At, func(s workflow.Stay) bool { return s.Node == a.At })
	if n, _ := r.c.Process.Model().Node(a.At); i < 0 || n.Kind != bpmn.Service {
		return ErrPlace.With("name", r.name(a.At))
	}
	key, err := json.Marshal(p.At[i].Key)
	if err != nil {
		return err
	}
	r.said = workflow.Result{Vars: a.Vars, Error: a.Error}
	return r.engine.Jobs(r.d)[workflow.JobTask](ctx, key)
}

// send publishes a message that the case waits for.
func (r *stage) send(ctx context.Context, a Act) error {
	p, err := workflow.Where(ctx, r.d, subject())
	if err != nil {
		return err
	}
	i := slices.IndexFunc(p.Messages, func(w workflow.Waiting) bool { return w.Node == a.At })
	if i < 0 {
		return ErrPlace.With("name", r.name(a.At))
	}
	return r.d.Write(ctx, func(tx *db.Tx) error {
		return workflow.Publish(ctx, tx, id.New(), p.Messages[i].Message, p.Messages[i].Key, a.Vars)
	})
}

// settle hands over the messages that the case has sent. Service tasks wait for
// an act.
func (r *stage) settle(ctx context.Context) error {
	handlers := r.engine.Jobs(r.d)
	handlers[workflow.JobTask] = func(context.Context, []byte) error { return nil }
	for range maxRings {
		if did, err := jobs.Work(ctx, r.d, handlers); err != nil || !did {
			return err
		}
	}
	return nil
}

// pass lets time go by; every timer on the way rings at its own moment.
func (r *stage) pass(ctx context.Context, until string) error {
	target, err := r.target(ctx, until)
	if err != nil {
		return err
	}
	for range maxRings {
		p, err := workflow.Where(ctx, r.d, subject())
		if err != nil {
			return err
		}
		now := r.clock.Now()
		i := slices.IndexFunc(p.Timers, func(t workflow.Timer) bool { return t.Fires.After(now) && !t.Fires.After(target) })
		if i < 0 {
			break
		}
		if err := r.move(ctx, p.Timers[i].Fires.Time); err != nil {
			return err
		}
	}
	return r.move(ctx, target)
}

// target is the moment until which time goes by.
func (r *stage) target(ctx context.Context, until string) (time.Time, error) {
	now := r.clock.Now()
	switch until {
	case ToHour:
		return now.Add(time.Hour), nil
	case ToDay:
		return now.In(calendar.Zone()).AddDate(0, 0, 1), nil
	case ToTimer:
		p, err := workflow.Where(ctx, r.d, subject())
		if err != nil {
			return now, err
		}
		for _, t := range p.Timers {
			if t.Fires.After(now) {
				return t.Fires.Time, nil
			}
		}
		return now, ErrTimer
	case ToDue:
		open, err := workflow.Of(ctx, r.d, subject())
		if err != nil {
			return now, err
		}
		next := now
		for _, t := range open {
			if t.Due.After(now) && (next.Equal(now) || t.Due.Before(next)) {
				next = t.Due.Time
			}
		}
		if next.Equal(now) {
			return now, ErrTimer
		}
		return next, nil
	}
	return now, ErrAct.With("name", until)
}

// move sets the clock and lets what is due at that moment happen.
func (r *stage) move(ctx context.Context, to time.Time) error {
	r.clock.Advance(to.Sub(r.clock.Now()))
	for range maxRings {
		more, err := r.engine.Tick(ctx, r.d)
		if err != nil {
			return err
		}
		if !more {
			break
		}
	}
	if err := r.d.Write(ctx, func(tx *db.Tx) error {
		_, err := workflow.Fire(ctx, tx, somebody(), maxRings)
		return err
	}); err != nil {
		return err
	}
	return r.settle(ctx)
}

// look reads where the case stands.
func (r *stage) look(ctx context.Context, s *State) (err error) {
	s.Now = r.clock.Now()
	if s.Place, err = workflow.Where(ctx, r.d, subject()); err != nil {
		return err
	}
	s.Ended = s.Place.State == "done" || s.Place.State == "cancelled"
	open, err := workflow.Of(ctx, r.d, subject())
	if err != nil {
		return err
	}
	m := r.c.Process.Model()
	for _, t := range open {
		n, _ := m.Node(t.Step)
		s.Tasks = append(s.Tasks, Task{Task: t, Node: n, Late: t.Due.Before(s.Now), Returns: m.Returns(t.Step)})
	}
	s.History, err = workflow.History(ctx, r.d, subject())
	return err
}
