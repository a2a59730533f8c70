// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"context"
	"slices"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/statistics"
	"tinhso.vn/internal/platform/errs"
)

// Analysis is where time is lost: over all procedures, and step by step of one.
type Analysis struct {
	Filter     Filter
	Procedures []dossiers.Figure // those whose steps took longest past what they may first
	Name       i18n.Text         // of the procedure that is looked at
	Process    dossiers.Process
	WhatIf     dossiers.WhatIf
	Choices    []Choice
}

// Analyse measures the steps of dossiers that ended in a period. Hours is of the
// what-if: how long its step would have taken at most, in working hours; 0: none.
func (s *Service) Analyse(ctx context.Context, actor identity.Actor, f Filter, step string, hours int) (r Analysis, err error) {
	defer errs.Wrap(&err, "analyse processes")

	sc, err := scope(actor, statistics.PermView)
	if err != nil {
		return r, err
	}
	a, err := s.ask(&f)
	r.Filter = f
	if err != nil {
		return r, err
	}
	if step != "" && (hours < 1 || hours > 2000) {
		return r, errs.BadInput([]errs.Field{{Name: "hours", Code: "statistics.hours"}})
	}
	if a.Procedure == "" {
		if r.Procedures, err = s.Counter.Tally(ctx, sc, a, dossiers.ByProcedure); err != nil {
			return r, err
		}
		r.Procedures = slices.DeleteFunc(r.Procedures, func(f dossiers.Figure) bool { return f.Steps == 0 })
		slices.SortStableFunc(r.Procedures, func(x, y dossiers.Figure) int {
			return cmp.Or(cmp.Compare(y.Over, x.Over), cmp.Compare(y.Steps, x.Steps), cmp.Compare(x.Key, y.Key))
		})
		return r, nil
	}
	own, err := s.Counter.Tally(ctx, sc, a, dossiers.ByProcedure)
	if err != nil {
		return r, err
	}
	r.Name = i18n.Text{VI: string(a.Procedure)}
	for _, p := range own {
		r.Name = p.Name
	}
	r.WhatIf = dossiers.WhatIf{Step: step, Minutes: int64(hours) * 60}
	r.Process, err = s.Counter.StepTimes(ctx, sc, a, r.WhatIf)
	return r, err
}
