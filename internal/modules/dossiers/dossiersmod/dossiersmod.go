// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package dossiersmod puts the dossiers module together. Only internal/app
// imports it; it holds no rules.
package dossiersmod

import (
	"slices"

	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/api"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/dossiers/internal/site"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/dossiers/locales"
)

// Deps is everything the module needs, by name and without defaults.
type Deps = core.Deps

// New returns the module and what it offers to other modules.
func New(d Deps) (module.Module, dossiers.Finder) {
	svc := core.New(d)
	return module.Module{
		Name:        "dossiers",
		Migrations:  store.Migrations(),
		Permissions: dossiers.Permissions(),
		AuditEvents: dossiers.AuditEvents(),
		Routes:      slices.Concat(api.Routes(svc), site.Routes(svc, site.Options{Procedures: d.Procedures})),
		Jobs:        map[jobs.Kind]jobs.Handler{core.JobReceipt: svc.MakeReceipt},
		Menu:        site.Menu(svc),
		Locales:     locales.Files,
	}, svc
}
