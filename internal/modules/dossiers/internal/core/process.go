// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

func zone() *time.Location { return calendar.Zone() }

// Claim takes an open step of a dossier into the actor's hands, so that
// colleagues leave it; an empty step is the one that is theirs to do. Claimed
// again it stays as it is.
func (s *Service) Claim(ctx context.Context, actor identity.Actor, id dossiers.ID, step dossiers.TaskID) (err error) {
	defer errs.Wrap(&err, "claim dossier %s", id)

	p, actions, err := s.duty(ctx, actor, id, step)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := s.turn(ctx, tx, actor, p, id, step, actions...)
		if err != nil || d.Assignee != "" {
			return err
		}
		if err := s.assign(ctx, tx, &d, actor.Account, actor.Name); err != nil {
			return err
		}
		if err := s.working(ctx, tx, &d); err != nil {
			return err
		}
		if err := s.store.Save(ctx, tx, d); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, dossiers.AuditClaimed, string(id))
	})
}

// working marks that somebody works on an accepted dossier.
func (s *Service) working(ctx context.Context, tx *db.Tx, d *store.Dossier) error {
	if d.Status != dossiers.Accepted {
		return nil
	}
	d.Status = dossiers.Processing
	return s.store.AddEvent(ctx, tx, d.ID, store.Event{Kind: KindWorking, Status: d.Status, Unit: d.Handler})
}

// duty returns by which right the actor can act on an open step of a dossier:
// the one that is named, or the first that the actor may do. The transaction
// asks again.
func (s *Service) duty(ctx context.Context, actor identity.Actor, id dossiers.ID, step dossiers.TaskID) (identity.Permission, []string, error) {
	scope, err := s.readers(ctx, s.DB, actor)
	if err != nil {
		return "", nil, err
	}
	d, err := s.store.Get(ctx, s.DB, scope, store.Involved(), id)
	if err != nil {
		return "", nil, err
	}
	if d.Keeper.Code != "" {
		return "", nil, store.Mirrored(d)
	}
	open, err := s.steps(ctx, s.DB, d)
	if err != nil {
		return "", nil, err
	}
	var perm identity.Permission
	var actions []string
	for _, t := range open {
		for _, duty := range duties() {
			if !slices.Contains(duty.actions, t.Action) || step != "" && t.ID != step {
				continue
			}
			scope, err := access.Require(actor, duty.perm)
			if perm == "" {
				perm, actions = duty.perm, duty.actions // what is refused is said about the first
			}
			if err != nil {
				continue
			}
			sees, err := scope.Sees(ctx, s.DB, t.Unit)
			if err != nil {
				return "", nil, err
			}
			if sees {
				return duty.perm, duty.actions, nil
			}
		}
	}
	if perm != "" && !actor.May(perm) { // what they could do otherwise says more: a colleague was faster
		for _, duty := range duties() {
			if actor.May(duty.perm) {
				return duty.perm, duty.actions, nil
			}
		}
	}
	switch {
	case perm != "":
		return perm, actions, nil
	case d.Status == dossiers.Submitted:
		return "", nil, dossiers.ErrNotYourTurn.With("step", d.StepName)
	case owns(actor, d):
		return "", nil, access.ErrNotAllowed
	}
	return "", nil, dossiers.ErrTooLate
}

// Done is what whoever ends a step says.
type Done struct {
	Step   dossiers.TaskID // empty: the one that is theirs to do
	Note   string
	Choice string // where the process leaves one
}

// Finish ends a step that has no document of its own (appraise, consult; a
// signature or a number before the result is drafted) and hands the dossier on.
// What units do side by side goes on when the last of them has done.
func (s *Service) Finish(ctx context.Context, actor identity.Actor, id dossiers.ID, done Done) (err error) {
	defer errs.Wrap(&err, "finish step of dossier %s", id)

	p, actions, err := s.duty(ctx, actor, id, done.Step)
	if err != nil {
		return err
	}
	before, err := s.look(ctx, actor, p, id, done.Step, actions...)
	if err != nil {
		return err
	}
	v, err := s.follows(ctx, before)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := s.turn(ctx, tx, actor, p, id, dossiers.TaskID(before.Task), actions...)
		if err != nil {
			return err
		}
		if d.Action != actAppraise && d.Action != actConsult && !endorses(v, d.Step, d.Action) {
			return dossiers.ErrNotYourTurn.With("step", d.StepName) // this step ends with a document
		}
		if err := s.working(ctx, tx, &d); err != nil {
			return err
		}
		if err := s.advance(ctx, tx, actor, &d, done.Choice, text.NFC(done.Note)); err != nil {
			return err
		}
		if err := s.store.Save(ctx, tx, d); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, dossiers.AuditStepDone, string(id))
	})
}

// Return gives a step back to where the process says, with the words why. What
// was signed is not given back: there is a result then.
func (s *Service) Return(ctx context.Context, actor identity.Actor, id dossiers.ID, step dossiers.TaskID, words string) (err error) {
	defer errs.Wrap(&err, "return dossier %s", id)

	if words, err = reason(words); err != nil {
		return err
	}
	p, actions, err := s.duty(ctx, actor, id, step)
	if err != nil {
		return err
	}
	before, err := s.look(ctx, actor, p, id, step, actions...)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := s.turn(ctx, tx, actor, p, id, dossiers.TaskID(before.Task), actions...)
		if err != nil {
			return err
		}
		return s.giveBack(ctx, tx, actor, d, words)
	})
}
