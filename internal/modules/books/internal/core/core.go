// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core holds what people do with registers: one file per use case.
package core

import (
	"context"
	"errors"
	"sync/atomic"

	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/geo"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Service runs the use cases.
type Service struct {
	db     *db.DB
	people *identity.Directory
	keeper *registers.Keeper

	waiting  atomic.Int64 // readers of feeds
	Messages Messenger    // nil: nobody is told
	Areas    *geo.Atlas   // nil: no land is drawn, and addresses are entered by code
	files    *files.Store // of tables that are brought and taken away
	rights   Rights
	Paper    Press // what papers are printed with
	store    store.Store
}

// New returns a service.
func New(d *db.DB, p *identity.Directory, k *registers.Keeper) *Service {
	return &Service{db: d, people: p, keeper: k}
}

// Rights returns an account as an actor with all that it may do now: for work
// that goes on when its author has gone.
type Rights func(ctx context.Context, account string) (identity.Actor, error)

// With gives the service what tables need that people bring or take away.
func (s *Service) With(f *files.Store, r Rights) *Service {
	s.files, s.rights = f, r
	return s
}

// PageSize is how many records a page holds at most.
const PageSize = 50

// countMost is how far the records of a list are counted: more are told as more.
const countMost = 10_000

// logins returns the login of each account. A program, or an account that is no
// more, keeps its id.
func (s *Service) logins(ctx context.Context, accounts ...string) (map[string]string, error) {
	known := map[string]string{}
	for _, account := range accounts {
		if _, done := known[account]; done || account == "" {
			continue
		}
		known[account] = account
		a, err := s.people.GetAccount(ctx, s.db, account)
		switch {
		case errors.Is(err, identity.ErrAccountUnknown):
		case err != nil:
			return nil, err
		default:
			known[account] = a.Login
		}
	}
	return known, nil
}

// named puts the login of who was faster where the kernel knows only the account.
func (s *Service) named(ctx context.Context, err error) error {
	if !errors.Is(err, registers.ErrChanged) {
		return err
	}
	e, ok := errors.AsType[*errs.Error](err)
	if !ok {
		return err
	}
	account, _ := e.Args["who"].(string)
	logins, failed := s.logins(ctx, account)
	if failed != nil {
		return errors.Join(err, failed)
	}
	return e.With("who", logins[account])
}
