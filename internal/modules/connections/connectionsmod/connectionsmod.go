// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package connectionsmod puts the connections module together. Only internal/app imports it.
package connectionsmod

import (
	"slices"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/modules/connections"
	"tinhso.vn/internal/modules/connections/internal/api"
	"tinhso.vn/internal/modules/connections/internal/core"
	"tinhso.vn/internal/modules/connections/internal/site"
	"tinhso.vn/internal/modules/connections/locales"
)

// Deps is everything the module needs, by name and without defaults.
type Deps = core.Deps

// New returns the module.
func New(d Deps) module.Module {
	svc := core.New(d)
	return module.Module{
		Name: "connections", Permissions: []identity.Permission{connections.PermManage, connections.PermTrace}, AuditEvents: connections.AuditEvents(),
		Routes: slices.Concat(site.Routes(svc), api.Routes(svc)),
		Menu: []module.MenuItem{
			{Side: module.Officials, Order: 88, Label: "connections.menu", Path: site.Path, Permissions: []identity.Permission{connections.PermManage}},
		},
		Locales: locales.Files, Notices: connections.Notices(),
	}
}
