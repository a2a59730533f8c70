// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package digitisingmod wires the digitising of old papers. Only internal/app
// imports it; it holds no rules.
package digitisingmod

import (
	"slices"

	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/modules/digitising"
	"tinhso.vn/internal/modules/digitising/internal/api"
	"tinhso.vn/internal/modules/digitising/internal/core"
	"tinhso.vn/internal/modules/digitising/internal/site"
	"tinhso.vn/internal/modules/digitising/internal/store"
	"tinhso.vn/internal/modules/digitising/locales"
)

// Deps is everything the module needs, by name and without defaults.
type Deps = core.Deps

// ErrElsewhere is what Seal answers where the seal is not on this server.
func ErrElsewhere() error { return digitising.ErrElsewhere }

// New returns the module; largest bounds a file that comes in parts, in bytes.
func New(d Deps, largest int64) module.Module {
	svc := core.New(d)
	return module.Module{
		Name: "digitising", Migrations: store.Migrations(), Permissions: digitising.Permissions(), AuditEvents: digitising.AuditEvents(),
		Routes: slices.Concat(site.Routes(svc, largest), api.Routes(svc)), Menu: site.Menu(), Locales: locales.Files, Sealed: store.Sealed(),
		Jobs: map[jobs.Kind]jobs.Handler{core.JobRead: svc.Read, core.JobEnter: svc.Enter},
	}
}
