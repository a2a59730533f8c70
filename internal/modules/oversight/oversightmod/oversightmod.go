// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package oversightmod puts the oversight module together. Only internal/app
// imports it; it holds no rules.
package oversightmod

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/modules/oversight"
	"tinhso.vn/internal/modules/oversight/internal/api"
	"tinhso.vn/internal/modules/oversight/internal/core"
	"tinhso.vn/internal/modules/oversight/internal/site"
	"tinhso.vn/internal/modules/oversight/internal/store"
	"tinhso.vn/internal/modules/oversight/locales"
	"tinhso.vn/internal/platform/db"
)

// Deps is everything the module needs, by name and without defaults.
type Deps = core.Deps

// Rule is when reading is unusual: a pack says so.
type Rule = oversight.Rule

// Kind is what a rule looks for.
type Kind = oversight.Kind

// Watcher is what the program runs now and again, and applies packs with.
type Watcher interface {
	// Evaluate looks at readings nobody has looked at and reports whether
	// there are more. Any number of servers may do so.
	Evaluate(ctx context.Context) (more bool, err error)
	// ApplyRules makes the rules of a pack those of the province.
	ApplyRules(ctx context.Context, tx *db.Tx, rules []Rule) (changed int, err error)
}

// New returns the module and what watches.
func New(d Deps) (module.Module, Watcher) {
	svc := core.New(d)
	return module.Module{
		Name:        "oversight",
		Migrations:  store.Migrations(),
		Permissions: oversight.Permissions(),
		AuditEvents: oversight.AuditEvents(),
		Routes:      slices.Concat(site.Routes(svc), api.Routes(svc)),
		Menu:        site.Menu(svc),
		Jobs:        map[jobs.Kind]jobs.Handler{core.JobErase: svc.Erase},
		Locales:     locales.Files,
	}, svc
}
