// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core holds the rules of what people say of how they were served: one
// file per use case. It knows no HTTP, no SQL and no pages.
package core

import (
	"context"
	"time"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/satisfaction/internal/store"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// The jobs.
const (
	JobAsk    jobs.Kind = "satisfaction.ask"    // a result was handed over
	JobTurn   jobs.Kind = "satisfaction.turn"   // somebody was served at a counter
	JobGather jobs.Kind = "satisfaction.gather" // the box is emptied
)

// Teller tells people things.
type Teller interface {
	Tell(ctx context.Context, tx *db.Tx, n notify.Notice) error
}

// Dossiers is what is asked of dossiers.
type Dossiers interface {
	RecordOf(ctx context.Context, q db.Querier, id dossiers.ID) (dossiers.Record, error)
	FindCase(ctx context.Context, q db.Querier, codeOrID string) (dossiers.Case, bool, error)
}

// Deps is everything the use cases need, by name.
type Deps struct {
	DB         *db.DB
	Keys       *crypt.Keys
	Dossiers   Dossiers
	Procedures procedures.Finder
	Messages   Teller
	Address    string // of this installation
	Fewest     int    // answers of a figure that is published; no fewer than satisfaction.Fewest
}

// Service runs the use cases.
type Service struct {
	Deps
	store  store.Store
	public published
}

// New returns a service.
func New(d Deps) *Service {
	return &Service{Deps: d, store: store.New(d.Keys), public: published{months: map[string]keptMonth{}}}
}

type (
	// FollowUp is a low score that the leader of a unit answers for.
	FollowUp = store.FollowUp
	// FollowAfter is the follow-up after which a page begins.
	FollowAfter = store.FollowAfter
	// Turn is somebody who was just served at a counter.
	Turn = store.Turn
)

// The states of a follow-up.
const (
	Open     = store.Open
	Answered = store.Answered
	Closed   = store.Closed
)

// PageSize is how much a list shows.
const PageSize = 30

const (
	askDays   = 30              // for which a link counts
	kioskTime = 5 * time.Minute // for which a turn can answer
	emptied   = 18 * 60         // minute of the day at which the box is emptied
	maxWords  = 1000
	idSize    = 24
)

func program() identity.Actor { return identity.Program("satisfaction") }

func monthOf(t db.Time) string { return t.In(calendar.Zone()).Format("2006-01") }

// token is what stands in the link of a dossier; hash what we keep of it.
func (s *Service) token(dossier string) string {
	return s.Keys.Index("satisfaction.link", dossier)[:24]
}

func (s *Service) hash(token string) string { return s.Keys.Index("satisfaction.hash", token) }

// asked collects what is wrong with an input.
type asked struct{ fields []errs.Field }

func (a *asked) add(name, code string) {
	a.fields = append(a.fields, errs.Field{Name: name, Code: code})
}

func (a *asked) err() error { return errs.BadInput(a.fields) }

func (a *asked) words(name, value string, needed bool) string {
	value = text.NFC(value)
	switch n := utf8.RuneCountInString(value); {
	case text.Line(value) == "" && needed:
		a.add(name, "form.required")
	case n > maxWords:
		a.fields = append(a.fields, errs.Field{Name: name, Code: "form.too_long", Args: map[string]any{"max": maxWords, "over": n - maxWords}})
	}
	return value
}
