// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package privacymod puts the privacy module together. Only internal/app imports
// it; it holds no rules.
package privacymod

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/modules/privacy"
	"tinhso.vn/internal/modules/privacy/internal/api"
	"tinhso.vn/internal/modules/privacy/internal/core"
	"tinhso.vn/internal/modules/privacy/internal/site"
	"tinhso.vn/internal/modules/privacy/internal/store"
	"tinhso.vn/internal/modules/privacy/locales"
	"tinhso.vn/internal/platform/db"
)

// Deps is everything the module needs, by name and without defaults.
type Deps = core.Deps

type (
	// Purpose says why personal data is processed: a pack says so.
	Purpose = privacy.Purpose
	// OfRegister says what a register has personal data for.
	OfRegister = privacy.OfRegister
	// Category is a kind of data.
	Category = privacy.Category
	// Term says how long the office has: a pack says so.
	Term = privacy.Term
	// Span is a time.
	Span = privacy.Span
	// Holder keeps data about people.
	Holder = privacy.Holder
	// Description is a holder in words.
	Description = privacy.Description
	// Sink takes what a holder hands over.
	Sink = privacy.Sink
	// Record is one thing that is kept about a person.
	Record = privacy.Record
	// Line is one fact of a record.
	Line = privacy.Line
	// Kept is something that may not be deleted yet.
	Kept = privacy.Kept
	// Pointer is something that points to a person.
	Pointer = privacy.Pointer
)

// Offers is what the program uses of privacy.
type Offers interface {
	privacy.Consents
	privacy.Restrictions
	privacy.Mover
	// ApplyPurposes and ApplyTerms make those of a pack the province's.
	ApplyPurposes(ctx context.Context, tx *db.Tx, purposes []Purpose) (changed int, err error)
	ApplyTerms(ctx context.Context, tx *db.Tx, terms []Term) (changed int, err error)
	// Tick removes archives that have been kept long enough. Any number of servers may.
	Tick(ctx context.Context) (more bool, err error)
}

// New returns the module and what it offers.
func New(d Deps) (module.Module, Offers) {
	svc := core.New(d, site.WriteIndex)
	return module.Module{
		Name: "privacy", Migrations: store.Migrations(), Permissions: privacy.Permissions(), AuditEvents: privacy.AuditEvents(),
		Routes: slices.Concat(site.Routes(svc), api.Routes(svc)), Menu: site.Menu(svc),
		Jobs:    map[jobs.Kind]jobs.Handler{core.JobArchive: svc.MakeArchive, core.JobErase: svc.EraseData},
		Locales: locales.Files, Sealed: store.Sealed(),
	}, svc
}
