// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package authoring is what other modules may know of procedures and registers
// being written in the browser: changes that one person proposes, another approves and the
// program publishes on a day. The work is done in internal/core; nothing
// outside this folder can import it.
package authoring

import (
	"slices"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// ID identifies a change.
type ID string

// ParseID reads an ID that came from outside.
func ParseID(s string) (ID, error) {
	if !id.Valid(s) {
		return "", ErrNotFound
	}
	return ID(s), nil
}

// State says how far a change has come.
type State string

// The states. A change can be written in Draft and Returned.
const (
	Draft     State = "draft"
	Submitted State = "submitted"
	Returned  State = "returned"  // by who should approve, or because the ground has changed
	Approved  State = "approved"  // and will be published on its day
	Published State = "published" // it is in force
	Withdrawn State = "withdrawn"
)

// States returns all of them, in the order of a change's life.
func States() []State {
	return []State{Draft, Submitted, Returned, Approved, Published, Withdrawn}
}

// Open reports whether items can be written.
func (s State) Open() bool { return s == Draft || s == Returned }

// List names a list of items of a pack.
type List string

// The lists that can be written.
const (
	Procedures List = "procedures"
	Forms      List = "forms"
	Flows      List = "flows"
	Decisions  List = "decisions"
	Templates  List = "templates"
	Registers  List = "registers"
)

// Lists returns all of them.
func Lists() []List { return []List{Procedures, Forms, Flows, Decisions, Templates, Registers} }

// ParseList reads a list that came from outside; ErrNoItem.
func ParseList(s string) (List, error) {
	if !slices.Contains(Lists(), List(s)) {
		return "", ErrNoItem
	}
	return List(s), nil
}

// Hand is who did something and when; zero while nobody has.
type Hand struct {
	Account string
	At      db.Time
}

// Change is a proposal to change procedures and what they are made of.
type Change struct {
	ID        ID
	Title     string
	Basis     string        // the decision or plan it rests on, in words or ids of kernel/law
	Day       calendar.Date // from which it is in force
	State     State
	Rev       int // grows with everything that is done to it
	Created   Hand
	Changed   db.Time
	Submitted Hand
	Decided   Hand // approved or returned
	Published db.Time
	Reason    string          // of a return or withdrawal
	Problems  []packs.Problem // what the ground said when it could not be published
	Undoes    ID              // the change that it takes back
}

// Item is a procedure, form, flow, decision, template or register: as the change
// has it, or else as it is in force.
type Item struct {
	List  List
	ID    string
	Whole []byte // as YAML; empty: the change takes it away
	Base  []byte // as it was in force when the change took it up; empty: it is new
	Rev   int    // 0: the change does not touch it
	Saved Hand
}

// Gone reports whether the change takes the item away.
func (i Item) Gone() bool { return len(i.Whole) == 0 }

// New reports whether the item is not in force yet.
func (i Item) New() bool { return len(i.Base) == 0 }

// Event is a line of a change's history.
type Event struct {
	What string // created, edited, submitted, returned, approved, withdrawn, published, refused
	Hand
	Note string
}

// What actors can be allowed to do. Both are about the whole province.
const (
	PermEdit    identity.Permission = "authoring.edit"
	PermApprove identity.Permission = "authoring.approve"
)

// What the audit log says. Writing a draft is not in it; what counts is.
const (
	AuditCreated   audit.Event = "authoring.created"
	AuditSubmitted audit.Event = "authoring.submitted"
	AuditReturned  audit.Event = "authoring.returned"
	AuditApproved  audit.Event = "authoring.approved"
	AuditWithdrawn audit.Event = "authoring.withdrawn"
	AuditPublished audit.Event = "authoring.published"
	AuditRefused   audit.Event = "authoring.refused" // the ground had changed
)

// What can go wrong.
var (
	ErrNotFound  = errs.New(errs.NotFound, "authoring.not_found")
	ErrNoItem    = errs.New(errs.NotFound, "authoring.no_item")
	ErrClosed    = errs.New(errs.Conflict, "authoring.closed")    // it cannot be written in this state
	ErrMeanwhile = errs.New(errs.Conflict, "authoring.meanwhile") // who saved an item meanwhile; with who
	ErrSame      = errs.New(errs.Conflict, "authoring.same")      // who wrote cannot approve
	ErrSeen      = errs.New(errs.Conflict, "authoring.seen")      // it has changed since it was looked at
	ErrPast      = errs.New(errs.Conflict, "authoring.past")      // its day is over
	ErrProblems  = errs.New(errs.Conflict, "authoring.problems")  // the check list is not clear
	ErrEmpty     = errs.New(errs.Conflict, "authoring.empty")
	ErrTaken     = errs.New(errs.Conflict, "authoring.taken") // the id is in use
	ErrMany      = errs.New(errs.Conflict, "authoring.many")  // more items than one change may touch
	ErrUpload    = errs.New(errs.Invalid, "authoring.upload") // no archive of pack files, or too large
	ErrStays     = errs.New(errs.Conflict, "authoring.stays") // a register that is in force is not taken away
)
