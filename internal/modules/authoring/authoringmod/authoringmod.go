// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package authoringmod puts the authoring module together. Only internal/app imports it.
package authoringmod

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/api"
	"tinhso.vn/internal/modules/authoring/internal/core"
	"tinhso.vn/internal/modules/authoring/internal/site"
	"tinhso.vn/internal/modules/authoring/internal/store"
	"tinhso.vn/internal/modules/authoring/locales"
)

// Deps is everything the module needs, by name and without defaults.
type Deps = core.Deps

// Rehearsal is what trials need of the program.
type Rehearsal = core.Rehearsal

// Preview shows a register that is being written as its pages would be.
type Preview = site.Preview

// Codes of what the clock of decisions measures.
const (
	PublishOnTime = core.PublishOnTime
	UpdateOnTime  = core.UpdateOnTime
)

// Offers is what the program uses of it besides the module.
type Offers interface {
	authoring.Clock
	authoring.Bringer
	// Passed returns the published changes that touched a procedure, the newest first.
	Passed(ctx context.Context, procedure string) ([]authoring.Since, error)
}

// NewOffers returns what the program uses besides the module.
func NewOffers(d Deps) Offers { return core.New(d) }

// New returns the module.
func New(d Deps, preview Preview) module.Module {
	svc := core.New(d)
	return module.Module{
		Name:        "authoring",
		Migrations:  store.Migrations(),
		Permissions: []identity.Permission{authoring.PermEdit, authoring.PermApprove},
		AuditEvents: []audit.Event{
			authoring.AuditCreated, authoring.AuditSubmitted, authoring.AuditReturned, authoring.AuditApproved, authoring.AuditWithdrawn,
			authoring.AuditPublished, authoring.AuditRefused, authoring.AuditTrialKept, authoring.AuditTrialDropped,
			authoring.AuditTableBrought, authoring.AuditTableProposed, authoring.AuditTableDropped,
		},
		Routes: slices.Concat(site.Routes(svc, preview), api.Routes(svc)),
		Menu: []module.MenuItem{{
			Side: module.Officials, Order: 40, Divided: true, Label: "authoring.menu", Path: site.Path,
			Permissions: []identity.Permission{authoring.PermEdit, authoring.PermApprove}, Count: svc.CountWaiting,
		}, {
			Side: module.Officials, Order: 41, Label: "authoring.menu_registers", Path: site.BooksPath,
			Permissions: []identity.Permission{authoring.PermEdit, authoring.PermApprove},
		}},
		Jobs:    map[jobs.Kind]jobs.Handler{core.JobPublish: svc.Publish},
		Locales: locales.Files,
	}
}
