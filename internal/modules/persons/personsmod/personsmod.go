// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package personsmod puts the persons module together. Only internal/app imports
// it; it holds no rules.
package personsmod

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/modules/persons"
	"tinhso.vn/internal/modules/persons/internal/api"
	"tinhso.vn/internal/modules/persons/internal/core"
	"tinhso.vn/internal/modules/persons/internal/site"
	"tinhso.vn/internal/modules/persons/internal/store"
	"tinhso.vn/internal/modules/persons/locales"
	"tinhso.vn/internal/platform/db"
)

type (
	// Deps is everything the module needs, by name and without defaults.
	Deps = core.Deps
	// Choice is somebody for whom an actor may work.
	Choice = core.Choice
	// Holder keeps ids of persons.
	Holder = persons.Holder
	// Basis is by what right somebody acts for another.
	Basis = persons.Basis
	// Family is whom somebody of a demonstration acts for, and who is at home.
	Family = core.Family
	// Member is one of them.
	Member = core.Member
	// GivenPaper is a paper that was handed in with a dossier.
	GivenPaper = persons.GivenPaper
	// Pointer is something that points to a person.
	Pointer = persons.Pointer
	// Death is a confirmed death.
	Death = persons.Death
	// Held is one thing that is kept about a person.
	Held = persons.Held
)

// PermAct is the right to act for others at all.
const PermAct = persons.PermAct

// EventDiedV1 is announced when a death is confirmed.
const EventDiedV1 = persons.EventDiedV1

// ChoosePath is where people say for whom they work.
const ChoosePath = site.ChoosePath

// Offers is what the program and other modules use of it.
type Offers interface {
	access.Stands
	persons.Archive
	// ClaimNumber takes a number that comes with another name than it is known with.
	ClaimNumber(ctx context.Context, tx *db.Tx, actor identity.Actor, holder, said identity.Person) (string, error)
	// Died returns the day on which somebody has died; false where no death is confirmed.
	Died(ctx context.Context, q db.Querier, person string) (day string, dead bool, err error)
	// DeathsOf returns those of some people whose death is confirmed.
	DeathsOf(ctx context.Context, q db.Querier, people []string) (map[string]Death, error)
	// Tick looks for persons who are there twice. Any number of servers may.
	Tick(ctx context.Context) (more bool, err error)
	// For returns for whom a session works.
	For(ctx context.Context, session string) (identity.Behalf, error)
	// ListChoices returns for whom an actor may work now.
	ListChoices(ctx context.Context, actor identity.Actor) ([]Choice, error)
}

// Seed makes a family of a demonstration, in the caller's transaction.
func Seed(ctx context.Context, tx *db.Tx, d Deps, f Family) error {
	return core.New(d).Seed(ctx, tx, f)
}

// New returns the module and what it offers.
func New(d Deps) (module.Module, Offers) {
	svc := core.New(d)
	return module.Module{
		Name: "persons", Migrations: store.Migrations(), Permissions: persons.Permissions(), AuditEvents: persons.AuditEvents(),
		Routes: slices.Concat(site.Routes(svc), api.Routes(svc)), Menu: site.Menu(svc), Locales: locales.Files, Sealed: store.Sealed(),
	}, svc
}
