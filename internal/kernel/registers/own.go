// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"errors"
	"maps"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// home checks which field says whose unit gets what people add about themselves.
func (c *checker) home(d Definition) {
	if d.Home == "" {
		return
	}
	f, ok := d.Field(d.Home)
	if !ok || f.Hidden || !f.Required || f.Type != Unit && f.Type != Reference && f.Type != Code {
		c.add(d.line, "", "registers.definition.home", d.Home)
	}
}

// AddsOwn reports whether the actor may add records about themselves, and none
// about others: then nobody chooses a unit, and the owner is not entered.
func (s Standing) AddsOwn() bool {
	return s.Can(Add) && !slices.ContainsFunc(s.Holds, func(h Hold) bool { return h.Allows(Add) && h.Owner == "" })
}

// Owners returns the fields that say whom a record is about in the rights by which
// the actor adds: the program fills them in.
func (s Standing) Owners() (all []string) {
	for _, h := range s.Holds {
		if h.Owner != "" && h.Allows(Add) {
			all = append(all, h.Owner)
		}
	}
	return all
}

// represents reports whether the actor may act in everything for the person for
// whom they say to act: a right that is about some procedures is not about registers.
func (k *Keeper) represents(ctx context.Context, q db.Querier, a identity.Actor) (bool, error) {
	if k.stands == nil {
		return false, nil
	}
	rights, err := k.stands.Standing(ctx, q, a, access.Send)
	if errs.KindOf(err) == errs.NotFound {
		return false, nil
	}
	return slices.ContainsFunc(rights, func(r access.Stand) bool { return r.Every }), err
}

// enterOwn adds a record about the actor, or whom they act for. It belongs to the
// unit that Definition.Home leads to.
func (k *Keeper) enterOwn(ctx context.Context, tx *db.Tx, s Standing, values map[string]any) (Record, error) {
	d := s.Definition
	which, owner := through(0), ""
	for i, h := range s.Holds {
		if h.Owner == "" || !h.Allows(Add) || len(h.States) > 0 && !slices.Contains(h.States, d.initial()) {
			continue
		}
		if which |= 1 << i; owner == "" {
			owner = h.Owner
		}
	}
	if which == 0 {
		return Record{}, access.ErrNotAllowed
	}
	if _, said := values[owner]; said { // nobody asks in the name of another
		return Record{}, errs.BadInput([]errs.Field{{Name: owner, Code: "registers.value.unknown"}})
	}
	if err := s.foreign(which, values); err != nil {
		return Record{}, err
	}
	if err := k.mayPoint(ctx, tx, s, values); err != nil {
		return Record{}, err
	}
	own, err := k.own(ctx, tx, d, s.Actor)
	if err != nil {
		return Record{}, err
	}
	if own.Number == "" { // the right to act for another has ended meanwhile
		return Record{}, access.ErrNotAllowed
	}
	values = maps.Clone(values)
	values[owner] = d.owned(owner, own)
	unit, err := k.unitAt(ctx, tx, d, values)
	if err != nil {
		return Record{}, err
	}
	if unit == "" {
		home, _ := d.Field(d.Home)
		_, problems := d.parse(values, nil)
		if !slices.ContainsFunc(problems, func(p errs.Field) bool { return p.Name == home.Key }) {
			problems = append(problems, home.problem(string(home.Type)))
		}
		return Record{}, errs.BadInput(problems)
	}
	return k.Insert(ctx, tx, s.Actor, access.All(), d.ID, unit, values)
}

// owned is a person as the field of an owner keeps them.
func (d Definition) owned(key string, p identity.Person) any {
	switch f, _ := d.Field(key); f.Type {
	case Org:
		return Organisation{Name: p.Name, TaxCode: p.Number}
	case Number:
		return p.Number
	default:
		return Human{Name: p.Name, Number: p.Number, Born: p.Born}
	}
}

// unitAt is the unit that Home leads to: the one that it names, or that of the
// entry or the record that it names. Empty: it leads nowhere.
func (k *Keeper) unitAt(ctx context.Context, q db.Querier, d Definition, values map[string]any) (unit string, err error) {
	f, _ := d.Field(d.Home)
	said, _ := values[d.Home].(string)
	var other Definition
	column := `id`
	switch {
	case said == "":
		return "", nil
	case f.Type == Unit:
		return said, nil
	case f.Type == Reference:
		other, err = k.Definition(ctx, q, f.Register)
	default:
		if other, err = k.Definition(ctx, q, f.Catalogue); err == nil && other.Codes != nil {
			column = "f_" + other.Codes.Code
		}
	}
	if errors.Is(err, ErrUnknown) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	err = q.QueryRow(ctx, `SELECT unit_id FROM `+ident(other.Table())+` WHERE `+ident(column)+` = $1 AND state = $2`, said, StateActive).Scan(&unit)
	if errors.Is(err, db.ErrNoRows) {
		return "", nil
	}
	return unit, err
}
