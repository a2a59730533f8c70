// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package nationalportal is what other modules may know of the National Public
// Service Portal. The work is done in internal/core.
package nationalportal

import (
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Partner is how the portal is called among the connections.
const Partner = "cong-quoc-gia"

// What actors can be allowed to do.
const (
	PermBring identity.Permission = "nationalportal.bring" // of the portal's own account: bring dossiers
	PermView  identity.Permission = "nationalportal.view"  // see what came and what was refused; look up the national catalogue
)

// What is written in the audit log; the subject is the code of the portal.
const (
	AuditTaken   audit.Event = "nationalportal.taken"
	AuditRefused audit.Event = "nationalportal.refused"
	AuditListed  audit.Event = "nationalportal.listed"
	AuditFetched audit.Event = "nationalportal.result_fetched" // the dossier
	AuditPaid    audit.Event = "nationalportal.paid"           // "DOSSIER amount"
)

// AuditEvents lists them all.
func AuditEvents() []audit.Event {
	return []audit.Event{AuditTaken, AuditRefused, AuditListed, AuditFetched, AuditPaid}
}

// What can go wrong.
var (
	ErrProcedure = errs.New(errs.Invalid, "nationalportal.no_procedure") // no such procedure is received here; args: code
	ErrUnit      = errs.New(errs.Invalid, "nationalportal.unit")         // no such agency; args: code
	ErrAnswer    = errs.New(errs.Unavailable, "nationalportal.answer")   // the portal's answer makes no sense
	ErrNotFound  = errs.New(errs.NotFound, "nationalportal.not_found")   // no dossier has this code, or nothing was issued for it
	ErrOff       = errs.New(errs.NotFound, "nationalportal.off")         // there is no portal in the configuration
)

// Arrival is a dossier that came, or tried to.
type Arrival struct {
	Code      string // by which the portal knows it
	Procedure string // as the portal named it
	Unit      string // as the portal named it
	Taken     bool
	Dossier   string // id, where it was taken
	Reference string
	Problems  []errs.Field // why it was refused, by the names of our form
	Files     int
	Times     int // it came with other content
	At        db.Time
}
