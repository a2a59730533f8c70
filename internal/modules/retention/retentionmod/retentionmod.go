// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package retentionmod puts the retention module together. Only internal/app
// imports it; it holds no rules.
package retentionmod

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/modules/retention"
	"tinhso.vn/internal/modules/retention/internal/api"
	"tinhso.vn/internal/modules/retention/internal/core"
	"tinhso.vn/internal/modules/retention/internal/site"
	"tinhso.vn/internal/modules/retention/internal/store"
	"tinhso.vn/internal/modules/retention/locales"
	"tinhso.vn/internal/platform/db"
)

// KeptChanges is what the feed of registers keeps.
const KeptChanges = retention.KeptChanges

// KeptParcels is what the post keeps.
const KeptParcels = retention.KeptParcels

// KeptSaid is what was said to systems outside and by them.
const KeptSaid = retention.KeptSaid

// Deps is everything the module needs, by name and without defaults.
type Deps = core.Deps

// Rule says how long something is kept: a pack says so.
type Rule = retention.Rule

// Action is what happens at the end of the time.
type Action = retention.Action

// Rules is what the program applies packs with, and runs now and again.
type Rules interface {
	// ApplyRules makes the rules of a pack those of the province.
	ApplyRules(ctx context.Context, tx *db.Tx, rules []Rule) (changed int, err error)
	// Rules returns those in force.
	Rules(ctx context.Context) ([]Rule, error)
	// DraftUntil says up to which day a draft is kept that was saved then; false: for ever.
	DraftUntil(ctx context.Context, saved db.Time) (until db.Time, ends bool, err error)
	// ForgetDrafts forgets drafts that are past their time, and says how many.
	ForgetDrafts(ctx context.Context) (forgotten int, err error)
	// ForgetTold forgets notices and messages that are past their time, and says how many.
	ForgetTold(ctx context.Context) (forgotten int, err error)
}

// New returns the module and its rules.
func New(d Deps) (module.Module, Rules) {
	svc := core.New(d)
	return module.Module{
		Name:        "retention",
		Migrations:  store.Migrations(),
		Permissions: retention.Permissions(),
		AuditEvents: retention.AuditEvents(),
		Routes:      slices.Concat(site.Routes(svc), api.Routes(svc)),
		Menu: []module.MenuItem{{
			Side: module.Officials, Order: 75, Label: "retention.menu", Path: site.Path, Permissions: []identity.Permission{retention.PermView},
		}},
		Jobs:    map[jobs.Kind]jobs.Handler{core.JobErase: svc.EraseBatch},
		Locales: locales.Files,
	}, svc
}
