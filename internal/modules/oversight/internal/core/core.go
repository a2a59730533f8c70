// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core holds the rules of oversight: one file per use case.
package core

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/oversight/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Deps is everything the use cases need, by name and without defaults.
type Deps struct {
	DB       *db.DB
	People   *identity.Directory
	Dossiers dossiers.Watch
	Calendar func(unit string) *calendar.Calendar // the working time of a unit
}

// Service runs the use cases.
type Service struct {
	Deps
	store store.Store
}

// New returns a service.
func New(d Deps) *Service { return &Service{Deps: d} }

// PageSize is how many rows a list returns at most.
const PageSize = 50

// Page is a part of a list. Next is given back to get the part after it; empty
// at the end.
type Page[T any] struct {
	Items []T
	Next  string
}

// cut makes a page of what was asked for with one row too many.
func cut[T any](rows []T, size int, id func(T) string) (p Page[T]) {
	p.Items = rows
	if len(rows) > size {
		p.Items = rows[:size]
		p.Next = id(rows[size-1])
	}
	return p
}

// Who is somebody as others see them.
type Who struct {
	Account, Name, Login string
	Post, Unit           i18n.Text // as they are now
}

// names says who accounts are, each asked once.
type names struct {
	s     *Service
	ctx   context.Context //nolint:containedctx // lives as long as one list
	known map[[2]string]Who
	roles map[access.RoleID]i18n.Text
}

func (s *Service) names(ctx context.Context) *names {
	return &names{s: s, ctx: ctx, known: map[[2]string]Who{}}
}

// of returns who an account is in a unit. One that is no more keeps its id.
func (n *names) of(account, unit string) (w Who, err error) {
	key := [2]string{account, unit}
	if w, ok := n.known[key]; ok {
		return w, nil
	}
	w = Who{Account: account, Name: account}
	a, err := n.s.People.GetAccount(n.ctx, n.s.DB, account)
	switch {
	case errors.Is(err, identity.ErrAccountUnknown):
	case err != nil:
		return w, err
	default:
		w.Name, w.Login = a.Name, a.Login
		if w.Post, err = n.post(account, unit); err != nil {
			return w, err
		}
	}
	if unit != "" {
		u, err := orgs.Get(n.ctx, n.s.DB, orgs.ID(unit))
		if err != nil && errs.KindOf(err) != errs.NotFound {
			return w, err
		}
		w.Unit = u.Name
	}
	n.known[key] = w
	return w, nil
}

// post is what an official is called in a unit: the title of the post, or the
// role where the post has none.
func (n *names) post(account, unit string) (i18n.Text, error) {
	held, err := access.ListPosts(n.ctx, n.s.DB, account, n.s.DB.Now())
	if err != nil {
		return i18n.Text{}, err
	}
	if n.roles == nil {
		all, err := access.ListRoles(n.ctx, n.s.DB)
		if err != nil {
			return i18n.Text{}, err
		}
		n.roles = map[access.RoleID]i18n.Text{}
		for _, r := range all {
			n.roles[r.ID] = r.Name
		}
	}
	for _, p := range held {
		if string(p.Unit) == unit && p.Title != (i18n.Text{}) {
			return p.Title, nil
		}
	}
	for _, p := range held {
		if string(p.Unit) == unit {
			return n.roles[p.Role], nil
		}
	}
	return i18n.Text{}, nil
}

// maxWords is how long what is said about an alert may be, in characters.
const maxWords = 2000

// said checks words that a person has to find.
func said(field, words string) (string, error) {
	words = strings.TrimSpace(text.NFC(words))
	switch {
	case words == "":
		return "", errs.BadInput([]errs.Field{{Name: field, Code: "oversight.words_missing"}})
	case utf8.RuneCountInString(words) > maxWords:
		return "", errs.BadInput([]errs.Field{{Name: field, Code: "oversight.words_long", Args: map[string]any{"max": maxWords}}})
	}
	return words, nil
}
