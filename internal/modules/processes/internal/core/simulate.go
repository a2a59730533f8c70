// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/kernel/workflow/bpmn"
	"tinhso.vn/internal/kernel/workflow/replay"
	"tinhso.vn/internal/platform/errs"
)

// Cases of the past that a simulation asks for, and how few say nothing.
const (
	mostPast = 500
	FewPast  = 10
)

// Question is what a simulation is asked: other hours and posts for some steps.
type Question struct {
	Hours   map[string]float64 // by step; absent: as it is
	Posts   map[string]string
	Elastic float64 // how much of a changed allowance shows in the work: 0 to 1
}

// Changed reports whether anything is other than it was.
func (q Question) Changed() bool { return len(q.Hours)+len(q.Posts) > 0 }

// Simulation is the past of a version, and what would have been.
type Simulation struct {
	Version  Version
	Table    workflow.Table // as it is
	Now      workflow.Table // as it is asked for
	Result   replay.Result
	Posts    []PostLoad // most time first
	Question Question
	Few      bool // too few cases: numbers would mislead
	Branched bool // several steps at a time: what would be is not computed
}

// PostLoad is what the steps of a post took, in working hours.
type PostLoad struct {
	Post   string
	Stays  int
	Hours  float64 // in all
	Share  float64 // of all hours of all posts, 0 to 1
	P50    float64
	P95    float64
	Late   float64 // share of stays past their time, 0 to 1
	Narrow bool    // the bottleneck: most of the time, and more than one in ten late, or the most late
}

// Simulate lets the past cases in scope of a version run through its table with
// other hours and posts. Nothing is changed.
func (s *Service) Simulate(ctx context.Context, actor identity.Actor, of workflow.Ref, q Question) (sim Simulation, err error) {
	defer errs.Wrap(&err, "simulate %s %d", of.Flow, of.Version)

	scope, err := viewing(actor)
	if err != nil {
		return sim, err
	}
	v, err := s.bare(ctx, of)
	if err != nil {
		return sim, err
	}
	sim = Simulation{Version: v.Version, Table: tableOf(v.Definition), Question: q, Branched: branched(v.Definition.Model())}
	if sim.Now, err = changed(sim.Table, q); err != nil {
		return sim, err
	}
	stays, err := s.Flows.PastIn(ctx, s.DB, scope, of, mostPast)
	if err != nil && !errors.Is(err, workflow.ErrNotFound) {
		return sim, err
	}
	past := replay.Group(stays)
	sim.Few = len(past) < FewPast
	sim.Result = replay.Run(past, replay.Question{Was: sim.Table, Now: sim.Now, Elastic: q.Elastic})
	sim.Posts = loads(stays, sim.Table)
	return sim, nil
}

// branched reports whether a drawing does several steps at the same time.
func branched(m *bpmn.Model) bool {
	return slices.ContainsFunc(m.Nodes, func(n bpmn.Node) bool {
		return n.Kind == bpmn.Parallel || n.Kind == bpmn.Boundary && n.Beside
	})
}

// changed is a table with other hours and posts.
func changed(t workflow.Table, q Question) (workflow.Table, error) {
	var wrong []errs.Field
	add := func(name, code string) { wrong = append(wrong, errs.Field{Name: name, Code: code}) }
	if q.Elastic < 0 || q.Elastic > 1 || math.IsNaN(q.Elastic) {
		add("elastic", "processes.elastic")
	}
	known := map[string]bool{}
	now := t
	now.Steps = slices.Clone(t.Steps)
	for i, step := range now.Steps {
		known[step.ID] = true
		if hours, ok := q.Hours[step.ID]; ok {
			if math.IsNaN(hours) || hours <= 0 || hours > 10_000 {
				add("hours-"+step.ID, "processes.hours")
				continue
			}
			all := int(math.Round(hours * 60))
			now.Steps[i].Hours, now.Steps[i].Minutes, now.Steps[i].Seal = all/60, all%60, 0
		}
		if post, ok := q.Posts[step.ID]; ok {
			if strings.TrimSpace(post) == "" || len(post) > 100 {
				add("post-"+step.ID, "processes.post")
				continue
			}
			now.Steps[i].Post = post
		}
	}
	for id := range q.Hours {
		if !known[id] {
			add("hours-"+id, "processes.unknown_step")
		}
	}
	for id := range q.Posts {
		if !known[id] {
			add("post-"+id, "processes.unknown_step")
		}
	}
	return now, errs.BadInput(wrong)
}

// loads says what the steps of each post took.
func loads(stays []workflow.PastStay, t workflow.Table) []PostLoad {
	type stay struct{ took, limit time.Duration }
	by, all := map[string][]stay{}, time.Duration(0)
	for _, one := range stays {
		i := slices.IndexFunc(t.Steps, func(s workflow.Step) bool { return s.ID == one.Step })
		if i < 0 {
			continue
		}
		s := t.Steps[i]
		by[s.Post] = append(by[s.Post], stay{one.Took, time.Duration(s.Hours+s.Seal)*time.Hour + time.Duration(s.Minutes)*time.Minute})
		all += one.Took
	}
	hours := func(d time.Duration) float64 { return math.Round(d.Hours()*100) / 100 }
	var list []PostLoad
	for post, some := range by {
		slices.SortFunc(some, func(a, b stay) int { return int(a.took/time.Second - b.took/time.Second) })
		l, sum, late := PostLoad{Post: post, Stays: len(some)}, time.Duration(0), 0
		for _, one := range some {
			sum += one.took
			if one.limit > 0 && one.took > one.limit {
				late++
			}
		}
		at := func(share float64) float64 {
			return hours(some[max(int(math.Ceil(share*float64(len(some))))-1, 0)].took)
		}
		l.Hours, l.P50, l.P95, l.Late = hours(sum), at(0.5), at(0.95), float64(late)/float64(len(some))
		if all > 0 {
			l.Share = float64(sum) / float64(all)
		}
		list = append(list, l)
	}
	slices.SortFunc(list, func(a, b PostLoad) int {
		switch {
		case a.Hours > b.Hours:
			return -1
		case a.Hours < b.Hours:
			return 1
		}
		return strings.Compare(a.Post, b.Post)
	})
	if len(list) > 1 && list[0].Hours > 0 {
		list[0].Narrow = true
	}
	return list
}
