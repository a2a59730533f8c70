// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package worktimemod puts the worktime module together. Only internal/app imports it.
package worktimemod

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/modules/worktime"
	"tinhso.vn/internal/modules/worktime/internal/api"
	"tinhso.vn/internal/modules/worktime/internal/core"
	"tinhso.vn/internal/modules/worktime/internal/site"
	"tinhso.vn/internal/modules/worktime/internal/store"
	"tinhso.vn/internal/modules/worktime/locales"
	"tinhso.vn/internal/platform/db"
)

// Deps is everything the module needs, by name and without defaults.
type Deps struct {
	DB     *db.DB
	People site.People
	Base   calendar.Config            // of the pack
	Units  map[string]calendar.Config // of the pack: what differs for single units
}

// Calendars knows when each unit works.
type Calendars interface {
	// For returns the calendar of a unit, empty for that of all offices.
	For(unit string) *calendar.Calendar
	// Refresh reads decided days again where they have changed.
	Refresh(ctx context.Context) error
}

// New returns the module and the calendars.
func New(d Deps) (module.Module, Calendars) {
	svc := core.New(d.DB, d.Base, d.Units)
	return module.Module{
		Name:        "worktime",
		Migrations:  store.Migrations(),
		Permissions: []identity.Permission{worktime.PermPlan},
		AuditEvents: []audit.Event{worktime.AuditProposed, worktime.AuditConfirmed, worktime.AuditWithdrawn},
		Routes:      slices.Concat(site.Routes(svc, d.People), api.Routes(svc)),
		Menu: []module.MenuItem{{
			Side: module.Officials, Order: 45, Label: "worktime.menu", Path: site.PlanPath, Permissions: []identity.Permission{worktime.PermPlan},
		}},
		Locales: locales.Files,
	}, svc
}
