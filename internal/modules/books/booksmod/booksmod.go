// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package booksmod puts the books module together. Only internal/app imports it.
package booksmod

import (
	"io/fs"
	"slices"

	"tinhso.vn/internal/kernel/geo"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books"
	"tinhso.vn/internal/modules/books/internal/api"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/modules/books/internal/site"
	"tinhso.vn/internal/modules/books/internal/store"
	"tinhso.vn/internal/modules/books/locales"
	"tinhso.vn/internal/platform/db"
)

// Deps is everything the module needs, by name and without defaults.
type Deps struct {
	DB     *db.DB
	People *identity.Directory
	Keeper *registers.Keeper
	Atlas  *geo.Atlas
	Press  Press
}

// Press is what papers are printed with.
type Press = core.Press

// New returns the module.
func New(d Deps) module.Module {
	svc := core.New(d.DB, d.People, d.Keeper, d.Atlas, d.Press)
	return module.Module{
		Name: "books", Migrations: store.Migrations(), AuditEvents: books.AuditEvents(),
		Routes: slices.Concat(site.Routes(svc), api.Routes(svc)),
		Menu: []module.MenuItem{{
			Side: module.Officials, Order: 60, Label: "books.menu", Path: "/so", Divided: true, Permissions: []identity.Permission{registers.PermView},
		}},
		Locales: fs.FS(locales.Files),
	}
}
