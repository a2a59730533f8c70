// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core holds the rules of signing in and of who sees whom: one file
// per use case.
package core

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/refusals"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/passkey"
)

// Messages tells people something by a short message.
type Messages interface {
	SMS(ctx context.Context, tx *db.Tx, about, phone, words string) error
	// Tell tells by the texts of the pack, on the ways that the person has chosen.
	Tell(ctx context.Context, tx *db.Tx, n notify.Notice) error
}

// Deps is what the use cases need.
type Deps struct {
	DB       *db.DB
	People   *identity.Directory
	Log      *refusals.Log // nil: nobody is told of attempts that fail
	Passkeys *passkey.Site // nil: this address can have none
	Messages Messages      // nil: nobody is told
	Issuer   string        // what an authenticator shows beside a code
	Lenient  bool          // a demonstration: second factors and new passwords are offered, never required
}

// Service runs the use cases.
type Service struct {
	Deps
	db     *db.DB
	people *identity.Directory
	log    *refusals.Log
}

// New returns a service.
func New(d Deps) *Service { return &Service{Deps: d, db: d.DB, people: d.People, log: d.Log} }

// rule returns what holds for an account now.
func (s *Service) rule(ctx context.Context, q db.Querier, account string, now db.Time) (identity.Rule, error) {
	rules, err := identity.ListRules(ctx, q)
	if err != nil {
		return identity.Rule{}, err
	}
	posts, err := access.ListPosts(ctx, q, account, now)
	if err != nil {
		return identity.Rule{}, err
	}
	roles := make([]string, len(posts))
	for i, p := range posts {
		roles[i] = string(p.Role)
	}
	rule := rules.For(roles...)
	if s.Lenient {
		rule.SecondFactor, rule.RequiredFrom, rule.Password.MaxDays = identity.Offered, "", 0
	}
	return rule, nil
}
