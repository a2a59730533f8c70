// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/workflow"
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

// turn locks a dossier for one who wants to do one of the actions, in the step
// that is named or (empty) in the one that is theirs. It is found where the actor
// may act in a unit that takes part; whose turn it is, the steps say. The
// dossier that is returned speaks of the step.
func (s *Service) turn(ctx context.Context, tx *db.Tx, actor identity.Actor, p identity.Permission, id dossiers.ID, step dossiers.TaskID, actions ...string) (store.Dossier, error) {
	scope, err := access.Require(actor, p)
	if err != nil {
		return store.Dossier{}, err
	}
	d, err := s.store.Lock(ctx, tx, scope, store.Involved(), id)
	if err != nil {
		return store.Dossier{}, err
	}
	if err := s.hasTurn(ctx, tx, actor, scope, &d, step, actions...); err != nil {
		return d, err
	}
	return d, s.stoodIn(ctx, tx, actor, d)
}

// stoodIn records for whom somebody acts.
func (s *Service) stoodIn(ctx context.Context, tx *db.Tx, actor identity.Actor, d store.Dossier) error {
	if d.Assignee == "" || d.Assignee == actor.Account {
		return nil
	}
	return audit.Record(ctx, tx, actor, dossiers.AuditStoodIn, string(d.ID)+" for "+d.Assignee)
}

// look is turn outside a transaction: the same questions, and nothing is held.
func (s *Service) look(ctx context.Context, actor identity.Actor, p identity.Permission, id dossiers.ID, step dossiers.TaskID, actions ...string) (store.Dossier, error) {
	scope, err := access.Require(actor, p)
	if err != nil {
		return store.Dossier{}, err
	}
	d, err := s.store.Get(ctx, s.DB, scope, store.Involved(), id)
	if err != nil {
		return store.Dossier{}, err
	}
	return d, s.hasTurn(ctx, s.DB, actor, scope, &d, step, actions...)
}

// hasTurn makes a dossier speak of the step in which the actor can do one of the
// actions, or says why there is none.
func (s *Service) hasTurn(ctx context.Context, q db.Querier, actor identity.Actor, scope access.Scope, d *store.Dossier, step dossiers.TaskID, actions ...string) error {
	if d.Keeper.Code != "" {
		return store.Mirrored(*d)
	}
	if d.Signing != "" {
		return s.waitsFor(ctx, q, *d)
	}
	if stands(d.Status) {
		return dossiers.ErrWaiting
	}
	all, err := s.steps(ctx, q, *d)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(t store.Task) bool {
		return !slices.Contains(actions, t.Action) || step != "" && t.ID != step
	})
	if len(all) == 0 {
		return s.passed(ctx, q, *d, actions)
	}
	var here []store.Task
	for _, t := range all {
		sees, err := scope.Sees(ctx, q, t.Unit)
		if err != nil {
			return err
		}
		if sees {
			here = append(here, t)
		}
	}
	if len(here) == 0 {
		return dossiers.ErrNotYourTurn.With("step", all[0].Name)
	}
	t, err := s.theirs(ctx, q, actor, here)
	if err != nil {
		return err
	}
	d.Focus(t)
	return nil
}

// theirs chooses among open steps: what is in the actor's hands, then in those
// of somebody for whom the actor stands in today, then what nobody has.
func (s *Service) theirs(ctx context.Context, q db.Querier, actor identity.Actor, all []store.Task) (store.Task, error) {
	absent, err := workflow.AbsentFor(ctx, q, actor.Account, s.DB.Now())
	if err != nil {
		return store.Task{}, err
	}
	for _, fits := range []func(t store.Task) bool{
		func(t store.Task) bool { return t.Assignee == actor.Account },
		func(t store.Task) bool { return t.Assignee != "" && slices.Contains(absent, t.Assignee) },
		func(t store.Task) bool { return t.Assignee == "" },
	} {
		if i := slices.IndexFunc(all, fits); i >= 0 {
			return all[i], nil
		}
	}
	if all[0].Action == actSign {
		return all[0], dossiers.ErrOtherSigner.With("who", all[0].AssigneeName)
	}
	return all[0], dossiers.ErrClaimed.With("who", all[0].AssigneeName)
}

// steps are the open steps of a dossier as the workflow has them now, in the
// order in which they opened.
func (s *Service) steps(ctx context.Context, q db.Querier, d store.Dossier) (all []store.Task, err error) {
	if m, again, err := s.renewing(ctx, q, d); err != nil || again {
		if err != nil {
			return nil, err
		}
		return []store.Task{m.Task()}, nil // what else is open waits for it
	}
	if !running(d) {
		return nil, nil
	}
	open, err := workflow.Of(ctx, q, caseOf(d.ID))
	if err != nil {
		return nil, err
	}
	for _, t := range open {
		if t.Kind != workflow.StepTask {
			continue
		}
		def, err := s.flow.Definition(ctx, q, t.Flow, t.Version)
		if err != nil {
			return nil, err
		}
		name, action := def.Named(t.Step)
		all = append(all, store.Task{
			ID: dossiers.TaskID(t.ID), Step: t.Step, Name: name, Action: action, Post: t.Post, Unit: orgs.ID(t.Unit), Due: t.Due,
			Assignee: t.ClaimedBy, AssigneeName: t.Claimer, WorkDue: earlier(t.Due, d.Due),
		})
	}
	return all, nil
}

// running reports whether a dossier has a case: it was accepted and is not over.
func running(d store.Dossier) bool {
	return !d.AcceptedAt.IsZero() && !d.Status.Ended() && d.Keeper.Code == ""
}

// passed says why an action is not the one whose turn it is: mostly because a
// colleague was faster.
func (s *Service) passed(ctx context.Context, q db.Querier, d store.Dossier, actions []string) error {
	if d.Keeper.Code != "" {
		return store.Mirrored(d)
	}
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

func caseOf(id dossiers.ID) workflow.Subject {
	return workflow.Subject{Kind: "dossier", ID: string(id)}
}

// follow makes a locked dossier follow its case after something has moved it:
// whose turn it is, for lists and scopes, and which opinions are still waited
// for. The dossier is saved by the caller.
func (s *Service) follow(ctx context.Context, tx *db.Tx, d *store.Dossier) error {
	all, err := s.steps(ctx, tx, *d)
	if err != nil {
		return err
	}
	if all, err = s.ruled(ctx, tx, *d, all); err != nil {
		return err
	}
	if err := s.store.PutTasks(ctx, tx, d.ID, all); err != nil {
		return err
	}
	if err := s.followOpinions(ctx, tx, *d); err != nil {
		return err
	}
	if len(all) == 0 {
		over(d)
		return nil
	}
	d.Focus(all[0])
	return nil
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

// advance ends the step of which a locked dossier speaks and lets the case go
// on. The dossier is saved by the caller.
func (s *Service) advance(ctx context.Context, tx *db.Tx, actor identity.Actor, d *store.Dossier, choice, note string) error {
	done := store.Event{Kind: KindStep, Status: d.Status, Step: d.StepName, Unit: d.Handler}
	m, again, err := s.renewing(ctx, tx, *d)
	if err == nil && again {
		err = s.nextAgain(ctx, tx, m)
	} else if err == nil {
		_, err = s.flow.Finish(ctx, tx, actor, workflow.TaskID(d.Task), workflow.Outcome{Choice: choice, Note: note})
	}
	if err != nil {
		return err
	}
	if err := s.follow(ctx, tx, d); err != nil {
		return err
	}
	return s.store.AddEvent(ctx, tx, d.ID, done)
}

// assign puts the step of which a locked dossier speaks into the hands of
// somebody.
func (s *Service) assign(ctx context.Context, tx *db.Tx, d *store.Dossier, account, name string) error {
	task := d.Task
	again, err := s.holdAgain(ctx, tx, *d, task, account, name)
	if err == nil && !again {
		err = s.flow.Claim(ctx, tx, identity.Actor{Account: account, Name: name}, workflow.TaskID(task))
	}
	if err != nil {
		return err
	}
	if err := s.follow(ctx, tx, d); err != nil {
		return err
	}
	return s.focus(ctx, tx, d, dossiers.TaskID(task))
}

// focus makes a dossier speak of one of its open steps.
func (s *Service) focus(ctx context.Context, q db.Querier, d *store.Dossier, task dossiers.TaskID) error {
	all, err := s.store.Tasks(ctx, q, d.ID)
	for _, t := range all {
		if t.ID == task {
			d.Focus(t)
		}
	}
	return err
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
