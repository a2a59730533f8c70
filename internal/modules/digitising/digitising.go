// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package digitising is what other modules may know of the digitising of papers
// from old cabinets (số hóa hồ sơ lưu): rights, events of the audit, errors. The
// work is done in internal/core; papers end in the vault, which is holdings.
package digitising

import (
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/errs"
)

// What actors can be allowed to do.
const (
	PermScan identity.Permission = "digitising.scan" // open batches, upload scans, check what was recognised
	PermSign identity.Permission = "digitising.sign" // seal checked papers as electronic copies and put them into the vault
)

// Permissions lists them all.
func Permissions() []identity.Permission { return []identity.Permission{PermScan, PermSign} }

// What is written in the audit log. The subject is the batch, or the paper.
const (
	AuditOpened  audit.Event = "digitising.opened"
	AuditScanned audit.Event = "digitising.scanned"
	AuditPage    audit.Event = "digitising.page" // a page was left out, or taken back
	AuditLooked  audit.Event = "digitising.looked"
	AuditChecked audit.Event = "digitising.checked"
	AuditSigned  audit.Event = "digitising.signed"
	AuditSplit   audit.Event = "digitising.split"  // "PAPER NEW"
	AuditJoined  audit.Event = "digitising.joined" // "PAPER INTO"
	// Of samples that a second person looks at, and what came of them for the batch.
	AuditDrawn    audit.Event = "digitising.sample_drawn"
	AuditJudged   audit.Event = "digitising.sample_judged" // "PAPER redo"
	AuditPassed   audit.Event = "digitising.sample_passed" //nolint:gosec // no password: a sample that was good enough
	AuditSentBack audit.Event = "digitising.sent_back"
	AuditExported audit.Event = "digitising.exported"
)

// AuditEvents lists them all.
func AuditEvents() []audit.Event {
	return []audit.Event{AuditOpened, AuditScanned, AuditPage, AuditLooked, AuditChecked, AuditSigned, AuditSplit, AuditJoined, AuditDrawn, AuditJudged, AuditPassed, AuditSentBack, AuditExported}
}

// State is where a paper of a batch stands.
type State string

// The states of a paper.
const (
	Ready   State = "ready"   // its pages are there; somebody checks it
	Checked State = "checked" // and seals it
	Signed  State = "signed"  // and it goes into the vault
	Entered State = "entered"
	Stopped State = "stopped" // the vault did not take it, for a reason
)

// What can go wrong.
var (
	ErrNotFound      = errs.New(errs.NotFound, "digitising.not_found")
	ErrNoUnit        = errs.New(errs.Forbidden, "digitising.no_unit")
	ErrThere         = errs.New(errs.Conflict, "digitising.there")          // this file was scanned into a batch already
	ErrChanged       = errs.New(errs.Conflict, "digitising.changed")        // somebody else has worked on the paper
	ErrOver          = errs.New(errs.Conflict, "digitising.over")           // it was sealed
	ErrUnchecked     = errs.New(errs.Conflict, "digitising.unchecked")      // nobody has checked it
	ErrEmpty         = errs.New(errs.Conflict, "digitising.empty")          // all its pages were left out
	ErrTooManyPages  = errs.New(errs.Conflict, "digitising.too_many_pages") // of one paper; max
	ErrReading       = errs.New(errs.Conflict, "digitising.reading")        // its scan is still being read
	ErrTwin          = errs.New(errs.Conflict, "digitising.twin")           // the same paper was checked before; box
	ErrTwinElsewhere = errs.New(errs.Conflict, "digitising.twin_elsewhere") // the same, in a unit that is not in scope
	ErrNoSample      = errs.New(errs.Conflict, "digitising.no_sample")      // the batch asks for none, or the paper is not in it
	ErrSampling      = errs.New(errs.Conflict, "digitising.sampling")       // a second person has to look first
	ErrOwnSample     = errs.New(errs.Conflict, "digitising.own_sample")     // who has checked does not look a second time
	ErrFirstPage     = errs.New(errs.Conflict, "digitising.first_page")     // before it there is nothing to part
	ErrNoneBefore    = errs.New(errs.Conflict, "digitising.none_before")    // the first paper of a scan
	ErrElsewhere     = errs.New(errs.Conflict, "digitising.seal_elsewhere")
	ErrSignature     = errs.New(errs.Internal, "digitising.signature")
)
