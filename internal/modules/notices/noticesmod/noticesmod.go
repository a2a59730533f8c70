// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package noticesmod puts the notices module together. Only internal/app imports
// it; it holds no rules.
package noticesmod

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/search"
	"tinhso.vn/internal/modules/notices"
	"tinhso.vn/internal/modules/notices/internal/api"
	"tinhso.vn/internal/modules/notices/internal/core"
	"tinhso.vn/internal/modules/notices/internal/site"
	"tinhso.vn/internal/modules/notices/locales"
)

// Deps is everything the module needs, by name and without defaults.
type Deps = core.Deps

// Offers is what the frame of every page shows.
type Offers interface {
	// Count returns how many notices an actor has not read; 100 stands for more.
	Count(ctx context.Context, actor identity.Actor) (int64, error)
}

// New returns the module and what it offers.
func New(d Deps) (module.Module, Offers) {
	svc := core.New(d)
	return module.Module{
		Name: "notices", Permissions: notices.Permissions(), AuditEvents: notices.AuditEvents(), Routes: slices.Concat(site.Routes(svc), api.Routes(svc)),
		Menu: site.Menu(svc), Locales: locales.Files, Search: []search.Kind{svc.SearchKind()},
	}, svc
}
