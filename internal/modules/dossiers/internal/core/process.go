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

// Claim takes the open step of a dossier into the actor's hands, so that
// colleagues leave it. Claimed again it stays as it is.
func (s *Service) Claim(ctx context.Context, actor identity.Actor, id dossiers.ID) (err error) {
	defer errs.Wrap(&err, "claim dossier %s", id)

	p, actions, err := s.duty(ctx, actor, id)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := s.turn(ctx, tx, actor, p, id, actions...)
		if err != nil || d.Assignee == actor.Account {
			return err
		}
		if err := s.assign(ctx, tx, &d, actor.Account, actor.Name); err != nil {
			return err
		}
		working(&d)
		if err := s.store.Save(ctx, tx, d); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, dossiers.AuditClaimed, string(id))
	})
}

// working marks that somebody works on an accepted dossier.
func working(d *store.Dossier) {
	if d.Status == dossiers.Accepted {
		d.Status = dossiers.Processing
	}
}

// duty returns by which right the actor can act on the open step of a dossier.
// The transaction asks again.
func (s *Service) duty(ctx context.Context, actor identity.Actor, id dossiers.ID) (identity.Permission, []string, error) {
	scope, err := readers(actor)
	if err != nil {
		return "", nil, err
	}
	d, err := s.store.Get(ctx, s.DB, scope, store.Involved(), id)
	if err != nil {
		return "", nil, err
	}
	for _, duty := range duties() {
		if slices.Contains(duty.actions, d.Action) {
			return duty.perm, duty.actions, nil
		}
	}
	if d.Status == dossiers.Submitted {
		return "", nil, dossiers.ErrNotYourTurn.With("step", d.StepName)
	}
	if owns(actor, d) {
		return "", nil, access.ErrNotAllowed
	}
	return "", nil, dossiers.ErrTooLate
}

// Finish ends a step that has no document of its own (appraise, consult; a
// signature or a number before the result is drafted) and hands the dossier on.
// Choice is needed only where the table leaves one.
func (s *Service) Finish(ctx context.Context, actor identity.Actor, id dossiers.ID, note, choice string) (err error) {
	defer errs.Wrap(&err, "finish step of dossier %s", id)

	p, actions, err := s.duty(ctx, actor, id)
	if err != nil {
		return err
	}
	before, err := s.look(ctx, actor, p, id, actions...)
	if err != nil {
		return err
	}
	v, err := s.version(ctx, before.Procedure, before.SHA)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := s.turn(ctx, tx, actor, p, id, actions...)
		if err != nil {
			return err
		}
		if d.Action != actAppraise && d.Action != actConsult && !endorses(v, d.Step, d.Action) {
			return dossiers.ErrNotYourTurn.With("step", d.StepName) // this step ends with a document
		}
		working(&d)
		if err := s.advance(ctx, tx, actor, &d, v, choice, text.NFC(note)); err != nil {
			return err
		}
		if err := s.store.Save(ctx, tx, d); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, dossiers.AuditStepDone, string(id))
	})
}

// Return gives a dossier back to who drafted it, with the words why.
func (s *Service) Return(ctx context.Context, actor identity.Actor, id dossiers.ID, words string) (err error) {
	defer errs.Wrap(&err, "return dossier %s", id)

	if words, err = reason(words); err != nil {
		return err
	}
	before, err := s.look(ctx, actor, dossiers.PermSign, id, actSign)
	if err != nil {
		return err
	}
	v, err := s.version(ctx, before.Procedure, before.SHA)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := s.turn(ctx, tx, actor, dossiers.PermSign, id, actSign)
		if err != nil {
			return err
		}
		return s.giveBack(ctx, tx, actor, d, v, words)
	})
}
