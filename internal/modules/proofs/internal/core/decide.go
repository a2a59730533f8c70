// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/proofs"
	"tinhso.vn/internal/modules/proofs/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// Authorities is a page of the trust list with all that was proposed.
type Authorities struct {
	Items   []proofs.Authority
	Next    string // give it back to go on; empty at the end
	Version proofs.Version
}

// ListAuthorities returns the whole list, what waits or was refused as well.
func (s *Service) ListAuthorities(ctx context.Context, actor identity.Actor, after string) (p Authorities, err error) {
	defer errs.Wrap(&err, "list authorities")

	if _, err := access.RequireAny(actor, proofs.PermTrust, proofs.PermConfirm); err != nil {
		return p, err
	}
	b, err := s.beliefs(ctx)
	if err != nil {
		return p, err
	}
	p.Version = b.version
	p.Items, err = store.List(ctx, s.DB, text.Line(after), PageSize+1)
	if len(p.Items) > PageSize {
		p.Items = p.Items[:PageSize]
		p.Next = p.Items[PageSize-1].ID
	}
	return p, err
}

// CountProposals returns how many authorities wait for a second person.
func (s *Service) CountProposals(ctx context.Context, actor identity.Actor) (n int64, err error) {
	defer errs.Wrap(&err, "count proposals")

	if _, err := access.RequireAny(actor, proofs.PermTrust, proofs.PermConfirm); err != nil {
		return 0, err
	}
	return store.Waiting(ctx, s.DB)
}

// GetAuthority returns one authority of the list, proposed and refused ones too.
func (s *Service) GetAuthority(ctx context.Context, actor identity.Actor, authority string) (a proofs.Authority, err error) {
	defer errs.Wrap(&err, "get authority")

	if _, err := access.RequireAny(actor, proofs.PermTrust, proofs.PermConfirm); err != nil {
		return a, err
	}
	if !id.Valid(authority) {
		return a, proofs.ErrNoAuthority
	}
	return store.Get(ctx, s.DB, authority)
}

// Confirm puts a proposed authority on the list. The actor is not who proposed
// it, and gives the fingerprint that came another way.
func (s *Service) Confirm(ctx context.Context, actor identity.Actor, authority, fingerprint string) (err error) {
	defer errs.Wrap(&err, "confirm authority")

	return s.decide(ctx, actor, authority, proofs.AuditConfirmed, func(a *proofs.Authority) error {
		if plain(fingerprint) != a.Fingerprint {
			return errs.BadInput([]errs.Field{{Name: "fingerprint", Code: proofs.ErrFingerprint.Code}})
		}
		a.Status = proofs.Listed
		return nil
	})
}

// Refuse takes a proposal off.
func (s *Service) Refuse(ctx context.Context, actor identity.Actor, authority string) (err error) {
	defer errs.Wrap(&err, "refuse authority")

	return s.decide(ctx, actor, authority, proofs.AuditRefused, func(a *proofs.Authority) error {
		a.Status = proofs.Refused
		return nil
	})
}

func (s *Service) decide(ctx context.Context, actor identity.Actor, authority string, event audit.Event, how func(*proofs.Authority) error) error {
	if _, err := access.Require(actor, proofs.PermConfirm); err != nil {
		return err
	}
	if !id.Valid(authority) {
		return proofs.ErrNoAuthority
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		a, err := store.Lock(ctx, tx, authority)
		if err != nil {
			return err
		}
		if a.Status != proofs.Proposed {
			return proofs.ErrDecided
		}
		if a.ProposedBy == actor.Account || (a.Proposer != "" && a.Proposer == actor.Person) {
			return proofs.ErrOwnProposal
		}
		if err := how(&a); err != nil {
			return err
		}
		a.DecidedBy, a.DecidedAt = actor.Account, tx.Now
		if err := store.Put(ctx, tx, a); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, event, a.ID)
	})
}

// Leaving is why an authority goes, and from when.
type Leaving struct {
	From db.Time // what was proved before stands; zero: from now on
	Why  proofs.Why
	Note string
}

// Check reports everything that makes no sense, in the order of the form.
func (l Leaving) Check(now db.Time) (wrong []errs.Field) {
	if l.From.After(now.Time) {
		wrong = append(wrong, errs.Field{Name: "from", Code: "proofs.trust.from_future"})
	}
	if !slices.Contains(proofs.Whys(), l.Why) {
		wrong = append(wrong, errs.Field{Name: "why", Code: "form.required"})
	}
	switch {
	case l.Note == "":
		wrong = append(wrong, errs.Field{Name: "note", Code: "form.required"})
	case utf8.RuneCountInString(l.Note) > maxSource:
		wrong = append(wrong, errs.Field{Name: "note", Code: "proofs.trust.source_long"})
	}
	return wrong
}

// Withdraw takes an authority off the list. One person is enough: to believe
// less is the safe side, and nothing is believed again without two.
func (s *Service) Withdraw(ctx context.Context, actor identity.Actor, authority string, l Leaving) (err error) {
	defer errs.Wrap(&err, "withdraw authority")

	if _, err := access.RequireAny(actor, proofs.PermTrust, proofs.PermConfirm); err != nil {
		return err
	}
	if !id.Valid(authority) {
		return proofs.ErrNoAuthority
	}
	l.Note = text.Line(l.Note)
	if err := errs.BadInput(l.Check(s.DB.Now())); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		a, err := store.Lock(ctx, tx, authority)
		if err != nil {
			return err
		}
		if a.Status != proofs.Listed {
			return proofs.ErrDecided
		}
		from := l.From
		if from.IsZero() {
			from = tx.Now
		}
		a.Status = proofs.Withdrawn
		a.Withdrawn = proofs.Withdrawal{From: from, Why: l.Why, Note: l.Note, By: actor.Account, At: tx.Now}
		if err := store.Put(ctx, tx, a); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, proofs.AuditWithdrawn, a.ID)
	})
}
