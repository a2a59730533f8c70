// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package bpmn is a process as BPMN 2.0 draws it: the part of the standard that
// the engine runs, read from and written to its XML, and checked before it may
// run. It moves no case and knows no database.
package bpmn

import (
	"slices"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/platform/cel"
)

// Kind is the element of BPMN that a node is.
type Kind string

// The elements that run.
const (
	Start      Kind = "startEvent"
	End        Kind = "endEvent"
	Catch      Kind = "intermediateCatchEvent"
	Throw      Kind = "intermediateThrowEvent"
	Boundary   Kind = "boundaryEvent"
	User       Kind = "userTask"
	Service    Kind = "serviceTask"
	Receive    Kind = "receiveTask"
	Send       Kind = "sendTask"
	Exclusive  Kind = "exclusiveGateway"
	Parallel   Kind = "parallelGateway"
	EventBased Kind = "eventBasedGateway"
	Sub        Kind = "subProcess"
)

// Event is what an event waits for or does; empty where it is a plain one.
type Event string

// The events.
const (
	Plain      Event = ""
	Timer      Event = "timer"
	Message    Event = "message"
	Error      Event = "error"
	Compensate Event = "compensate"
	Terminate  Event = "terminate"
)

// Wait is how long a timer waits: until a date, or for a time after it was
// reached. A time in working hours or days stands still while the case is
// paused; so does one in hours and days of the clock.
type Wait struct {
	Working calendar.Duration // zero: not in working time
	Years   int
	Months  int
	Days    int
	Clock   time.Duration // hours, minutes and seconds
	Date    time.Time     // zero: not a date
}

// Zero reports whether nothing was said.
func (w Wait) Zero() bool { return w == Wait{} }

// End returns when the wait that begins at t is over.
func (w Wait) End(cal *calendar.Calendar, t time.Time) (time.Time, error) {
	switch {
	case !w.Date.IsZero():
		return w.Date, nil
	case w.Working != calendar.Duration{}:
		return cal.Due(t, w.Working)
	}
	return t.In(calendar.Zone()).AddDate(w.Years, w.Months, w.Days).Add(w.Clock), nil
}

// Node is one element of a process.
type Node struct {
	ID    string
	Name  string
	Kind  Kind
	Event Event
	Scope string // the subprocess it stands in; empty for the process itself
	Line  int    // where it stands in the file; 0 where there is none
	Row   string // where its step stands in the table it was compiled from: "A7", "steps[2]"

	// Of a task of people.
	Post     string   // who may do it: a role …
	Unit     string   // … in the unit that this rule finds: received, authority, parent, …
	Assignee string   // "same:STEP": the person who did that step; empty: whoever takes it
	Due      Wait     // how long it may take
	Action   string   // what the owner of the case knows it by: appraise, sign, …
	Product  string   // what comes out of it
	Outcomes []string // what whoever completes it chooses from; none: nothing to choose
	Free     bool     // choosing nothing takes the default behind it

	Handler  string // of a service task: the name a module gave to what it does
	Attached string // of a boundary event: the activity it sits on
	Beside   bool   // of a boundary event: the activity goes on (not interrupting)
	Timer    Wait
	Message  string // name of the message
	Key      string // expression for what tells one message from the next
	Code     string // of an error; empty catches all
	Undo     string // of a compensation event on an activity: the service task that undoes it
	Undoes   bool   // a service task that only compensation runs
	Default  string // the flow taken where no condition holds
}

// Return is the outcome of giving work back to the step before.
const Return = "return"

// Waits reports whether a case stands still at the node.
func (n Node) Waits() bool {
	switch n.Kind {
	case User, Service, Receive, Catch, EventBased, Sub:
		return true
	case Start, End, Throw, Boundary, Send, Exclusive, Parallel:
	}
	return false
}

// Activity reports whether boundary events may sit on the node.
func (n Node) Activity() bool {
	return n.Kind == User || n.Kind == Service || n.Kind == Receive || n.Kind == Sub
}

// Flow is an arrow.
type Flow struct {
	ID        string
	Name      string
	From, To  string
	Condition string // an expression; empty: always
	Line      int
}

// Variable is something that conditions may read.
type Variable struct {
	Name string
	Type cel.Type
}

// Model is one process. It is not changed after Index.
type Model struct {
	ID        string
	Name      string
	Version   int
	Nodes     []Node // in the order of the file
	Flows     []Flow
	Variables []Variable

	at     map[string]int   // node by id
	flow   map[string]int   // flow by id
	in     map[string][]int // flows by target
	out    map[string][]int // flows by source
	on     map[string][]int // boundary events by activity
	starts map[string]int   // start event by scope
}

// Index prepares the model for questions. Nodes and flows must not change afterwards.
func (m *Model) Index() {
	m.at, m.flow, m.starts = map[string]int{}, map[string]int{}, map[string]int{}
	m.in, m.out, m.on = map[string][]int{}, map[string][]int{}, map[string][]int{}
	for i, n := range m.Nodes {
		m.at[n.ID] = i
		if n.Kind == Boundary {
			m.on[n.Attached] = append(m.on[n.Attached], i)
		}
		if n.Kind == Start {
			m.starts[n.Scope] = i
		}
	}
	for i, f := range m.Flows {
		m.flow[f.ID] = i
		m.in[f.To] = append(m.in[f.To], i)
		m.out[f.From] = append(m.out[f.From], i)
	}
}

// Node returns the node called id.
func (m *Model) Node(id string) (Node, bool) {
	i, ok := m.at[id]
	if !ok {
		return Node{}, false
	}
	return m.Nodes[i], true
}

// Flow returns the arrow called id.
func (m *Model) Flow(id string) (Flow, bool) {
	i, ok := m.flow[id]
	if !ok {
		return Flow{}, false
	}
	return m.Flows[i], true
}

func (m *Model) flows(at []int) []Flow {
	all := make([]Flow, len(at))
	for i, f := range at {
		all[i] = m.Flows[f]
	}
	return all
}

// In returns the arrows that lead to a node.
func (m *Model) In(id string) []Flow { return m.flows(m.in[id]) }

// Out returns the arrows that leave a node.
func (m *Model) Out(id string) []Flow { return m.flows(m.out[id]) }

// On returns the boundary events of an activity.
func (m *Model) On(id string) []Node {
	all := make([]Node, len(m.on[id]))
	for i, n := range m.on[id] {
		all[i] = m.Nodes[n]
	}
	return all
}

// StartOf returns the start event of a subprocess, of the process for "".
func (m *Model) StartOf(scope string) (Node, bool) {
	i, ok := m.starts[scope]
	if !ok {
		return Node{}, false
	}
	return m.Nodes[i], true
}

// UndoOf returns the service task that undoes what a node did.
func (m *Model) UndoOf(id string) (Node, bool) {
	for _, b := range m.On(id) {
		if b.Event == Compensate {
			return m.Node(b.Undo)
		}
	}
	return Node{}, false
}

// Users returns the tasks of people, in order.
func (m *Model) Users() (all []Node) {
	for _, n := range m.Nodes {
		if n.Kind == User {
			all = append(all, n)
		}
	}
	return all
}

// Returns reports whether a task can be given back: an arrow behind it is for that.
func (m *Model) Returns(id string) bool { return slices.Contains(m.choices(id), Return) }

// choices returns the outcomes that the conditions behind a task tell apart:
// outcome == "x".
func (m *Model) choices(id string) (all []string) {
	for _, f := range m.Out(id) {
		gate, ok := m.Node(f.To)
		if !ok || gate.Kind != Exclusive {
			continue
		}
		for _, way := range m.Out(gate.ID) {
			if name, ok := outcomeOf(way.Condition); ok && !slices.Contains(all, name) {
				all = append(all, name)
			}
		}
	}
	return all
}
