// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Hold is a right that an actor has, and how far it reaches.
type Hold struct {
	Right
	Scope access.Scope // of the units; nothing for owners and the public
	index string       // of an owner: what stands in the column by which the field is found
}

// Standing is everything an actor may do with one register. It holds for the
// request it was made for: rights end at any moment.
type Standing struct {
	Definition Definition
	Actor      identity.Actor
	Holds      []Hold

	Preparing []string // fields by which nobody filters and sorts yet: see Rewriting

	found string // how its table is read: nothing, or by the words that are asked for
}

// Stand returns what the actor may do with a register. Who has no right to see
// anything of it gets the error of access.Require; where there is no such
// register it is ErrUnknown.
func (k *Keeper) Stand(ctx context.Context, q db.Querier, a identity.Actor, register string) (s Standing, err error) {
	defer errs.Wrap(&err, "standing in register %s", register)

	d, preparing, err := k.inUse(ctx, q, register)
	if err != nil {
		return Standing{}, err
	}
	own, err := k.own(ctx, q, d, a)
	if err != nil {
		return Standing{}, err
	}
	s, err = k.stand(d, a, own)
	s.Preparing = preparing
	return s, err
}

// own returns who the actor is, or the person they act for, where the register
// has rights of owners.
func (k *Keeper) own(ctx context.Context, q db.Querier, d Definition, a identity.Actor) (identity.Person, error) {
	person := a.Person
	if a.Acts() {
		person = a.For.Person
	}
	if person == "" || !slices.ContainsFunc(d.Rights, func(r Right) bool { return r.Owner != "" }) {
		return identity.Person{}, nil
	}
	if a.Acts() {
		if may, err := k.represents(ctx, q, a); err != nil || !may {
			return identity.Person{}, err
		}
	}
	return k.people.GetPerson(ctx, q, person)
}

func (k *Keeper) stand(d Definition, a identity.Actor, own identity.Person) (Standing, error) {
	s := Standing{Definition: d, Actor: a}
	refused := error(access.ErrSignInNeeded)
	for _, r := range d.rights() {
		h := Hold{Right: r}
		switch {
		case r.Public:
			h.Scope = access.All()
		case r.Owner != "":
			f, _ := d.Field(r.Owner) // Check has seen it
			if own.Number == "" || (own.Kind == identity.Organisation) != (f.Type == Org) {
				continue
			}
			if h.index = own.Number; f.Type != Org {
				h.index = k.keys.Index(f.domain(), own.Number)
			}
		default:
			require := access.Require
			if r.Everywhere {
				require = access.Everywhere
			}
			scope, err := require(a, d.permission(r))
			if err != nil {
				refused = err
				continue
			}
			h.Scope = scope
		}
		s.Holds = append(s.Holds, h)
	}
	if !s.Can(View) {
		return Standing{}, refused
	}
	return s, nil
}

// Can reports whether the actor may do act with some record.
func (s Standing) Can(act Act) bool {
	return slices.ContainsFunc(s.Holds, func(h Hold) bool { return h.Allows(act) })
}

// Reaches reports whether some right of the actor lets them do act with a field.
func (s Standing) Reaches(act Act, field string) bool {
	return slices.ContainsFunc(s.Holds, func(h Hold) bool { return h.Allows(act) && h.Shows(field) })
}

// Fields returns the fields that the actor may see (View), enter (Add) or change
// (Amend) on some record, in the order of the file.
func (s Standing) Fields(act Act) []Field {
	return slices.DeleteFunc(s.Definition.Visible(), func(f Field) bool { return !s.Reaches(act, f.Key) })
}

// Places returns where the rights for act hold: units, for forms that offer them.
func (s Standing) Places(act Act) (all []identity.Place) {
	for _, h := range s.Holds {
		if h.Allows(act) && h.Owner == "" && !h.Public {
			at, _ := s.Actor.Places(s.Definition.permission(h.Right))
			all = append(all, at...)
		}
	}
	return all
}

// Fields of a record that the rights let through: a bit for each hold.
type through uint8

// where returns the condition that a right reaches a record, and args with its
// values added.
func (h Hold) where(d Definition, args []any) (string, []any) {
	if h.Owner != "" {
		f, _ := d.Field(h.Owner)
		args = append(args, h.index)
		return h.inStates(ident(f.filtered())+" = "+mark(args), args)
	}
	units := []string{"unit_id"}
	for _, key := range h.Units {
		units = append(units, ident("f_"+key))
	}
	cond, args := h.Scope.Where(access.Columns{Units: units}, args...)
	return h.inStates(cond, args)
}

// reach returns the condition that some right for act, which shows all the
// fields, reaches a record.
func (s Standing) reach(act Act, fields []string, args []any) (string, []any) {
	var conds []string
	before := args
	for _, h := range s.Holds {
		if !h.Allows(act) || slices.ContainsFunc(fields, func(f string) bool { return !h.Shows(f) }) {
			continue
		}
		var cond string
		if cond, args = h.where(s.Definition, args); cond == "(1 = 1)" {
			return cond, before // PostgreSQL refuses a parameter that nothing reads
		}
		conds = append(conds, cond)
	}
	if len(conds) == 0 {
		return "(1 = 0)", args
	}
	return "(" + strings.Join(conds, " OR ") + ")", args
}

// marks returns one column that says which rights for act reach a record, as a
// sum of powers of two in the order of Holds.
func (s Standing) marks(act Act, args []any) (string, []any) {
	sum := []string{"0"}
	for i, h := range s.Holds {
		if !h.Allows(act) {
			continue
		}
		var cond string
		cond, args = h.where(s.Definition, args)
		sum = append(sum, "CASE WHEN "+cond+" THEN "+number(1<<i)+" ELSE 0 END")
	}
	return strings.Join(sum, " + "), args
}

// shows reports whether the rights that reached a record show a field of it.
func (s Standing) shows(which through, field string) bool {
	for i, h := range s.Holds {
		if which&(1<<i) != 0 && h.Shows(field) {
			return true
		}
	}
	return false
}
