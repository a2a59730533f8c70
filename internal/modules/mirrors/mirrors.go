// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package mirrors is what other modules may know of dossiers in the systems of
// ministries and of who owns the status of a dossier. The work is done in internal/core.
package mirrors

import (
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// PermDecide lets somebody decide what becomes of the open dossiers of a procedure whose
// route flips, and see them.
const PermDecide identity.Permission = "mirrors.decide"

// What is written in the audit log.
const (
	AuditDecided audit.Event = "mirrors.decided" // "PROCEDURE keep|hand_over from TO to"
	AuditLooked  audit.Event = "mirrors.looked"  // the open dossiers of a procedure
	AuditNot     audit.Event = "mirrors.not_theirs"
)

// AuditEvents lists them all.
func AuditEvents() []audit.Event { return []audit.Event{AuditDecided, AuditLooked, AuditNot} }

// What can go wrong.
var (
	ErrNoFlip  = errs.New(errs.NotFound, "mirrors.no_flip")   // the route of the procedure does not change, and nothing is left of an old one
	ErrDecided = errs.New(errs.Conflict, "mirrors.decided")   // somebody has decided meanwhile; who
	ErrNoUnit  = errs.New(errs.Invalid, "mirrors.no_unit")    // no agency of that code; code
	ErrNoProc  = errs.New(errs.Invalid, "mirrors.no_proc")    // no procedure of that code; code
	ErrSystem  = errs.New(errs.Conflict, "mirrors.no_system") // no system of that agency is connected; code
)

// Choice is what becomes of open dossiers.
type Choice string

// The choices.
const (
	Keep Choice = "keep"      // whoever owns them works on them to the end
	Hand Choice = "hand_over" // the other system goes on with them
)

// Flip is a procedure whose open dossiers belong to another system than new ones do, or will.
type Flip struct {
	Procedure procedures.ID
	Name      i18n.Text
	Day       string // YYYY-MM-DD, from which the route is another
	From, To  string // codes of agencies; empty: the province
	Begun     bool   // the day has come
	Open      int64  // dossiers whose status From owns
	Decision  Decision
}

// Decision is what somebody has decided about a flip; the zero one: nobody has.
type Decision struct {
	ID, Procedure, Day, From, To string
	Choice                       Choice
	Reason                       string
	By                           string // account
	At                           db.Time
	Moved                        int64 // dossiers that were handed over
	Done                         db.Time
}
