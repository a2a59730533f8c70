// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/persons"
	"tinhso.vn/internal/modules/persons/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// AnswerRepresentation takes on, or turns down, what the actor was offered.
func (s *Service) AnswerRepresentation(ctx context.Context, actor identity.Actor, representation string, accept bool) (err error) {
	defer errs.Wrap(&err, "answer representation %s", representation)

	if _, err := access.Require(actor, persons.PermAct); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		v, err := s.store.Lock(ctx, tx, representation)
		switch {
		case err != nil:
			return err
		case v.Agent != actor.Person:
			return persons.ErrNotFound
		case v.State != Offered:
			return persons.ErrDecided
		case !v.Until.IsZero() && !v.Until.After(tx.Now.Time):
			return persons.ErrOver.With("at", v.Until.Time)
		}
		event := persons.AuditAccepted
		v.State = Active
		if !accept {
			event, v.State, v.Ended = persons.AuditRefused, Refused, tx.Now
		}
		return s.change(ctx, tx, actor, v, event, "")
	})
}

// ConfirmRepresentation is the second official's word on what a colleague has
// registered. Refusing needs the reason.
func (s *Service) ConfirmRepresentation(ctx context.Context, actor identity.Actor, representation string, right bool, reason string) (err error) {
	defer errs.Wrap(&err, "confirm representation %s", representation)

	scope, err := access.Require(actor, persons.PermConfirm)
	if err != nil {
		return err
	}
	var a asked
	reason = a.line("words", reason, MaxWords, !right)
	if err := a.err(); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		v, err := s.store.Lock(ctx, tx, representation)
		if err != nil {
			return err
		}
		sees, err := scope.Sees(ctx, tx, orgs.ID(v.Unit))
		switch {
		case err != nil:
			return err
		case !sees || v.Unit == "":
			return persons.ErrNotFound
		case v.State != Checking:
			return persons.ErrDecided
		case v.By == actor.Account:
			return persons.ErrSame
		case v.Agent == actor.Person:
			return persons.ErrOwn
		}
		event := persons.AuditConfirmed
		v.State = Active
		if !right {
			event, v.State, v.Ended = persons.AuditRefused, Refused, tx.Now
		}
		return s.change(ctx, tx, actor, v, event, reason)
	})
}

// EndRepresentation ends a right at once: by the agent, by who is represented,
// by who represents an organisation by law, or by an official who registers
// such rights; the official says why.
func (s *Service) EndRepresentation(ctx context.Context, actor identity.Actor, representation, reason string) (err error) {
	defer errs.Wrap(&err, "end representation %s", representation)

	if _, err := access.RequireAny(actor, persons.PermAct, persons.PermRegister); err != nil {
		return err
	}
	official := actor.May(persons.PermRegister)
	var a asked
	reason = a.line("words", reason, MaxWords, official)
	if err := a.err(); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		v, err := s.store.Lock(ctx, tx, representation)
		if err != nil {
			return err
		}
		if !official {
			if err := s.party(ctx, tx, actor, v); err != nil {
				return err
			}
		}
		if !live(v) || !v.Until.IsZero() && !v.Until.After(tx.Now.Time) {
			return persons.ErrDecided
		}
		v.State, v.Ended = Ended, tx.Now
		return s.change(ctx, tx, actor, v, persons.AuditEnded, reason)
	})
}

// party refuses who has no say in a right as if it was not there. A parent's or
// guardian's right is not for the ward to end, nor for the parent to lay down.
func (s *Service) party(ctx context.Context, tx *db.Tx, actor identity.Actor, v store.Representation) error {
	if v.Basis == persons.Parent || v.Basis == persons.Guardian {
		return persons.ErrNotFound
	}
	if actor.Person == v.Agent || actor.Person == v.Represented {
		return nil
	}
	if !actor.Acts() || actor.For.Person != v.Represented {
		return persons.ErrNotFound
	}
	_, err := s.grantor(ctx, tx, actor)
	if err != nil {
		return persons.ErrNotFound
	}
	return nil
}

// change saves what became of a right, with its line of history and its record.
func (s *Service) change(ctx context.Context, tx *db.Tx, actor identity.Actor, v store.Representation, e audit.Event, words string) error {
	if err := s.store.Put(ctx, tx, v); err != nil {
		return err
	}
	if err := s.store.AddEvent(ctx, tx, store.Event{About: v.ID, What: v.State, By: actor.Account, Words: words}); err != nil {
		return err
	}
	return audit.RecordReadOf(ctx, tx, actor, e, v.ID, v.Represented, "")
}

// ListChecking returns what waits for a second official in the actor's units,
// the oldest first.
func (s *Service) ListChecking(ctx context.Context, actor identity.Actor, after string) (p Page[Right], err error) {
	defer errs.Wrap(&err, "list rights to check")

	scope, err := access.Require(actor, persons.PermConfirm)
	if err != nil {
		return p, err
	}
	p, err = s.rights(ctx, actor, after, "", func(ctx context.Context, q db.Querier, _, after string, limit int) ([]store.Representation, error) {
		return s.store.Checking(ctx, q, scope, after, limit)
	})
	if err != nil || len(p.Items) == 0 {
		return p, err
	}
	return p, s.DB.Write(ctx, func(tx *db.Tx) error { // names leave
		return audit.RecordRead(ctx, tx, actor, persons.AuditRead, "checking", access.Handling)
	})
}

// CountChecking is the number beside the menu.
func (s *Service) CountChecking(ctx context.Context, actor identity.Actor) (int64, error) {
	scope, err := access.Require(actor, persons.PermConfirm)
	if err != nil {
		return 0, err
	}
	return s.store.CountChecking(ctx, s.DB, scope)
}
