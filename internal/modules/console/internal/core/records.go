// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/console"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// Form is what a form for a record needs.
type Form struct {
	Definition registers.Definition
	Own        []orgs.Unit // the units the actor may write for
	Units      []orgs.Unit // those that a field may name; none where no field does
}

// unitLimit bounds the units that a form offers.
const unitLimit = 500

// unitKinds are the kinds of units that records name.
func unitKinds() []orgs.Kind {
	return []orgs.Kind{orgs.Ward, orgs.Commune, orgs.SpecialZone, "township", "district", "department", "public_unit"}
}

// Form returns what a form for a record of a register needs.
func (s *Service) Form(ctx context.Context, actor identity.Actor, register string) (f Form, err error) {
	defer errs.Wrap(&err, "prepare the form of a record")

	if _, err := access.Require(actor, registers.PermEdit); err != nil {
		return Form{}, err
	}
	if f.Definition, err = s.plain(ctx, s.db, register); err != nil {
		return Form{}, err
	}
	if f.Own, err = s.own(ctx, actor); err != nil {
		return Form{}, err
	}
	named := func(field registers.Field) bool { return field.Type == registers.Unit }
	if !slices.ContainsFunc(f.Definition.Visible(), named) {
		return f, nil
	}
	today := s.db.Now().In(clock.Vietnam()).Format("2006-01-02")
	for _, k := range unitKinds() {
		some, err := orgs.ListKind(ctx, s.db, k, today, unitLimit)
		if err != nil {
			return Form{}, err
		}
		f.Units = append(f.Units, some...)
	}
	return f, nil
}

// own returns the units the actor may write for: where it may, and those right under them.
func (s *Service) own(ctx context.Context, actor identity.Actor) (units []orgs.Unit, err error) {
	places, _ := actor.Places(registers.PermEdit)
	add := func(some ...orgs.Unit) {
		for _, u := range some {
			if !slices.ContainsFunc(units, func(x orgs.Unit) bool { return x.ID == u.ID }) {
				units = append(units, u)
			}
		}
	}
	for _, at := range places {
		if at.Unit == "" {
			continue
		}
		u, err := orgs.Get(ctx, s.db, orgs.ID(at.Unit))
		if err != nil {
			return nil, err
		}
		add(u)
		if !at.Subtree {
			continue
		}
		under, err := orgs.ListChildren(ctx, s.db, u.ID, orgs.Page{}, unitLimit)
		if err != nil {
			return nil, err
		}
		add(under...)
	}
	if len(units) == 0 {
		return nil, console.ErrNoUnit
	}
	return units, nil
}

// CreateRecord adds a record of a unit to a register and returns it without its
// personal fields: to see them is reading, which has a purpose.
func (s *Service) CreateRecord(ctx context.Context, actor identity.Actor, register, unit string, values map[string]any) (rec registers.Record, err error) {
	defer errs.Wrap(&err, "add a record")

	scope, err := access.Require(actor, registers.PermEdit)
	if err != nil {
		return registers.Record{}, err
	}
	var d registers.Definition
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		now, err := s.plain(ctx, tx, register)
		if err != nil {
			return err
		}
		added, err := s.keeper.Insert(ctx, tx, actor, scope, now.ID, text.Line(unit), values)
		rec, d = added, now
		return err
	})
	if err != nil {
		return registers.Record{}, err
	}
	for _, f := range d.Visible() {
		if Personal(f) {
			delete(rec.Values, f.Key)
			rec.Withheld = append(rec.Withheld, f.Key)
		}
	}
	return rec, nil
}

// ChangeRecord changes the fields that values names, if the record is still at
// the version that the actor has seen; else the error says whose change came first.
func (s *Service) ChangeRecord(ctx context.Context, actor identity.Actor, register, record string, seen int64, values map[string]any) (version int64, err error) {
	defer errs.Wrap(&err, "change a record")

	scope, err := access.Require(actor, registers.PermEdit)
	if err != nil {
		return 0, err
	}
	if !id.Valid(record) {
		return 0, registers.ErrNotFound
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		d, err := s.plain(ctx, tx, register)
		if err != nil {
			return err
		}
		now, err := s.keeper.Update(ctx, tx, actor, scope, d.ID, record, seen, values)
		version = now
		return err
	})
	return version, s.named(ctx, err)
}

// HideRecord takes a record out of the register; it is kept.
func (s *Service) HideRecord(ctx context.Context, actor identity.Actor, register, record string, seen int64) (err error) {
	defer errs.Wrap(&err, "take a record out")

	scope, err := access.Require(actor, registers.PermEdit)
	if err != nil {
		return err
	}
	if !id.Valid(record) {
		return registers.ErrNotFound
	}
	return s.named(ctx, s.db.Write(ctx, func(tx *db.Tx) error {
		d, err := s.plain(ctx, tx, register)
		if err != nil {
			return err
		}
		return s.keeper.Hide(ctx, tx, actor, scope, d.ID, record, seen)
	}))
}

// named puts the login of who was faster where the kernel knows only the account.
func (s *Service) named(ctx context.Context, err error) error {
	if !errors.Is(err, registers.ErrChanged) {
		return err
	}
	e, ok := errors.AsType[*errs.Error](err)
	if !ok {
		return err
	}
	account, _ := e.Args["who"].(string)
	logins, failed := s.logins(ctx, account)
	if failed != nil {
		return errors.Join(err, failed)
	}
	return e.With("who", logins[account])
}
