// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package consolemod puts the console module together. Only internal/app
// imports it.
package consolemod

import (
	"context"
	"io/fs"
	"slices"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/modules/console"
	"tinhso.vn/internal/modules/console/internal/api"
	"tinhso.vn/internal/modules/console/internal/core"
	"tinhso.vn/internal/modules/console/internal/site"
	"tinhso.vn/internal/modules/console/locales"
	"tinhso.vn/internal/platform/db"
)

// Deps is everything the module needs, by name and without defaults.
type Deps struct {
	DB      *db.DB
	People  *identity.Directory
	Version string                // of the program
	Free    func() (int64, error) // bytes the disk of the data folder still takes; nil where nobody knows
	Codes   core.Namer            // of dossiers; nil: the log shows their ids only
	Events  []audit.Event         // what the kernel and the other modules write in the audit log

	Settings Settings // how the installation is set up

	Parts      func(ctx context.Context) ([]Part, error) // of the health that others know of; nil: nothing
	Simulators Simulators                                // nil: this is no demonstration
}

type (
	// Settings is how the installation is set up.
	Settings = core.Settings
	// Outside is a system it speaks to.
	Outside = core.Outside
	// Part is something whose state others know.
	Part = core.Part
	// State is how something is.
	State = core.State
	// Simulators is the other process that plays the outside systems.
	Simulators = core.Simulators
	// Simulator is one of them.
	Simulator = core.Simulator
	// Fault is one way in which it misbehaves.
	Fault = core.Fault
)

// The states, the better first.
const (
	Good      = core.Good
	Attention = core.Attention
	Broken    = core.Broken
)

// New returns the module.
func New(d Deps) module.Module {
	own := []audit.Event{console.AuditRead, console.AuditJobRetried, console.AuditFault}
	svc := core.New(core.Options{
		DB: d.DB, People: d.People, Version: d.Version, Free: d.Free, Namer: d.Codes, Events: slices.Concat(d.Events, own), Settings: d.Settings,
		Parts: d.Parts, Simulators: d.Simulators,
	})
	m := module.Module{
		Name:        "console",
		Permissions: []identity.Permission{console.PermOperate, console.PermAudit, console.PermRegisters},
		AuditEvents: own,
		Routes:      slices.Concat(site.Routes(svc), api.Routes(svc)),
		Menu: []module.MenuItem{
			{Side: module.Officials, Order: 1, Label: "console.menu.start", Path: "/quan-tri", Permissions: []identity.Permission{console.PermOperate}},
			{Side: module.Officials, Order: 55, Label: "console.menu.roles", Path: "/quan-tri/vai-tro", Permissions: []identity.Permission{console.PermOperate, console.PermAudit}},
			{
				Side: module.Officials, Order: 70, Label: "console.menu.health", Path: "/van-hanh", Divided: true,
				Permissions: []identity.Permission{console.PermOperate},
			},
			{
				Side: module.Officials, Order: 71, Label: "console.menu.jobs", Path: "/van-hanh/viec-nen",
				Permissions: []identity.Permission{console.PermOperate}, Count: svc.CountDead,
			},
			{
				Side: module.Officials, Order: 71, Label: "console.menu.outgoing", Path: "/van-hanh/thu-di",
				Permissions: []identity.Permission{console.PermOperate},
			},
			{
				Side: module.Officials, Order: 71, Label: "console.menu.settings", Path: "/van-hanh/cau-hinh",
				Permissions: []identity.Permission{console.PermOperate},
			},
			{
				Side: module.Officials, Order: 72, Label: "console.menu.audit", Path: "/van-hanh/nhat-ky",
				Permissions: []identity.Permission{console.PermAudit},
			},
		},
		Locales: fs.FS(locales.Files),
	}
	if d.Simulators != nil {
		m.Menu = append(m.Menu, module.MenuItem{Side: module.Officials, Order: 71, Label: "console.menu.faults", Path: "/quan-tri/mo-phong", Permissions: []identity.Permission{console.PermOperate}})
	}
	return m
}
