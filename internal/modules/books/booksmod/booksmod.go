// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package booksmod puts the books module together. Only internal/app imports it.
package booksmod

import (
	"context"
	"io/fs"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books"
	"tinhso.vn/internal/modules/books/internal/api"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/modules/books/internal/site"
	"tinhso.vn/internal/modules/books/locales"
	"tinhso.vn/internal/platform/db"
)

// Deps is everything the module needs, by name and without defaults.
type Deps struct {
	DB     *db.DB
	People *identity.Directory
	Keeper *registers.Keeper
	Files  *files.Store // of tables that are brought and taken away
}

// New returns the module.
func New(d Deps) module.Module {
	svc := core.New(d.DB, d.People, d.Keeper).With(d.Files, d.rights)
	return module.Module{
		Name:   "books",
		Routes: slices.Concat(site.Routes(svc), api.Routes(svc)),
		Menu: []module.MenuItem{{
			Side: module.Officials, Order: 60, Label: "books.menu", Path: "/so", Divided: true, Permissions: []identity.Permission{registers.PermView},
		}},
		Jobs:    map[jobs.Kind]jobs.Handler{books.JobImport: svc.Work},
		Locales: fs.FS(locales.Files),
	}
}

// rights returns an account with all that it may do now.
func (d Deps) rights(ctx context.Context, account string) (identity.Actor, error) {
	a, err := d.People.GetAccount(ctx, d.DB, account)
	if err != nil {
		return identity.Actor{}, err
	}
	return access.Load(ctx, d.DB, identity.NewActor(account, a.Person), d.DB.Now())
}
