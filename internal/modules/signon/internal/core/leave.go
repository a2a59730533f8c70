// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/openid"
	"tinhso.vn/internal/kernel/openid/relying"
	"tinhso.vn/internal/kernel/saml"
	"tinhso.vn/internal/modules/signon"
	"tinhso.vn/internal/modules/signon/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// LeaveThere returns where a browser goes so that its session ends at the provider
// with which it began; empty where it began here, or nobody has to be told. It is
// asked before the session ends here.
func (s *Service) LeaveThere(ctx context.Context, actor identity.Actor) (to string, err error) {
	defer errs.Wrap(&err, "sign out elsewhere")

	there, found, err := s.store.ThereOf(ctx, s.DB, actor.Session)
	if err != nil || !found || actor.Anonymous() {
		return "", err
	}
	_, p, err := s.samlOf(there.Source)
	if errors.Is(err, signon.ErrSource) {
		return "", nil // it is no longer configured
	}
	if err != nil {
		return "", err
	}
	party, err := p.keyed(ctx)
	if err != nil || !party.SignsOut() {
		return "", err
	}
	to, _, err = party.LeaveFor(there.Subject)
	return to, err
}

// LeftThere reads a provider's word about sessions, from the query of the address
// by which a browser brings it. A request ends the sessions it names, and to is
// where our answer goes; of an answer to our own request to is empty.
func (s *Service) LeftThere(ctx context.Context, source, query string, request bool) (to string, err error) {
	defer errs.Wrap(&err, "sign out for %s", source)

	at, p, err := s.samlOf(source)
	if err != nil {
		return "", err
	}
	party, err := p.keyed(ctx)
	if err != nil {
		return "", err
	}
	if !request {
		if err := party.ReadLeft(query); err != nil {
			return "", signon.ErrStays.With("source", at.Name.VI).Because(err)
		}
		return "", nil
	}
	l, err := party.ReadLeaving(query)
	if err != nil {
		err = fromSAML(err)
		s.refused(ctx, err)
		return "", s.outside(err, at)
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.store.Consume(ctx, tx, "leaving\x00"+source+"\x00"+l.ID, db.At(tx.Now.Add(saml.Known))); err != nil {
			return err
		}
		return s.endThere(ctx, tx, source, l)
	})
	if errors.Is(err, openid.ErrStale) {
		s.refused(ctx, err)
		return "", s.outside(fmt.Errorf("%w: it came before", relying.ErrAnswer), at)
	}
	if err != nil {
		return "", err
	}
	return party.Left(l)
}

// endThere ends the sessions that a provider names: all of the subject where it
// names none.
func (s *Service) endThere(ctx context.Context, tx *db.Tx, source string, l saml.Leaving) error {
	all, err := s.store.TheresOf(ctx, tx, source, l.Subject.Value)
	if err != nil {
		return err
	}
	for _, t := range all {
		if len(l.Indexes) > 0 && !slices.Contains(l.Indexes, t.Subject.Index) {
			continue
		}
		ended, err := s.People.EndSession(ctx, tx, t.Account, t.Session)
		if err != nil {
			return err
		}
		if err := s.store.DropThere(ctx, tx, t.Session); err != nil || !ended {
			return err
		}
		account, err := s.People.GetAccount(ctx, tx, t.Account)
		if err != nil {
			return err
		}
		if err := audit.Record(ctx, tx, identity.NewActor(account.ID, account.Person), signon.AuditSignedOut, source); err != nil {
			return err
		}
	}
	return nil
}

// remember keeps with which session elsewhere one has begun here.
func (s *Service) remember(ctx context.Context, tx *db.Tx, source, session, account string, there saml.Subject) error {
	if there.Value == "" {
		return nil
	}
	return s.store.PutThere(ctx, tx, store.There{Session: session, Account: account, Source: source, Subject: there})
}
