// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package finder is what other modules may know of the page on which everything
// is found: its address. The index is kernel/search; the work is done in
// internal/core, and nothing outside this folder can import it.
package finder

import (
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// Path is the page of the search; its question is the parameter q.
const Path = "/tim"

// PermManage lets somebody look after the index.
const PermManage identity.Permission = "finder.manage"

// What is written into the audit log.
const (
	AuditRebuilt audit.Event = "finder.rebuilt" // somebody had the index built anew
	AuditChecked audit.Event = "finder.checked" // somebody compared it with its sources
	AuditRetried audit.Event = "finder.retried" // somebody had failed changes read again
)

// What can go wrong.
var (
	ErrNotFound = errs.New(errs.NotFound, "finder.not_found")
	ErrPersonal = errs.New(errs.Conflict, "finder.personal")
	ErrNoUnit   = errs.New(errs.Conflict, "finder.no_unit") // who works in no unit shares with none
	ErrTooMany  = errs.New(errs.Conflict, "finder.too_many")
)

// ID identifies a saved search.
type ID string

// ParseID reads an ID that came from outside.
func ParseID(s string) (ID, error) {
	if !id.Valid(s) {
		return "", ErrNotFound
	}
	return ID(s), nil
}

// Kept is a question that is kept: one that was asked lately, or saved under a name.
type Kept struct {
	Question, Name string
	At             db.Time // zero of a saved one
}
