// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package dossiersmod wires the dossiers module. Only internal/app imports it;
// it holds no rules.
package dossiersmod

import (
	"context"
	"io"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/search"
	"tinhso.vn/internal/kernel/signing/requests"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/api"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/dossiers/internal/site"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/dossiers/locales"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
)

// Deps is everything the module needs, by name and without defaults.
type Deps struct {
	Work
	Catalogue procedures.Offerer // for the counter
	Panels    func() []Panel     // what other modules show beside a dossier; nil: nothing
	Died      events.Name        // what is announced, with a PersonDied, when somebody has died; empty: nothing is
}

// Panel is what another module shows of a dossier on its page; mine: to who owns or
// sent it. nil: it has nothing to show.
type Panel = site.Panel

// Work is what the use cases need.
type Work = core.Deps

// ID names a dossier.
type ID = dossiers.ID

// SearchKind is the name under which the search finds dossiers.
const SearchKind = core.SearchKind

// TaskID names an open step of a dossier.
type TaskID = dossiers.TaskID

// Pointer is a draft or dossier that points to a person.
type Pointer = dossiers.Pointer

// Kept is a kind of things that are kept for a time.
type Kept = dossiers.Kept

// Exported is what is kept about one person in one dossier.
type Exported = dossiers.Exported

// IssuedResult is a document with which a dossier ended, for the vault.
type IssuedResult = dossiers.IssuedResult

// Incoming is what came with a dossier, for the vault.
type Incoming = dossiers.Incoming

// PackPhrase is a phrase that comes with a pack.
type PackPhrase = dossiers.PackPhrase

// NewPackPhrase makes one of what a pack says: its id, where it serves, its words and the rule.
func NewPackPhrase(id, kind, procedure, paper, words, basis string, verified bool) PackPhrase {
	return PackPhrase{ID: id, Kind: dossiers.PhraseKind(kind), Procedure: procedures.ID(procedure), Paper: paper, Words: words, Basis: basis, Verified: verified}
}

// Death is that somebody has died.
type Death = dossiers.Death

// PermOwn is for what is one's own.
const PermOwn = dossiers.PermOwn

// Offers is what other modules and the program use of dossiers.
type Offers interface {
	dossiers.Finder
	dossiers.Watch
	dossiers.Keeper
	dossiers.Hands
	dossiers.Cases
	dossiers.Holder
	dossiers.Scoring
	dossiers.Biller
	dossiers.Poster
	// ApplyPhrases makes the phrases of a pack the province's.
	ApplyPhrases(ctx context.Context, tx *db.Tx, all []PackPhrase) (changed int, err error)
	// CaseMoved lets a dossier follow its case: for workflow.Engine.Moved["dossier"].
	CaseMoved(ctx context.Context, tx *db.Tx, m workflow.Moved) error
	dossiers.Rehearser
	dossiers.Sheaf
	dossiers.Subject
	dossiers.Statistician
	dossiers.Outward
	dossiers.Declarer
	dossiers.Inward
	dossiers.Mover
	dossiers.Mirrors
	// ProcessOf returns the process of a version of a procedure as cases begin with it.
	ProcessOf(v procedures.Version) (*workflow.Definition, error)
	// TellDay tells officials of their day, after the given account; next is empty at the end.
	TellDay(ctx context.Context, after string) (next string, err error)
	// Hold and Follow let a dossier follow its case to another version of its process.
	Hold(ctx context.Context, tx *db.Tx, dossier string) error
	Follow(ctx context.Context, tx *db.Tx, moved workflow.Moved) error
	// Figures counts the work of the province; it names nobody.
	Figures(ctx context.Context) (procedures.Figures, error)
	// Open counts the open dossiers of each procedure; it names nobody.
	Open(ctx context.Context, q db.Querier) (map[procedures.ID]dossiers.Open, error)
	// ListPapers and OpenPaper let a paper that came with a dossier serve elsewhere: see papers.go.
	ListPapers(ctx context.Context, actor identity.Actor, code string) ([]GivenPaper, error)
	OpenPaper(ctx context.Context, actor identity.Actor, dossier, file string) (content io.ReadCloser, name string, err error)
	// IssuedFile says whether a document, by its SHA-256, was issued here, and no more than stands in it.
	IssuedFile(ctx context.Context, sha string) (number string, at time.Time, agency string, found bool, err error)
	// IsRevoked says whether such a document was taken back, when, and the number of what replaces it.
	IsRevoked(ctx context.Context, sha string) (at time.Time, newer string, revoked bool, err error)
}

// New returns the module and what it offers.
func New(d Deps) (module.Module, Offers) {
	svc := core.New(d.Work)
	consumes := map[events.Name]jobs.Kind{requests.EventEndedV1: core.JobSigned, requests.EventSignedV1: core.JobSigned}
	if d.Died != "" {
		consumes[d.Died] = core.JobDied
	}
	return module.Module{
		Name: "dossiers", Migrations: store.Migrations(), Permissions: dossiers.Permissions(), AuditEvents: dossiers.AuditEvents(),
		Routes: slices.Concat(site.Routes(svc, site.Options{Procedures: d.Procedures, Catalogue: d.Catalogue, Card: d.Card, Panels: d.Panels}), api.Routes(svc)), Menu: site.Menu(svc),
		Jobs:     map[jobs.Kind]jobs.Handler{core.JobReceipt: svc.MakeReceipt, core.JobSigned: svc.RequestEnded, core.JobMoved: svc.FollowCase, core.JobDied: svc.TellDied},
		Search:   []search.Kind{svc.SearchKind()},
		Tasks:    map[string]workflow.Handler{core.TaskTell: {Within: svc.TellProgress}},
		Consumes: consumes, Locales: locales.Files, Sealed: store.Sealed(),
		Notices: dossiers.Notices(),
	}, offers{svc}
}

type offers struct{ *core.Service }

var _ Offers = offers{}

// HandOver implements dossiers.Hands.
func (o offers) HandOver(ctx context.Context, tx *db.Tx, actor identity.Actor, ids []dossiers.TaskID, toAccount, reason string) ([]dossiers.HandedOver, error) {
	return o.PassOn(ctx, tx, core.Giver(actor), ids, toAccount, reason)
}
