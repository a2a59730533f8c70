// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core holds the rules of the console: one file per use case.
package core

import (
	"context"
	"errors"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
)

// Namer knows what people call things; ids that are not its own it leaves out.
type Namer interface {
	Codes(ctx context.Context, q db.Querier, ids []string) (map[string]string, error)
}

// Options is what the use cases need, by name.
type Options struct {
	DB      *db.DB
	People  *identity.Directory
	Version string
	Free    func() (int64, error) // bytes the disk of the data folder still takes; nil where nobody knows
	Events  []audit.Event         // all that the audit log may tell of
	Namer   Namer                 // of dossiers; nil: the log shows their ids only

	Settings Settings // how the installation is set up

	Parts      func(ctx context.Context) ([]Part, error) // what others know of; nil: nothing
	Simulators Simulators                                // nil: this is no demonstration
}

// Service runs the use cases.
type Service struct {
	db      *db.DB
	people  *identity.Directory
	version string
	free    func() (int64, error)
	events  []audit.Event
	namer   Namer

	settings   Settings
	parts      func(ctx context.Context) ([]Part, error)
	simulators Simulators
}

// New returns a service.
func New(o Options) *Service {
	return &Service{db: o.DB, people: o.People, version: o.Version, free: o.Free, events: o.Events, namer: o.Namer, settings: o.Settings, parts: o.Parts, simulators: o.Simulators}
}

// PageSize is how many entries a page holds at most.
const PageSize = 50

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
