// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/signing/keystore"
	"tinhso.vn/internal/modules/certificates"
	"tinhso.vn/internal/platform/errs"
)

// Detail is a certificate with what became of it and what it was used for.
type Detail struct {
	keystore.Certificate

	Login   string // of the official it names; empty for a seal
	History []keystore.Step
	Logins  map[string]string // of who acted, by account
	Uses    []keystore.Use    // the newest first
	Next    string            // of the uses; empty: these are the last
}

// Get returns a certificate in scope. Before is where its uses go on, "" for
// the newest.
func (s *Service) Get(ctx context.Context, actor identity.Actor, id, before string) (d Detail, err error) {
	defer errs.Wrap(&err, "read certificate %s", id)

	scope, err := viewing(actor)
	if err != nil {
		return Detail{}, err
	}
	if d.Certificate, err = s.Register.Get(ctx, s.DB, scope, id); err != nil {
		return Detail{}, err
	}
	return d, s.fill(ctx, &d, before)
}

// fill reads what belongs to a certificate.
func (s *Service) fill(ctx context.Context, d *Detail, before string) (err error) {
	if d.History, err = s.Register.History(ctx, s.DB, d.ID); err != nil {
		return err
	}
	if d.Uses, err = s.Register.Uses(ctx, s.DB, d.ID, before, PageSize+1); err != nil {
		return err
	}
	if len(d.Uses) > PageSize {
		d.Uses = d.Uses[:PageSize]
		d.Next = d.Uses[PageSize-1].ID
	}
	d.Logins = map[string]string{}
	for _, h := range d.History {
		if d.Logins[h.Actor], err = s.login(ctx, h.Actor); err != nil {
			return err
		}
	}
	d.Login, err = s.login(ctx, d.Holder.Account)
	return err
}

// login returns the login of an account; a program, or an account that is no
// more, keeps its id.
func (s *Service) login(ctx context.Context, account string) (string, error) {
	if account == "" {
		return "", nil
	}
	a, err := s.People.GetAccount(ctx, s.DB, account)
	if errors.Is(err, identity.ErrAccountUnknown) {
		return account, nil
	}
	return a.Login, err
}

// Mine returns the actor's own certificates, the newest first, with their last uses.
func (s *Service) Mine(ctx context.Context, actor identity.Actor) (all []Detail, err error) {
	defer errs.Wrap(&err, "read one's own certificates")

	if _, err := access.Require(actor, certificates.PermOwn); err != nil {
		return nil, err
	}
	held, err := s.Register.ListHeld(ctx, s.DB, keystore.Holder{Account: actor.Account})
	if err != nil {
		return nil, err
	}
	for _, c := range held {
		d := Detail{Certificate: c}
		if err := s.fill(ctx, &d, ""); err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, nil
}
