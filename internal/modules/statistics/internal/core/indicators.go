// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"strconv"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/statistics"
	"tinhso.vn/internal/platform/errs"
)

// Target is a target of a plan beside what records tell.
type Target struct {
	statistics.Indicator

	Known  bool  // there is something to measure
	Part   int64 // of Whole
	Whole  int64
	Actual float64 // in hundredths
	Met    bool
}

// Targets shows the targets of the province beside what was counted in a period.
// What records do not tell has no number: nothing is declared by hand.
func (s *Service) Targets(ctx context.Context, actor identity.Actor, f Filter) (all []Target, looked Filter, err error) {
	defer errs.Wrap(&err, "targets")

	sc, err := scope(actor, statistics.PermView)
	if err != nil {
		return nil, f, err
	}
	a, err := s.ask(&f)
	if err != nil {
		return nil, f, err
	}
	stated, err := s.store.Indicators(ctx, s.DB)
	if err != nil {
		return nil, f, err
	}
	rows, err := s.Counter.Tally(ctx, sc, a, dossiers.ByNothing)
	if err != nil {
		return nil, f, err
	}
	sum := sumOf(rows, dossiers.ByNothing)
	for _, i := range stated {
		all = append(all, measure(i, sum.Count))
	}
	return all, f, nil
}

func measure(i statistics.Indicator, c dossiers.Count) Target {
	t := Target{Indicator: i}
	switch i.Measure {
	case statistics.MeasureOnTime:
		t.Part, t.Whole = c.Solved()-c.Late, c.Solved()
	case statistics.MeasureOnline:
		t.Part, t.Whole = c.Received[dossiers.Online], c.In()
	}
	if t.Whole == 0 {
		return t
	}
	t.Known, t.Actual = true, float64(t.Part)*100/float64(t.Whole)
	want, err := strconv.ParseFloat(i.Target, 64)
	if err != nil {
		return t
	}
	switch i.Operator {
	case ">":
		t.Met = t.Actual > want
	case "<":
		t.Met = t.Actual < want
	case "<=":
		t.Met = t.Actual <= want
	default: // a plan that says "95 %" means that many or more
		t.Met = t.Actual >= want
	}
	return t
}
