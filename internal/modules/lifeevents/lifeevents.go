// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package lifeevents is what other modules may know of linked procedures: one
// declaration that several agencies deal with. The work is done in internal/core.
package lifeevents

import (
	"slices"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/errs"
)

// What actors can be allowed to do.
const (
	PermOwn  identity.Permission = "lifeevents.own"  // see how far one's own declaration has come
	PermView identity.Permission = "lifeevents.view" // see the linked dossiers of the unit
	PermMend identity.Permission = "lifeevents.mend" // mend, close or take back a leg
)

// Permissions lists them all.
func Permissions() []identity.Permission { return []identity.Permission{PermOwn, PermView, PermMend} }

// What is written in the audit log; the subject is "DOSSIER LEG", or the dossier.
const (
	AuditBegun     audit.Event = "lifeevents.begun"
	AuditSent      audit.Event = "lifeevents.sent"
	AuditStuck     audit.Event = "lifeevents.stuck"
	AuditAnswered  audit.Event = "lifeevents.answered"
	AuditLooked    audit.Event = "lifeevents.looked"
	AuditMended    audit.Event = "lifeevents.mended"
	AuditClosed    audit.Event = "lifeevents.closed"
	AuditTakenBack audit.Event = "lifeevents.taken_back"
)

// AuditEvents lists them all.
func AuditEvents() []audit.Event {
	return []audit.Event{AuditBegun, AuditSent, AuditStuck, AuditAnswered, AuditLooked, AuditMended, AuditClosed, AuditTakenBack}
}

// State is where a leg stands.
type State string

// The states of a leg.
const (
	Waiting    State = "waiting"    // what it needs is not there yet
	Sending    State = "sending"    // it is on its way to the partner
	Filed      State = "filed"      // the partner has it and works on it
	Stuck      State = "stuck"      // a person has to decide
	Done       State = "done"       // the partner has answered
	Closed     State = "closed"     // a person has ended it: it is filed separately
	Cancelling State = "cancelling" // the partner is being told that it is taken back
	Cancelled  State = "cancelled"  // nothing is left of it
	Skipped    State = "skipped"    // the declaration does not ask for it
)

// Over reports whether nothing more happens to a leg by itself.
func (s State) Over() bool { return s == Done || s == Closed || s == Cancelled || s == Skipped }

// Change is one way from a state to another; what is not listed does not happen.
type Change struct {
	From, To State
	By       string // the use case, in internal/core
}

// Changes are the ways of a leg.
func Changes() []Change {
	return []Change{
		{Waiting, Sending, "Follow"},
		{Waiting, Stuck, "Follow"}, // a leg that it needs will give nothing
		{Waiting, Cancelled, "Follow, TakeBack"},
		{Sending, Filed, "Settled"},
		{Sending, Done, "Settled"},
		{Sending, Stuck, "Settled"},
		{Sending, Cancelling, "Follow, TakeBack"},
		{Filed, Done, "Ask"},
		{Filed, Stuck, "Ask"},
		{Filed, Cancelling, "Follow, TakeBack"},
		{Stuck, Sending, "Mend"},
		{Stuck, Filed, "Settled"}, // an operator has sent it again
		{Stuck, Done, "Settled"},
		{Stuck, Closed, "Close"},
		{Stuck, Cancelling, "Follow, TakeBack, Mend"},
		{Stuck, Cancelled, "Follow, TakeBack"},
		{Done, Cancelling, "Follow, TakeBack"},
		{Cancelling, Cancelled, "Settled"},
		{Cancelling, Stuck, "Settled"}, // the partner does not take it back
	}
}

// MayBecome reports whether a leg of one state can have the other next.
func (s State) MayBecome(to State) bool {
	return slices.ContainsFunc(Changes(), func(c Change) bool { return c.From == s && c.To == to })
}

// Why a leg is stuck.
type Why string

// The reasons.
const (
	Refused  Why = "refused"  // the partner does not take what it was told
	Silent   Why = "silent"   // it was tried as often as it is tried
	More     Why = "more"     // the partner wants more
	Rejected Why = "rejected" // the partner took it, and its answer is no
	NoNeed   Why = "needs"    // a leg that it needs was closed or taken back
	NotBack  Why = "not_back" // the partner does not take back what was done
)

// Standing is where a whole declaration stands.
type Standing string

// The standings, in the order in which a clerk looks at them.
const (
	NeedsClerk Standing = "stuck"
	Open       Standing = "open"
	Finished   Standing = "done"
	Ended      Standing = "ended" // the dossier ended without a result, or its result was taken back
)

// What can go wrong.
var (
	ErrNotFound = errs.New(errs.NotFound, "lifeevents.not_found")
	ErrState    = errs.New(errs.Conflict, "lifeevents.state")   // the leg is not in a state in which this can be done
	ErrChanged  = errs.New(errs.Conflict, "lifeevents.changed") // somebody else, or the partner, was faster
)

// Definition is a bundle as the pack has it, and as a dossier keeps it from the day
// it was accepted.
type Definition struct {
	ID         string    `json:"id"`
	Name       i18n.Text `json:"name"`
	Procedure  string    `json:"procedure"`
	Basis      string    `json:"basis"`
	Source     string    `json:"source,omitempty"`
	Unverified bool      `json:"unverified,omitempty"`
	Waiting    i18n.Text `json:"waiting"` // what people read while the first part is on its way
	Done       i18n.Text `json:"done"`
	Legs       []Leg     `json:"legs"`
}

// Leg is what one other system does.
type Leg struct {
	ID        string    `json:"id"`
	Name      i18n.Text `json:"name"`
	Waiting   i18n.Text `json:"waiting"`
	Done      i18n.Text `json:"done"`
	Partner   string    `json:"partner"`
	Service   string    `json:"service"`
	Needs     []string  `json:"needs,omitempty"`
	WhenField string    `json:"when_field,omitempty"` // empty: always
	WhenIs    []string  `json:"when_is,omitempty"`
	Days      int       `json:"days,omitempty"`     // that the partner has; 0: nobody states it
	Calendar  bool      `json:"calendar,omitempty"` // of the calendar; otherwise working days
	Fields    []Field   `json:"fields"`
	Gives     []Gift    `json:"gives,omitempty"`
}

// Field is one thing that a partner is told; From says where it is known from.
type Field struct {
	Name  string    `json:"name"`
	Label i18n.Text `json:"label"`
	From  string    `json:"from"`
}

// Gift is one thing that a partner gives in the end.
type Gift struct {
	ID    string    `json:"id"`
	Name  string    `json:"name"`
	Label i18n.Text `json:"label"`
}

// Leg returns a leg by its id.
func (d Definition) Leg(id string) (Leg, bool) {
	i := slices.IndexFunc(d.Legs, func(l Leg) bool { return l.ID == id })
	if i < 0 {
		return Leg{}, false
	}
	return d.Legs[i], true
}
