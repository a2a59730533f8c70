// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/kernel/workflow/bpmn"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
)

// Actions of the steps of a flow.
const (
	actAccept   = "accept"
	actAppraise = "appraise"
	actConsult  = "consult"
	actDraft    = "draft"
	actSign     = "sign"
	actIssue    = "issue"
	actDeliver  = "deliver"
)

// permission returns what an actor needs for an action.
func permission(action string) identity.Permission {
	switch action {
	case actAccept:
		return dossiers.PermAccept
	case actAppraise, actConsult, actDraft:
		return dossiers.PermProcess
	case actSign:
		return dossiers.PermSign
	case actIssue:
		return dossiers.PermIssue
	case actDeliver:
		return dossiers.PermDeliver
	}
	return ""
}

// duties are the permissions of those who work on dossiers, with the actions each allows.
func duties() []struct {
	perm    identity.Permission
	actions []string
} {
	return []struct {
		perm    identity.Permission
		actions []string
	}{
		{dossiers.PermProcess, []string{actAppraise, actConsult, actDraft}},
		{dossiers.PermSign, []string{actSign}},
		{dossiers.PermIssue, []string{actIssue}},
		{dossiers.PermDeliver, []string{actDeliver}},
	}
}

// turn locks a dossier for one who wants to do one of the actions. It is found
// where the actor may act in a unit that takes part; whose turn it is, the
// step says.
func (s *Service) turn(ctx context.Context, tx *db.Tx, actor identity.Actor, p identity.Permission, id dossiers.ID, actions ...string) (store.Dossier, error) {
	scope, err := access.Require(actor, p)
	if err != nil {
		return store.Dossier{}, err
	}
	d, err := s.store.Lock(ctx, tx, scope, store.Involved(), id)
	if err != nil {
		return store.Dossier{}, err
	}
	return d, s.hasTurn(ctx, tx, actor, scope, d, actions...)
}

// look is turn outside a transaction: the same questions, and nothing is held.
func (s *Service) look(ctx context.Context, actor identity.Actor, p identity.Permission, id dossiers.ID, actions ...string) (store.Dossier, error) {
	scope, err := access.Require(actor, p)
	if err != nil {
		return store.Dossier{}, err
	}
	d, err := s.store.Get(ctx, s.DB, scope, store.Involved(), id)
	if err != nil {
		return store.Dossier{}, err
	}
	return d, s.hasTurn(ctx, s.DB, actor, scope, d, actions...)
}

func (s *Service) hasTurn(ctx context.Context, q db.Querier, actor identity.Actor, scope access.Scope, d store.Dossier, actions ...string) error {
	if d.Signing != "" {
		return s.waitsFor(ctx, q, d)
	}
	if stands(d.Status) {
		return dossiers.ErrWaiting
	}
	if d.Task == "" || !slices.Contains(actions, d.Action) {
		return s.passed(ctx, q, d, actions)
	}
	if _, err := s.store.Get(ctx, q, scope, store.Handlers(), d.ID); err != nil {
		if errors.Is(err, dossiers.ErrNotFound) {
			return dossiers.ErrNotYourTurn.With("step", d.StepName)
		}
		return err
	}
	if d.Assignee != "" && d.Assignee != actor.Account {
		if d.Action == actSign {
			return dossiers.ErrOtherSigner.With("who", d.AssigneeName)
		}
		return dossiers.ErrClaimed.With("who", d.AssigneeName)
	}
	return nil
}

// passed says why an action is not the one whose turn it is: mostly because a
// colleague was faster.
func (s *Service) passed(ctx context.Context, q db.Querier, d store.Dossier, actions []string) error {
	r, drafted, err := s.store.FindResult(ctx, q, d.ID)
	if err != nil {
		return err
	}
	switch {
	case slices.Contains(actions, actSign) && drafted && !r.SignedAt.IsZero():
		return dossiers.ErrAlreadySigned.With("who", r.SignerName).With("when", when(r.SignedAt))
	case slices.Contains(actions, actIssue) && drafted && !r.IssuedAt.IsZero():
		return dossiers.ErrAlreadyIssued.With("who", s.accountName(ctx, q, r.IssuedBy)).With("when", when(r.IssuedAt))
	case slices.Contains(actions, actDeliver) && !d.DeliveredAt.IsZero():
		return dossiers.ErrAlreadyGiven.With("who", s.accountName(ctx, q, d.DeliveredBy)).With("when", when(d.DeliveredAt))
	case slices.Contains(actions, actDeliver) && !d.Status.Ended():
		return dossiers.ErrNotIssued
	case d.Status.Ended():
		return dossiers.ErrTooLate
	}
	return dossiers.ErrNotYourTurn.With("step", d.StepName)
}

// accountName returns the name of an official, or the account where it is gone.
func (s *Service) accountName(ctx context.Context, q db.Querier, account string) string {
	a, err := s.Directory.GetAccount(ctx, q, account)
	if err != nil {
		return account
	}
	return a.Name
}

// table is the flow of a version as the engine takes it. Its name has the
// checksum in it, so that a flow that was changed without a new number keeps
// nobody from being accepted.
func table(v procedures.Version) (*workflow.Definition, error) {
	t := workflow.Table{ID: v.Flow.ID, Title: v.Flow.Title, Version: v.Flow.Version}
	for _, step := range v.Flow.Steps {
		t.Steps = append(t.Steps, workflow.Step{
			ID: step.ID, Name: step.Name, Post: step.Post, Unit: step.Unit, Hours: step.Hours, Product: step.Product,
			Action: step.Action, Next: step.Next, Back: step.Back,
		})
	}
	d, err := workflow.Compile(t, nil)
	if err != nil {
		return nil, err
	}
	_, sum, err := d.Canonical()
	if err != nil {
		return nil, err
	}
	t.ID += "@" + sum[:12]
	return workflow.Compile(t, nil)
}

// Process is the flow of a version as it can be drawn.
func Process(v procedures.Version) (*bpmn.Model, error) {
	d, err := table(v)
	if err != nil {
		return nil, err
	}
	return d.Model(), nil
}

func caseOf(id dossiers.ID) workflow.Subject {
	return workflow.Subject{Kind: "dossier", ID: string(id)}
}

// give puts the open task of the workflow into the row: whose turn it is.
func give(d *store.Dossier, v procedures.Version, t workflow.Task) {
	d.Task, d.Step, d.Post, d.StepDue = string(t.ID), t.Step, t.Post, t.Due
	d.Handler, d.Assignee, d.AssigneeName = orgs.ID(t.Unit), t.ClaimedBy, t.Claimer
	d.StepName, d.Action = i18n.Text{}, ""
	for _, step := range v.Flow.Steps {
		if step.ID == t.Step {
			d.StepName, d.Action = step.Name, step.Action
		}
	}
	d.WorkDue = earlier(d.StepDue, d.Due)
}

// over takes the turn from everybody.
func over(d *store.Dossier) {
	d.Task, d.Step, d.Post, d.Action, d.StepName, d.StepDue = "", "", "", "", i18n.Text{}, db.Time{}
	d.Assignee, d.AssigneeName = "", ""
}

func earlier(a, b db.Time) db.Time {
	if b.IsZero() || (!a.IsZero() && a.Before(b.Time)) {
		return a
	}
	return b
}

// advance ends the open step of a locked dossier and gives it to the next post.
// The dossier is saved by the caller.
func (s *Service) advance(ctx context.Context, tx *db.Tx, actor identity.Actor, d *store.Dossier, v procedures.Version, choice, note string) error {
	done := store.Event{Kind: KindStep, Status: d.Status, Step: d.StepName, Unit: d.Handler}
	next, ended, err := s.flow.Complete(ctx, tx, actor, workflow.TaskID(d.Task), choice, note)
	if err != nil {
		return err
	}
	if ended {
		over(d)
	} else {
		give(d, v, next)
		if err := s.called(ctx, tx, d, next); err != nil {
			return err
		}
	}
	return s.store.AddEvent(ctx, tx, d.ID, done)
}

// assign puts the open step into the hands of somebody.
func (s *Service) assign(ctx context.Context, tx *db.Tx, d *store.Dossier, account, name string) error {
	if err := s.flow.Claim(ctx, tx, identity.Actor{Account: account, Name: name}, workflow.TaskID(d.Task)); err != nil {
		return err
	}
	d.Assignee, d.AssigneeName = account, name
	return nil
}

// following walks the steps after one, itself excluded.
func following(v procedures.Version, from string) (all []procedures.Step) {
	byID := map[string]procedures.Step{}
	for _, s := range v.Flow.Steps {
		byID[s.ID] = s
	}
	seen, todo := map[string]bool{}, append([]string{}, byID[from].Next...)
	for len(todo) > 0 {
		id := todo[0]
		todo = todo[1:]
		if seen[id] {
			continue
		}
		seen[id] = true
		all = append(all, byID[id])
		todo = append(todo, byID[id].Next...)
	}
	return all
}

// endorses reports whether a step of signing or issuing stands before the
// result is drafted: what is signed there is the file as it came, passed on to
// the unit that decides, and no document of its own.
func endorses(v procedures.Version, step, action string) bool {
	return (action == actSign || action == actIssue) &&
		slices.ContainsFunc(following(v, step), func(s procedures.Step) bool { return s.Action == actDraft })
}
