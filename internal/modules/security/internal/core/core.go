// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core holds the rules of keys and of the security log: one file per
// use case.
package core

import (
	"context"
	"errors"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/refusals"
	"tinhso.vn/internal/kernel/vault"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
)

// Deps is what the use cases need.
type Deps struct {
	DB     *db.DB
	People *identity.Directory
	Keys   *crypt.Keys
	Vault  *vault.Vault
	Log    *refusals.Log
}

// Service runs the use cases.
type Service struct{ Deps }

// New returns a service.
func New(d Deps) *Service { return &Service{d} }

// PageSize is how many entries a page holds at most.
const PageSize = 50

// login returns the login of an account; a program, or an account that is no
// more, keeps its id.
func (s *Service) login(ctx context.Context, account string) (string, error) {
	if account == "" {
		return "", nil
	}
	a, err := s.People.GetAccount(ctx, s.DB, account)
	if errors.Is(err, identity.ErrAccountUnknown) {
		return account, nil
	}
	return a.Login, err
}
