// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package year lives through a year of a province before a demonstration starts:
// residents file, clerks accept, officers, leaders and records clerks do their
// steps, some are away, some are late. Everything passes through the API on a
// clock that is moved to the next thing that happens, be it a person, a timer or
// a job: the same seed makes the same year. It is not a load generator and not
// a source of test data for single rules.
package year

import (
	"container/heap"
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/procedures/proceduresmod"
	"tinhso.vn/internal/platform/clock"
)

// Options say how big a year is, and which.
type Options struct {
	Dossiers int // of a whole year, about
	Seed     uint64
	// Rush is the last day of a fortnight in which much more comes in than people
	// can do, so that whoever visits then finds work on every desk; "": there is none.
	Rush string
	// MovesIn says that offices worked with an older system until some weeks before
	// the rush, and move in with what they had there. It takes a rush.
	MovesIn bool `json:",omitempty"`
}

// World is the program as its people meet it.
type World struct {
	Options  Options
	Set      *packs.Set
	Clock    *clock.Manual
	Calendar *calendar.Calendar
	Handler  http.Handler
	// Version returns a procedure as it is offered.
	Version func(ctx context.Context, id proceduresmod.ID) (proceduresmod.Version, error)
	// Session signs somebody in and returns the token of the session.
	Session func(ctx context.Context, login string) (string, error)
	// Account returns the id of an account.
	Account func(ctx context.Context, login string) (string, error)
	// Settle does the background work that is due.
	Settle func(ctx context.Context) error
	// Next returns when background work is due next; the zero time: there is none.
	Next func(ctx context.Context) (time.Time, error)
	// Night is what the program does now and again, once a day.
	Night func(ctx context.Context) error

	// Dumps is the folder in which dumps of older systems lie.
	Dumps string

	// Trouble is told what was refused and is tried again.
	Trouble func(error)

	offices  []*office
	byUnit   map[string]*office
	versions []proceduresmod.Version
	steps    map[proceduresmod.ID]map[string]proceduresmod.Step
	tokens   map[string]session
	accounts map[string]string
	queue    queue
	pushed   int
	calls    int
	refusals int
	shots    map[int][]byte
	forms    map[proceduresmod.ID]*forms.Form
	whole    float64 // of a year, in days of work
	cast     cast
	names    map[string]string // of who has an account, by login
}

// Progress is how far a year is.
type Progress struct {
	Day   calendar.Date
	Filed int // dossiers so far
	Of    int // about
}

// State is what has to be known to go on later: the dossiers that are under way.
// It goes to JSON.
type State struct {
	Options Options
	Until   time.Time // nothing happens before it any more
	Filed   int
	Refused int // acts that the program did not allow and that were tried again
	Open    []*Scene
}

// Live lives from one moment to another, and returns how things stand then. The
// state is that at which the time before ended; the zero one begins with nothing.
func (w *World) Live(ctx context.Context, s State, from, until time.Time, progress func(Progress)) (State, error) {
	if err := w.prepare(ctx); err != nil {
		return s, err
	}
	s.Options = w.Options
	for _, open := range s.Open {
		w.push(open.At, open)
	}
	for day := calendar.On(from); day.At(0).Before(until); day = day.AddDays(1) {
		if err := w.agenda(&s, day, from); err != nil {
			return s, err
		}
		end := day.AddDays(1).At(0)
		if end.After(until) {
			end = until
		}
		if err := w.day(ctx, end); err != nil {
			return s, fmt.Errorf("%s: %w", day, err)
		}
		if end.Before(until) {
			if err := w.Night(ctx); err != nil {
				return s, fmt.Errorf("night of %s: %w", day, err)
			}
		}
		progress(Progress{Day: day, Filed: s.Filed, Of: w.Options.Dossiers})
	}
	s.Until, s.Open = until, nil
	s.Refused, w.refusals = s.Refused+w.refusals, 0
	for _, e := range w.queue {
		if open, ok := e.what.(*Scene); ok {
			s.Open = append(s.Open, open)
		}
	}
	slices.SortFunc(s.Open, func(a, b *Scene) int {
		if c := a.At.Compare(b.At); c != 0 {
			return c
		}
		return a.compare(b)
	})
	w.queue = nil
	return s, w.moveTo(ctx, until)
}

// prepare finds who takes part and what can be filed.
func (w *World) prepare(ctx context.Context) error {
	if w.byUnit != nil {
		return nil
	}
	w.byUnit, w.tokens, w.accounts = map[string]*office{}, map[string]session{}, map[string]string{}
	w.cast = castOf(w.Set)
	w.offices = offices(w.Set, w.Options.Seed, w.Options.Dossiers)
	for _, o := range w.offices {
		staff := maps.Clone(o.staff)
		o.staff = map[string][]string{}
		for role, n := range o.posts() {
			o.staff[role] = slices.Clone(staff[role])
			for i := len(o.staff[role]); i < n; i++ {
				o.staff[role] = append(o.staff[role], staffLogin(o, role, i))
			}
		}
		w.byUnit[o.unit.ID] = o
	}
	w.forms = map[proceduresmod.ID]*forms.Form{}
	w.steps = map[proceduresmod.ID]map[string]proceduresmod.Step{}
	for _, p := range local(w.Set) {
		v, err := w.Version(ctx, proceduresmod.ID(p.ID))
		if err != nil {
			return err
		}
		w.versions = append(w.versions, v)
		if w.forms[v.ID], err = forms.New(v.Form); err != nil {
			return err
		}
		w.steps[v.ID] = map[string]proceduresmod.Step{}
		for _, s := range v.Flow.Steps {
			w.steps[v.ID][s.ID] = s
		}
	}
	return nil
}

// agenda puts what begins on a day into the queue.
func (w *World) agenda(s *State, day calendar.Date, from time.Time) error {
	for _, scene := range w.arrivals(day) {
		p, err := w.plan(scene)
		if err != nil {
			return err
		}
		if p.at.Before(from) || calendar.On(p.at) != day {
			continue
		}
		s.Filed++
		if w.elsewhere(p) { // it comes when its office moves in
			continue
		}
		scene.At = p.at
		w.push(scene.At, scene)
	}
	for _, j := range w.joinings(day) {
		w.push(j.at, j)
	}
	for _, a := range w.absences(day) {
		if !a.at.Before(from) && !a.at.Before(w.movesIn(w.waveOf(a.office))) {
			w.push(a.at, a)
		}
	}
	for _, e := range w.errands(day) {
		if !e.at.Before(from) {
			w.push(e.at, e)
		}
	}
	return nil
}

// day lets everything happen that comes before a moment.
func (w *World) day(ctx context.Context, end time.Time) error {
	for len(w.queue) > 0 && w.queue[0].at.Before(end) {
		e, _ := heap.Pop(&w.queue).(entry)
		if err := w.moveTo(ctx, e.at); err != nil {
			return err
		}
		next, err := e.what.happen(ctx, w)
		if err != nil {
			return err
		}
		if err := w.Settle(ctx); err != nil {
			return err
		}
		if !next.IsZero() {
			w.push(next, e.what)
		}
	}
	return w.moveTo(ctx, end)
}

// moveTo moves the clock, and stops on the way wherever a job or a timer is due.
func (w *World) moveTo(ctx context.Context, t time.Time) error {
	for {
		due, err := w.Next(ctx)
		if err != nil {
			return err
		}
		if due.IsZero() || due.After(t) {
			break
		}
		w.forward(due)
		if err := w.Settle(ctx); err != nil {
			return err
		}
	}
	w.forward(t)
	return nil
}

func (w *World) forward(t time.Time) {
	if ahead := t.Sub(w.Clock.Now()); ahead > 0 {
		w.Clock.Advance(ahead)
	}
}

// event is something that happens, and says when it goes on; the zero time: it is over.
type event interface {
	happen(ctx context.Context, w *World) (next time.Time, err error)
}

type entry struct {
	at   time.Time
	turn int // of two at the same time, the first that was known
	what event
}

// queue is a heap of what is going to happen.
type queue []entry

// Len implements heap.Interface.
func (q queue) Len() int { return len(q) }

// Less implements heap.Interface.
func (q queue) Less(i, j int) bool {
	if !q[i].at.Equal(q[j].at) {
		return q[i].at.Before(q[j].at)
	}
	return q[i].turn < q[j].turn
}

// Swap implements heap.Interface.
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }

// Push implements heap.Interface.
func (q *queue) Push(x any) {
	e, _ := x.(entry)
	*q = append(*q, e)
}

// Pop implements heap.Interface.
func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

func (w *World) push(at time.Time, what event) {
	w.pushed++
	heap.Push(&w.queue, entry{at, w.pushed, what})
}
