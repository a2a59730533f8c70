// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package processesmod puts the processes module together. Only internal/app
// imports it; it holds no rules.
package processesmod

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/modules/processes"
	"tinhso.vn/internal/modules/processes/internal/api"
	"tinhso.vn/internal/modules/processes/internal/core"
	"tinhso.vn/internal/modules/processes/internal/site"
	"tinhso.vn/internal/modules/processes/internal/store"
	"tinhso.vn/internal/modules/processes/locales"
	"tinhso.vn/internal/platform/db"
)

// Deps is everything the module needs, by name and without defaults.
type Deps = core.Deps

// Use is a procedure of today and the process by which it is done.
type Use = processes.Use

// Follower is the owner of what cases are about.
type Follower = processes.Follower

type (
	// Draft is an absence that somebody declares.
	Draft = core.AbsenceDraft
	// Away is an absence with the names of the two.
	Away = core.Away
	// Candidate is somebody who can stand in.
	Candidate = core.Candidate
	// AbsenceID identifies an absence.
	AbsenceID = processes.AbsenceID
)

// Offers is what other modules join: there is one list of who is away.
type Offers interface {
	// AwayOf returns the absences of some accounts in a time (until is exclusive).
	AwayOf(ctx context.Context, q db.Querier, from, until db.Time, accounts ...string) ([]Away, error)
	// ListCandidates returns those who can stand in for somebody.
	ListCandidates(ctx context.Context, actor identity.Actor, account string) ([]Candidate, error)
	// Declare notes that somebody is away.
	Declare(ctx context.Context, actor identity.Actor, d Draft) (AbsenceID, error)
	// EndAbsence ends an absence before its time.
	EndAbsence(ctx context.Context, actor identity.Actor, absence AbsenceID) error
}

// New returns the module and what others join.
func New(d Deps) (module.Module, Offers) {
	svc := core.New(d)
	view := []identity.Permission{processes.PermView}
	return module.Module{
		Name:        "processes",
		Migrations:  store.Migrations(),
		Permissions: processes.Permissions(),
		AuditEvents: processes.AuditEvents(),
		Routes:      slices.Concat(site.Routes(svc), api.Routes(svc)),
		Menu: []module.MenuItem{
			{Side: module.Officials, Order: 36, Label: "processes.menu.absences", Path: site.AwayPath, Permissions: []identity.Permission{processes.PermAbsence, processes.PermAbsenceUnit}},
			{Side: module.Officials, Order: 41, Label: "processes.menu", Path: site.Path, Permissions: view},
			{Side: module.Officials, Order: 42, Label: "processes.menu.stuck", Path: site.StuckPath, Permissions: []identity.Permission{processes.PermRepair}},
		},
		Jobs:    map[jobs.Kind]jobs.Handler{core.JobMove: svc.MoveBatch},
		Locales: locales.Files,
	}, svc
}
