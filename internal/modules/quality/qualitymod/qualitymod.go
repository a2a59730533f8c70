// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package qualitymod puts the quality module together. Only internal/app imports it.
package qualitymod

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/quality"
	"tinhso.vn/internal/modules/quality/internal/api"
	"tinhso.vn/internal/modules/quality/internal/core"
	"tinhso.vn/internal/modules/quality/internal/site"
	"tinhso.vn/internal/modules/quality/internal/store"
	"tinhso.vn/internal/modules/quality/locales"
	"tinhso.vn/internal/platform/db"
)

// Follower is a system that is sent the changes of a register.
type Follower = quality.Follower

// Deps is everything the module needs, by name and without defaults.
type Deps struct {
	DB        *db.DB
	Keeper    *registers.Keeper
	Followers quality.Followers // nil: nobody follows
}

// Measurer measures registers.
type Measurer interface {
	// Tick measures the next register that is due, and reports whether there was one.
	Tick(ctx context.Context) (more bool, err error)
}

// New returns the module and what measures.
func New(d Deps) (module.Module, Measurer) {
	svc := core.New(d.DB, d.Keeper, d.Followers)
	return module.Module{
		Name: "quality", Migrations: store.Migrations(), Permissions: []identity.Permission{quality.PermView},
		Routes: slices.Concat(site.Routes(svc), api.Routes(svc)),
		Menu: []module.MenuItem{
			{Side: module.Officials, Order: 61, Label: "quality.menu", Path: quality.Path, Permissions: []identity.Permission{quality.PermView}},
		},
		Locales: locales.Files,
	}, svc
}
