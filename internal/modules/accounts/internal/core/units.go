// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/accounts"
	"tinhso.vn/internal/platform/errs"
)

// PageSize is how many units or people a page holds at most.
const PageSize = 50

// UnitPage is a unit with a page of the units right under it.
type UnitPage struct {
	Above []orgs.Unit // the unit first, then those above it; none for the roots
	Units []orgs.Unit
	More  bool
	// People says that the actor may see who works in the first of Above.
	People bool
}

// Units returns the units under parent ("" for the province) after the given one.
// Units are no secret: whoever may manage any sees all of them.
func (s *Service) Units(ctx context.Context, actor identity.Actor, parent, after orgs.ID) (p UnitPage, err error) {
	defer errs.Wrap(&err, "list units under %s", parent)

	if _, err := access.RequireAny(actor, accounts.PermUnits, accounts.PermPeople); err != nil {
		return p, err
	}
	if parent != "" {
		if p.Above, err = orgs.Above(ctx, s.db, parent); err != nil {
			return p, err
		}
		if len(p.Above) == 0 {
			return p, orgs.ErrNotFound.With("unit", string(parent))
		}
		if p.People, err = s.seesPeople(ctx, actor, parent); err != nil {
			return p, err
		}
	}
	var from orgs.Page
	if after != "" {
		u, err := orgs.Get(ctx, s.db, after)
		if err != nil {
			return p, err
		}
		from = orgs.After(u)
	}
	p.Units, err = orgs.ListChildren(ctx, s.db, parent, from, PageSize+1)
	if len(p.Units) > PageSize {
		p.Units, p.More = p.Units[:PageSize], true
	}
	return p, err
}

func (s *Service) seesPeople(ctx context.Context, actor identity.Actor, unit orgs.ID) (bool, error) {
	if !actor.May(accounts.PermPeople) {
		return false, nil
	}
	scope, err := access.Require(actor, accounts.PermPeople)
	if err != nil {
		return false, err
	}
	return scope.Sees(ctx, s.db, unit)
}

// People returns who works in a unit and under it, after the given holder. Only
// people of units in the actor's scope are seen: another unit has nobody.
func (s *Service) People(ctx context.Context, actor identity.Actor, unit orgs.ID, after access.Holder) (_ []access.Holder, err error) {
	defer errs.Wrap(&err, "list people of %s", unit)

	scope, err := access.Require(actor, accounts.PermPeople)
	if err != nil {
		return nil, err
	}
	sees, err := scope.Sees(ctx, s.db, unit)
	if err != nil {
		return nil, err
	}
	if !sees {
		return nil, orgs.ErrNotFound.With("unit", string(unit))
	}
	return access.ListHolders(ctx, s.db, unit, after, PageSize)
}
