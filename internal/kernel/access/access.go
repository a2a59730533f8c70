// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package access decides what an actor may do (Require), to which rows (Scope)
// and why personal data may be read (Purpose). Who somebody is, is kernel/identity.
package access

import (
	"fmt"
	"strings"

	"tinhso.vn/internal/kernel/access/internal/store"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Migrations creates the tables of this package.
func Migrations() db.Migrations { return store.Migrations() }

// What is refused, and why.
var (
	ErrSignInNeeded  = errs.New(errs.Unauthenticated, "access.sign_in_needed")
	ErrNotAllowed    = errs.New(errs.Forbidden, "access.not_allowed")
	ErrPurposeNeeded = errs.New(errs.Invalid, "access.purpose_needed")
	ErrRoleUnknown   = errs.New(errs.NotFound, "access.role_unknown")
)

// Scope says which rows an actor may see. What is out of scope does not exist:
// it is not found, not listed and not counted. The zero Scope sees nothing.
type Scope struct {
	places []identity.Place
	person string
	single []string // ids of single things, outside the places
	behalf behalf
}

// one marks a place that is a single thing and no unit: its id follows.
const one = "="

// Require returns the scope in which the actor holds p, or the reason why not.
// It is the first line of every use case.
func Require(a identity.Actor, p identity.Permission) (Scope, error) {
	if a.Anonymous() {
		return Scope{}, ErrSignInNeeded
	}
	places, ok := a.Places(p)
	if !ok {
		return Scope{}, ErrNotAllowed
	}
	var s Scope
	for _, at := range places {
		if thing, ok := strings.CutPrefix(at.Unit, one); ok {
			s.single = append(s.single, thing)
		} else if at.Unit == "" {
			if !a.Acts() { // what is one's own stays out of sight: see For
				s.person = a.Person
			}
		} else {
			s.places = append(s.places, at)
		}
	}
	return s, nil
}

// RequireAny is Require for the first of several permissions that the actor
// holds; their scopes are joined.
func RequireAny(a identity.Actor, ps ...identity.Permission) (Scope, error) {
	var all Scope
	refused := error(ErrNotAllowed)
	for _, p := range ps {
		s, err := Require(a, p)
		if err != nil {
			if a.Anonymous() {
				return Scope{}, err
			}
			continue
		}
		refused = nil
		all.places, all.single = append(all.places, s.places...), append(all.single, s.single...)
		if s.person != "" {
			all.person = s.person
		}
	}
	return all, refused
}

// All is the scope of the program itself: jobs use it, and nothing that a
// person has asked for.
func All() Scope { return Scope{places: []identity.Place{{Unit: everything}}} }

const everything = "*"

// Everywhere is Require for a permission that is about the whole installation,
// whatever unit the actor works in.
func Everywhere(a identity.Actor, p identity.Permission) (Scope, error) {
	if _, err := Require(a, p); err != nil {
		return Scope{}, err
	}
	return All(), nil
}

// Columns names the columns that decide whether a row is in scope.
type Columns struct {
	Units   []string // the units that take part
	Persons []string // the persons it is about
	ID      string   // of the thing itself, where single ones can be in scope
	Owner   string   // whose it is, and Kind what it is: what those who act for the owner may be limited to
	Kind    string
}

// Where returns the condition that holds a query to the scope, and args with
// its values added. The names of columns come from code, never from input.
func (s Scope) Where(c Columns, args ...any) (string, []any) {
	var conds []string
	bind := func(v any) string {
		args = append(args, v)
		return fmt.Sprintf("$%d", len(args))
	}
	for _, at := range s.places {
		if at.Unit == everything {
			return "(1 = 1)", args
		}
		p := bind(at.Unit)
		for _, column := range c.Units {
			if at.Subtree {
				conds = append(conds, column+" IN (SELECT unit_id FROM orgs_tree WHERE ancestor_id = "+p+")")
			} else {
				conds = append(conds, column+" = "+p)
			}
		}
	}
	if c.ID != "" {
		for _, thing := range s.single {
			conds = append(conds, c.ID+" = "+bind(thing))
		}
	}
	if s.person != "" && len(c.Persons) > 0 {
		p := bind(s.person)
		for _, column := range c.Persons {
			conds = append(conds, column+" = "+p)
		}
	}
	if cond := s.behalf.where(c, bind); cond != "" {
		conds = append(conds, cond)
	}
	if len(conds) == 0 { // never beside others: SQLite would walk the table instead of an index
		return "(1 = 0)", args
	}
	return "(" + strings.Join(conds, " OR ") + ")", args
}

// Purpose is why personal data is read. It goes into the audit log.
type Purpose string

// The purposes the program knows.
const (
	Own        Purpose = "own"        // people read their own
	Handling   Purpose = "handling"   // to work on the case it belongs to
	Inspection Purpose = "inspection" // to check how a case was handled
)

// Check refuses a purpose that is missing or unknown.
func (p Purpose) Check() error {
	if p != Own && p != Handling && p != Inspection {
		return ErrPurposeNeeded
	}
	return nil
}
