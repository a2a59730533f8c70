// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// own returns the scope in which the actor may do something by one of the
// permissions: the own, or what the right to act for another is about. It is
// asked at the moment of the act; in a transaction the right holds to its end.
func (s *Service) own(ctx context.Context, q db.Querier, actor identity.Actor, act access.Act, ps ...identity.Permission) (access.Scope, error) {
	scope, err := access.RequireAny(actor, ps...)
	if err != nil || !actor.Acts() {
		return scope, err
	}
	stands, err := s.standing(ctx, q, actor, act)
	return scope.For(stands...), err
}

func (s *Service) standing(ctx context.Context, q db.Querier, actor identity.Actor, act access.Act) ([]access.Stand, error) {
	if s.Stands == nil {
		return nil, access.ErrNotAllowed
	}
	return s.Stands.Standing(ctx, q, actor, act)
}

// right returns the right by which the actor does something for another with a
// procedure; ErrNotInRight where it is about others.
func (s *Service) right(ctx context.Context, q db.Querier, actor identity.Actor, act access.Act, id procedures.ID) (access.Stand, error) {
	stands, err := s.standing(ctx, q, actor, act)
	if err != nil {
		return access.Stand{}, err
	}
	for _, r := range stands {
		if r.Covers(string(id)) {
			return r, nil
		}
	}
	return access.Stand{}, dossiers.ErrNotInRight
}

// outside tells an agent that a draft of who is represented is there, but not in
// what the rights of this moment are about: one of them may have ended.
func (s *Service) outside(ctx context.Context, actor identity.Actor, id dossiers.ID, err error) error {
	if !actor.Acts() || !errors.Is(err, dossiers.ErrDraftNotFound) {
		return err
	}
	if _, found := s.store.GetDraft(ctx, s.DB, access.All(), whose(actor), id); found == nil {
		return dossiers.ErrNotInRight
	}
	return err
}

// whose is the person whose drafts and dossiers the actor works on.
func whose(actor identity.Actor) string {
	if actor.Acts() {
		return actor.For.Person
	}
	return actor.Person
}

// basisOf says by what right of the form somebody acts.
func basisOf(r access.Stand) dossiers.Basis {
	switch r.Basis {
	case "law":
		return dossiers.Legal
	case "parent":
		return dossiers.Parent
	case "guardian":
		return dossiers.Guardian
	}
	return dossiers.Authorised
}

// represent makes the parties those of a right: the owner is who is represented,
// with what was typed of where to reach them.
func (s *Service) represent(ctx context.Context, actor identity.Actor, id procedures.ID, p Parties) (Parties, error) {
	r, err := s.right(ctx, s.DB, actor, access.Prepare, id)
	if errs.KindOf(err) == errs.Forbidden { // who only sends reads the draft to send it
		r, err = s.right(ctx, s.DB, actor, access.Send, id)
	}
	if err != nil {
		return p, err
	}
	of, err := s.Directory.GetPerson(ctx, s.DB, r.Person)
	if err != nil {
		return p, err
	}
	contact := p.Owner
	p.Owner, p.Submitter, p.Basis, p.BasisNote = partyOf(of), Party{}, basisOf(r), r.Note
	if contact.Phone != "" {
		p.Owner.Phone = contact.Phone
	}
	if contact.Email != "" {
		p.Owner.Email = contact.Email
	}
	p.Owner.Address, p.Owner.Source = contact.Address, FromAccount
	return p, nil
}
