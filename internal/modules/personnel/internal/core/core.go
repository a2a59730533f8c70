// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core holds the rules of personnel: one file per use case. What a
// holding is and what refuses one is kernel/access; units are kernel/orgs.
package core

import (
	"context"
	"errors"
	"time"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/pdf"
	"tinhso.vn/internal/platform/text"
)

// Messenger sends short messages; kernel/notify is one.
type Messenger interface {
	SMS(ctx context.Context, tx *db.Tx, about, phone, words string) error
	// Tell tells by the texts of the pack.
	Tell(ctx context.Context, tx *db.Tx, n notify.Notice) error
}

// Deps is everything the use cases need, by name.
type Deps struct {
	DB       *db.DB
	Keys     *crypt.Keys
	People   *identity.Directory
	Hands    personnel.Hands              // nil: nobody has work in hand
	Cases    personnel.Cases              // nil: there are no dossiers
	Absences personnel.Absences           // nil: nobody knows of absences
	Messages Messenger                    // nil: nobody is told
	Fonts    pdf.Fonts                    // of papers
	Lenient  bool                         // a demonstration: accounts that nobody uses are warned of and stay
	Known    func() []identity.Permission // all that actors can be allowed to do
	// Formerly returns the names of the communes that the one with this code came from
	// ("Phường Mỹ Bình, Thành phố Long Xuyên"); nil: the search knows no old names.
	Formerly func(ctx context.Context, code, day string) ([]string, error)
}

// Service runs the use cases.
type Service struct{ Deps }

// New returns a service.
func New(d Deps) *Service { return &Service{d} }

// PageSize is how many rows a page holds at most.
const PageSize = 50

// program is who acts when nobody does.
const program = "personnel"

// Page is a part of a list; Next is given back to go on, and empty at the end.
type Page[T any] struct {
	Items []T
	Next  string
}

// cut makes a page of what was asked for with one row too many.
func cut[T any](rows []T, size int, id func(T) string) (p Page[T]) {
	p.Items = rows
	if len(rows) > size {
		p.Items, p.Next = rows[:size], id(rows[size-1])
	}
	return p
}

// scope is where the actor holds p, or the whole province for who looks after
// everybody, and for who looks at rights where that is enough.
func scope(actor identity.Actor, p identity.Permission, everywhere ...identity.Permission) (access.Scope, error) {
	for _, wide := range everywhere {
		if actor.May(wide) {
			return access.Everywhere(actor, wide)
		}
	}
	return access.Require(actor, p)
}

// inScope refuses a unit out of scope as one that is not there.
func (s *Service) inScope(ctx context.Context, q db.Querier, sc access.Scope, units ...orgs.ID) error {
	for _, u := range units {
		if u == "" {
			continue
		}
		ok, err := sc.Sees(ctx, q, u)
		if err != nil {
			return err
		}
		if !ok {
			return orgs.ErrNotFound.With("unit", string(u))
		}
	}
	return nil
}

// Who is somebody as lists name them.
type Who struct{ Account, Login, Name string }

// who names an account; a program, or one that is no more, keeps its id.
func (s *Service) who(ctx context.Context, q db.Querier, account string) (Who, error) {
	if account == "" {
		return Who{}, nil
	}
	a, err := s.People.GetAccount(ctx, q, account)
	if errors.Is(err, identity.ErrAccountUnknown) {
		return Who{Account: account, Name: account}, nil
	}
	return Who{account, a.Login, a.Name}, err
}

// account returns the account of a login; a problem with the field where there is none.
func (s *Service) account(ctx context.Context, q db.Querier, field, login string) (identity.Account, error) {
	a, found, err := s.People.FindAccount(ctx, q, login)
	if err != nil {
		return a, err
	}
	if !found {
		return a, errs.BadInput([]errs.Field{{Name: field, Code: "personnel.login_unknown"}})
	}
	return a, nil
}

// unitName returns the name of a unit; its id where it is not known.
func unitName(ctx context.Context, q db.Querier, id orgs.ID) (i18n.Text, error) {
	u, err := orgs.Get(ctx, q, id)
	if errs.KindOf(err) == errs.NotFound {
		return i18n.Text{VI: string(id)}, nil
	}
	return u.Name, err
}

// today is the day in Vietnam.
func (s *Service) today() string { return orgs.Day(s.DB.Now()) }

// MaxWords is how many characters a reason may have.
const MaxWords = 500

// asked collects what is wrong with an input.
type asked struct{ fields []errs.Field }

func (a *asked) add(name, code string) {
	a.fields = append(a.fields, errs.Field{Name: name, Code: code})
}

// words checks a text that has to be there and returns it tidied.
func (a *asked) words(name, value string) string {
	value = text.Line(value)
	switch n := utf8.RuneCountInString(value); {
	case n == 0:
		a.add(name, "personnel.missing")
	case n > MaxWords:
		a.fields = append(a.fields, errs.Field{Name: name, Code: "personnel.too_long", Args: map[string]any{"max": MaxWords}})
	}
	return value
}

// day checks a day that has to be there.
func (a *asked) day(name, value string) {
	if _, err := time.Parse(time.DateOnly, value); err != nil {
		a.add(name, "personnel.day")
	}
}

func (a *asked) err() error { return errs.BadInput(a.fields) }

// roleName returns what offices call a role; its id where it is not known.
func roleName(ctx context.Context, q db.Querier, id access.RoleID) (i18n.Text, error) {
	r, err := access.GetRole(ctx, q, id)
	if errors.Is(err, access.ErrRoleUnknown) {
		return i18n.Text{VI: string(id)}, nil
	}
	return r.Name, err
}
