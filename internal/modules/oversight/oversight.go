// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package oversight is what other modules may know of oversight: how to name an
// entry, what one may do, and what can go wrong.
//
// The work is done in internal/core; nothing outside this folder can import it.
package oversight

import (
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// ID identifies an entry. Only ParseID and core make one.
type ID string

// ParseID reads an ID that came from outside.
func ParseID(s string) (ID, error) {
	if !id.Valid(s) {
		return "", ErrNotFound
	}
	return ID(s), nil
}

// Entry is what lists show. It holds no personal data.
type Entry struct {
	ID    ID
	Unit  string // id of the unit it belongs to
	Title string
	At    db.Time // when it was added
}

// What actors can be allowed to do.
const (
	PermView identity.Permission = "oversight.view"
	PermAdd  identity.Permission = "oversight.add"
)

// AuditAdded is written in the audit log when an entry is added.
const AuditAdded audit.Event = "oversight.added"

// ErrNotFound is the answer for what does not exist, and for what the actor
// may not see.
var ErrNotFound = errs.New(errs.NotFound, "oversight.not_found")
