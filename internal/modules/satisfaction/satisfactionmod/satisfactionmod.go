// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package satisfactionmod wires what people say of how they were served. Only
// internal/app imports it; it holds no rules.
package satisfactionmod

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/appointments"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/satisfaction"
	"tinhso.vn/internal/modules/satisfaction/internal/api"
	"tinhso.vn/internal/modules/satisfaction/internal/core"
	"tinhso.vn/internal/modules/satisfaction/internal/site"
	"tinhso.vn/internal/modules/satisfaction/internal/store"
	"tinhso.vn/internal/modules/satisfaction/locales"
)

// Deps is everything the module needs, by name and without defaults.
type Deps = core.Deps

// Rated is how many have answered about a unit, and how many of them are satisfied.
type Rated = core.Rated

// Offers is what the program uses of answers.
type Offers interface {
	// Ratings returns the figures of units in the months of a period, for scores.
	Ratings(ctx context.Context, from, to string) (map[orgs.ID]Rated, error)
}

// New returns the module and what it offers.
func New(d Deps) (module.Module, Offers) {
	svc := core.New(d)
	return module.Module{
		Name: "satisfaction", Migrations: store.Migrations(), Permissions: satisfaction.Permissions(), AuditEvents: satisfaction.AuditEvents(),
		Routes: slices.Concat(site.Routes(svc), api.Routes(svc)), Menu: site.Menu(), Locales: locales.Files, Sealed: store.Sealed(), Notices: satisfaction.Notices(),
		Jobs:     map[jobs.Kind]jobs.Handler{core.JobAsk: svc.AskFor, core.JobTurn: svc.TakeTurn, core.JobGather: svc.Gather},
		Consumes: map[events.Name]jobs.Kind{dossiers.EventDeliveredV1: core.JobAsk, appointments.EventServedV1: core.JobTurn},
	}, svc
}
