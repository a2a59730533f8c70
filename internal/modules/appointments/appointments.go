// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package appointments is what other modules may know of appointments (lịch hẹn)
// and of the queue in the hall of an office: rights, states, events, errors. The
// work is done in internal/core.
package appointments

import (
	"slices"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// What officials can be allowed to do. Booking needs no right.
const (
	PermServe identity.Permission = "appointments.serve" // see the appointments of a day, take people in, call them
	PermPlan  identity.Permission = "appointments.plan"  // counters, hours, days without appointments, waiting times
)

// Permissions lists them all.
func Permissions() []identity.Permission { return []identity.Permission{PermServe, PermPlan} }

// What is written in the audit log. The subject is the appointment, unless it says otherwise.
const (
	AuditSetUp     audit.Event = "appointments.set_up"     // the unit
	AuditKiosk     audit.Event = "appointments.kiosk_key"  // the unit: the address of its kiosk is another
	AuditClosed    audit.Event = "appointments.day_closed" // "UNIT DAY"
	AuditOpened    audit.Event = "appointments.day_opened" // "UNIT DAY"
	AuditBooked    audit.Event = "appointments.booked"
	AuditMoved     audit.Event = "appointments.moved"
	AuditCancelled audit.Event = "appointments.cancelled"
	AuditMissed    audit.Event = "appointments.missed"
	AuditListed    audit.Event = "appointments.listed" // "UNIT DAY"
	AuditTicket    audit.Event = "appointments.ticket" // the ticket, as are the next three
	AuditCalled    audit.Event = "appointments.called"
	AuditServed    audit.Event = "appointments.served"
	AuditAbsent    audit.Event = "appointments.absent"
	AuditExported  audit.Event = "appointments.exported" // the unit
	AuditErased    audit.Event = "appointments.erased"   // the day before which names went
)

// AuditEvents lists them all.
func AuditEvents() []audit.Event {
	return []audit.Event{
		AuditSetUp, AuditKiosk, AuditClosed, AuditOpened, AuditBooked, AuditMoved, AuditCancelled, AuditMissed, AuditListed, AuditTicket, AuditCalled, AuditServed, AuditAbsent,
		AuditExported, AuditErased,
	}
}

// EventServedV1 is announced when somebody was served at a counter, with a Served.
const EventServedV1 events.Name = "appointments.served.v1"

// Served is the body of EventServedV1. It names nobody.
type Served struct {
	Ticket    string        `json:"ticket"`
	Unit      orgs.ID       `json:"unit"`
	Counter   string        `json:"counter"`
	Number    string        `json:"number"` // as people read it: H012
	Procedure procedures.ID `json:"procedure,omitempty"`
	At        db.Time       `json:"at"`
}

// What people are told of, by the rules of packs.
const (
	NoticeBooked = "appointments.booked"
	NoticeRemind = "appointments.remind"
	NoticeClosed = "appointments.closed"
)

// Notices lists them with what each knows.
func Notices() (all []notify.Kind) {
	for _, event := range []string{NoticeBooked, NoticeRemind, NoticeClosed} {
		all = append(all, notify.Kind{Event: event, Variables: []string{"code", "when", "office", "link"}})
	}
	return all
}

// State is where an appointment stands.
type State string

// The states of an appointment.
const (
	Booked    State = "booked"
	Displaced State = "displaced" // the office closes on that day; another time may be chosen
	Arrived   State = "arrived"   // has a ticket
	Done      State = "done"
	Missed    State = "missed"
	Cancelled State = "cancelled"
)

// Change is one way from a state to another; what is not listed does not happen.
type Change struct {
	From, To State
	By       string // the use case, in internal/core
}

// Changes are the ways of an appointment.
func Changes() []Change {
	return []Change{
		{Booked, Booked, "Move"},
		{Displaced, Booked, "Move"},
		{Booked, Cancelled, "Cancel"},
		{Displaced, Cancelled, "Cancel"},
		{Booked, Displaced, "CloseDay"},
		{Booked, Arrived, "CheckIn"},
		{Missed, Arrived, "CheckIn"}, // came later on the same day
		{Booked, Missed, "Miss"},
		{Arrived, Missed, "Finish"},
		{Arrived, Done, "Finish"},
		{Missed, Arrived, "Return"},
	}
}

// MayBecome reports whether an appointment of one state can have the other next.
func (s State) MayBecome(to State) bool {
	return slices.ContainsFunc(Changes(), func(c Change) bool { return c.From == s && c.To == to })
}

// What can go wrong.
var (
	ErrNotFound  = errs.New(errs.NotFound, "appointments.not_found")
	ErrNoUnit    = errs.New(errs.Forbidden, "appointments.no_unit")
	ErrShut      = errs.New(errs.NotFound, "appointments.shut")       // the office takes no appointments
	ErrFull      = errs.New(errs.Conflict, "appointments.full")       // the last place went to somebody else; see Book
	ErrNoSlot    = errs.New(errs.Conflict, "appointments.no_slot")    // there is no such time, or it is over
	ErrNotServed = errs.New(errs.Conflict, "appointments.not_served") // no counter of the office serves the procedure
	ErrHasOne    = errs.New(errs.Conflict, "appointments.has_one")    // the telephone has an open appointment at the office
	ErrOver      = errs.New(errs.Conflict, "appointments.over")       // it was used, missed or cancelled
	ErrEarly     = errs.New(errs.Conflict, "appointments.other_day")  // it is for another day: day
	ErrNobody    = errs.New(errs.Conflict, "appointments.nobody")     // nobody waits for this counter
	ErrBusy      = errs.New(errs.Conflict, "appointments.busy")       // somebody is at the counter: number
	ErrMoved     = errs.New(errs.Conflict, "appointments.changed")    // somebody else has done it
	ErrClosed    = errs.New(errs.Conflict, "appointments.closed_day") // the day is closed already
	ErrKey       = errs.New(errs.NotFound, "appointments.key")        // not the address of the kiosk
)
