// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core holds the rules of privacy: one file per use case. The data it
// speaks of belongs to holders, which hand it over and erase it.
package core

import (
	"context"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/privacy"
	"tinhso.vn/internal/modules/privacy/internal/store"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/pdf"
	"tinhso.vn/internal/platform/text"
)

// Deps is everything the use cases need, by name and without defaults.
type Deps struct {
	DB       *db.DB
	Keys     *crypt.Keys
	People   *identity.Directory
	Files    *files.Store
	Calendar func(unit string) *calendar.Calendar // the working time of a unit
	Holders  []privacy.Holder
	// Name names an account.
	Name func(ctx context.Context, account string) string
	// Rules names the rules of retention, by id.
	Rules func(ctx context.Context) (map[string]i18n.Text, error)
	// LawName names a legal document: "356/2025/NĐ-CP"; the id where it is not known.
	LawName func(ctx context.Context, id string) string
	// Registers says what registers have personal data for.
	Registers func(ctx context.Context) ([]privacy.OfRegister, error)
	Fonts     pdf.Fonts
	Agency    string // whose papers they are
	Mark      string // across every paper; empty: none
}

// Service runs the use cases.
type Service struct {
	Deps
	store store.Store
	index func(ctx context.Context, w io.Writer, v Index) error
}

// New returns a service; index writes the page of an archive.
func New(d Deps, index func(ctx context.Context, w io.Writer, v Index) error) *Service {
	return &Service{Deps: d, store: store.New(d.Keys), index: index}
}

// PageSize is how many rows a list returns at most.
const PageSize = 50

// Page is a part of a list. Next is given back to get the part after it; empty
// at the end.
type Page[T any] struct {
	Items []T
	Next  string
}

// cut makes a page of what was asked for with one row too many.
func cut[T any](rows []T, key func(T) string) (p Page[T]) {
	p.Items = rows
	if len(rows) > PageSize {
		p.Items = rows[:PageSize]
		p.Next = key(rows[PageSize-1])
	}
	return p
}

// maxWords is how long a text may be, in characters.
const maxWords = 4000

// words cleans a text and says what is wrong with it.
func words(field, typed string, needed bool) (string, []errs.Field) {
	typed = strings.TrimSpace(text.NFC(typed))
	switch n := utf8.RuneCountInString(typed); {
	case n == 0 && needed:
		return "", []errs.Field{{Name: field, Code: "form.required"}}
	case n > maxWords:
		return "", []errs.Field{{Name: field, Code: "form.too_long", Args: map[string]any{"max": maxWords, "over": n - maxWords}}}
	}
	return typed, nil
}

// due is the end of a span that begins at t, in the working time of a unit.
func (s *Service) due(unit string, t time.Time, span privacy.Span) (db.Time, error) {
	if span.Unit == "hours" { // by the clock: a breach does not wait for Monday
		return db.At(t.Add(time.Duration(span.Amount) * time.Hour)), nil
	}
	d := calendar.Duration{Amount: span.Amount, Unit: calendar.CalendarDay}
	if span.Unit == "working_days" {
		d.Unit = calendar.WorkingDay
	}
	at, err := s.Calendar(unit).Due(t, d)
	return db.At(at), err
}

// term returns the term for something; ErrNoTerm where the pack has none.
func (s *Service) term(ctx context.Context, q db.Querier, what string) (privacy.Term, error) {
	all, err := s.store.Terms(ctx, q)
	if err != nil {
		return privacy.Term{}, err
	}
	for _, t := range all {
		if t.What == what {
			return t, nil
		}
	}
	return privacy.Term{}, privacy.ErrNoTerm.With("what", what)
}

// holder names a holder; its name where there is none.
func (s *Service) holder(name string) privacy.Description {
	for _, h := range s.all() {
		if h.Name() == name {
			return h.Describe()
		}
	}
	return privacy.Description{Name: i18n.Text{VI: name}}
}

// Given implements privacy.Consents.
func (s *Service) Given(ctx context.Context, q db.Querier, person, purpose string) (given bool, err error) {
	defer errs.Wrap(&err, "look for a consent")

	all, err := s.store.Purposes(ctx, q)
	if err != nil {
		return false, err
	}
	for _, p := range all {
		if p.ID == purpose && p.Consent {
			open, err := s.store.OpenConsent(ctx, q, person, purpose)
			return open != "", err
		}
	}
	return false, nil
}

// Restricted implements privacy.Restrictions.
func (s *Service) Restricted(ctx context.Context, q db.Querier, person string) (db.Time, error) {
	return s.store.Restricted(ctx, q, person)
}
