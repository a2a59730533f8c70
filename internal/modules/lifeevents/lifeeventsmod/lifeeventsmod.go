// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package lifeeventsmod wires linked procedures. Only internal/app imports it; it
// holds no rules.
package lifeeventsmod

import (
	"context"
	"slices"

	"github.com/a-h/templ"

	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/lifeevents"
	"tinhso.vn/internal/modules/lifeevents/internal/api"
	"tinhso.vn/internal/modules/lifeevents/internal/core"
	"tinhso.vn/internal/modules/lifeevents/internal/site"
	"tinhso.vn/internal/modules/lifeevents/internal/store"
	"tinhso.vn/internal/modules/lifeevents/locales"
	"tinhso.vn/internal/platform/db"
)

// Deps is everything the module needs, by name and without defaults.
type Deps = core.Deps

type (
	// Definition is a bundle as a pack has it.
	Definition = lifeevents.Definition
	// Leg is what one other system does.
	Leg = lifeevents.Leg
	// Field is one thing that a partner is told.
	Field = lifeevents.Field
	// Gift is one thing that a partner gives.
	Gift = lifeevents.Gift
)

// The services that every partner of a leg has.
const (
	ServiceAsk    = core.ServiceAsk
	ServiceCancel = core.ServiceCancel
)

// Offers is what the program uses of linked procedures.
type Offers interface {
	// ApplyDefinitions makes the bundles those of a pack and returns how many differ.
	ApplyDefinitions(ctx context.Context, tx *db.Tx, all []Definition) (int, error)
	// Changed is told, in the transaction, that a dossier was changed.
	Changed(ctx context.Context, tx *db.Tx, id dossiers.ID) error
	// Settled is told what became of a message to a partner: connectors.Partner.Settled.
	Settled(ctx context.Context, tx *db.Tx, m connectors.Sent, a connectors.Answer) error
	// Panel is what stands about a linked dossier on the page of the dossier; nil: nothing.
	Panel(ctx context.Context, p page.Page, dossier string, mine bool) (templ.Component, error)
}

type offers struct {
	*core.Service
	site.Site
}

// New returns the module and what it offers.
func New(d Deps) (module.Module, Offers) {
	svc := core.New(d)
	pages := site.New(svc)
	return module.Module{
		Name: "lifeevents", Migrations: store.Migrations(), Permissions: lifeevents.Permissions(), AuditEvents: lifeevents.AuditEvents(),
		Routes: slices.Concat(pages.Routes(), api.Routes(svc)), Menu: pages.Menu(), Locales: locales.Files, Sealed: store.Sealed(),
		Jobs:     map[jobs.Kind]jobs.Handler{core.JobFollow: svc.Follow, core.JobAsk: svc.Ask},
		Consumes: map[events.Name]jobs.Kind{dossiers.EventAcceptedV1: core.JobFollow, dossiers.EventIssuedV1: core.JobFollow, dossiers.EventRevokedV1: core.JobFollow},
	}, offers{svc, pages}
}
