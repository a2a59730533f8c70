// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Act is something that can be done with several open steps at once.
type Act string

// The acts.
const (
	Claiming  Act = "claim"
	Releasing Act = "release"
	Finishing Act = "finish" // a step without a document of its own, that leaves no choice
	Issuing   Act = "issue"  // number, date and seal what was signed
	Reminding Act = "remind" // whoever has it in hand; by who gives out the work
)

// Acts lists them all.
func Acts() []Act { return []Act{Claiming, Releasing, Finishing, Issuing, Reminding} }

// Planned is what would become of one of many steps. It holds no personal data.
type Planned struct {
	Task    dossiers.TaskID
	Dossier dossiers.ID // empty: there is no such step any more
	Code    string
	Name    i18n.Text // of the procedure
	Step    i18n.Text
	Holder  string    // name of who has it in hand; empty: nobody
	Next    i18n.Text // the step after this one, where it is finished
	Err     error     // why it cannot be done; nil: it can, if nobody is faster
}

// PlanMany says of each step whether an act could be done, and what it would do.
func (s *Service) PlanMany(ctx context.Context, actor identity.Actor, act Act, steps []dossiers.TaskID) (all []Planned, err error) {
	defer errs.Wrap(&err, "plan to %s %d steps", act, len(steps))

	if err := mayAct(actor, act, steps); err != nil {
		return nil, err
	}
	for _, step := range steps {
		one := Planned{Task: step}
		d, err := s.planOne(ctx, actor, act, &one)
		if err != nil && !definite(err) {
			return nil, err
		}
		if one.Err = err; d.ID != "" {
			one.Dossier, one.Code, one.Name, one.Step, one.Holder = d.ID, codeOr(d), d.Name, d.StepName, d.AssigneeName
		}
		all = append(all, one)
	}
	return all, nil
}

// mayAct refuses who could do an act with nothing.
func mayAct(actor identity.Actor, act Act, steps []dossiers.TaskID) error {
	rights := []identity.Permission{dossiers.PermProcess, dossiers.PermSign, dossiers.PermIssue, dossiers.PermDeliver}
	if act == Reminding {
		rights = []identity.Permission{dossiers.PermAssign}
	}
	if _, err := access.RequireAny(actor, rights...); err != nil {
		return err
	}
	if !slices.Contains(Acts(), act) {
		return errs.BadInput([]errs.Field{{Name: "act", Code: "form.choose"}})
	}
	if len(steps) == 0 || len(steps) > maxHandOver {
		return dossiers.ErrTooManySteps.With("max", maxHandOver)
	}
	return nil
}

// planOne looks at one step; the dossier that is returned speaks of it, and is
// empty where the actor does not see it.
func (s *Service) planOne(ctx context.Context, actor identity.Actor, act Act, one *Planned) (d store.Dossier, err error) {
	id, err := s.store.DossierOf(ctx, s.DB, one.Task)
	if err != nil {
		return d, err
	}
	if act == Reminding {
		return s.remindable(ctx, s.DB, actor, id, one.Task)
	}
	p, actions, err := s.duty(ctx, actor, id, one.Task)
	if err != nil {
		return d, err
	}
	if d, err = s.look(ctx, actor, p, id, one.Task, actions...); err != nil {
		return d, err
	}
	switch act {
	case Releasing:
		return d, releasable(d)
	case Finishing:
		one.Next, err = s.goesOn(ctx, d)
	case Issuing:
		err = s.sealable(ctx, d)
	case Claiming, Reminding:
	}
	return d, err
}

// sealable refuses what there is no signed document of.
func (s *Service) sealable(ctx context.Context, d store.Dossier) error {
	v, err := s.follows(ctx, d)
	if err != nil {
		return err
	}
	if d.Action != actIssue || endorses(v, d.Step, d.Action) {
		return dossiers.ErrNotYourTurn.With("step", d.StepName)
	}
	_, found, err := s.store.FindResult(ctx, s.DB, d.ID)
	if err == nil && !found {
		err = dossiers.ErrNothingDrafted
	}
	return err
}

// releasable refuses to give back what nobody has in hand, and what one person
// by name is asked for.
func releasable(d store.Dossier) error {
	switch {
	case d.Assignee == "":
		return dossiers.ErrNotHeld
	case d.Action == actSign:
		return dossiers.ErrSignerNamed.With("who", d.AssigneeName)
	}
	return nil
}

// goesOn is the step that follows one that can be finished without opening the
// case: it needs no document, no choice and no answer.
func (s *Service) goesOn(ctx context.Context, d store.Dossier) (next i18n.Text, err error) {
	v, err := s.follows(ctx, d)
	if err != nil {
		return next, err
	}
	if d.Action != actAppraise && d.Action != actConsult && !endorses(v, d.Step, d.Action) {
		return next, dossiers.ErrOpenCase
	}
	t, err := workflow.Get(ctx, s.DB, workflow.TaskID(d.Task))
	if err != nil {
		return next, err
	}
	def, err := s.flow.Definition(ctx, s.DB, t.Flow, t.Version)
	if err != nil {
		return next, err
	}
	if len(def.Outcomes(d.Step)) > 1 {
		return next, dossiers.ErrOpenCase
	}
	return after(v, d.Step), s.allAnswered(ctx, s.DB, d)
}

// after names the one step that follows another in the table of a procedure;
// empty where there is none, or where a drawing says it.
func after(v procedures.Version, step string) i18n.Text {
	i := slices.IndexFunc(v.Flow.Steps, func(s procedures.Step) bool { return s.ID == step })
	if i < 0 || len(v.Flow.Steps[i].Next) != 1 {
		return i18n.Text{}
	}
	i = slices.IndexFunc(v.Flow.Steps, func(s procedures.Step) bool { return s.ID == v.Flow.Steps[i].Next[0] })
	if i < 0 {
		return i18n.Text{}
	}
	return v.Flow.Steps[i].Name
}

// DoMany does an act with several steps, each by itself: what cannot be done is
// told and stops nothing, and what was done stays done.
func (s *Service) DoMany(ctx context.Context, actor identity.Actor, act Act, steps []dossiers.TaskID, note string) (all []dossiers.HandedOver, err error) {
	defer errs.Wrap(&err, "%s %d steps", act, len(steps))

	if err := mayAct(actor, act, steps); err != nil {
		return nil, err
	}
	if n := utf8.RuneCountInString(note); n > maxWords {
		return nil, errs.BadInput([]errs.Field{{Name: "note", Code: "form.too_long", Args: map[string]any{"max": maxWords, "over": n - maxWords}}})
	}
	for _, step := range steps {
		if err := ctx.Err(); err != nil {
			return all, fmt.Errorf("stopped after %d: %w", len(all), err)
		}
		one := dossiers.HandedOver{Task: step}
		if one.Dossier, one.Err = s.store.DossierOf(ctx, s.DB, step); one.Err == nil {
			one.Err = s.doOne(ctx, actor, act, one, note)
		}
		if one.Err != nil && !definite(one.Err) && errs.KindOf(one.Err) != errs.Internal {
			return all, one.Err
		}
		all = append(all, one)
	}
	return all, nil
}

func (s *Service) doOne(ctx context.Context, actor identity.Actor, act Act, one dossiers.HandedOver, note string) error {
	switch act {
	case Claiming:
		return s.Claim(ctx, actor, one.Dossier, one.Task)
	case Releasing:
		return s.Release(ctx, actor, one.Dossier, one.Task)
	case Finishing:
		planned := Planned{Task: one.Task}
		if _, err := s.planOne(ctx, actor, act, &planned); err != nil {
			return err
		}
		return s.Finish(ctx, actor, one.Dossier, Done{Step: one.Task, Note: note})
	case Issuing:
		planned := Planned{Task: one.Task}
		if _, err := s.planOne(ctx, actor, act, &planned); err != nil {
			return err
		}
		_, err := s.Issue(ctx, actor, one.Dossier)
		return err
	case Reminding:
		return s.remind(ctx, actor, one.Dossier, one.Task)
	}
	return errors.New("no such act")
}

// remind tells who has a step in hand that it is waited for: once a day.
func (s *Service) remind(ctx context.Context, actor identity.Actor, id dossiers.ID, step dossiers.TaskID) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := s.store.Lock(ctx, tx, access.All(), store.Involved(), id); err != nil {
			return err
		}
		d, err := s.remindable(ctx, tx, actor, id, step)
		if err != nil {
			return err
		}
		day := calendar.On(tx.Now.Time).String()
		if err := s.tellOfficial(ctx, tx, actor, d, dossiers.NoticeRemind, d.Task+"/"+day, d.Assignee, d.StepDue); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, dossiers.AuditReminded, string(id)+" to "+d.Assignee)
	})
}

// remindable is a dossier that speaks of a step which somebody else has in hand,
// in a unit whose work the actor gives out.
func (s *Service) remindable(ctx context.Context, q db.Querier, actor identity.Actor, id dossiers.ID, step dossiers.TaskID) (d store.Dossier, err error) {
	scope, err := access.Require(actor, dossiers.PermAssign)
	if err != nil {
		return d, err
	}
	row, err := s.store.Get(ctx, q, access.All(), store.Involved(), id)
	if err != nil {
		return d, err
	}
	open, err := s.steps(ctx, q, row)
	if err != nil {
		return d, err
	}
	i := slices.IndexFunc(open, func(t store.Task) bool { return t.ID == step })
	if i < 0 {
		return d, dossiers.ErrNotFound
	}
	sees, err := scope.Sees(ctx, q, open[i].Unit)
	if err == nil && !sees {
		err = dossiers.ErrNotFound
	}
	if err != nil {
		return d, err
	}
	row.Focus(open[i])
	switch {
	case row.Assignee == "":
		err = dossiers.ErrNotHeld
	case row.Assignee == actor.Account:
		err = dossiers.ErrOwnWork
	case stands(row.Status):
		err = dossiers.ErrWaiting
	}
	return row, err
}
