// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package booksmod puts the books module together. Only internal/app imports it.
package booksmod

import (
	"context"
	"encoding/json"
	"io/fs"
	"slices"

	"github.com/a-h/templ"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/geo"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/kernel/search"
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
	Notify *notify.Notifier // nil: nobody is told of proposals
	Areas  *geo.Atlas       // nil: no land is drawn, and addresses are entered by code
	Press  Press
	Files  *files.Store // of tables that are brought and taken away
}

// Describer says what the API of registers is for a reader.
type Describer struct{ svc *core.Service }

// NewDescriber returns one.
func NewDescriber(d Deps) Describer { return Describer{core.New(d.DB, d.People, d.Keeper)} }

// Titles returns the registers of which a reader sees something, by id.
func (d Describer) Titles(ctx context.Context, reader identity.Actor) (ids []string, titles map[string]i18n.Text, err error) {
	return d.svc.Titles(ctx, reader)
}

// OpenAPI returns the description of the operations of a register.
func (d Describer) OpenAPI(ctx context.Context, reader identity.Actor, register string, lang i18n.Lang) ([]byte, error) {
	doc, err := d.svc.Describe(ctx, reader, register, lang)
	if err != nil {
		return nil, err
	}
	return json.Marshal(doc)
}

// Press is what papers are printed with.
type Press = core.Press

// New returns the module.
func New(d Deps) module.Module {
	svc := core.New(d.DB, d.People, d.Keeper).With(d.Files, d.rights)
	svc.Areas, svc.Paper = d.Areas, d.Press
	if d.Notify != nil {
		svc.Messages = d.Notify
	}
	return module.Module{
		Name: "books", Migrations: store.Migrations(), AuditEvents: books.AuditEvents(),
		Routes: slices.Concat(site.Routes(svc), api.Routes(svc)),
		Menu: []module.MenuItem{
			{Side: module.Officials, Order: 60, Label: "books.menu", Path: "/so", Divided: true, Permissions: []identity.Permission{registers.PermView}, Family: "registers.", Count: svc.CountWaiting},
			{Side: module.Citizens, Foot: true, Order: 61, Label: "books.menu_doors", Path: "/xem"},
			{Side: module.Citizens, Foot: true, Order: 62, Label: "books.menu_public", Path: "/so"},
			{Side: module.Citizens, Foot: true, Order: 63, Label: "books.menu_open", Path: "/du-lieu-mo/so"},
		},
		Notices: books.Notices(),
		Search:  []search.Kind{svc.SearchKind()},
		Jobs:    map[jobs.Kind]jobs.Handler{books.JobImport: svc.Work},
		Locales: fs.FS(locales.Files),
	}
}

// Sweep erases files that came for records which nobody has added. It is meant to
// run daily.
func Sweep(ctx context.Context, d *db.DB) error { return core.SweepUploads(ctx, d) }

// rights returns an account with all that it may do now.
func (d Deps) rights(ctx context.Context, account string) (identity.Actor, error) {
	a, err := d.People.GetAccount(ctx, d.DB, account)
	if err != nil {
		return identity.Actor{}, err
	}
	return access.Load(ctx, d.DB, identity.NewActor(account, a.Person), d.DB.Now())
}

// Preview shows a register that is being written as its pages would be, with
// made-up values, as those see it whose standing is given.
func Preview(p page.Page, st registers.Standing, part string) templ.Component {
	return site.Preview(p, st, part)
}
