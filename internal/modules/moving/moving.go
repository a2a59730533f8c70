// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package moving is what other modules may know of moving in (chuyển dữ liệu): the
// dossiers of an older system come over unit by unit. The work is done in
// internal/core; dossiers are written by the dossiers module alone.
package moving

import (
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/platform/errs"
)

// What actors can be allowed to do.
const (
	PermView   identity.Permission = "moving.view"   // see waves, runs, comparisons
	PermManage identity.Permission = "moving.manage" // plan waves, move in, compare, give a unit back
	PermAccept identity.Permission = "moving.accept" // say that what came is what was there
)

// Permissions lists them all.
func Permissions() []identity.Permission {
	return []identity.Permission{PermView, PermManage, PermAccept}
}

// What is written in the audit log. The subject is the wave, the run or the comparison.
const (
	AuditPlanned  audit.Event = "moving.planned"
	AuditStarted  audit.Event = "moving.started"
	AuditEnded    audit.Event = "moving.ended"
	AuditCompared audit.Event = "moving.compared"
	AuditAccepted audit.Event = "moving.accepted"
	AuditBack     audit.Event = "moving.given_back" // "WAVE UNIT"
	AuditExported audit.Event = "moving.exported"   // differences as a file
	AuditCopied   audit.Event = "moving.copied"     // a copy for training
	AuditDaily    audit.Event = "moving.daily_set"  // the wave is compared by itself each day, or no more
)

// AuditEvents lists them all.
func AuditEvents() []audit.Event {
	return []audit.Event{AuditPlanned, AuditStarted, AuditEnded, AuditCompared, AuditAccepted, AuditBack, AuditExported, AuditCopied, AuditDaily}
}

// NoticeDay tells those who answer for a wave what the comparison of the day found.
const NoticeDay = "moving.day"

// Notices lists what people are told of.
func Notices() []notify.Kind {
	return []notify.Kind{{Event: NoticeDay, Variables: []string{"wave", "day", "found"}}}
}

// State is where a wave, or a unit of it, stands.
type State string

// The states of waves and their units.
const (
	Planned  State = "planned"
	Moving   State = "moving"
	Moved    State = "moved"
	Accepted State = "accepted" // of a wave
	Leaving  State = "leaving"  // of a unit: it is being given back
	Back     State = "back"     // of a unit: the older system has it again
)

// What can go wrong.
var (
	ErrNotFound  = errs.New(errs.NotFound, "moving.not_found")
	ErrSource    = errs.New(errs.Invalid, "moving.source")     // no such folder, or no mapping in it
	ErrMapping   = errs.New(errs.Invalid, "moving.mapping")    // line, why: the first mistake
	ErrTable     = errs.New(errs.Invalid, "moving.table")      // file, why: a table cannot be read
	ErrColumn    = errs.New(errs.Invalid, "moving.column")     // file, column: it is not there
	ErrNoTable   = errs.New(errs.Invalid, "moving.no_table")   // table: the mapping has none
	ErrLeft      = errs.New(errs.Conflict, "moving.list_left") // what a list would do has changed while it came
	ErrUnitTaken = errs.New(errs.Conflict, "moving.taken")     // the unit is in another wave; unit, wave
	ErrRunning   = errs.New(errs.Conflict, "moving.running")   // a run of the wave is under way
	ErrMeanwhile = errs.New(errs.Conflict, "moving.elsewhere") // another server goes on with it
	ErrNotMoved  = errs.New(errs.Conflict, "moving.not_moved")
	ErrAccepted  = errs.New(errs.Conflict, "moving.accepted_already")
	ErrTooLate   = errs.New(errs.Conflict, "moving.too_late")    // the time in which a unit can be given back is over
	ErrConfirm   = errs.New(errs.Conflict, "moving.confirm")     // n dossiers were worked on
	ErrCompare   = errs.New(errs.Conflict, "moving.compare")     // nobody has compared since the last run
	ErrNoSystem  = errs.New(errs.Invalid, "moving.no_system")    // the mapping asks an interface, and the configuration names none
	ErrSilent    = errs.New(errs.Unavailable, "moving.silent")   // the older system does not answer now; what it told is kept
	ErrGone      = errs.New(errs.Invalid, "moving.gone")         // it has not answered for long
	ErrRefused   = errs.New(errs.Invalid, "moving.refused")      // it refuses us; table, status
	ErrAnswer    = errs.New(errs.Invalid, "moving.answer_wrong") // its answers are not what the mapping says; table, why
	ErrKey       = errs.New(errs.Invalid, "moving.key")          // the key of a copy is too short
)
