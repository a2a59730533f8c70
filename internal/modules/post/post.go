// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package post is what other modules may know of the public post (bưu chính công
// ích) that carries results to people: rights, states, errors. The work is done in
// internal/core.
package post

import (
	"slices"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/errs"
)

// Partner is how the post is called among the connections.
const Partner = "buu-chinh"

// What actors can be allowed to do.
const (
	PermOwn  identity.Permission = "post.own"  // have one's own results sent
	PermSend identity.Permission = "post.send" // pack, hand over, take back
)

// Permissions lists them all.
func Permissions() []identity.Permission { return []identity.Permission{PermOwn, PermSend} }

// What is written in the audit log. The subject is the parcel, unless it says otherwise.
const (
	AuditWished    audit.Event = "post.wished"    // the dossier
	AuditWithdrawn audit.Event = "post.withdrawn" // the dossier
	AuditPacked    audit.Event = "post.packed"
	AuditCancelled audit.Event = "post.cancelled"
	AuditHanded    audit.Event = "post.handed_over" // the list
	AuditTold      audit.Event = "post.told"        // the post said where it is: "PARCEL state"
	AuditBack      audit.Event = "post.taken_back"
	AuditLooked    audit.Event = "post.looked"
	AuditExported  audit.Event = "post.exported"  // the list
	AuditCame      audit.Event = "post.came"      // an envelope; the subject is its row
	AuditSentBack  audit.Event = "post.sent_back" // unopened
)

// AuditEvents lists them all.
func AuditEvents() []audit.Event {
	return []audit.Event{AuditWished, AuditWithdrawn, AuditPacked, AuditCancelled, AuditHanded, AuditTold, AuditBack, AuditLooked, AuditExported, AuditCame, AuditSentBack}
}

// State is where a parcel is.
type State string

// The states of a parcel.
const (
	Packed    State = "packed"    // it lies at the counter
	Handed    State = "handed"    // the postman has it
	Carried   State = "carried"   // the post says that it is on its way
	Delivered State = "delivered" // somebody has signed for it
	Returned  State = "returned"  // it is on its way back
	Back      State = "back"      // it is at the counter again
	Lost      State = "lost"
	Cancelled State = "cancelled"
)

// States lists them all.
func States() []State {
	return []State{Packed, Handed, Carried, Delivered, Returned, Back, Lost, Cancelled}
}

// Change is one way from a state to another; what is not listed does not happen.
type Change struct{ From, To State }

// Changes are the ways of a parcel.
func Changes() []Change {
	return []Change{
		{Packed, Handed},
		{Packed, Cancelled},
		{Handed, Carried},
		{Handed, Delivered},
		{Handed, Returned},
		{Handed, Lost},
		{Handed, Back},
		{Carried, Delivered},
		{Carried, Returned},
		{Carried, Lost},
		{Carried, Back},
		{Returned, Back},
		{Returned, Delivered},
		{Returned, Lost},
		{Lost, Delivered},
		{Lost, Back}, // it was found
	}
}

// MayBecome reports whether a parcel of one state can have the other next.
func (s State) MayBecome(to State) bool {
	return slices.Contains(Changes(), Change{s, to})
}

// IncomingState is what became of an envelope that the postman brought.
type IncomingState string

// The states of an envelope.
const (
	Waiting  IncomingState = "waiting"
	Opened   IncomingState = "opened"    // it became a draft at the counter
	SentBack IncomingState = "sent_back" // it was not for this unit
)

// Pointer is a wish or a parcel that points to a person, and by what.
type Pointer struct{ Kind, ID string }

// What can go wrong.
var (
	ErrNotFound  = errs.New(errs.NotFound, "post.not_found")
	ErrNoUnit    = errs.New(errs.Forbidden, "post.no_unit")
	ErrNoDossier = errs.New(errs.Invalid, "post.no_dossier")   // no dossier of the unit has this code
	ErrNotReady  = errs.New(errs.Conflict, "post.not_ready")   // no result is issued, or it was handed over already
	ErrEnded     = errs.New(errs.Conflict, "post.ended")       // the dossier has ended: nothing will come
	ErrOpen      = errs.New(errs.Conflict, "post.open")        // a parcel of the dossier is under way
	ErrState     = errs.New(errs.Conflict, "post.state")       // the parcel is not where this can be done
	ErrNothing   = errs.New(errs.Invalid, "post.nothing")      // no parcel was chosen
	ErrCame      = errs.New(errs.Conflict, "post.came_before") // it was noted already
	ErrChanged   = errs.New(errs.Conflict, "post.changed")     // somebody else has changed it
)
