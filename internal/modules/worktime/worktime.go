// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package worktime is what other modules may know of working time: the
// calendar of a unit, and what can go wrong when a day is decided. Computing is
// kernel/calendar's; the work is done in internal/core, and nothing outside
// this folder can import it.
package worktime

import (
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// ID identifies a decided day.
type ID string

// ParseID reads an ID that came from outside.
func ParseID(s string) (ID, error) {
	if !id.Valid(s) {
		return "", ErrNotFound
	}
	return ID(s), nil
}

// Decided is a single day that somebody decides about, whatever the rules say.
// It counts once another person has confirmed it and until it is withdrawn.
type Decided struct {
	ID        ID
	Unit      orgs.ID // empty: all offices of the province
	Day       calendar.Date
	Kind      calendar.Effect
	Name      string          // "Nghỉ bù", "Bão số 4"
	Basis     string          // the decision that says so
	From, To  calendar.Minute // hours of a day of work; both zero: those of the fullest day of the week
	Proposed  Hand
	Confirmed Hand // zero while nobody has
	Withdrawn Hand
	Reason    string // of the withdrawal
}

// Hand is who did something and when.
type Hand struct {
	Account string
	At      db.Time
}

// Holds reports whether the day is as decided.
func (d Decided) Holds() bool { return d.Confirmed.Account != "" && d.Withdrawn.Account == "" }

// PermPlan allows to propose, confirm and withdraw days.
const PermPlan identity.Permission = "worktime.plan"

// What the audit log says.
const (
	AuditProposed  audit.Event = "worktime.proposed"
	AuditConfirmed audit.Event = "worktime.confirmed"
	AuditWithdrawn audit.Event = "worktime.withdrawn"
)

// What can go wrong.
var (
	ErrNotFound  = errs.New(errs.NotFound, "worktime.not_found")
	ErrTaken     = errs.New(errs.Conflict, "worktime.taken") // the day has been decided already
	ErrSame      = errs.New(errs.Conflict, "worktime.same")  // who proposed cannot confirm
	ErrConfirmed = errs.New(errs.Conflict, "worktime.confirmed_already")
	ErrPast      = errs.New(errs.Conflict, "worktime.past")  // what has been worked stays as it was
	ErrNever     = errs.New(errs.Conflict, "worktime.never") // no office would work for more than a year
	ErrWithdrawn = errs.New(errs.Conflict, "worktime.withdrawn_already")
)
