// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package lookupsmod wires look-ups. Only internal/app imports it; it holds no rules.
package lookupsmod

import (
	"context"
	"slices"

	"github.com/a-h/templ"

	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/lookups"
	"tinhso.vn/internal/modules/lookups/internal/api"
	"tinhso.vn/internal/modules/lookups/internal/core"
	"tinhso.vn/internal/modules/lookups/internal/site"
	"tinhso.vn/internal/modules/lookups/internal/store"
	"tinhso.vn/internal/modules/lookups/locales"
	"tinhso.vn/internal/platform/db"
)

// Deps is everything the module needs, by name and without defaults.
type Deps = core.Deps

type (
	// Source is a database that officials may ask, as a pack has it.
	Source = lookups.Source
	// Field is one thing that a database can tell.
	Field = lookups.Field
	// Use is about whom a procedure asks.
	Use = lookups.Use
	// Ask is one thing by which a database is asked.
	Ask = lookups.Ask
	// Show is one thing that is shown.
	Show = lookups.Show
)

// Offers is what the program uses of look-ups.
type Offers interface {
	// ApplySources makes the databases those of a pack and returns how many differ.
	ApplySources(ctx context.Context, tx *db.Tx, all []Source) (int, error)
	// Panel is what stands about look-ups on the page of a dossier; nil: nothing.
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
		Name: "lookups", Migrations: store.Migrations(), Permissions: lookups.Permissions(), AuditEvents: lookups.AuditEvents(),
		Routes: slices.Concat(pages.Routes(), api.Routes(svc)), Locales: locales.Files, Sealed: store.Sealed(),
	}, offers{svc, pages}
}
