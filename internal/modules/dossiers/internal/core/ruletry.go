// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Tried is to whom a rule would give a step of the past.
type Tried struct {
	Code string
	Name i18n.Text // of the procedure
	Step i18n.Text
	At   db.Time // when it became open
	Who  string  // name; empty: nobody
	Kept bool    // because they had done such a step of the dossier
	Why  dossiers.WhyNobody
	Had  string // name of who has done it, or has it in hand; empty: nobody yet
}

// TryRule says to whom a rule, saved or not, would give the last steps of its unit,
// by who is there today. Nothing is changed.
func (s *Service) TryRule(ctx context.Context, actor identity.Actor, in Rule) (all []Tried, err error) {
	defer errs.Wrap(&err, "try a rule of assignment")

	scope, err := access.Require(actor, dossiers.PermAssign)
	if err != nil {
		return nil, err
	}
	r, err := s.checkRule(ctx, scope, actor, in)
	if err != nil {
		return nil, err
	}
	if now, err := s.store.RulesOf(ctx, s.DB, r.Unit, maxRules); err != nil {
		return nil, err
	} else if i := slices.IndexFunc(now, func(one store.Rule) bool { return one.ID == r.ID }); i >= 0 {
		r.Last = now[i].Last
	}
	tasks, found, err := s.recentSteps(ctx, r)
	if err != nil {
		return nil, err
	}
	p, err := s.picking(ctx, s.DB, r)
	if err != nil {
		return nil, err
	}
	for _, t := range tasks {
		d := found[dossiers.ID(t.of)]
		p.at = t.opened
		c, err := p.pick(ctx, d, t.Task)
		if err != nil {
			return nil, err
		}
		all = append(all, Tried{Code: codeOr(d), Name: d.Name, Step: t.Name, At: t.opened, Who: c.name, Kept: c.kept, Why: c.why, Had: t.AssigneeName})
	}
	return all, nil
}

// pastStep is a step of a dossier, open or over.
type pastStep struct {
	store.Task
	of     string
	opened db.Time
}

// recentSteps are the last steps of a unit that a rule is about, the oldest first.
func (s *Service) recentSteps(ctx context.Context, r store.Rule) (all []pastStep, found map[dossiers.ID]store.Dossier, err error) {
	tasks, err := workflow.Recent(ctx, s.DB, string(r.Unit), tryAmong)
	if err != nil {
		return nil, nil, err
	}
	var ids []dossiers.ID
	for _, t := range tasks {
		if id := dossiers.ID(t.Subject.ID); t.Subject.Kind == caseOf("").Kind && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if found, err = s.store.ByID(ctx, s.DB, access.All(), store.Involved(), ids); err != nil {
		return nil, nil, err
	}
	field := s.fields(ctx)
	for _, t := range tasks {
		d, ok := found[dossiers.ID(t.Subject.ID)]
		if !ok || len(all) == tryOut {
			continue
		}
		def, err := s.flow.Definition(ctx, s.DB, t.Flow, t.Version)
		if err != nil {
			return nil, nil, err
		}
		name, action := def.Named(t.Step)
		if !slices.Contains(RuledActions(), action) {
			continue
		}
		if _, about := fits(r, d, action, field(d.Procedure).VI); !about {
			continue
		}
		had := t.Claimer
		if had == "" {
			had = t.EndedBy()
		}
		all = append(all, pastStep{
			Task: store.Task{ID: dossiers.TaskID(t.ID), Step: t.Step, Name: name, Action: action, Post: t.Post, Unit: orgs.ID(t.Unit), AssigneeName: had},
			of:   t.Subject.ID, opened: t.Opened,
		})
	}
	slices.Reverse(all)
	return all, found, nil
}

// Unfound is an open step for which a rule has found nobody.
type Unfound struct {
	Task    dossiers.TaskID
	Dossier dossiers.ID
	Code    string
	Name    i18n.Text // of the procedure
	Step    i18n.Text
	Unit    i18n.Text
	Why     dossiers.WhyNobody
	At      db.Time
}

// ListUnfound returns the open steps of the actor's units for which a rule has found
// nobody, the oldest first: somebody has to give them out.
func (s *Service) ListUnfound(ctx context.Context, actor identity.Actor, after string) (p Page[Unfound], err error) {
	defer errs.Wrap(&err, "list steps without anybody")

	scope, err := access.Require(actor, dossiers.PermAssign)
	if err != nil {
		return p, err
	}
	rows, err := s.store.ListUnfound(ctx, s.DB, scope, after, PageSize+1)
	if err != nil {
		return p, err
	}
	if len(rows) > PageSize {
		rows = rows[:PageSize]
		p.Next = string(rows[PageSize-1].Task)
	}
	names := s.unitNames(ctx)
	for _, r := range rows {
		p.Items = append(p.Items, Unfound{r.Task, r.Dossier, r.Code, r.Name, r.Step, names(r.Unit), r.Why, r.At})
	}
	return p, nil
}
