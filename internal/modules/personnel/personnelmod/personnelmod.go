// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package personnelmod puts the personnel module together. Only internal/app
// imports it; it holds no rules.
package personnelmod

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/api"
	"tinhso.vn/internal/modules/personnel/internal/core"
	"tinhso.vn/internal/modules/personnel/internal/site"
	"tinhso.vn/internal/modules/personnel/internal/store"
	"tinhso.vn/internal/modules/personnel/locales"
	"tinhso.vn/internal/platform/db"
)

// Deps is everything the module needs, by name and without defaults.
type Deps = core.Deps

type (
	// Held is open work in somebody's hands.
	Held = personnel.Held
	// HandedOver is what became of it.
	HandedOver = personnel.HandedOver
	// Case is what an emergency opens.
	Case = personnel.Case
	// Absence is when somebody is away.
	Absence = personnel.Absence
	// Deputy is somebody who can stand in.
	Deputy = personnel.Deputy
	// DutyKind is a kind of duty.
	DutyKind = personnel.DutyKind
	// NewAbsence is an absence that somebody declares.
	NewAbsence = personnel.NewAbsence
)

// Offers is what the program runs now and again.
type Offers interface {
	personnel.Lists
	// ApplyDutyKinds makes the kinds of duty of a pack those of the province.
	ApplyDutyKinds(ctx context.Context, tx *db.Tx, kinds []DutyKind) (changed []string, err error)
	// OnDuty returns the accounts of those who are on duty in a unit at a moment.
	OnDuty(ctx context.Context, q db.Querier, unit orgs.ID, at db.Time) ([]string, error)
	// Tick does what time has brought: changes of units, ends of posts, reviews.
	// Any number of servers may.
	Tick(ctx context.Context) (more bool, err error)
}

// New returns the module and what it offers.
func New(d Deps) (module.Module, Offers) {
	svc := core.New(d)
	return module.Module{
		Name: "personnel", Migrations: store.Migrations(), Permissions: personnel.Permissions(), AuditEvents: personnel.AuditEvents(),
		Routes: slices.Concat(site.Routes(svc), api.Routes(svc)), Menu: site.Menu(svc), Locales: locales.Files, Sealed: store.Sealed(), Search: svc.SearchKinds(), Notices: personnel.Notices(),
	}, svc
}
