// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/decisions"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Mark says how a point of a check list stands.
type Mark string

// The marks.
const (
	Fine Mark = "fine"
	Note Mark = "note" // worth a look; it does not stop the change
	Stop Mark = "stop"
)

// Point is one point of a check list.
type Point struct {
	Code  string // items, problems, ground, basis, bases, papers, hours, fee, tests, questions, plan, rights, notices, tryout, running
	Mark  Mark
	Lines []Line
}

// Line is what a point says of one item. Code is the key of its text, Args its
// values; a mistake comes in its own words instead.
type Line struct {
	List    authoring.List
	ID      string
	Path    string
	Code    string
	Args    map[string]any
	Problem *packs.Problem
}

// CheckList is what is looked at before a change is submitted and approved.
type CheckList struct {
	Points []Point
}

// Clear reports whether nothing stops the change.
func (l CheckList) Clear() bool {
	return !slices.ContainsFunc(l.Points, func(p Point) bool { return p.Mark == Stop })
}

// Check returns the check list of a change and the revision that it is about.
func (s *Service) Check(ctx context.Context, actor identity.Actor, change authoring.ID) (_ CheckList, rev int, err error) {
	defer errs.Wrap(&err, "check change %s", change)

	if err := mayRead(actor); err != nil {
		return CheckList{}, 0, err
	}
	return s.checkList(ctx, s.DB, change)
}

func (s *Service) checkList(ctx context.Context, q db.Querier, change authoring.ID) (l CheckList, rev int, err error) {
	c, err := store.Get(ctx, q, change)
	if err != nil {
		return l, 0, err
	}
	items, err := store.Items(ctx, q, change)
	if err != nil {
		return l, 0, err
	}
	g, err := s.inForce(ctx, q)
	if err != nil {
		return l, 0, err
	}
	set, problems, err := s.set(ctx, q, change)
	if err != nil {
		return l, 0, err
	}
	add := func(code string, bad Mark, lines []Line) {
		mark := Fine
		if len(lines) > 0 {
			mark = bad
		}
		l.Points = append(l.Points, Point{code, mark, lines})
	}
	var empty []Line
	if len(items) == 0 {
		empty = []Line{{Code: "authoring.empty"}}
	}
	add("items", Stop, empty)
	of := func(codes ...string) func(packs.Problem) bool {
		return func(p packs.Problem) bool { return slices.Contains(codes, p.Code) }
	}
	known := of("paper.abolished", "flow.too_long")
	add("problems", Stop, linesOf(problems, func(p packs.Problem) bool { return !known(p) }))
	if c.State != authoring.Published {
		add("ground", Stop, linesOf(moved(g, items), of("item.moved")))
	}
	var basis []Line
	if c.Basis == "" {
		basis = []Line{{Code: "authoring.check.no_basis"}}
	}
	add("basis", Stop, basis)
	touched := proceduresOf(set, items)
	add("bases", Note, each(touched, func(p packs.Procedure) (Line, bool) {
		return Line{Path: "legal_bases", Code: "authoring.check.no_bases"}, len(p.LegalBases) == 0
	}))
	add("papers", Stop, linesOf(problems, of("paper.abolished")))
	l.Points = append(l.Points, hoursPoint(set, touched, linesOf(problems, of("flow.too_long"))))
	add("fee", Stop, each(touched, func(p packs.Procedure) (Line, bool) {
		priced := p.Fee.Kind == "amount" || p.Fee.Kind == "table"
		return Line{Path: "fee.legal", Code: "authoring.check.fee_basis"}, priced && p.Fee.Legal == "" && p.Decision == nil // the decision that makes it known says what it costs
	}))
	add("fee_known", Note, each(touched, func(p packs.Procedure) (Line, bool) {
		return Line{Path: "fee", Code: "authoring.check.fee_unverified"}, p.Fee.Kind == "unverified"
	}))
	add("tests", Note, untested(set, items))
	books, err := s.registerPoints(ctx, q, items)
	if err != nil {
		return l, 0, err
	}
	l.Points = append(l.Points, books...)
	tryout, err := s.tryoutPoint(ctx, q, c, set)
	if err != nil {
		return l, 0, err
	}
	l.Points = append(l.Points, tryout...)
	running, err := s.running(ctx, q, touched)
	l.Points = append(l.Points, Point{"running", Fine, running})
	return l, c.Rev, err
}

// linesOf returns some of the mistakes as lines.
func linesOf(problems []packs.Problem, wanted func(packs.Problem) bool) (lines []Line) {
	for _, p := range problems {
		if wanted(p) {
			lines = append(lines, Line{List: authoring.List(p.List), ID: p.ID, Path: p.Path, Problem: &p})
		}
	}
	return lines
}

// proceduresOf returns the procedures that a change touches or whose form, flow,
// fee or template it does, by id, as they would be.
func proceduresOf(set *packs.Set, items []authoring.Item) (all []packs.Procedure) {
	touches := func(list authoring.List, id string) bool {
		return id != "" && slices.ContainsFunc(items, func(i authoring.Item) bool { return i.List == list && i.ID == id && !i.Gone() })
	}
	if set == nil {
		return nil
	}
	for _, p := range set.Procedures {
		if touches(authoring.Procedures, p.ID) || touches(authoring.Forms, p.Form) || touches(authoring.Flows, p.Flow) ||
			touches(authoring.Decisions, p.Fee.Table) || touches(authoring.Templates, p.ResultTemplate) {
			all = append(all, p)
		}
	}
	return all
}

func each(all []packs.Procedure, of func(packs.Procedure) (Line, bool)) (lines []Line) {
	for _, p := range all {
		if line, is := of(p); is {
			line.List, line.ID = authoring.Procedures, p.ID
			lines = append(lines, line)
		}
	}
	return lines
}

// hoursPoint compares the longest way through each flow with the time that the
// law gives: both are said, also where they fit.
func hoursPoint(set *packs.Set, touched []packs.Procedure, tooLong []Line) Point {
	p := Point{"hours", Fine, tooLong}
	if len(tooLong) > 0 {
		p.Mark = Stop
	}
	for _, of := range touched {
		flow, there := set.Flow(of.Flow)
		if !there {
			continue
		}
		line := Line{List: authoring.Procedures, ID: of.ID, Path: "durations", Code: "authoring.check.hours_unknown", Args: map[string]any{"hours": flow.LongestHours()}}
		if may, ok := of.Statutory.Hours(); ok {
			line.Code, line.Args["may"] = "authoring.check.hours", may
		}
		p.Lines = append(p.Lines, line)
	}
	return p
}

// untested returns the decision tables of a change that have no case to hold
// them to; cases that do not come out are mistakes.
func untested(set *packs.Set, items []authoring.Item) (lines []Line) {
	for _, i := range items {
		if i.List != authoring.Decisions || i.Gone() || set == nil {
			continue
		}
		d, there := set.Decision(i.ID)
		if !there {
			continue
		}
		if table, _ := decisions.Decode(d.Definition); len(table.Cases) == 0 {
			lines = append(lines, Line{List: i.List, ID: i.ID, Code: "authoring.check.no_tests"})
		}
	}
	return lines
}

// running says how many dossiers are in hand of the procedures that are touched:
// they keep their rules.
func (s *Service) running(ctx context.Context, q db.Querier, touched []packs.Procedure) (lines []Line, err error) {
	if len(touched) == 0 {
		return nil, nil
	}
	all, err := s.Running(ctx, q)
	for _, p := range touched {
		if n := all[p.ID]; n > 0 {
			lines = append(lines, Line{List: authoring.Procedures, ID: p.ID, Code: "authoring.check.running", Args: map[string]any{"count": n}})
		}
	}
	return lines, err
}
