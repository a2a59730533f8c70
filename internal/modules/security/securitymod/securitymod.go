// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package securitymod puts the security module together. Only internal/app
// imports it.
package securitymod

import (
	"io/fs"
	"slices"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/modules/security"
	"tinhso.vn/internal/modules/security/internal/api"
	"tinhso.vn/internal/modules/security/internal/core"
	"tinhso.vn/internal/modules/security/internal/site"
	"tinhso.vn/internal/modules/security/locales"
)

// Deps is everything the module needs, by name and without defaults.
type Deps = core.Deps

// What the commands of operators write in the audit log.
const (
	AuditRotated               = security.AuditRotated
	AuditRetired               = security.AuditRetired
	AuditMoved                 = security.AuditMoved
	AuditReindexed             = security.AuditReindexed
	AuditExported  audit.Event = security.AuditExported
)

// New returns the module.
func New(d Deps) module.Module {
	svc := core.New(d)
	return module.Module{
		Name:        "security",
		Permissions: []identity.Permission{security.PermKeys, security.PermLog},
		AuditEvents: security.AuditEvents(),
		Routes:      slices.Concat(site.Routes(svc), api.Routes(svc)),
		Menu: []module.MenuItem{
			{
				Side: module.Officials, Order: 73, Label: "security.menu.log", Path: site.LogPath,
				Permissions: []identity.Permission{security.PermLog},
			},
			{
				Side: module.Officials, Order: 74, Label: "security.menu.keys", Path: site.KeysPath,
				Permissions: []identity.Permission{security.PermKeys},
			},
		},
		Locales: fs.FS(locales.Files),
	}
}
