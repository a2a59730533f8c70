// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core holds the rules of writing procedures in the browser: what a
// change is made of, what the province would be with it, who may approve it and
// how it is published. One file per use case.
package core

import (
	"context"
	"sync"

	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/pdf"
)

// Deps is what the use cases need of the program.
type Deps struct {
	DB *db.DB
	// Name says who an account is.
	Name func(ctx context.Context, account string) string
	// Unusable returns the procedures of a set that cannot be carried out, with the reason.
	Unusable func(*packs.Set) map[string]error
	// Apply makes a set true in the caller's transaction, as applying a pack does.
	Apply func(ctx context.Context, tx *db.Tx, set *packs.Set) error
	// Lock lets one pack be applied at a time.
	Lock func(ctx context.Context, tx *db.Tx) error
	// Running returns how many dossiers are in hand, by procedure.
	Running func(ctx context.Context, q db.Querier) (map[string]int64, error)
	// PlanRegister says what applying a register would do to its tables and records.
	PlanRegister func(ctx context.Context, q db.Querier, def registers.Definition) (registers.Plan, error)
	// Standings are the registers of which somebody sees something; access.ErrSignInNeeded or another refusal for none.
	Standings func(ctx context.Context, q db.Querier, actor identity.Actor) ([]registers.Standing, error)
	// Fonts print forms and results that are looked at while they are written.
	Fonts pdf.Fonts
	// Files keeps catalogues that are brought as tables, until a change is made of them.
	Files *files.Store
	// Published returns when decisions became public; nil: nobody knows.
	Published func(ctx context.Context, from, to string, limit int) ([]procedures.Publication, error)
	Rehearsal
}

// Service runs the use cases.
type Service struct {
	Deps

	mu     sync.Mutex
	ground *Ground // as it was read last
	made   map[authoring.ID]made
}

// New returns a service.
func New(d Deps) *Service { return &Service{Deps: d, made: map[authoring.ID]made{}} }
