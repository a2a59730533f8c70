// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package personnel

import (
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/errs"
)

// What actors can be allowed to do with rosters of duty; both hold in units.
const (
	PermDuty     identity.Permission = "personnel.duty"      // see rosters, have shifts of one's own
	PermDutyPlan identity.Permission = "personnel.duty_plan" // write rosters
)

// DutyKind is a kind of duty, as the pack names it: "truc-lanh-dao".
type DutyKind struct {
	ID   string
	Name i18n.Text
}

// What is written in the audit log about duty. The subject is who is on duty;
// of a copy and a file the unit.
const (
	AuditDutyEntered  audit.Event = "personnel.duty_entered"
	AuditDutyChanged  audit.Event = "personnel.duty_changed"
	AuditDutyRemoved  audit.Event = "personnel.duty_removed"
	AuditDutyCopied   audit.Event = "personnel.duty_copied"
	AuditDutyImported audit.Event = "personnel.duty_imported"
	AuditSwapAsked    audit.Event = "personnel.duty_swap_asked"
	AuditSwapped      audit.Event = "personnel.duty_swapped"
	AuditSwapDeclined audit.Event = "personnel.duty_swap_declined"
	AuditSwapBack     audit.Event = "personnel.duty_swap_withdrawn"
)

func dutyEvents() []audit.Event {
	return []audit.Event{
		AuditDutyEntered, AuditDutyChanged, AuditDutyRemoved, AuditDutyCopied, AuditDutyImported, AuditSwapAsked, AuditSwapped, AuditSwapDeclined, AuditSwapBack,
	}
}

// What can go wrong with duty.
var (
	ErrTwoPlaces = errs.New(errs.Conflict, "personnel.duty.two_places") // name, unit, since, until of the other shift
	ErrElsewhere = errs.New(errs.Conflict, "personnel.duty.elsewhere")  // the same, in a unit that is not in scope; name, since, until
	ErrShiftOver = errs.New(errs.Conflict, "personnel.duty.over")       // what was is not changed
	ErrBegun     = errs.New(errs.Conflict, "personnel.duty.begun")      // only the end, the phone and the note can change
	ErrSwapOpen  = errs.New(errs.Conflict, "personnel.duty.swap_open")  // somebody is asked already
	ErrSwapGone  = errs.New(errs.Conflict, "personnel.duty.swap_gone")  // a shift has changed since
)

// What officials are told of duty.
const (
	NoticeSwap   = "work.duty_swap"
	NoticeAnswer = "work.duty_answer"
)
