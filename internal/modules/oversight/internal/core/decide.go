// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/oversight"
	"tinhso.vn/internal/modules/oversight/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// AskExplanation asks the official of an alert why there was so much to read.
func (s *Service) AskExplanation(ctx context.Context, actor identity.Actor, alert oversight.ID, question string) (err error) {
	defer errs.Wrap(&err, "ask about alert %s", alert)

	if _, err := access.Require(actor, oversight.PermAlerts); err != nil {
		return err
	}
	question, err = said("question", question)
	if err != nil {
		return err
	}
	return s.move(ctx, actor, alert, oversight.Asked, question, oversight.AuditAsked, func(a oversight.Alert) error {
		if a.Kind == oversight.ManyReaders {
			return oversight.ErrNobody
		}
		if a.State != oversight.New && a.State != oversight.Explained {
			return oversight.ErrState
		}
		return notOwn(actor, a)
	})
}

// DecideAlert closes an alert or escalates it, with the reason. An escalated one
// can still be closed; a closed one stays closed.
func (s *Service) DecideAlert(ctx context.Context, actor identity.Actor, alert oversight.ID, to oversight.State, reason string) (err error) {
	defer errs.Wrap(&err, "decide alert %s", alert)

	if _, err := access.Require(actor, oversight.PermAlerts); err != nil {
		return err
	}
	event := oversight.AuditClosed
	if to == oversight.Escalated {
		event = oversight.AuditEscalated
	} else if to != oversight.Closed {
		return errs.BadInput([]errs.Field{{Name: "decision", Code: "form.choose"}})
	}
	if reason, err = said("reason", reason); err != nil {
		return err
	}
	return s.move(ctx, actor, alert, to, reason, event, func(a oversight.Alert) error {
		if a.State == oversight.Closed || a.State == to {
			return oversight.ErrState
		}
		return notOwn(actor, a)
	})
}

// notOwn refuses an auditor who decides about the own readings.
func notOwn(actor identity.Actor, a oversight.Alert) error {
	if slices.Contains([]string{actor.Account, actor.Person}, a.Subject) {
		return oversight.ErrOwn
	}
	return nil
}

// move brings an alert into a state, if it may.
func (s *Service) move(ctx context.Context, actor identity.Actor, alert oversight.ID, to oversight.State, words string, e audit.Event, may func(oversight.Alert) error) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		a, err := s.store.Lock(ctx, tx, alert)
		if err != nil {
			return err
		}
		if err := may(a); err != nil {
			return err
		}
		if err := s.store.SetState(ctx, tx, alert, store.Note{ID: id.New(), Account: actor.Account, At: tx.Now, State: to, Words: words}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, e, string(alert))
	})
}
