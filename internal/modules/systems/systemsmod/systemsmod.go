// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package systemsmod puts the systems module together. Only internal/app imports it.
package systemsmod

import (
	"context"
	"net/netip"
	"slices"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/modules/systems"
	"tinhso.vn/internal/modules/systems/internal/api"
	"tinhso.vn/internal/modules/systems/internal/core"
	"tinhso.vn/internal/modules/systems/internal/site"
	"tinhso.vn/internal/modules/systems/internal/store"
	"tinhso.vn/internal/modules/systems/locales"
	"tinhso.vn/internal/platform/db"
)

// Prefix begins every token of a system.
const Prefix = core.Prefix

// ErrForbiddenAddress is what Deps.Send returns for an address that nothing may be sent to.
var ErrForbiddenAddress = core.ErrForbiddenAddress

// ID names a system.
type ID = systems.ID

// Listed is a system as lists have it.
type Listed = core.Listed

// Entered is a system that has come in.
type Entered = core.Entered

// Words say what a system is.
type Words = core.Words

// Wish is what a system shall reach.
type Wish = core.Wish

// Made is a token that was made.
type Made = core.Made

// The rights with which systems are proposed and confirmed.
const (
	PermManage  = systems.PermManage
	PermConfirm = systems.PermConfirm
)

// Deps is everything the module needs, by name and without defaults.
type Deps = core.Deps

// Gate lets systems in.
type Gate interface {
	// Enter returns the system whose token this is; errors say why it is none.
	Enter(ctx context.Context, token string, from netip.Addr) (Entered, error)
	// List, Propose, Confirm and MakeToken are the use cases of the pages, for a demonstration.
	List(ctx context.Context, actor identity.Actor, before systems.ID) ([]core.Listed, error)
	Propose(ctx context.Context, actor identity.Actor, w core.Words, wish core.Wish) (systems.ID, error)
	Confirm(ctx context.Context, actor identity.Actor, id systems.ID, version int64) error
	MakeToken(ctx context.Context, actor identity.Actor, sys systems.ID, days, overlap int) (core.Made, error)
	// Flush writes down when tokens were used; it is called every minute.
	Flush(ctx context.Context) error
	// Deliver sends a change of a register to a system that has subscribed to it, and
	// reports whether there was one.
	Deliver(ctx context.Context) (did bool, err error)
	// ForgetDeliveries forgets what was sent long ago.
	ForgetDeliveries(ctx context.Context) error
	// Following returns which systems follow which registers, with the messages that
	// arrived since a time.
	Following(ctx context.Context, since db.Time) ([]systems.Following, error)
	// ApplyRoles names the roles that systems can be given.
	ApplyRoles(ctx context.Context, tx *db.Tx, roles []string) (changed bool, err error)
}

// New returns the module and its gate.
func New(d Deps) (module.Module, Gate) {
	svc := core.New(d)
	return module.Module{
		Name:        "systems",
		Migrations:  store.Migrations(),
		Permissions: []identity.Permission{systems.PermManage, systems.PermConfirm},
		AuditEvents: slices.Concat(systems.AuditEvents(), systems.HookEvents()),
		Notices:     systems.Notices(),
		Sealed:      store.Sealed(),
		Routes:      slices.Concat(site.Routes(svc), api.Routes(svc)),
		Menu: []module.MenuItem{{
			Side: module.Officials, Order: 87, Label: "systems.menu", Path: site.Path,
			Permissions: []identity.Permission{systems.PermManage, systems.PermConfirm},
		}},
		Locales: locales.Files,
	}, svc
}
