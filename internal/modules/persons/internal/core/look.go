// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/persons"
	"tinhso.vn/internal/modules/persons/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// GetRight returns a right with its history: for officials of any counter, and
// for the parties. That an official has read it is recorded.
func (s *Service) GetRight(ctx context.Context, actor identity.Actor, right string) (out Right, err error) {
	defer errs.Wrap(&err, "get right %s", right)

	_, official := access.RequireAny(actor, persons.PermFind, persons.PermRegister, persons.PermConfirm)
	if official != nil && !actor.May(persons.PermAct) {
		return out, official
	}
	v, err := s.store.Get(ctx, s.DB, right)
	if err != nil {
		return out, err
	}
	own := s.sees(ctx, actor, v)
	if !own && official != nil {
		return out, persons.ErrNotFound
	}
	if !own {
		if err := s.DB.Write(ctx, func(tx *db.Tx) error {
			return audit.RecordReadOf(ctx, tx, actor, persons.AuditRead, right, v.Represented, access.Handling)
		}); err != nil {
			return out, err
		}
	}
	if out, err = s.namer().right(ctx, s.DB, actor, v); err != nil {
		return out, err
	}
	out.Events, err = s.events(ctx, right)
	return out, err
}

// Reading is one time that somebody has looked at somebody's data here.
type Reading struct {
	Who     string // name
	Unit    i18n.Text
	At      time.Time
	Event   audit.Event
	Purpose access.Purpose
}

// ListReadings tells officials who has read about a person, the newest first.
func (s *Service) ListReadings(ctx context.Context, actor identity.Actor, person, before string) (p Page[Reading], err error) {
	defer errs.Wrap(&err, "list readings of %s", person)

	if _, err := access.Require(actor, persons.PermFind); err != nil {
		return p, err
	}
	if _, err := s.named(ctx, s.DB, person); err != nil {
		if errs.KindOf(err) == errs.NotFound {
			err = persons.ErrNotFound
		}
		return p, err
	}
	entries, err := audit.List(ctx, s.DB, audit.Filter{Readers: true, Of: audit.Of{Person: person}}, before, PageSize+1)
	if err != nil {
		return p, err
	}
	part, units := cut(entries, PageSize, func(e audit.Entry) string { return e.ID }), map[string]i18n.Text{}
	p.Next = part.Next
	for _, e := range part.Items {
		if _, known := units[e.Unit]; !known && e.Unit != "" {
			u, err := orgs.Get(ctx, s.DB, orgs.ID(e.Unit))
			if err != nil {
				return Page[Reading]{}, err
			}
			units[e.Unit] = u.Name
		}
		a, _ := s.People.GetAccount(ctx, s.DB, e.Actor) // a part of the program has none
		p.Items = append(p.Items, Reading{Who: a.Name, Unit: units[e.Unit], At: e.At, Event: e.Event, Purpose: access.Purpose(e.Purpose)})
	}
	return p, nil
}

// GetClaim returns a number with which two people came, with the two beside each
// other; that they were read is recorded.
func (s *Service) GetClaim(ctx context.Context, actor identity.Actor, claim string) (c Claim, err error) {
	defer errs.Wrap(&err, "get claim %s", claim)

	if _, err := access.Require(actor, persons.PermMerge); err != nil {
		return c, err
	}
	row, err := s.store.GetClaim(ctx, s.DB, claim)
	if err != nil {
		return c, err
	}
	if err := s.DB.Write(ctx, func(tx *db.Tx) error { return s.bothRead(ctx, tx, actor, row.Claimant, row.Holder) }); err != nil {
		return c, err
	}
	all, err := s.claims(ctx, []store.Claim{row})
	if err != nil {
		return c, err
	}
	c = all[0]
	if c.Sides, err = s.sides(ctx, row.Claimant, row.Holder); err != nil {
		return c, err
	}
	c.Events, err = s.events(ctx, claim)
	return c, err
}

// CountClaims is the number beside the menu.
func (s *Service) CountClaims(ctx context.Context, actor identity.Actor) (int64, error) {
	if !actor.May(persons.PermMerge) {
		return 0, nil
	}
	return s.store.CountClaims(ctx, s.DB)
}
