// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package holdingsmod wires the vault of papers. Only internal/app imports it; it
// holds no rules.
package holdingsmod

import (
	"context"
	"io"
	"slices"

	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/holdings"
	"tinhso.vn/internal/modules/holdings/internal/api"
	"tinhso.vn/internal/modules/holdings/internal/core"
	"tinhso.vn/internal/modules/holdings/internal/site"
	"tinhso.vn/internal/modules/holdings/internal/store"
	"tinhso.vn/internal/modules/holdings/locales"
	"tinhso.vn/internal/platform/db"
)

type (
	// Deps is everything the module needs, by name and without defaults.
	Deps = core.Deps
	// Type is a kind of paper.
	Type = holdings.Type
	// Validity says how long papers of a type are valid.
	Validity = holdings.Validity
	// Paper is a paper as people see it.
	Paper = core.Paper
	// Share is a link as its owner sees it.
	Share = core.Share
	// Pointer is something that points to a person.
	Pointer = holdings.Pointer
)

// Offers is what the program and other modules use of it.
type Offers interface {
	dossiers.Vault
	holdings.Backfile
	holdings.Outside
	// ApplyTypes makes the types of a pack those of the vault.
	ApplyTypes(ctx context.Context, tx *db.Tx, all []Type) (changed int, err error)
	// Pointers and Repoint give papers and links to another person.
	Pointers(ctx context.Context, q db.Querier, person string) ([]Pointer, error)
	Repoint(ctx context.Context, tx *db.Tx, p Pointer, from, to string) (bool, error)
	// ExportPerson hands over papers and links, and then files.
	ExportPerson(ctx context.Context, person string, each func(Paper, []Share) error, file func(name string, content io.Reader) error) error
	// ListKept lists what the law of archives keeps.
	ListKept(ctx context.Context, q db.Querier, person string, limit int) ([]Paper, error)
	// ForgetPerson ends all links of somebody.
	ForgetPerson(ctx context.Context, tx *db.Tx, person string) (int, error)
}

// New returns the module and what it offers.
func New(d Deps) (module.Module, Offers) {
	svc := core.New(d)
	return module.Module{
		Name: "holdings", Migrations: store.Migrations(), Permissions: holdings.Permissions(), AuditEvents: holdings.AuditEvents(),
		Routes: slices.Concat(site.Routes(svc), api.Routes(svc)), Menu: site.Menu(), Locales: locales.Files, Sealed: store.Sealed(),
		Jobs:     map[jobs.Kind]jobs.Handler{core.JobEnter: svc.Enter, core.JobTakenBack: svc.TakenBack},
		Consumes: map[events.Name]jobs.Kind{dossiers.EventIssuedV1: core.JobEnter, dossiers.EventRevokedV1: core.JobTakenBack},
	}, svc
}
