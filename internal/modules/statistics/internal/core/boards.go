// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"context"
	"slices"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/statistics"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Choice is something a board can be narrowed to.
type Choice struct {
	Value string
	Name  i18n.Text
}

// Board is the figures of a period, and what is open now.
type Board struct {
	Filter Filter // with the days that were looked at
	By     dossiers.Dimension
	Now    dossiers.Clock
	Rows   []dossiers.Figure // the most late first; months in their order
	Sum    dossiers.Figure
	Behind int64 // changes that are not counted yet
	May    bool  // the actor gives out work

	Mirrors []dossiers.MirrorFigure // worked on in systems of other agencies: in no other figure

	Units, Fields, Procedures []Choice
}

// Board shows figures by unit, field, procedure or month.
func (s *Service) Board(ctx context.Context, actor identity.Actor, f Filter, by dossiers.Dimension) (b Board, err error) {
	defer errs.Wrap(&err, "statistics board")

	sc, err := scope(actor, statistics.PermView)
	if err != nil {
		return b, err
	}
	b.By = by
	if by == dossiers.ByNothing {
		b.By = dossiers.ByUnit
	}
	a, err := s.ask(&f)
	b.Filter = f
	if err != nil {
		return b, err
	}
	if b.Rows, err = s.Counter.Tally(ctx, sc, a, b.By); err != nil {
		return b, err
	}
	names, err := s.units(ctx, a.To)
	if err != nil {
		return b, err
	}
	if b.By == dossiers.ByUnit {
		for i := range b.Rows {
			b.Rows[i].Name = names(orgs.ID(b.Rows[i].Key))
		}
	}
	b.Sum = sumOf(b.Rows, b.By)
	order(b.Rows, b.By)
	now, err := s.Counter.Clocks(ctx, sc, a, dossiers.ByNothing)
	if err != nil {
		return b, err
	}
	for _, c := range now {
		b.Now.Add(c)
	}
	_, may := actor.Places(dossiers.PermAssign)
	b.May = may
	if b.Behind, err = s.Counter.FiguresBehind(ctx); err != nil {
		return b, err
	}
	if b.Mirrors, err = s.Counter.MirrorFigures(ctx, sc, a); err != nil {
		return b, err
	}
	for _, d := range []struct {
		by  dossiers.Dimension
		all *[]Choice
	}{{dossiers.ByUnit, &b.Units}, {dossiers.ByField, &b.Fields}, {dossiers.ByProcedure, &b.Procedures}} {
		if *d.all, err = s.choices(ctx, sc, a, d.by, names); err != nil {
			return b, err
		}
	}
	return b, nil
}

// order puts what is late first, and months one after the other.
func order(rows []dossiers.Figure, by dossiers.Dimension) {
	names := text.Collator()
	slices.SortStableFunc(rows, func(x, y dossiers.Figure) int {
		if by == dossiers.ByMonth {
			return cmp.Compare(x.Key, y.Key)
		}
		return cmp.Or(cmp.Compare(y.ClosingLate, x.ClosingLate), cmp.Compare(y.Late, x.Late), cmp.Compare(y.In(), x.In()),
			names(x.Name.VI, y.Name.VI), cmp.Compare(x.Key, y.Key))
	})
}

// sumOf adds rows up. Months follow each other: what was open is that of the first
// and of the last.
func sumOf(rows []dossiers.Figure, by dossiers.Dimension) (sum dossiers.Figure) {
	for i, r := range rows {
		sum.Add(r.Count)
		if by == dossiers.ByMonth {
			if i == 0 {
				sum.Opening = r.Opening
			}
			sum.Closing, sum.ClosingLate, sum.Paused = r.Closing, r.ClosingLate, r.Paused
			continue
		}
		sum.Opening, sum.Closing, sum.ClosingLate, sum.Paused = sum.Opening+r.Opening, sum.Closing+r.Closing, sum.ClosingLate+r.ClosingLate, sum.Paused+r.Paused
	}
	return sum
}

// Steps is what is open by step and by who has it in hand.
type Steps struct {
	Filter        Filter
	Steps, People []dossiers.StepLoad
	May           bool
	Units         []Choice
}

// Steps shows at which step, and in whose hands, what is open stands.
func (s *Service) Steps(ctx context.Context, actor identity.Actor, f Filter) (b Steps, err error) {
	defer errs.Wrap(&err, "board of steps")

	sc, err := scope(actor, statistics.PermView)
	if err != nil {
		return b, err
	}
	a, err := s.ask(&f)
	b.Filter = f
	if err != nil {
		return b, err
	}
	if b.Steps, b.People, err = s.Counter.StepLoads(ctx, sc, a); err != nil {
		return b, err
	}
	_, b.May = actor.Places(dossiers.PermAssign)
	return b, nil
}

// Listed is a page of the dossiers behind a number.
type Listed struct {
	Filter  Filter
	Measure dossiers.Measure
	Items   []dossiers.Counted
	Next    string
	Names   Names
}

// List opens a number: the dossiers behind it, without names of people.
func (s *Service) List(ctx context.Context, actor identity.Actor, f Filter, m dossiers.Measure, after string) (l Listed, err error) {
	defer errs.Wrap(&err, "dossiers behind a figure")

	sc, err := scope(actor, statistics.PermView)
	if err != nil {
		return l, err
	}
	if !slices.Contains(dossiers.Measures(), m) {
		return l, statistics.ErrNotFound
	}
	a, err := s.ask(&f)
	l.Filter, l.Measure = f, m
	if err != nil {
		return l, err
	}
	if l.Names, err = s.units(ctx, a.To); err != nil {
		return l, err
	}
	l.Items, l.Next, err = s.Counter.ListCounted(ctx, sc, a, m, after, PageSize)
	return l, err
}

// ExportBoard is Board for a file; that it left is recorded before.
func (s *Service) ExportBoard(ctx context.Context, actor identity.Actor, f Filter, by dossiers.Dimension) (b Board, err error) {
	defer errs.Wrap(&err, "export a board")

	if b, err = s.Board(ctx, actor, f, by); err != nil {
		return b, err
	}
	return b, s.recordExport(ctx, actor, "board "+string(b.By), len(b.Rows))
}
