// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/kernel/workflow/bpmn"
	"tinhso.vn/internal/modules/processes"
	"tinhso.vn/internal/platform/errs"
)

// View is a version with who stands where.
type View struct {
	Version
	Definition *workflow.Definition
	Steps      []Step
	Others     []Version // of the same process, the newest first
	Before     *Version  // nil: it is the first
	Changes    []Change  // against Before
	Open       []processes.Move
}

// Step is a node at which work is done or waited for, with how much stands there.
type Step struct {
	bpmn.Node
	Next  []string // ids of the steps behind it
	Count workflow.AtNode
}

// Get returns a version of a process.
func (s *Service) Get(ctx context.Context, actor identity.Actor, of workflow.Ref) (v View, err error) {
	defer errs.Wrap(&err, "get process %s %d", of.Flow, of.Version)

	scope, err := viewing(actor)
	if err != nil {
		return v, err
	}
	if v, err = s.bare(ctx, of); err != nil {
		return v, err
	}
	now := s.DB.Now()
	running, err := workflow.CountRunning(ctx, s.DB, scope, []string{of.Flow}, now)
	if err != nil {
		return v, err
	}
	v.Running = running[of]
	at, err := workflow.CountAt(ctx, s.DB, scope, of, now)
	if err != nil {
		return v, err
	}
	for _, c := range at {
		i := slices.IndexFunc(v.Steps, func(one Step) bool { return one.ID == c.Node })
		if i < 0 { // a branch that waits at a join
			n, _ := v.Definition.Model().Node(c.Node)
			v.Steps = append(v.Steps, Step{Node: n, Next: following(v.Definition.Model(), n.ID)})
			i = len(v.Steps) - 1
		}
		v.Steps[i].Count = c
	}
	return v, nil
}

// bare is a version without counts.
func (s *Service) bare(ctx context.Context, of workflow.Ref) (v View, err error) {
	all, err := s.all(ctx)
	if err != nil {
		return v, err
	}
	base := slices.IndexFunc(all, func(p Process) bool { return p.Base == processes.Base(of.Flow) })
	if base < 0 {
		return v, processes.ErrNotFound
	}
	v.Others = all[base].Versions
	at := slices.IndexFunc(v.Others, func(o Version) bool { return o.Ref == of })
	if at < 0 {
		return v, processes.ErrNotFound
	}
	v.Version = v.Others[at]
	if v.Definition, err = s.definition(ctx, of); err != nil {
		return v, err
	}
	v.Steps = steps(v.Definition.Model())
	if at+1 < len(v.Others) {
		v.Before = &v.Others[at+1]
		d, err := s.definition(ctx, v.Before.Ref)
		if err != nil {
			return v, err
		}
		v.Changes = compare(d.Model(), v.Definition.Model())
	}
	return v, nil
}

// steps are the nodes at which a case stands still, in the order of the drawing.
func steps(m *bpmn.Model) (all []Step) {
	for _, n := range m.Nodes {
		if n.Waits() && n.Kind != bpmn.EventBased {
			all = append(all, Step{Node: n, Next: following(m, n.ID)})
		}
	}
	return all
}

// following returns the nodes behind one at which a case stands still next.
func following(m *bpmn.Model, id string) (all []string) {
	seen := map[string]bool{id: true}
	open := []string{id}
	for len(open) > 0 {
		at := open[0]
		open = open[1:]
		for _, f := range m.Out(at) {
			if seen[f.To] {
				continue
			}
			seen[f.To] = true
			if n, ok := m.Node(f.To); ok && n.Waits() && n.Kind != bpmn.EventBased {
				all = append(all, n.ID)
				continue
			}
			open = append(open, f.To)
		}
	}
	return all
}

// Change is what differs at one node from the version before.
type Change struct {
	Node  string
	Name  string
	Kind  string // added, removed, changed
	Parts []Part // of a changed one
}

// Part is one thing that changed: name, post, unit, time, product, next, kind.
type Part struct {
	What     string
	Was, Now string
}

// compare says what differs between two drawings, step by step.
func compare(was, now *bpmn.Model) (all []Change) {
	old := steps(was)
	for _, n := range steps(now) {
		i := slices.IndexFunc(old, func(o Step) bool { return o.ID == n.ID })
		if i < 0 {
			all = append(all, Change{Node: n.ID, Name: n.Name, Kind: "added"})
			continue
		}
		o := old[i]
		c := Change{Node: n.ID, Name: n.Name, Kind: "changed"}
		for _, p := range []Part{
			{"kind", string(o.Kind), string(n.Kind)},
			{"name", o.Name, n.Name},
			{"post", o.Post, n.Post},
			{"unit", o.Unit, n.Unit},
			{"time", Spell(o.Due), Spell(n.Due)},
			{"product", o.Product, n.Product},
			{"handler", o.Handler, n.Handler},
			{"next", named(was, o.Next), named(now, n.Next)},
		} {
			if p.Was != p.Now {
				c.Parts = append(c.Parts, p)
			}
		}
		if len(c.Parts) > 0 {
			all = append(all, c)
		}
	}
	for _, o := range old {
		if _, stays := now.Node(o.ID); !stays {
			all = append(all, Change{Node: o.ID, Name: o.Name, Kind: "removed"})
		}
	}
	return all
}

func named(m *bpmn.Model, ids []string) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		n, _ := m.Node(id)
		if names[i] = n.Name; n.Name == "" {
			names[i] = id
		}
	}
	slices.Sort(names)
	return strings.Join(names, "; ")
}

// Case is a running case and where it stands.
type Case struct {
	ID      workflow.ID
	Subject Subject
	At      []string // names of nodes
}

// ListCases returns running cases of a version behind one, of one node only
// where one is named.
func (s *Service) ListCases(ctx context.Context, actor identity.Actor, of workflow.Ref, node string, after workflow.ID) (p Page[Case], err error) {
	defer errs.Wrap(&err, "list cases of %s %d", of.Flow, of.Version)

	scope, err := viewing(actor)
	if err != nil {
		return p, err
	}
	d, err := s.definition(ctx, of)
	if err != nil {
		return p, err
	}
	found, err := workflow.ListStanding(ctx, s.DB, scope, of, node, after, PageSize+1)
	if err != nil {
		return p, err
	}
	if len(found) > PageSize {
		found = found[:PageSize]
		p.Next = string(found[PageSize-1].Case)
	}
	subjects := make([]workflow.Subject, len(found))
	for i, f := range found {
		subjects[i] = f.Subject
	}
	named, err := s.codes(ctx, actor, subjects)
	if err != nil {
		return p, err
	}
	for _, f := range found {
		c := Case{ID: f.Case, Subject: named[f.Subject.ID]}
		for _, at := range f.At {
			n, _ := d.Model().Node(at)
			if n.Name == "" {
				n.Name = at
			}
			c.At = append(c.At, n.Name)
		}
		p.Items = append(p.Items, c)
	}
	return p, nil
}
