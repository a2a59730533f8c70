// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package certificatesmod puts the certificates module together. Only internal/app imports it.
package certificatesmod

import (
	"slices"

	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/modules/certificates"
	"tinhso.vn/internal/modules/certificates/internal/api"
	"tinhso.vn/internal/modules/certificates/internal/core"
	"tinhso.vn/internal/modules/certificates/internal/site"
	"tinhso.vn/internal/modules/certificates/locales"
)

// Deps is everything the module needs, by name and without defaults.
type Deps = core.Options

// JobWarn is what expiring certificates are told of with.
const JobWarn = certificates.JobWarn

// New returns the module.
func New(d Deps) module.Module {
	svc := core.New(d)
	return module.Module{
		Name: "certificates", Permissions: certificates.Permissions(), AuditEvents: certificates.AuditEvents(),
		Routes: slices.Concat(site.Routes(svc), api.Routes(svc)), Menu: site.Menu(svc),
		Jobs: map[jobs.Kind]jobs.Handler{certificates.JobWarn: svc.Warn}, Locales: locales.Files,
	}
}
