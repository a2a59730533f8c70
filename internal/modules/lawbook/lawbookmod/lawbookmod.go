// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package lawbookmod puts the lawbook module together. Only internal/app imports it.
package lawbookmod

import (
	"slices"

	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/search"
	"tinhso.vn/internal/modules/lawbook"
	"tinhso.vn/internal/modules/lawbook/internal/api"
	"tinhso.vn/internal/modules/lawbook/internal/core"
	"tinhso.vn/internal/modules/lawbook/internal/site"
	"tinhso.vn/internal/modules/lawbook/locales"
	"tinhso.vn/internal/platform/db"
)

// What app says in this module's words.
type (
	// Citation is a rule that rests on a document.
	Citation = lawbook.Citation
	// Kind says what kind of rule rests on a document.
	Kind = lawbook.Kind
	// Citer returns the rules of today that rest on documents.
	Citer = lawbook.Citer
)

// The kinds of rules.
const (
	Procedure = lawbook.Procedure
	Fee       = lawbook.Fee
	Form      = lawbook.Form
	Flow      = lawbook.Flow
	Holiday   = lawbook.Holiday
	Retention = lawbook.Retention
)

// Deps is everything the module needs, by name and without defaults.
type Deps struct {
	DB     *db.DB
	Citers []Citer // what rests on documents
}

// New returns the module.
func New(d Deps) module.Module {
	svc := core.New(d.DB, d.Citers)
	return module.Module{
		Name:    "lawbook",
		Routes:  slices.Concat(site.Routes(svc), api.Routes(svc)),
		Locales: locales.Files,
		Search:  []search.Kind{svc.SearchKind()},
		Menu:    []module.MenuItem{{Side: module.Officials, Order: 43, Divided: true, Label: "lawbook.menu", Path: site.Path}},
	}
}
