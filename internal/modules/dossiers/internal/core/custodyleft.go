// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	newid "tinhso.vn/internal/platform/id"
)

// givers of the work of their own unit move the paper of those who have left it.
func (s *Service) unitMembers(ctx context.Context, actor identity.Actor) ([]Colleague, error) {
	scope, err := access.Require(actor, dossiers.PermAssign)
	if err != nil {
		return nil, err
	}
	if actor.Unit == "" {
		return nil, access.ErrNotAllowed
	}
	sees, err := scope.Sees(ctx, s.DB, orgs.ID(actor.Unit))
	if err == nil && !sees {
		err = access.ErrNotAllowed
	}
	if err != nil {
		return nil, err
	}
	return s.membersOf(ctx, []orgs.Unit{{ID: orgs.ID(actor.Unit)}})
}

// ListPaperLeft returns the paper of the actor's unit that is with nobody who works there.
func (s *Service) ListPaperLeft(ctx context.Context, actor identity.Actor, after string) (p Page[Sheaf], err error) {
	defer errs.Wrap(&err, "list paper of those who left")

	members, err := s.unitMembers(ctx, actor)
	if err != nil {
		return p, err
	}
	accounts := make([]string, len(members))
	for i, m := range members {
		accounts[i] = m.Account
	}
	rows, err := s.store.ListLeft(ctx, s.DB, orgs.ID(actor.Unit), accounts, after, PageSize+1)
	if err != nil {
		return p, err
	}
	if len(rows) > PageSize {
		rows = rows[:PageSize]
		p.Next = string(rows[PageSize-1].Dossier)
	}
	for _, r := range rows {
		p.Items = append(p.Items, s.sheafOf(ctx, r))
	}
	return p, nil
}

// MovePaperLeft gives the paper of those who have left the unit to somebody who works there, each
// dossier by itself, with a slip. Nobody else can hand it over any more; who works there does so.
func (s *Service) MovePaperLeft(ctx context.Context, actor identity.Actor, ids []dossiers.ID, to string) (slip string, all []Outcome, err error) {
	defer errs.Wrap(&err, "move paper of those who left")

	members, err := s.unitMembers(ctx, actor)
	if err != nil {
		return "", nil, err
	}
	member := func(account string) int {
		return slices.IndexFunc(members, func(c Colleague) bool { return c.Account == account })
	}
	i := member(to)
	if i < 0 {
		return "", nil, errs.BadInput([]errs.Field{{Name: "to_left", Code: "dossiers.no_colleague"}})
	}
	taker, made := members[i], newid.New()
	all, err = s.eachPaper(ctx, actor, ids, func(tx *db.Tx, c store.Custody) error {
		switch {
		case string(c.Unit) != actor.Unit:
			return dossiers.ErrNoSheets
		case member(c.Account) >= 0:
			return dossiers.ErrStillHere.With("who", c.Name)
		}
		if c.Handing != "" { // what they had handed on, and nobody took
			if err := s.store.EndHanding(ctx, tx, c.Handing, store.HandingBack, ""); err != nil {
				return err
			}
		}
		h := store.Handing{ID: newid.New(), Slip: made, Dossier: c.Dossier, From: actor.Account, FromName: actor.Name, To: taker.Account, ToName: taker.Name, Sheets: c.Sheets}
		if err := s.store.AddHanding(ctx, tx, h); err != nil {
			return err
		}
		from := c.Account
		c.Account, c.Name, c.Since, c.To, c.ToName, c.Handing = actor.Account, actor.Name, tx.Now, taker.Account, taker.Name, h.ID
		if taker.Account == actor.Account {
			if err := s.store.EndHanding(ctx, tx, h.ID, store.HandingTaken, ""); err != nil {
				return err
			}
			c.To, c.ToName, c.Handing = "", "", ""
		}
		if err := s.store.PutCustody(ctx, tx, c); err != nil {
			return err
		}
		slip = made
		return audit.Record(ctx, tx, actor, dossiers.AuditPaperLeft, string(c.Dossier)+" from "+from+" to "+taker.Account)
	})
	return slip, all, err
}
