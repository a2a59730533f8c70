// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core holds what people do with notices: one file per subject. How
// somebody is told is kernel/notify.
package core

import (
	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/platform/db"
)

// Deps is everything the use cases need, by name.
type Deps struct {
	DB     *db.DB
	Notify *notify.Notifier
	// KnownService reports whether a push service may be asked; nil: none.
	KnownService func(endpoint string) bool
}

// Service runs the use cases.
type Service struct{ Deps }

// New returns a service.
func New(d Deps) *Service { return &Service{d} }

// PageSize is how many rows a page holds at most.
const PageSize = 50

// Page is a part of a list; Next is given back to go on, and empty at the end.
type Page[T any] struct {
	Items []T
	Next  string
}

// cut makes a page of what was asked for with one row too many.
func cut[T any](rows []T, id func(T) string) (p Page[T]) {
	p.Items = rows
	if len(rows) > PageSize {
		p.Items, p.Next = rows[:PageSize], id(rows[PageSize-1])
	}
	return p
}

// own returns the account whose notices an actor reads: only their own.
func own(actor identity.Actor) (string, error) {
	if actor.Anonymous() {
		return "", access.ErrSignInNeeded
	}
	return actor.Account, nil
}
