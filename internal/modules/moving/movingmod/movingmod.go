// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package movingmod puts the moving module together. Only internal/app imports it.
package movingmod

import (
	"context"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/modules/moving"
	"tinhso.vn/internal/modules/moving/internal/api"
	"tinhso.vn/internal/modules/moving/internal/core"
	"tinhso.vn/internal/modules/moving/internal/core/ask"
	"tinhso.vn/internal/modules/moving/internal/core/mapping"
	"tinhso.vn/internal/modules/moving/internal/site"
	"tinhso.vn/internal/modules/moving/internal/store"
	"tinhso.vn/internal/modules/moving/locales"
)

// Deps is everything the module needs, by name and without defaults.
type Deps = core.Deps

type (
	// System is the older system as the operator allows it to be asked.
	System = ask.System
	// Run is a going through a dump.
	Run = core.Run
	// Looked is what a dump holds.
	Looked = core.Looked
	// Planned is what somebody says of a new wave.
	Planned = core.Planned
	// Mistake is something wrong with a mapping.
	Mistake = mapping.Mistake
	// Copied is what a copy for training holds.
	Copied = core.Copied
	// Leave is what giving a unit back would do.
	Leave = core.Leave
	// ComparisonView is a comparison with some of its differences.
	ComparisonView = core.ComparisonView
	// Whole is a wave with everything about it.
	Whole = core.Whole
	// Wave is a set of units that come over together.
	Wave = core.Wave
	// Listed is what a list of procedures, units or officials would do, or did.
	Listed = core.Listed
	// CatalogueAsked is how a catalogue is to come.
	CatalogueAsked = core.CatalogueAsked
	// ListAsked is how units or officials are to come.
	ListAsked = core.ListAsked
)

// The kinds of comparisons.
const (
	Counts = core.Counts
	Shadow = core.Shadow
)

// MappingFile is how the mapping of a dump is called.
const MappingFile = mapping.FileName

// Schema returns the JSON Schema of mappings.
func Schema() ([]byte, error) { return mapping.Schema() }

// Lint returns what is wrong with a mapping.
func Lint(content []byte) []Mistake {
	_, wrong := mapping.Read(content)
	return wrong
}

// Commands is what the command line uses.
type Commands interface {
	Plan(ctx context.Context, actor identity.Actor, p Planned) (wave string, err error)
	ListWaves(ctx context.Context, actor identity.Actor, before string) (all []Wave, next string, err error)
	GetWave(ctx context.Context, actor identity.Actor, id string) (Whole, error)
	Start(ctx context.Context, actor identity.Actor, wave string, later bool) (run string, err error)
	Continue(ctx context.Context, run string, long time.Duration, tell func(Run)) (more bool, err error)
	WriteRejects(ctx context.Context, run string, words func(code string) string) (written []string, err error)
	Compare(ctx context.Context, actor identity.Actor, wave, kind string, later bool) (id string, err error)
	RunCompare(ctx context.Context, id string) error
	GetComparison(ctx context.Context, actor identity.Actor, id string, after int) (ComparisonView, error)
	Export(ctx context.Context, actor identity.Actor, id string, write func(row ...any) error) error
	Leaving(ctx context.Context, actor identity.Actor, wave, unit string) (Leave, error)
	GiveBack(ctx context.Context, actor identity.Actor, wave, unit string, confirmed, later bool) error
	ContinueBack(ctx context.Context, wave, unit string, confirmed bool, long time.Duration) (more bool, err error)
	// LookAt reads a whole dump and says what a run would make of it.
	LookAt(ctx context.Context, source string) (Looked, error)
	// TakeCatalogue, TakeUnits and TakeOfficials look at a list, or let it come.
	TakeCatalogue(ctx context.Context, actor identity.Actor, source string, o CatalogueAsked, words func(code string) string) (Listed, error)
	TakeUnits(ctx context.Context, actor identity.Actor, source string, o ListAsked, words func(code string) string) (Listed, error)
	TakeOfficials(ctx context.Context, actor identity.Actor, source string, o ListAsked, words func(code string) string) (Listed, error)
	// CopyTo writes a copy for training.
	CopyTo(ctx context.Context, actor identity.Actor, source, to, key string) (Copied, error)
}

// New returns the module, and what the command line uses.
func New(d Deps) (module.Module, Commands) {
	svc := core.New(d)
	return module.Module{
		Name: "moving", Migrations: store.Migrations(), Permissions: moving.Permissions(), AuditEvents: moving.AuditEvents(),
		Routes: slices.Concat(site.Routes(svc), api.Routes(svc)), Locales: locales.Files, Sealed: store.Sealed(), Notices: moving.Notices(),
		Jobs: map[jobs.Kind]jobs.Handler{core.JobRun: svc.Work, core.JobCompare: svc.WorkCompare, core.JobBack: svc.WorkBack, core.JobDay: svc.WorkDay},
		Menu: []module.MenuItem{{Side: module.Officials, Order: 90, Label: "moving.menu", Path: site.Path, Permissions: moving.Permissions()}},
	}, svc
}
