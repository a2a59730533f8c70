// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package bpmn

import (
	"slices"
	"strings"
)

// WayName is the name of the arrow that an outcome of a step takes behind it;
// the outcome itself where the arrow has no name.
func (m *Model) WayName(step, outcome string) string {
	for _, f := range m.Out(step) {
		gate, ok := m.Node(f.To)
		if !ok || gate.Kind != Exclusive {
			continue
		}
		for _, way := range m.Out(gate.ID) {
			if asked, ok := outcomeOf(way.Condition); ok && asked == outcome && way.Name != "" {
				return way.Name
			}
		}
		if def, ok := m.Flow(gate.Default); ok && def.Name != "" && !slices.Contains(m.choices(step), outcome) {
			return def.Name
		}
	}
	return outcome
}

// outcomeOf reads outcome == "x".
func outcomeOf(condition string) (string, bool) {
	name, found := strings.CutPrefix(strings.ReplaceAll(condition, " ", ""), "outcome==")
	name = strings.Trim(name, `"'`)
	return name, found && name != "" && !strings.ContainsAny(name, `"'&|`)
}

// Following returns the tasks of people that come next behind a node, those
// that giving back leads to left out; "" means behind the start. Events on
// activities are exceptions and not followed.
func (m *Model) Following(id string) (all []Node) {
	seen := map[string]bool{}
	todo := m.behind(id)
	if id == "" {
		start, _ := m.StartOf("")
		todo = m.behind(start.ID)
	}
	for len(todo) > 0 {
		n, ok := m.Node(todo[0])
		todo = todo[1:]
		if !ok || seen[n.ID] {
			continue
		}
		seen[n.ID] = true
		if n.Kind == User {
			all = append(all, n)
			continue
		}
		if n.Kind == Sub { // its end leads on
			start, _ := m.StartOf(n.ID)
			todo = append(todo, start.ID)
			continue
		}
		todo = append(todo, m.behind(n.ID)...)
	}
	return all
}

// behind are the nodes to which a node leads on; the end of a subprocess leads
// where the subprocess does.
func (m *Model) behind(id string) (to []string) {
	n, _ := m.Node(id)
	if n.Kind == End && n.Scope != "" {
		id = n.Scope
	}
	for _, f := range m.Out(id) {
		if asked, ok := outcomeOf(f.Condition); ok && asked == Return {
			continue
		}
		to = append(to, f.To)
	}
	return to
}

// Alone returns the tasks of people at which nothing else of the process can be
// going on: in no situation does a second token stand anywhere. The process has
// passed Check.
func (m *Model) Alone() map[string]bool {
	c := &checker{m: m, out: &Conditions{}}
	busy := map[string]bool{} // nodes beside which something goes on
	for _, scope := range append([]Node{{}}, m.Nodes...) {
		if scope.ID == "" || scope.Kind == Sub {
			c.crowded(scope.ID, busy)
		}
	}
	alone := map[string]bool{}
	for _, n := range m.Users() {
		free := !busy[n.ID]
		for around := n.Scope; around != ""; {
			sub, _ := m.Node(around)
			free = free && !busy[sub.ID]
			around = sub.Scope
		}
		alone[n.ID] = free
	}
	return alone
}

// crowded notes the nodes of a scope at which a token can stand beside another.
func (c *checker) crowded(scope string, busy map[string]bool) {
	t := &net{same: map[string]string{}, node: map[string]Node{}}
	nodes := c.m.inside(scope)
	for _, n := range nodes {
		c.places(t, n)
	}
	for _, n := range nodes {
		c.transitions(t, n)
	}
	start, _ := c.m.StartOf(scope)
	together := map[string]bool{}
	first := t.place("@" + start.ID)
	seen, todo := map[string]bool{first: true}, [][]string{{first}}
	for len(todo) > 0 && len(seen) <= maxStates {
		now := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if len(now) > 1 {
			for _, p := range now {
				together[p] = true
			}
		}
		for _, mv := range t.moves {
			next, ok := mv.apply(now)
			if key := strings.Join(next, "\x00"); ok && len(next) > 0 && !seen[key] {
				seen[key] = true
				todo = append(todo, next)
			}
		}
	}
	beside := c.m.beside(scope)
	for _, n := range nodes {
		busy[n.ID] = together[t.place("@"+n.ID)] || beside[n.ID]
	}
}

// beside are the nodes of a scope that run beside an activity.
func (m *Model) beside(scope string) map[string]bool {
	var from []string
	for _, n := range m.inside(scope) {
		if n.Kind == Boundary && n.Beside {
			from = append(from, n.ID)
		}
	}
	return m.reach(from, true)
}

// Around returns the nodes that a case can come to without having completed a
// node of some kind: what it stands at counts, what lies behind does not.
func (m *Model) Around(passed func(Node) bool) map[string]bool {
	start, _ := m.StartOf("")
	seen, todo := map[string]bool{}, []string{start.ID}
	for len(todo) > 0 {
		n, ok := m.Node(todo[len(todo)-1])
		todo = todo[:len(todo)-1]
		if !ok || seen[n.ID] {
			continue
		}
		seen[n.ID] = true
		for _, b := range m.On(n.ID) { // an event takes a case away before it has done
			if b.Event != Compensate {
				todo = append(todo, b.ID)
			}
		}
		switch {
		case passed(n):
			continue
		case n.Kind == Sub:
			inner, _ := m.StartOf(n.ID)
			todo = append(todo, inner.ID)
			continue
		case n.Kind == End && n.Scope != "":
			n, _ = m.Node(n.Scope)
		}
		for _, f := range m.Out(n.ID) {
			todo = append(todo, f.To)
		}
	}
	return seen
}

// ReturnsTo is the task of people to which giving a step back leads; empty
// where it cannot be given back.
func (m *Model) ReturnsTo(id string) string {
	for _, f := range m.Out(id) {
		for _, way := range m.Out(f.To) {
			if asked, ok := outcomeOf(way.Condition); !ok || asked != Return {
				continue
			}
			if n, _ := m.Node(way.To); n.Kind == User {
				return n.ID
			}
			if first := m.Following(way.To); len(first) > 0 {
				return first[0].ID
			}
		}
	}
	return ""
}
