// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package identity says who people are and who is acting: persons, accounts,
// passwords and sessions. What an actor may do is kernel/access.
package identity

import (
	"context"
	"log/slog"
	"maps"
	"slices"

	"tinhso.vn/internal/kernel/identity/internal/store"
	"tinhso.vn/internal/platform/db"
)

// Migrations creates the tables of this package.
func Migrations() db.Migrations { return store.Migrations() }

// Permission names one thing an actor may do: "<module>.<verb>".
type Permission string

// Place is where a permission holds: a unit, perhaps with all units under it.
// The zero Place is no unit at all: the permission holds for what is one's own.
type Place struct {
	Unit    string
	Subtree bool
}

// Actor is the person or program on whose behalf a use case runs. Use cases
// take it as a parameter, so that none can forget it. The zero Actor is nobody.
type Actor struct {
	Account string // id of the account; for a program its name
	Person  string // id of the person; none for a program
	Login   string
	Name    string
	Unit    string  // where the person works first of all; none for a citizen
	Session string  // id of the session
	Fresh   db.Time // when the person last proved who it is; of a session
	For     Behalf  // for whom the person acts; zero: for oneself
	grants  map[Permission][]Place
}

// Behalf is somebody for whom an actor says to act. That it is so is asked again
// at every act: see access.Stands.
type Behalf struct {
	Person string // id
	Name   string
}

// Acts reports whether the actor acts for somebody else.
func (a Actor) Acts() bool { return a.For.Person != "" }

// NewActor returns an actor of the given account and person without any permission.
func NewActor(account, person string) Actor { return Actor{Account: account, Person: person} }

// Program returns the actor of background work.
func Program(name string) Actor { return Actor{Account: "program:" + name} }

// Grant returns a copy of a that also holds p at the places.
func (a Actor) Grant(p Permission, at ...Place) Actor {
	grants := make(map[Permission][]Place, len(a.grants)+1)
	maps.Copy(grants, a.grants)
	grants[p] = append(append([]Place{}, grants[p]...), at...)
	a.grants = grants
	return a
}

// Granted is a permission and a place where it holds.
type Granted struct {
	Permission Permission
	At         Place
}

// GrantAll is Grant for many permissions at once.
func (a Actor) GrantAll(more []Granted) Actor {
	grants := make(map[Permission][]Place, len(a.grants)+len(more))
	for p, at := range a.grants {
		grants[p] = slices.Clip(at) // what is added is nobody else's
	}
	for _, g := range more {
		grants[g.Permission] = append(grants[g.Permission], g.At)
	}
	a.grants = grants
	return a
}

// Only returns a copy of a that holds no more than the permissions that pass:
// who lends somebody a token for one thing lends nothing else.
func (a Actor) Only(pass func(Permission) bool) Actor {
	grants := maps.Clone(a.grants)
	maps.DeleteFunc(grants, func(p Permission, _ []Place) bool { return !pass(p) })
	a.grants = grants
	return a
}

// Places returns where the actor holds p, and whether anywhere.
func (a Actor) Places(p Permission) ([]Place, bool) {
	places, ok := a.grants[p]
	return places, ok
}

// May reports whether the actor holds p anywhere.
func (a Actor) May(p Permission) bool { _, ok := a.grants[p]; return ok }

// Permissions returns all that the actor holds anywhere, sorted.
func (a Actor) Permissions() []Permission { return slices.Sorted(maps.Keys(a.grants)) }

// Official reports whether the actor works in a unit.
func (a Actor) Official() bool { return a.Unit != "" }

// Anonymous reports whether nobody is signed in.
func (a Actor) Anonymous() bool { return a.Account == "" }

// LogValue keeps names out of logs.
func (a Actor) LogValue() slog.Value { return slog.StringValue(a.Account) }

type key struct{}

// With carries the actor from the entrance of the program to the page or the
// operation, and no further: there it becomes a parameter.
func With(ctx context.Context, a Actor) context.Context { return context.WithValue(ctx, key{}, a) }

// From returns the actor of a request; nobody where there is none.
func From(ctx context.Context) Actor {
	a, _ := ctx.Value(key{}).(Actor)
	return a
}
