// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core holds the rules of linked procedures: one file per use case. It
// knows no HTTP, no SQL and no pages.
package core

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/lifeevents"
	"tinhso.vn/internal/modules/lifeevents/internal/store"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// The jobs.
const (
	JobFollow jobs.Kind = "lifeevents.follow" // a linked dossier moved: its legs follow
	JobAsk    jobs.Kind = "lifeevents.ask"    // a partner is asked what became of a leg
)

// Deps is everything the use cases need, by name.
type Deps struct {
	DB       *db.DB
	Keys     *crypt.Keys
	Hub      *connectors.Hub
	Dossiers dossiers.Declarer
	Stands   access.Stands // nil: nobody acts for others
	Calendar func(unit string) *calendar.Calendar
	Name     func(ctx context.Context, account string) string
}

// Service runs the use cases.
type Service struct {
	Deps
	store store.Store
}

// New returns a service.
func New(d Deps) *Service { return &Service{Deps: d, store: store.New(d.Keys)} }

// PageSize is how much a list shows.
const PageSize = 30

// The services that every partner has besides those of the legs. Their names, and the
// numbers of the answers, are those of the published service of civil status; of the
// police and of social insurance none are published.
const (
	ServiceAsk    = "traTrangThaiHoSo"
	ServiceCancel = "huyHoSo"
)

// What a partner answers when it is asked how far something is.
const (
	saysWrong = "0"
	saysTaken = "1"
	saysMore  = "2"
	saysFits  = "3"
	saysDone  = "4"
)

// What happens, as the history says it.
const (
	didBegin    = "begun"
	didSend     = "sent"
	didFile     = "filed"
	didStick    = "stuck"
	didAnswer   = "done"
	didMend     = "mended"
	didClose    = "closed"
	didTakeBack = "taken_back"
	didCancel   = "cancelled"
)

// How often a partner is asked: soon at first, then less and less.
const (
	firstAsk = 2 * time.Second
	mostAsk  = 30 * time.Minute
	laterAsk = 5 * time.Minute // the partner could not be asked
)

func program() identity.Actor { return identity.Program("lifeevents") }

// ApplyDefinitions makes the bundles those of a pack and returns how many differ.
// It is for whoever applies packs.
func (s *Service) ApplyDefinitions(ctx context.Context, tx *db.Tx, all []lifeevents.Definition) (int, error) {
	return store.PutDefinitions(ctx, tx, all)
}

// moved writes down what happened to a leg, for people and for the audit log.
func (s *Service) moved(ctx context.Context, tx *db.Tx, actor identity.Actor, l store.Leg, what, note string, e audit.Event) error {
	if err := s.store.AddEntry(ctx, tx, store.Entry{Dossier: l.Dossier, Leg: l.Leg, What: what, Note: note, By: actor.Account}); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, e, l.Dossier+" "+l.Leg)
}

// put keeps a leg in another state, if a way leads there.
func (s *Service) put(ctx context.Context, tx *db.Tx, l *store.Leg, to lifeevents.State) error {
	if l.State != to {
		if !l.State.MayBecome(to) {
			return lifeevents.ErrState
		}
		l.State = to
		if l.Ended = (db.Time{}); to.Over() {
			l.Ended = tx.Now
		}
	}
	if err := s.store.PutLeg(ctx, tx, *l); err != nil {
		return err
	}
	l.Version++
	return nil
}

// stand says where a bundle stands by its legs, and keeps it.
func (s *Service) stand(ctx context.Context, tx *db.Tx, b store.Bundle, all []store.Leg, over bool) error {
	now := lifeevents.Finished
	for _, l := range all {
		switch {
		case l.State == lifeevents.Stuck:
			now = lifeevents.NeedsClerk
		case !l.State.Over() && now != lifeevents.NeedsClerk:
			now = lifeevents.Open
		}
	}
	if now == lifeevents.Finished && over {
		now = lifeevents.Ended
	}
	if now == lifeevents.Finished && b.Number == "" {
		now = lifeevents.Open // the first part is not there
	}
	b.State, b.Ended = now, db.Time{}
	if now == lifeevents.Finished || now == lifeevents.Ended {
		b.Ended = tx.Now
	}
	return s.store.PutBundle(ctx, tx, b)
}

// office is the scope of an official.
func office(actor identity.Actor) (access.Scope, error) {
	return access.RequireAny(actor, lifeevents.PermView, lifeevents.PermMend)
}

// own is the scope of a citizen: their own, or of whom they act for.
func (s *Service) own(ctx context.Context, actor identity.Actor) (access.Scope, error) {
	sc, err := access.Require(actor, lifeevents.PermOwn)
	if err != nil || !actor.Acts() || s.Stands == nil {
		return sc, err
	}
	rights, err := s.Stands.Standing(ctx, s.DB, actor, access.See)
	return sc.For(rights...), err
}

// asked collects what is wrong with an input.
type asked struct{ fields []errs.Field }

func (a *asked) add(name, code string, args map[string]any) {
	a.fields = append(a.fields, errs.Field{Name: name, Code: code, Args: args})
}

func (a *asked) err() error { return errs.BadInput(a.fields) }
