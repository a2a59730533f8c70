// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package nationalportalmod puts the nationalportal module together. Only internal/app imports it.
package nationalportalmod

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/nationalportal"
	"tinhso.vn/internal/modules/nationalportal/internal/api"
	"tinhso.vn/internal/modules/nationalportal/internal/core"
	"tinhso.vn/internal/modules/nationalportal/internal/site"
	"tinhso.vn/internal/modules/nationalportal/internal/store"
	"tinhso.vn/internal/modules/nationalportal/locales"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/platform/db"
)

// Deps is everything the module needs, by name and without defaults.
type Deps = core.Deps

// Settings are where the portal is.
type Settings = core.Settings

// Follower is told, in the transaction, that a dossier was added or changed.
type Follower interface {
	Changed(ctx context.Context, tx *db.Tx, id dossiers.ID) error
}

// New returns the module and what is to be told of dossiers.
func New(d Deps) (module.Module, Follower) {
	svc := core.New(d)
	return module.Module{
		Name: "nationalportal", Migrations: store.Migrations(), Permissions: []identity.Permission{nationalportal.PermBring, nationalportal.PermView}, AuditEvents: nationalportal.AuditEvents(),
		Routes: slices.Concat(site.Routes(svc), api.Routes(svc)), Jobs: map[jobs.Kind]jobs.Handler{core.JobFollow: svc.Follow, core.JobMoney: svc.FollowMoney},
		Consumes: map[events.Name]jobs.Kind{payments.EventMovedV1: core.JobMoney},
		Menu: []module.MenuItem{
			{Side: module.Officials, Order: 89, Label: "nationalportal.menu", Path: site.Path, Permissions: []identity.Permission{nationalportal.PermView}},
		},
		Locales: locales.Files,
	}, svc
}
