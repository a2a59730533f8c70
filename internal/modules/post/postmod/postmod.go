// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package postmod puts the post module together. Only internal/app imports it.
package postmod

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/post"
	"tinhso.vn/internal/modules/post/internal/api"
	"tinhso.vn/internal/modules/post/internal/core"
	"tinhso.vn/internal/modules/post/internal/site"
	"tinhso.vn/internal/modules/post/internal/store"
	"tinhso.vn/internal/modules/post/locales"
	"tinhso.vn/internal/platform/db"
)

// Deps is everything the module needs, by name and without defaults.
type Deps = core.Deps

// Settings are where the post is.
type Settings = core.Settings

// Wish is that a result shall come by post.
type Wish = core.Wish

// Parcel is a result on its way.
type Parcel = core.Parcel

// Pointer is a wish or a parcel that points to a person, and by what.
type Pointer = post.Pointer

// Offers is what the program uses of the post.
type Offers interface {
	// Pointers and Repoint give wishes and parcels to another person, when two are found to be one.
	Pointers(ctx context.Context, q db.Querier, person string) ([]Pointer, error)
	Repoint(ctx context.Context, tx *db.Tx, p Pointer, from, to string) (bool, error)
	// ExportPerson hands over what was sent to somebody, for who may ask: the caller decides.
	ExportPerson(ctx context.Context, person string, wish func(Wish) error, parcel func(Parcel) error) error
	// CountPast and ForgetPast are for the rules of retention: what ended before a moment.
	CountPast(ctx context.Context, before db.Time) (n int, oldest db.Time, err error)
	ForgetPast(ctx context.Context, tx *db.Tx, before db.Time, limit int) (int, error)
}

// New returns the module and what it offers.
func New(d Deps) (module.Module, Offers) {
	svc := core.New(d)
	return module.Module{
		Name: "post", Migrations: store.Migrations(), Permissions: post.Permissions(), AuditEvents: post.AuditEvents(),
		Routes: slices.Concat(site.Routes(svc), api.Routes(svc)), Menu: site.Menu(), Locales: locales.Files, Sealed: store.Sealed(),
		Jobs:     map[jobs.Kind]jobs.Handler{core.JobSend: svc.Send, core.JobTrack: svc.Track, core.JobIssued: svc.Issued, core.JobOpened: svc.Opened},
		Consumes: map[events.Name]jobs.Kind{dossiers.EventIssuedV1: core.JobIssued, dossiers.EventMailOpenedV1: core.JobOpened},
	}, svc
}
