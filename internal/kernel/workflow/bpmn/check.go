// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package bpmn

import (
	"slices"
	"strings"

	"tinhso.vn/internal/platform/cel"
)

// Known tells what exists outside the process; a nil function believes all.
type Known struct {
	Post    func(string) bool // roles
	Handler func(string) bool // what modules do for service tasks
}

// Conditions are the compiled expressions of a process, by arrow and by the
// node whose message they tell apart.
type Conditions struct {
	Flows map[string]*cel.Program
	Keys  map[string]*cel.Program
}

// maxYears is how long a timer may wait.
const maxYears = 30

// Check returns every mistake that would let a case go wrong: nobody to do a
// step, no way out, a branch that never ends, a join that waits for ever.
func (m *Model) Check(known Known) Mistakes {
	_, wrong := m.Compile(known)
	return wrong
}

// Compile checks the process and compiles its expressions.
func (m *Model) Compile(known Known) (*Conditions, Mistakes) {
	c := &checker{m: m, known: known, out: &Conditions{Flows: map[string]*cel.Program{}, Keys: map[string]*cel.Program{}}}
	vars := map[string]cel.Type{"outcome": cel.String, "subject": cel.String}
	for _, v := range m.Variables {
		vars[v.Name] = v.Type
	}
	var err error
	if c.env, err = cel.NewEnv(vars); err != nil {
		return nil, Mistakes{{Code: "bpmn.variable", Args: []string{err.Error()}}}
	}
	if m.ID == "" {
		c.found = append(c.found, Mistake{Code: "bpmn.no_id", Args: []string{"process"}})
	}
	c.scope("")
	for _, n := range m.Nodes {
		if n.Kind == Sub {
			c.scope(n.ID)
		}
		c.node(n)
	}
	if len(c.found) == 0 {
		c.spins()
	}
	if len(c.found) == 0 { // the paths of a broken drawing say nothing
		c.sound("")
		for _, n := range m.Nodes {
			if n.Kind == Sub {
				c.sound(n.ID)
			}
		}
	}
	if len(c.found) > 0 {
		return nil, c.found.sorted()
	}
	return c.out, nil
}

type checker struct {
	m     *Model
	known Known
	env   *cel.Env
	out   *Conditions
	found Mistakes
}

func (c *checker) wrong(n Node, code string, args ...string) {
	c.found = append(c.found, Mistake{Code: code, Element: n.ID, Name: n.Name, Line: n.Line, Row: n.Row, Args: args})
}

func (c *checker) wrongFlow(f Flow, code string, args ...string) {
	from, _ := c.m.Node(f.From)
	c.found = append(c.found, Mistake{Code: code, Element: f.ID, Name: f.Name, Line: f.Line, Row: from.Row, Args: args})
}

// inside returns the nodes that stand in a scope.
func (m *Model) inside(scope string) (all []Node) {
	for _, n := range m.Nodes {
		if n.Scope == scope {
			all = append(all, n)
		}
	}
	return all
}

// scope looks at a process or a subprocess as a whole: where it begins, what
// can be reached, and whether an end can.
func (c *checker) scope(scope string) {
	whole, _ := c.m.Node(scope)
	starts, ends := 0, 0
	nodes := c.m.inside(scope)
	for _, n := range nodes {
		if n.Kind == Start {
			starts++
		}
		if n.Kind == End {
			ends++
		}
	}
	if starts != 1 {
		c.wrong(whole, "bpmn.no_start")
	}
	if ends == 0 {
		c.wrong(whole, "bpmn.no_end")
	}
	if starts != 1 || ends == 0 {
		return
	}
	first, _ := c.m.StartOf(scope)
	reached := c.m.reach([]string{first.ID}, true)
	for _, n := range nodes {
		if n.Undoes || n.Kind == Boundary && n.Event == Compensate {
			continue
		}
		if !reached[n.ID] {
			c.wrong(n, "bpmn.unreachable")
			continue
		}
		ahead := c.m.reach([]string{n.ID}, false)
		if len(c.m.Out(n.ID)) > 0 && !slices.ContainsFunc(nodes, func(o Node) bool { return o.Kind == End && ahead[o.ID] }) {
			c.wrong(n, "bpmn.no_exit")
		}
	}
	c.beside(scope, first)
}

// beside sees to it that what runs beside an activity does not run into the
// main way, where it would do everything twice.
func (c *checker) beside(scope string, first Node) {
	var from []string
	for _, n := range c.m.inside(scope) {
		if n.Kind == Boundary && n.Beside {
			from = append(from, n.ID)
		}
	}
	main := c.m.reach([]string{first.ID}, false)
	for id := range c.m.reach(from, false) {
		if n, _ := c.m.Node(id); main[id] {
			c.wrong(n, "bpmn.side_joins")
		}
	}
}

// reach follows the arrows; what sits on an activity is reached with it. Events
// that run beside it are only followed where beside says so.
func (m *Model) reach(from []string, beside bool) map[string]bool {
	seen, todo := map[string]bool{}, slices.Clone(from)
	for len(todo) > 0 {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[id] {
			continue
		}
		seen[id] = true
		for _, f := range m.Out(id) {
			todo = append(todo, f.To)
		}
		for _, b := range m.On(id) {
			if b.Event != Compensate && (beside || !b.Beside) {
				todo = append(todo, b.ID)
			}
		}
	}
	return seen
}

// node looks at one element.
func (c *checker) node(n Node) {
	in, out := c.m.In(n.ID), c.m.Out(n.ID)
	switch {
	case n.Undoes || n.Kind == Boundary && n.Event == Compensate:
		if len(in)+len(out) > 0 {
			c.wrong(n, "bpmn.undo_flows")
		}
	case n.Kind == End:
		if len(out) > 0 {
			c.wrong(n, "bpmn.end_goes_on")
		}
	case len(out) == 0:
		c.wrong(n, "bpmn.no_way_on")
	case len(out) > 1 && n.Kind != Exclusive && n.Kind != Parallel && n.Kind != EventBased:
		c.wrong(n, "bpmn.implicit_fork")
	}
	if len(in) > 0 && (n.Kind == Start || n.Kind == Boundary) {
		c.wrong(n, "bpmn.start_again")
	}
	if n.Default != "" && !slices.ContainsFunc(out, func(f Flow) bool { return f.ID == n.Default }) {
		c.wrong(n, "bpmn.reference", n.Default)
	}
	for _, f := range out {
		if f.Condition != "" && (n.Kind != Exclusive || len(out) == 1) {
			c.wrongFlow(f, "bpmn.condition_place")
		}
	}
	c.kind(n, out)
	c.event(n)
}

func (c *checker) kind(n Node, out []Flow) {
	switch n.Kind {
	case Exclusive:
		c.exclusive(n, out)
	case EventBased:
		c.race(n, out)
	case User:
		if n.Post == "" || n.Unit == "" || c.known.Post != nil && !c.known.Post(n.Post) {
			c.wrong(n, "bpmn.no_performer", n.Post)
		}
		if n.Due.Zero() {
			c.wrong(n, "bpmn.no_deadline")
		}
		if same, ok := strings.CutPrefix(n.Assignee, "same:"); n.Assignee != "" {
			if other, found := c.m.Node(same); !ok || !found || other.Kind != User {
				c.wrong(n, "bpmn.assignee", n.Assignee)
			}
		}
	case Service:
		if n.Handler == "" || c.known.Handler != nil && !c.known.Handler(n.Handler) {
			c.wrong(n, "bpmn.no_handler", n.Handler)
		}
	case Start, End, Catch, Throw, Boundary, Receive, Send, Parallel, Sub:
	}
}

func (c *checker) exclusive(n Node, out []Flow) {
	if len(out) < 2 {
		return
	}
	if n.Default == "" {
		c.wrong(n, "bpmn.no_default")
	}
	for _, f := range out {
		if f.ID == n.Default {
			if f.Condition != "" {
				c.wrongFlow(f, "bpmn.default_condition")
			}
			continue
		}
		program, err := c.env.Compile(f.Condition, cel.Bool)
		if err != nil {
			c.wrongFlow(f, "bpmn.bad_condition", f.Condition, reason(err))
			continue
		}
		c.out.Flows[f.ID] = program
	}
}

// reason is the first line of what the compiler says, without the drawing below it.
func reason(err error) string {
	text := err.Error()
	if _, after, ok := strings.Cut(text, "<input>:"); ok {
		text = after
	}
	text, _, _ = strings.Cut(text, "\n")
	return text
}

// race looks at a gateway behind which what happens first wins.
func (c *checker) race(n Node, out []Flow) {
	timed := false
	for _, f := range out {
		to, _ := c.m.Node(f.To)
		if to.Kind != Catch && to.Kind != Receive || len(c.m.In(to.ID)) != 1 {
			c.wrong(n, "bpmn.race", f.To)
		}
		timed = timed || to.Event == Timer
	}
	if !timed && !c.bounded(n.Scope) {
		c.wrong(n, "bpmn.waits_for_ever")
	}
}

// bounded reports whether a subprocess, or one around it, is ended by a timer.
func (c *checker) bounded(scope string) bool {
	for scope != "" {
		for _, b := range c.m.On(scope) {
			if b.Event == Timer && !b.Beside {
				return true
			}
		}
		n, _ := c.m.Node(scope)
		scope = n.Scope
	}
	return false
}

func (c *checker) event(n Node) {
	switch n.Event {
	case Timer:
		if n.Timer.Zero() {
			c.wrong(n, "bpmn.no_time")
		}
		if n.Timer.Years+n.Timer.Months/12+n.Timer.Days/365 > maxYears {
			c.wrong(n, "bpmn.waits_for_ever")
		}
	case Message:
		c.message(n)
	case Error:
		host, _ := c.m.Node(n.Attached)
		switch {
		case n.Kind == End && !c.caught(n):
			c.wrong(n, "bpmn.not_caught", n.Code)
		case n.Kind == Boundary && (n.Beside || host.Kind != Service && host.Kind != Sub):
			c.wrong(n, "bpmn.error_place")
		}
	case Compensate:
		if n.Kind != Boundary {
			return
		}
		undo, ok := c.m.Node(n.Undo)
		host, _ := c.m.Node(n.Attached)
		if !ok || undo.Kind != Service || !undo.Undoes || host.Kind != Service || host.Scope != undo.Scope {
			c.wrong(n, "bpmn.no_undo")
		}
	case Plain, Terminate:
	}
}

func (c *checker) message(n Node) {
	if n.Message == "" {
		c.wrong(n, "bpmn.no_message")
	}
	key := n.Key
	if key == "" {
		key = "subject"
	}
	program, err := c.env.Compile(key, cel.String)
	if err != nil {
		c.wrong(n, "bpmn.bad_condition", key, reason(err))
		return
	}
	c.out.Keys[n.ID] = program
	if n.Kind != Catch && n.Kind != Receive || c.bounded(n.Scope) {
		return
	}
	if slices.ContainsFunc(c.m.On(n.ID), func(b Node) bool { return b.Event == Timer && !b.Beside }) {
		return
	}
	for _, f := range c.m.In(n.ID) {
		if from, _ := c.m.Node(f.From); from.Kind == EventBased {
			return // the gateway has been asked
		}
	}
	c.wrong(n, "bpmn.waits_for_ever")
}

// caught reports whether an event on a subprocess around an end takes its error.
func (c *checker) caught(n Node) bool {
	for scope := n.Scope; scope != ""; {
		if _, ok := c.m.Catches(scope, n.Code); ok {
			return true
		}
		around, _ := c.m.Node(scope)
		scope = around.Scope
	}
	return false
}

// Catches returns the event on an activity that takes an error.
func (m *Model) Catches(activity, code string) (Node, bool) {
	var all Node
	for _, b := range m.On(activity) {
		switch {
		case b.Event != Error:
		case b.Code == code && code != "":
			return b, true
		case b.Code == "":
			all = b
		}
	}
	return all, all.ID != ""
}

// spins refuses a circle in which nothing waits: it would never end.
func (c *checker) spins() {
	for _, n := range c.m.Nodes {
		if n.Waits() {
			continue
		}
		seen, todo := map[string]bool{}, []string{n.ID}
		for len(todo) > 0 {
			id := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			for _, f := range c.m.Out(id) {
				to, _ := c.m.Node(f.To)
				if to.ID == n.ID {
					c.wrong(n, "bpmn.spins")
					todo = nil
					break
				}
				if !to.Waits() && !seen[to.ID] {
					seen[to.ID] = true
					todo = append(todo, to.ID)
				}
			}
		}
	}
}
