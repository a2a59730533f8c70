// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package scoresmod puts the scores module together. Only internal/app imports it.
package scoresmod

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/scores"
	"tinhso.vn/internal/modules/scores/internal/api"
	"tinhso.vn/internal/modules/scores/internal/core"
	"tinhso.vn/internal/modules/scores/internal/site"
	"tinhso.vn/internal/modules/scores/internal/store"
	"tinhso.vn/internal/modules/scores/locales"
	"tinhso.vn/internal/platform/db"
)

// Deps is everything the module needs, by name and without defaults.
type Deps struct {
	DB        *db.DB
	Dossiers  dossiers.Scoring
	Catalogue procedures.Offerer
	Beside
}

// Beside is what counts besides dossiers and the catalogue.
type Beside = core.Beside

// Ratings counts what people say of how they were served.
type Ratings = core.Ratings

// Rated is what people have said of a unit.
type Rated = core.Rated

// Decisions counts decisions that announce procedures.
type Decisions = core.Decisions

// The counts of decisions.
const (
	Announced       = scores.CountAnnounced
	AnnouncedInTime = scores.CountAnnouncedInTime
	Public          = scores.CountPublic
	PublicInTime    = scores.CountPublicInTime
)

// Set is a set of criteria.
type Set = scores.Set

// Group is criteria of a set that belong together.
type Group = scores.Group

// Criterion gives points for a ratio of counts.
type Criterion = scores.Criterion

// Sets takes the sets of a pack.
type Sets interface {
	// ApplySets makes the sets those of a pack, in the caller's transaction, and
	// returns how many differ.
	ApplySets(ctx context.Context, tx *db.Tx, sets []scores.Set) (int, error)
}

// New returns the module and what takes sets.
func New(d Deps) (module.Module, Sets) {
	svc := core.New(d.DB, d.Dossiers, d.Catalogue, d.Beside)
	return module.Module{
		Name: "scores", Migrations: store.Migrations(), Permissions: []identity.Permission{scores.PermView, scores.PermAll, scores.PermClose},
		AuditEvents: []audit.Event{scores.AuditClosed},
		Routes:      slices.Concat(site.Routes(svc), api.Routes(svc)),
		Menu: []module.MenuItem{
			{Side: module.Officials, Order: 62, Label: "scores.menu", Path: scores.Path, Permissions: []identity.Permission{scores.PermView, scores.PermAll}},
			{Side: module.Citizens, Foot: true, Order: 61, Label: "scores.public.title", Path: scores.PublicPath},
		},
		Locales: locales.Files,
	}, svc
}
