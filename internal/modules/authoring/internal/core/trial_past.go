// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/kernel/workflow/replay"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/errs"
)

// maxPast is how many cases of the past are looked at, the latest first.
const maxPast = 500

// PastTrial is how cases of the past would have gone through a changed flow.
type PastTrial struct {
	Procedure procedures.Version
	Was       procedures.Version // in force; zero where there is none
	Result    replay.Result      // no cases: nothing could be compared
	Drawn     bool               // one of the two is drawn: tables alone can be compared
	Slowest   string             // id of the step that takes the most time of all; empty where there are no cases
	Latest    string             // id of the step that is late most often; empty where none is
}

// TryPast lets the cases that went through the version in force run through the
// flow of a change.
func (s *Service) TryPast(ctx context.Context, actor identity.Actor, change authoring.ID, procedure string) (p PastTrial, err error) {
	defer errs.Wrap(&err, "past cases of %s in change %s", procedure, change)

	if err := mayRead(actor); err != nil {
		return p, err
	}
	set, _, err := s.set(ctx, s.DB, change)
	if err != nil {
		return p, err
	}
	c, err := s.cast(ctx, set, procedure)
	if err != nil {
		return p, err
	}
	p.Procedure = c.version
	p.Was, err = s.Catalogue.Get(ctx, procedures.ID(procedure))
	if errors.Is(err, procedures.ErrNotFound) {
		return p, nil
	}
	if err != nil {
		return p, err
	}
	was, err := s.Cases.RehearseProcess(p.Was)
	if err != nil || len(c.process.Table().Steps) == 0 || len(was.Table().Steps) == 0 {
		p.Drawn = true
		return p, nil // there is no table to compare
	}
	engine := &workflow.Engine{Calendar: s.Calendar}
	stays, err := engine.Past(ctx, s.DB, workflow.Ref{Flow: was.Table().ID, Version: was.Table().Version}, maxPast)
	if err != nil {
		return p, err
	}
	p.Result = replay.Run(replay.Group(stays), replay.Question{Was: was.Table(), Now: c.process.Table()})
	if p.Result.Cases == 0 {
		return p, nil
	}
	var most, late float64
	for _, step := range p.Result.Steps {
		if step.Now.Mean > most {
			most, p.Slowest = step.Now.Mean, step.ID
		}
		if step.Now.Late > late {
			late, p.Latest = step.Now.Late, step.ID
		}
	}
	return p, nil
}
