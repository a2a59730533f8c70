// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"context"
	"slices"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/law"
	"tinhso.vn/internal/modules/lawbook"
	"tinhso.vn/internal/platform/errs"
)

// Moved is a document that began or ended on a day, and the rules of today
// that rest on it.
type Moved struct {
	law.Standing
	Cited []lawbook.Citation
}

// Changes is what changed on a day. Before and After are the days next to it
// on which something changed too; zero where there is none.
type Changes struct {
	Day           calendar.Date
	Begin, Ended  []Moved
	Before, After calendar.Date
}

// ChangesOn returns what changed on a day.
func (s *Service) ChangesOn(ctx context.Context, day calendar.Date) (c Changes, err error) {
	defer errs.Wrap(&err, "list changes of law")

	c.Day = day
	docs, err := law.All(ctx, s.db)
	if err != nil {
		return c, err
	}
	cited, err := s.citations(ctx)
	if err != nil {
		return c, err
	}
	for _, d := range law.Stand(docs, day) {
		switch {
		case d.From == day:
			c.Begin = append(c.Begin, Moved{d, cited[d.ID]})
		case !d.To.IsZero() && d.To.AddDays(1) == day:
			c.Ended = append(c.Ended, Moved{d, cited[d.ID]})
		}
	}
	for _, other := range law.ChangeDays(docs) { // the newest first
		switch {
		case day.Before(other):
			c.After = other
		case other.Before(day) && c.Before.IsZero():
			c.Before = other
		}
	}
	return c, nil
}

// Stale is a rule of today that rests on a document which does not hold any
// more, or not yet.
type Stale struct {
	lawbook.Citation
	Doc law.Standing
}

// Review returns the rules that somebody should look at, because what they
// rest on has ended, is replaced, or is to come. Those of documents that have ended come first.
func (s *Service) Review(ctx context.Context) (all []Stale, err error) {
	defer errs.Wrap(&err, "review what rules rest on")

	standings, err := s.standings(ctx, s.Today())
	if err != nil {
		return nil, err
	}
	cited, err := s.citations(ctx)
	if err != nil {
		return nil, err
	}
	for _, d := range standings {
		if d.State == law.Valid || d.State == law.Assumed {
			continue
		}
		for _, c := range cited[d.ID] {
			all = append(all, Stale{c, d})
		}
	}
	rank := []law.State{law.Ended, law.Superseded, law.Coming}
	slices.SortStableFunc(all, func(a, b Stale) int {
		return cmp.Or(cmp.Compare(slices.Index(rank, a.Doc.State), slices.Index(rank, b.Doc.State)),
			cmp.Compare(a.Doc.ID, b.Doc.ID), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name.VI, b.Name.VI))
	})
	return all, nil
}
