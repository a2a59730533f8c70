// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package statisticsmod puts the statistics module together. Only internal/app
// imports it; it holds no rules.
package statisticsmod

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/modules/statistics"
	"tinhso.vn/internal/modules/statistics/internal/api"
	"tinhso.vn/internal/modules/statistics/internal/core"
	"tinhso.vn/internal/modules/statistics/internal/site"
	"tinhso.vn/internal/modules/statistics/internal/store"
	"tinhso.vn/internal/modules/statistics/locales"
	"tinhso.vn/internal/platform/db"
)

// Deps is everything the module needs, by name and without defaults.
type Deps = core.Deps

// Layout is a form of a report: a pack states it.
type Layout = statistics.Layout

// Column is a number of a report.
type Column = statistics.Column

// Indicator is a target: a pack states it.
type Indicator = statistics.Indicator

// Offers is what the program runs now and again, and applies packs with.
type Offers interface {
	// Tick counts some of what has changed, and reports whether there is more.
	Tick(ctx context.Context) (more bool, err error)
	// ApplyPack makes the layouts and targets of a pack those of the province.
	ApplyPack(ctx context.Context, tx *db.Tx, layouts []Layout, targets []Indicator) (changed int, err error)
}

// New returns the module and what it offers.
func New(d Deps) (module.Module, Offers) {
	svc := core.New(d)
	return module.Module{
		Name: "statistics", Migrations: store.Migrations(), Permissions: statistics.Permissions(), AuditEvents: statistics.AuditEvents(),
		Routes: slices.Concat(site.Routes(svc), api.Routes(svc)), Menu: site.Menu(), Locales: locales.Files,
	}, svc
}
