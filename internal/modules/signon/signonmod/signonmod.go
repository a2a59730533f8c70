// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package signonmod puts the sign-on module together. Only internal/app imports it.
package signonmod

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/modules/signon"
	"tinhso.vn/internal/modules/signon/internal/api"
	"tinhso.vn/internal/modules/signon/internal/core"
	"tinhso.vn/internal/modules/signon/internal/site"
	"tinhso.vn/internal/modules/signon/internal/store"
	"tinhso.vn/internal/modules/signon/locales"
	"tinhso.vn/internal/platform/db"
)

// Deps is everything the module needs, by name and without defaults.
type Deps struct {
	core.Options
	Secure bool // cookies only over https
}

// Source is another provider that says who people are.
type Source = core.Source

// Options is what the use cases need.
type Options = core.Options

// Offer is a provider that the sign-in page offers.
type Offer = core.Offer

// Offers is what the module does for the program.
type Offers interface {
	// Open puts the provider together, once all permissions are known.
	Open(known []identity.Permission) error
	// Actor returns on whose behalf an access token asks the API.
	Actor(ctx context.Context, token string) (identity.Actor, error)
	// Sweep removes what is over, and renews the key that signs.
	Sweep(ctx context.Context) error
	signon.Archive
	// LeaveThere returns where a browser goes so that its session ends with the
	// provider with which it began; empty: nowhere.
	LeaveThere(ctx context.Context, actor identity.Actor) (to string, err error)
	// Offers returns the providers that the sign-in page offers.
	Offers() []Offer
	// PersonThings and GiveThing move what points to a person, when two are found to be one.
	PersonThings(ctx context.Context, q db.Querier, person string) (links, differences []string, err error)
	GiveThing(ctx context.Context, tx *db.Tx, link bool, thing, from, to string) (bool, error)
}

// New returns the module and what it does for the program. Whoever ends sessions
// is told of by the directory.
func New(d Deps) (module.Module, Offers) {
	svc := core.New(d.Options)
	if d.People != nil {
		d.People.WhenSessionsEnd(svc.SessionsEnded)
	}
	return module.Module{
		Name: "signon", Migrations: store.Migrations(), Permissions: signon.Permissions(), AuditEvents: signon.AuditEvents(),
		Routes: slices.Concat(site.Routes(svc, d.Secure), api.Routes(svc)), Menu: site.Menu(),
		Jobs: map[jobs.Kind]jobs.Handler{signon.JobLogout: svc.Farewell}, Sealed: store.Sealed(), Locales: locales.Files,
	}, svc
}
