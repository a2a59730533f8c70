// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/errs"
)

// maxTook is how many steps are measured at once.
const maxTook = 20_000

// StepTimes implements dossiers.Statistician. What is said of a step was measured:
// a process that says less is not believed.
func (s *Service) StepTimes(ctx context.Context, scope access.Scope, a dossiers.Ask, w dossiers.WhatIf) (p dossiers.Process, err error) {
	defer errs.Wrap(&err, "measure the steps of %s", a.Procedure)

	n, _, err := s.prepare(ctx, scope, &a, false)
	if err != nil {
		return p, err
	}
	rows, err := s.store.Took(ctx, s.DB, n, number(a.From), number(a.To), maxTook+1)
	if err != nil {
		return p, err
	}
	if p.Partly = len(rows) > maxTook; p.Partly {
		rows = rows[:maxTook]
	}
	p = measured(rows, w, p.Partly)
	if v, err := s.Procedures.Get(ctx, a.Procedure); err == nil {
		order := map[string]int{}
		for i, step := range v.Flow.Steps {
			order[step.ID] = i + 1
			for j := range p.Steps {
				if p.Steps[j].Step == step.ID {
					p.Steps[j].Allowed, p.Steps[j].Name = step.Hours*60, step.Name
				}
			}
		}
		slices.SortStableFunc(p.Steps, func(a, b dossiers.StepTime) int { return order[a.Step] - order[b.Step] })
	}
	return p, nil
}

// measured works out what steps took, and which dossiers would have been in time if
// one step had never taken longer than w says: each time that somebody did it.
func measured(rows []store.TookRow, w dossiers.WhatIf, partly bool) dossiers.Process {
	p := dossiers.Process{Partly: partly}
	minutes, late, saved := map[string][]int64{}, map[string]int64{}, map[string]int64{}
	for _, r := range rows {
		i := slices.IndexFunc(p.Steps, func(t dossiers.StepTime) bool { return t.Step == r.Step })
		if i < 0 {
			i = len(p.Steps)
			p.Steps = append(p.Steps, dossiers.StepTime{Step: r.Step, Name: r.Name})
		}
		t := &p.Steps[i]
		t.Times, t.Over = t.Times+1, t.Over+r.Over
		if r.Late {
			t.Late++
		}
		minutes[r.Step] = append(minutes[r.Step], r.Minutes)
		late[r.Dossier] = r.LateBy
		if r.Step == w.Step {
			saved[r.Dossier] += max(0, r.Minutes-w.Minutes)
		}
	}
	p.Dossiers = int64(len(late))
	for dossier, by := range late {
		if by == 0 {
			continue
		}
		p.Late++
		if i := slices.IndexFunc(p.Steps, func(t dossiers.StepTime) bool { return t.Step == w.Step }); i >= 0 && saved[dossier] >= by {
			p.Steps[i].WouldNot++
		}
	}
	for i := range p.Steps {
		took := minutes[p.Steps[i].Step]
		slices.Sort(took)
		p.Steps[i].Median, p.Steps[i].P90 = rank(took, 50), rank(took, 90)
	}
	return p
}

// rank is the smallest value that at least so many in a hundred do not exceed.
func rank(sorted []int64, percent int) int64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[max(0, (len(sorted)*percent+99)/100-1)]
}
