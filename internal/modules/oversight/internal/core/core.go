// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core holds the rules of oversight: one file per use case.
package core

import (
	"tinhso.vn/internal/modules/oversight/internal/store"
	"tinhso.vn/internal/platform/db"
)

// Service runs the use cases.
type Service struct {
	db    *db.DB
	store store.Store
}

// New returns a service.
func New(d *db.DB) *Service { return &Service{db: d} }
