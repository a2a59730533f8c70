// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core holds the rules of signing in and of who sees whom: one file
// per use case.
package core

import (
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/refusals"
	"tinhso.vn/internal/platform/db"
)

// Service runs the use cases.
type Service struct {
	db     *db.DB
	people *identity.Directory
	log    *refusals.Log // nil: nobody is told of attempts that fail
}

// New returns a service.
func New(d *db.DB, people *identity.Directory, log *refusals.Log) *Service {
	return &Service{db: d, people: people, log: log}
}
