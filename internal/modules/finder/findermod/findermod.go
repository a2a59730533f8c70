// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package findermod puts the finder module together. Only internal/app imports it.
package findermod

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/search"
	"tinhso.vn/internal/modules/finder"
	"tinhso.vn/internal/modules/finder/internal/api"
	"tinhso.vn/internal/modules/finder/internal/core"
	"tinhso.vn/internal/modules/finder/internal/site"
	"tinhso.vn/internal/modules/finder/internal/store"
	"tinhso.vn/internal/modules/finder/locales"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
)

// Deps is everything the module needs, by name and without defaults.
type Deps struct {
	DB    *db.DB
	Keys  *crypt.Keys
	Index *search.Index
}

// Offers is what the program uses of it.
type Offers interface {
	// Forget forgets questions that are too old; it is called now and again.
	Forget(ctx context.Context) error
	// Kept returns what is kept of an account's questions.
	Kept(ctx context.Context, account string) ([]finder.Kept, error)
	// ForgetAccount erases them, and says how many.
	ForgetAccount(ctx context.Context, tx *db.Tx, account string) (int, error)
}

// New returns the module and what it offers.
func New(d Deps) (module.Module, Offers) {
	svc := core.New(d.DB, d.Keys, d.Index)
	return module.Module{
		Name: "finder", Migrations: store.Migrations(), Permissions: []identity.Permission{finder.PermManage},
		AuditEvents: []audit.Event{finder.AuditRebuilt, finder.AuditChecked, finder.AuditRetried},
		Routes:      slices.Concat(site.Routes(svc), api.Routes(svc)),
		Menu: []module.MenuItem{
			{Side: module.Officials, Order: 88, Label: "finder.manage.menu", Path: site.ManagePath, Permissions: []identity.Permission{finder.PermManage}},
		},
		Locales: locales.Files, Sealed: store.Sealed(),
	}, svc
}
