// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/privacy"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Choice is a purpose that is for the person to choose.
type Choice struct {
	Purpose privacy.Purpose
	SHA     string  // of the text that is shown
	Consent Receipt // the one in force; without an id where there is none
}

// Overview is what the province holds about somebody, and what was asked about it.
type Overview struct {
	Holders    []privacy.Description
	Choices    []Choice
	Receipts   []Receipt // the last of all
	Requests   []Row     // the last
	Archives   []Archive
	Making     bool // one of them
	Ready      bool // one of them can be taken
	Restricted db.Time
}

// Overview returns all of it for the actor.
func (s *Service) Overview(ctx context.Context, actor identity.Actor) (o Overview, err error) {
	defer errs.Wrap(&err, "overview of one's data")

	if err := person(actor); err != nil {
		return o, err
	}
	for _, h := range s.all() {
		o.Holders = append(o.Holders, h.Describe())
	}
	register, err := s.store.Purposes(ctx, s.DB)
	if err != nil {
		return o, err
	}
	found, err := s.store.Consents(ctx, s.DB, actor.Person, "", PageSize)
	if err != nil {
		return o, err
	}
	for _, c := range found {
		o.Receipts = append(o.Receipts, s.receipt(c, register))
	}
	for _, p := range register {
		if !p.Consent {
			continue
		}
		c := Choice{Purpose: p, SHA: TextHash(p)}
		for _, r := range o.Receipts {
			if r.Purpose == p.ID && r.Withdrawn.IsZero() {
				c.Consent = r
			}
		}
		o.Choices = append(o.Choices, c)
	}
	requests, err := s.store.ListOf(ctx, s.DB, actor.Person, "", PageSize)
	if err != nil {
		return o, err
	}
	o.Requests = rows(requests, s.DB.Now().Time)
	for i := range o.Requests {
		if o.Requests[i].State == privacy.Proposed { // between officials
			o.Requests[i].State, o.Requests[i].Outcome = privacy.Checked, ""
		}
	}
	if o.Archives, err = s.ListArchives(ctx, actor); err != nil {
		return o, err
	}
	for _, a := range o.Archives {
		o.Making, o.Ready = o.Making || a.State == "making", o.Ready || a.State == "ready"
	}
	o.Restricted, err = s.store.Restricted(ctx, s.DB, actor.Person)
	return o, err
}

// LiftRestriction ends the restrictions the actor has asked for.
func (s *Service) LiftRestriction(ctx context.Context, actor identity.Actor) (err error) {
	defer errs.Wrap(&err, "lift a restriction")

	if err := person(actor); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		n, err := s.store.Lift(ctx, tx, actor.Person, actor.Account)
		if err != nil {
			return err
		}
		if n == 0 {
			return privacy.ErrState
		}
		return audit.Record(ctx, tx, actor, privacy.AuditUnrestricted, actor.Person)
	})
}
