// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package mirrorsmod puts the mirrors module together. Only internal/app imports it.
package mirrorsmod

import (
	"slices"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/modules/mirrors"
	"tinhso.vn/internal/modules/mirrors/internal/api"
	"tinhso.vn/internal/modules/mirrors/internal/core"
	"tinhso.vn/internal/modules/mirrors/internal/site"
	"tinhso.vn/internal/modules/mirrors/internal/store"
	"tinhso.vn/internal/modules/mirrors/locales"
)

// Deps is everything the module needs, by name and without defaults.
type Deps = core.Deps

// Ministry is an agency with a system of its own.
type Ministry = core.Ministry

// New returns the module.
func New(d Deps) module.Module {
	svc := core.New(d)
	return module.Module{
		Name: "mirrors", Migrations: store.Migrations(), Permissions: []identity.Permission{mirrors.PermDecide}, AuditEvents: mirrors.AuditEvents(),
		Routes: slices.Concat(site.Routes(svc), api.Routes(svc)), Jobs: map[jobs.Kind]jobs.Handler{core.JobHand: svc.HandOn},
		Menu: []module.MenuItem{
			{Side: module.Officials, Order: 52, Label: "mirrors.menu", Path: site.Path, Permissions: []identity.Permission{mirrors.PermDecide}},
		},
		Locales: locales.Files,
	}
}
