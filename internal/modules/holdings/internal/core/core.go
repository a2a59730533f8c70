// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core holds the rules of the vault of papers: one file per use case. It
// knows no HTTP, no SQL and no pages.
package core

import (
	"context"
	"errors"
	"time"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/holdings"
	"tinhso.vn/internal/modules/holdings/internal/store"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Deps is everything the use cases need, by name.
type Deps struct {
	DB         *db.DB
	Keys       *crypt.Keys
	People     *identity.Directory
	Files      *files.Store
	Sheaf      dossiers.Sheaf // documents of dossiers
	Codes      Codes
	Stands     access.Stands // who may act for whom; nil: nobody for anybody
	Signatures func(ctx context.Context, document []byte) (signing.Report, error)
	Name       func(ctx context.Context, account string) string
	// Agreed says whether an owner lets the national portal see the vault; nil: nobody has.
	Agreed  func(ctx context.Context, q db.Querier, person string) (bool, error)
	Address string // where people reach the site: "https://dichvucong.example.vn"
}

// Codes says what people call dossiers.
type Codes interface {
	Codes(ctx context.Context, q db.Querier, ids []string) (map[string]string, error)
}

// Service runs the use cases.
type Service struct {
	Deps
	store store.Store
}

// New returns a service.
func New(d Deps) *Service { return &Service{Deps: d, store: store.New(d.Keys)} }

// PageSize is how many rows a page holds at most.
const PageSize = 30

// Page is a part of a list; Next is given back to go on, and empty at the end.
type Page[T any] struct {
	Items []T
	Next  string
}

// Paper is a paper as people see it: personal data.
type Paper struct {
	ID         string
	Type       holdings.Type
	Number     string
	Issuer     string
	Issued     string // YYYY-MM-DD; empty: nobody has said
	Until      string // the last day; empty: none is known
	Perpetual  bool
	Summary    string
	Officer    string
	Checked    string // against what the copy was checked; empty: it is no copy
	Signed     holdings.Signed
	Source     holdings.Source
	At         db.Time // when it came
	State      holdings.State
	Why        *errs.Error // why it cannot be used today; nil: it can
	Replaces   string
	ReplacedBy string
	Ended      db.Time
	Reason     string
	File       files.File
}

// subject is what the file of a paper belongs to.
func subject(paper string) files.Subject { return files.Subject{Kind: "holding", ID: paper} }

// types returns all types by id.
func (s *Service) types(ctx context.Context, q db.Querier) (map[string]store.Row, error) {
	rows, err := s.store.Types(ctx, q)
	all := map[string]store.Row{}
	for _, r := range rows {
		all[r.ID] = r
	}
	return all, err
}

// typeOf is a type, or its bare id where no pack knows it any more.
func typeOf(all map[string]store.Row, id string) holdings.Type {
	if t, ok := all[id]; ok {
		return t.Type
	}
	return holdings.Type{ID: id, Name: i18n.Text{VI: id}}
}

// shown is a row as people see it.
func (s *Service) shown(ctx context.Context, q db.Querier, all map[string]store.Row, r store.Paper) (p Paper, err error) {
	p = Paper{
		ID: r.ID, Type: typeOf(all, r.Type), Number: r.Facts.Number, Issuer: r.Facts.Issuer, Issued: r.Issued, Until: r.Until, Perpetual: r.Perpetual, Summary: r.Facts.Summary,
		Officer: r.Facts.Officer, Checked: r.Facts.Checked, Signed: r.Signed, Source: r.Source, At: r.At, State: r.State, Replaces: r.Replaces, ReplacedBy: r.ReplacedBy,
		Ended: r.Ended, Reason: r.Reason, Why: s.why(r, s.now(q)),
	}
	p.File, err = files.Get(ctx, q, subject(r.ID), files.ID(r.File))
	return p, err
}

// why says why a paper cannot be used at a moment; nil: it can.
func (s *Service) why(r store.Paper, now db.Time) *errs.Error {
	switch {
	case r.State == holdings.Revoked:
		return holdings.ErrRevoked.With("date", dayOf(r.Ended.Time))
	case r.State == holdings.Replaced:
		return holdings.ErrReplaced
	case r.Until != "" && r.Until < calendar.On(now.Time).String():
		return holdings.ErrExpired.With("date", shownDay(r.Until))
	case r.Signed == holdings.SignedBad:
		return holdings.ErrBadFile
	}
	return nil
}

func dayOf(t time.Time) string { return t.In(calendar.Zone()).Format("02/01/2006") }

// shownDay writes a day of ISO 8601 as people do.
func shownDay(iso string) string {
	if t, err := time.Parse(time.DateOnly, iso); err == nil {
		return t.Format("02/01/2006")
	}
	return iso
}

// now is the moment of an act: that of its transaction where there is one.
func (s *Service) now(q db.Querier) db.Time {
	if tx, ok := q.(*db.Tx); ok {
		return tx.Now
	}
	return s.DB.Now()
}

// own is the scope of what is one's own, or of whom one represents.
func (s *Service) own(ctx context.Context, q db.Querier, actor identity.Actor, act access.Act) (access.Scope, error) {
	scope, err := access.Require(actor, holdings.PermOwn)
	if err != nil || !actor.Acts() {
		return scope, err
	}
	if s.Stands == nil {
		return scope, access.ErrNotAllowed
	}
	stands, err := s.Stands.Standing(ctx, q, actor, act)
	return scope.For(stands...), err
}

// unitNames names units, each read once.
func (s *Service) unitNames(ctx context.Context) func(id string) i18n.Text {
	known := map[string]i18n.Text{}
	return func(id string) i18n.Text {
		if name, ok := known[id]; ok || id == "" {
			return name
		}
		u, err := orgs.Get(ctx, s.DB, orgs.ID(id))
		if err != nil {
			return i18n.Text{} // a unit that nobody knows has no name
		}
		known[id] = u.Name
		return u.Name
	}
}

// asked collects what is wrong with an input.
type asked struct{ fields []errs.Field }

func (a *asked) add(name, code string) {
	a.fields = append(a.fields, errs.Field{Name: name, Code: code})
}

func (a *asked) err() error { return errs.BadInput(a.fields) }

// line checks a text of one line and returns it tidied.
func (a *asked) line(name, value string, most int, needed bool) string {
	value = text.Line(value)
	switch n := utf8.RuneCountInString(value); {
	case n == 0 && needed:
		a.add(name, "form.required")
	case n > most:
		a.fields = append(a.fields, errs.Field{Name: name, Code: "form.too_long", Args: map[string]any{"max": most, "over": n - most}})
	}
	return value
}

// day checks a day of ISO 8601.
func (a *asked) day(name, value string, needed bool) (time.Time, bool) {
	if value = text.Line(value); value == "" {
		if needed {
			a.add(name, "form.required")
		}
		return time.Time{}, false
	}
	t, err := time.Parse(time.DateOnly, value)
	if err != nil || t.Year() < 1900 || t.Year() > 2200 {
		a.add(name, "form.not_a_date")
		return time.Time{}, false
	}
	return t, true
}

// definite reports whether trying again would change nothing.
func definite(err error) bool {
	e, ok := errors.AsType[*errs.Error](err)
	return ok && e.Kind != errs.Internal && e.Kind != errs.Unavailable
}
