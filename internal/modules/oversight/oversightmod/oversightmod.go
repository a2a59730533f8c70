// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package oversightmod puts the oversight module together. Only internal/app imports it.
package oversightmod

import (
	"slices"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/modules/oversight"
	"tinhso.vn/internal/modules/oversight/internal/api"
	"tinhso.vn/internal/modules/oversight/internal/core"
	"tinhso.vn/internal/modules/oversight/internal/site"
	"tinhso.vn/internal/modules/oversight/internal/store"
	"tinhso.vn/internal/modules/oversight/locales"
	"tinhso.vn/internal/platform/db"
)

// Deps is everything the module needs, by name and without defaults.
type Deps struct{ DB *db.DB }

// New returns the module.
func New(d Deps) module.Module {
	svc := core.New(d.DB)
	return module.Module{
		Name:        "oversight",
		Migrations:  store.Migrations(),
		Permissions: []identity.Permission{oversight.PermView, oversight.PermAdd},
		AuditEvents: []audit.Event{oversight.AuditAdded},
		Routes:      slices.Concat(site.Routes(svc), api.Routes(svc)),
		Menu: []module.MenuItem{{
			Side: module.Officials, Order: 900, Label: "oversight.title", Path: site.Path,
			Permissions: []identity.Permission{oversight.PermView},
		}},
		Locales: locales.Files,
	}
}
