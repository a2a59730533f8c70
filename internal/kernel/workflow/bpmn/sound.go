// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package bpmn

import (
	"slices"
	"strconv"
	"strings"
)

// maxStates bounds how many situations of a process are looked at. An office's
// process has a few dozen; one with more than this cannot be understood by
// those who work with it either.
const maxStates = 50_000

// net is a scope as situations: which places hold a token. Arrows between which
// nothing is decided are one place.
type net struct {
	same  map[string]string // place, by arrow; a forest
	moves []move
	node  map[string]Node // at which the tokens of a place stand, for messages
}

// move takes tokens from places and puts them into others.
type move struct {
	from, to []string
	ends     bool // takes every token there is
	node     Node
}

func (t *net) place(id string) string {
	for t.same[id] != "" {
		id = t.same[id]
	}
	return id
}

func (t *net) unite(a, b string) {
	if a, b = t.place(a), t.place(b); a != b {
		t.same[a] = b
	}
}

// sound walks through every situation that a scope can come into.
func (c *checker) sound(scope string) {
	t := &net{same: map[string]string{}, node: map[string]Node{}}
	nodes := c.m.inside(scope)
	for _, n := range nodes {
		c.places(t, n)
	}
	for _, n := range nodes {
		for _, f := range c.m.In(n.ID) {
			if p := t.place(f.ID); t.node[p].ID == "" || n.Kind == Parallel {
				t.node[p] = n
			}
		}
		c.transitions(t, n)
	}
	start, _ := c.m.StartOf(scope)
	c.explore(t, start, t.place("@"+start.ID))
	for _, n := range nodes {
		if n.Kind == Boundary && n.Beside {
			c.explore(t, n, t.place(c.m.Out(n.ID)[0].ID))
		}
	}
}

// places finds out which arrows are one place.
func (c *checker) places(t *net, n Node) {
	in, out := c.m.In(n.ID), c.m.Out(n.ID)
	if n.Kind == Parallel && len(in) > 1 || n.Kind == Boundary {
		return
	}
	own := "@" + n.ID
	for _, f := range in {
		t.unite(f.ID, own)
	}
	if len(out) == 1 && len(c.turns(n)) == 0 {
		t.unite(own, out[0].ID)
	}
}

// turns returns the events that can take a case away from an activity.
func (c *checker) turns(n Node) (all []Node) {
	for _, b := range c.m.On(n.ID) {
		if b.Event != Compensate && !b.Beside {
			all = append(all, b)
		}
	}
	return all
}

func (c *checker) transitions(t *net, n Node) {
	in, out := c.m.In(n.ID), c.m.Out(n.ID)
	own := t.place("@" + n.ID)
	switch {
	case n.Kind == Boundary || n.Undoes:
	case n.Kind == End:
		t.moves = append(t.moves, move{from: []string{own}, ends: n.Event == Terminate || n.Event == Error, node: n})
	case n.Kind == Parallel && len(in)+len(out) > 2:
		m := move{node: n}
		for _, f := range in {
			m.from = append(m.from, t.place(f.ID))
		}
		for _, f := range out {
			m.to = append(m.to, t.place(f.ID))
		}
		t.moves = append(t.moves, m)
	default:
		ways := slices.Clone(out)
		turns := c.turns(n)
		for _, b := range turns {
			ways = append(ways, c.m.Out(b.ID)...)
		}
		if len(out) == 1 && len(turns) == 0 {
			return // one place
		}
		for _, f := range ways {
			t.moves = append(t.moves, move{from: []string{own}, to: []string{t.place(f.ID)}, node: n})
		}
	}
}

// explore walks from one token until there is nothing new.
func (c *checker) explore(t *net, start Node, first string) {
	seen := map[string]bool{first: true}
	todo := [][]string{{first}} // situations: places with a token, sorted
	for len(todo) > 0 {
		now := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		moved := false
		for _, m := range t.moves {
			next, ok := m.apply(now)
			if !ok {
				continue
			}
			moved = true
			if len(m.to) == 0 && !m.ends && len(next) > 0 {
				c.wrong(m.node, "bpmn.ends_alone", t.names(next))
				return
			}
			if p := double(next); p != "" {
				c.wrong(t.node[p], "bpmn.not_joined")
				return
			}
			if key := strings.Join(next, "\x00"); len(next) > 0 && !seen[key] {
				seen[key] = true
				todo = append(todo, next)
			}
		}
		if !moved {
			c.wrong(t.node[now[0]], "bpmn.deadlock", t.names(now))
			return
		}
		if len(seen) > maxStates {
			c.wrong(start, "bpmn.too_complex", strconv.Itoa(maxStates))
			return
		}
	}
}

func (m move) apply(now []string) (next []string, ok bool) {
	next = slices.Clone(now)
	for _, p := range m.from {
		i := slices.Index(next, p)
		if i < 0 {
			return nil, false
		}
		next = slices.Delete(next, i, i+1)
	}
	if m.ends {
		return nil, true
	}
	next = append(next, m.to...)
	slices.Sort(next)
	return next, true
}

func double(now []string) string {
	for i := 1; i < len(now); i++ {
		if now[i] == now[i-1] {
			return now[i]
		}
	}
	return ""
}

// names says where tokens stand.
func (t *net) names(places []string) string {
	var all []string
	for _, p := range places {
		n := t.node[p]
		if n.Name != "" {
			all = append(all, n.Name)
		} else {
			all = append(all, n.ID)
		}
	}
	return strings.Join(all, "; ")
}
