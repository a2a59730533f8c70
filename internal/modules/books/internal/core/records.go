// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/geo"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// Form is what a form for a record needs.
type Form struct {
	registers.Standing

	Fields []registers.Field // that the actor may write
	Own    []orgs.Unit       // the units the actor may write for; of a new record
	Units  []orgs.Unit       // those that a field may name; none where no field does
	Areas  *geo.Index        // the communes of addresses; nil where no field is one
	Today  string            // YYYY-MM-DD
}

// unitLimit bounds the units that a form offers.
const unitLimit = 500

// unitKinds are the kinds of units that records name.
func unitKinds() []orgs.Kind {
	return []orgs.Kind{orgs.Ward, orgs.Commune, orgs.SpecialZone, "township", "district", "department", "public_unit"}
}

// Form returns what a form for a record of a register needs: a new one, or one
// to change. A register that the actor may only read has none.
func (s *Service) Form(ctx context.Context, actor identity.Actor, register string, act registers.Act) (f Form, err error) {
	defer errs.Wrap(&err, "prepare the form of a record")

	if f.Standing, err = s.keeper.Stand(ctx, s.db, actor, text.Line(register)); err != nil {
		return Form{}, err
	}
	if !f.Can(act) {
		return Form{}, access.ErrNotAllowed
	}
	f.Fields = slices.DeleteFunc(f.Standing.Fields(act), func(field registers.Field) bool { return !field.Entered() })
	if act == registers.Add && f.AddsOwn() {
		f.Fields = slices.DeleteFunc(f.Fields, func(field registers.Field) bool { return slices.Contains(f.Owners(), field.Key) })
	} else if act == registers.Add {
		if f.Own, err = s.own(ctx, f.Standing); err != nil {
			return Form{}, err
		}
	}
	if s.Areas != nil && slices.ContainsFunc(f.Fields, func(field registers.Field) bool { return field.Type == registers.Address }) {
		if f.Areas, err = s.Areas.Index(ctx); err != nil {
			return Form{}, err
		}
		f.Today = s.Areas.Today()
	}
	named := func(field registers.Field) bool {
		return field.Type == registers.Unit || slices.ContainsFunc(field.Fields, func(inner registers.Field) bool { return inner.Type == registers.Unit })
	}
	if !slices.ContainsFunc(f.Fields, named) {
		return f, nil
	}
	f.Units, err = s.units(ctx)
	return f, err
}

// units are those that a field or a filter may name.
func (s *Service) units(ctx context.Context) (all []orgs.Unit, err error) {
	today := s.db.Now().In(clock.Vietnam()).Format("2006-01-02")
	for _, k := range unitKinds() {
		some, err := orgs.ListKind(ctx, s.db, k, today, unitLimit)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// own returns the units the actor may write for: where a right to add reaches,
// and those right under them.
func (s *Service) own(ctx context.Context, st registers.Standing) (units []orgs.Unit, err error) {
	add := func(some ...orgs.Unit) {
		for _, u := range some {
			if !slices.ContainsFunc(units, func(x orgs.Unit) bool { return x.ID == u.ID }) {
				units = append(units, u)
			}
		}
	}
	for _, at := range st.Places(registers.Add) {
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
		return nil, books.ErrNoUnit
	}
	return units, nil
}

// CreateRecord adds a record of a unit to a register and returns it as the actor
// may see it, without its personal fields: to see them is reading, which has a
// purpose.
func (s *Service) CreateRecord(ctx context.Context, actor identity.Actor, register, unit string, values map[string]any) (rec registers.Record, err error) {
	defer errs.Wrap(&err, "add a record")

	st, err := s.keeper.Stand(ctx, s.db, actor, text.Line(register))
	if err != nil {
		return registers.Record{}, err
	}
	values, waiting, err := s.ownFiles(ctx, st, "", values)
	if err != nil {
		return registers.Record{}, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		added, err := s.keeper.EnterSeen(ctx, tx, st, text.Line(unit), values)
		if err != nil {
			return err
		}
		rec = added
		return s.giveUploads(ctx, tx, added.ID, waiting)
	})
	return rec, err
}

// ChangeRecord changes the fields that values names, if the record is still at
// the version that the actor has seen; else the error says whose change came first.
func (s *Service) ChangeRecord(ctx context.Context, actor identity.Actor, register, record string, seen int64, values map[string]any) (version int64, err error) {
	defer errs.Wrap(&err, "change a record")

	st, err := s.keeper.Stand(ctx, s.db, actor, text.Line(register))
	if err != nil {
		return 0, err
	}
	if !id.Valid(record) {
		return 0, registers.ErrNotFound
	}
	if _, _, err := s.ownFiles(ctx, st, record, values); err != nil {
		return 0, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		now, err := s.keeper.Amend(ctx, tx, st, record, seen, values)
		version = now
		return err
	})
	return version, s.named(ctx, err)
}

// HideRecord takes a record out of the register; it is kept.
func (s *Service) HideRecord(ctx context.Context, actor identity.Actor, register, record string, seen int64) (err error) {
	defer errs.Wrap(&err, "take a record out")

	st, err := s.keeper.Stand(ctx, s.db, actor, text.Line(register))
	if err != nil {
		return err
	}
	if !id.Valid(record) {
		return registers.ErrNotFound
	}
	return s.named(ctx, s.db.Write(ctx, func(tx *db.Tx) error { return s.keeper.TakeOut(ctx, tx, st, record, seen) }))
}
