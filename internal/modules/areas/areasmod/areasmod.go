// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package areasmod puts the areas module together. Only internal/app imports it.
package areasmod

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/geo"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/modules/areas"
	"tinhso.vn/internal/modules/areas/internal/api"
	"tinhso.vn/internal/modules/areas/internal/core"
	"tinhso.vn/internal/modules/areas/internal/site"
	"tinhso.vn/internal/modules/areas/locales"
	"tinhso.vn/internal/platform/db"
)

// Deps is everything the module needs, by name and without defaults.
type Deps struct {
	DB    *db.DB
	Atlas *geo.Atlas
	// Name says who an account is.
	Name func(ctx context.Context, account string) string
	// Tiles and Boundaries are files of the operator for the map; empty: none.
	Tiles, Boundaries string
}

// New returns the module.
func New(d Deps) module.Module {
	svc := core.New(core.Deps{DB: d.DB, Atlas: d.Atlas, Name: d.Name})
	return module.Module{
		Name:        "areas",
		Permissions: areas.Permissions(), AuditEvents: areas.AuditEvents(),
		Routes:  slices.Concat(site.Routes(svc, site.Files{Tiles: d.Tiles, Boundaries: d.Boundaries}), api.Routes(svc)),
		Locales: locales.Files,
		Menu: []module.MenuItem{
			{Side: module.Citizens, Foot: true, Order: 60, Label: "areas.map.menu", Path: site.MapPath},
			{Side: module.Officials, Order: 76, Label: "areas.import.menu", Path: site.ImportPath, Permissions: areas.Permissions()},
			{Side: module.Citizens, Foot: true, Order: 61, Label: "areas.menu", Path: site.Path},
		},
	}
}
