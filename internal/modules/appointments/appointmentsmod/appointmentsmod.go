// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package appointmentsmod wires appointments and the queue of halls. Only
// internal/app imports it; it holds no rules.
package appointmentsmod

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/modules/appointments"
	"tinhso.vn/internal/modules/appointments/internal/api"
	"tinhso.vn/internal/modules/appointments/internal/core"
	"tinhso.vn/internal/modules/appointments/internal/site"
	"tinhso.vn/internal/modules/appointments/internal/store"
	"tinhso.vn/internal/modules/appointments/locales"
)

// Deps is everything the module needs, by name and without defaults.
type Deps = core.Deps

type (
	// Manner is what an office says of how it takes people.
	Manner = core.Manner
	// CounterInput is a counter as somebody describes it.
	CounterInput = core.CounterInput
	// HoursInput is a time of the week as somebody describes it.
	HoursInput = core.HoursInput
	// Setup is how an office takes people.
	Setup = core.Setup
	// Asking is an appointment that somebody wants.
	Asking = core.Asking
	// Choice is what somebody can choose at an office.
	Choice = core.Choice
	// Arrival is a number that somebody got.
	Arrival = core.Arrival
)

// Offers is what the program uses of appointments.
type Offers interface {
	// EraseOld takes names out of old appointments: part of the work of a day.
	EraseOld(ctx context.Context) error

	// A demonstration sets its offices up and fills its halls with these.
	GetSetup(ctx context.Context, actor identity.Actor) (Setup, error)
	SaveManner(ctx context.Context, actor identity.Actor, in Manner) error
	SaveCounter(ctx context.Context, actor identity.Actor, in CounterInput) (string, error)
	AddHours(ctx context.Context, actor identity.Actor, in HoursInput) error
	Choose(ctx context.Context, unit, procedure string) (Choice, error)
	Book(ctx context.Context, actor identity.Actor, in Asking) (string, error)
	WalkIn(ctx context.Context, actor identity.Actor, field string) (Arrival, error)
	CallNext(ctx context.Context, actor identity.Actor, counter string) (Arrival, error)
	Finish(ctx context.Context, actor identity.Actor, counter, ticket string, came bool) error
}

// New returns the module and what it offers.
func New(d Deps) (module.Module, Offers) {
	svc := core.New(d)
	return module.Module{
		Name: "appointments", Migrations: store.Migrations(), Permissions: appointments.Permissions(), AuditEvents: appointments.AuditEvents(),
		Routes: slices.Concat(site.Routes(svc), api.Routes(svc)), Menu: site.Menu(), Locales: locales.Files, Sealed: store.Sealed(), Notices: appointments.Notices(),
		Jobs: map[jobs.Kind]jobs.Handler{core.JobRemind: svc.Remind},
	}, svc
}
