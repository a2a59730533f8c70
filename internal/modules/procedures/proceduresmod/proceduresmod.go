// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package proceduresmod wires the catalogue of procedures. Only internal/app
// imports it; it holds no rules.
package proceduresmod

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/search"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/internal/api"
	"tinhso.vn/internal/modules/procedures/internal/core"
	"tinhso.vn/internal/modules/procedures/internal/site"
	"tinhso.vn/internal/modules/procedures/internal/store"
	"tinhso.vn/internal/modules/procedures/locales"
	"tinhso.vn/internal/platform/db"
)

// What app hands over and gets back, so that it imports this package alone.
type (
	// Doors are the pages of other modules that the pages of this one lead to.
	Doors = procedures.Doors
	// Figures are what the home page says of the work of the province.
	Figures = procedures.Figures
	// Citation is a procedure of today that rests on a legal document.
	Citation = procedures.Citation
	// Press is what blank forms are printed with.
	Press = core.Press
	// Change is what applying a pack did to a procedure.
	Change = procedures.Change
	// Version is a procedure as it stands in one version.
	Version = procedures.Version
	// Step is one row of a flow.
	Step = procedures.Step
	// Approval is how a version came to be in force.
	Approval = procedures.Approval
)

// The parts of a procedure that rest on law of their own.
const (
	Itself  = procedures.Itself
	ItsFee  = procedures.ItsFee
	ItsForm = procedures.ItsForm
	ItsFlow = procedures.ItsFlow
)

// SearchKind is the name under which the search finds procedures.
const SearchKind = core.SearchKind

// ID names a procedure.
type ID = procedures.ID

// Deps is what the module needs.
type Deps struct {
	DB *db.DB
	// Doors are the pages of other modules to lead to; those that are off are empty.
	Doors Doors
	// Figures count the work of the province for the home page; nil shows none.
	Figures func(ctx context.Context) (Figures, error)
	// Press prints blank forms.
	Press Press
	// Finds answers a question with the ids of procedures, the best first, and the
	// words to mark; false: it cannot yet. Nil: the catalogue looks itself.
	Finds func(ctx context.Context, question string, limit int) (ids []string, words []string, ok bool, err error)
	// Calendar is when a unit works, empty for offices in general; nil: nobody knows.
	Calendar func(unit string) *calendar.Calendar
	// Approvals says how versions of a procedure came to be in force; nil: nobody knows.
	Approvals func(ctx context.Context, id ID) ([]Approval, error)
}

// Catalogue is what app and other modules use of it.
type Catalogue interface {
	procedures.Finder
	procedures.Offerer
	procedures.Coded
	procedures.Publications
	// Fields returns the names of the fields of today's procedures by their slugs.
	Fields(ctx context.Context) (map[string]i18n.Text, error)
	// InFields returns the ids of all procedures of some fields, whatever the day.
	InFields(ctx context.Context, q db.Querier, fields []string) ([]string, error)
	// Cited returns what today's procedures rest on.
	Cited(ctx context.Context) ([]Citation, error)
	// Apply brings the procedures of a pack into the catalogue, in the caller's
	// transaction; applied again it changes nothing.
	Apply(ctx context.Context, tx *db.Tx, set *packs.Set) ([]Change, error)
	// Differing returns the procedures that are listed otherwise than a pack says.
	Differing(ctx context.Context, q db.Querier, set *packs.Set) ([]ID, error)
}

// Unusable returns the procedures of a pack that cannot be listed, with the reason.
func Unusable(set *packs.Set) map[string]error { return core.Unusable(set) }

// VersionOf returns a procedure of a pack as the version that it would become.
func VersionOf(set *packs.Set, id string) (procedures.Version, error) { return core.VersionOf(set, id) }

// New returns the module and its catalogue.
func New(d Deps) (module.Module, Catalogue) {
	svc := core.New(d.DB)
	svc.Finds, svc.Calendar = d.Finds, d.Calendar
	return module.Module{
		Name:       "procedures",
		Migrations: store.Migrations(),
		Routes:     slices.Concat(site.Routes(svc, site.Options{Doors: d.Doors, Figures: d.Figures, Press: d.Press, Approvals: d.Approvals}), api.Routes(svc), api.Forms(svc, d.Press)),
		Menu:       []module.MenuItem{{Side: module.Citizens, Order: 10, Label: "procedures.menu", Path: "/thu-tuc"}},
		Locales:    locales.Files,
		Search:     []search.Kind{svc.SearchKind()},
	}, svc
}
