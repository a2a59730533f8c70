// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package privacy is what other modules may know of the rights people have over
// data about them: purposes, consents, requests, restrictions, and what a holder
// of data has to offer. The work is done in internal/core; the data itself
// belongs to its holders.
package privacy

import (
	"context"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Purpose says why personal data is processed. A pack says so.
type Purpose struct {
	ID         string
	Name, Text i18n.Text
	Consent    bool     // people agree; otherwise the law says so
	Basis      []string // legal ids
	Reads      []string // purposes of reading in the audit log
	Subjects   i18n.Text
	Data       []Category
	Holders    []string // names of holders
	Recipients i18n.Text
	Kept       i18n.Text
	Retention  string // id of a rule of retention; empty: none
	Version    int    // of Agreed; 0 where nobody is asked
	Agreed     i18n.Text
	Source     string
	Unverified bool
}

// OfRegister says what a register of the province has personal data for: its file
// says so.
type OfRegister struct {
	ID          string // of the register
	Title, Text i18n.Text
	Basis       []string // legal ids
	Data        []Category
}

// Category is a kind of data.
type Category struct {
	Sensitive bool
	Name      i18n.Text
}

// Span is a time: hours by the clock, days or working_days.
type Span struct {
	Amount int
	Unit   string
}

// Term says how long the office has for something.
type Term struct {
	ID, What       string
	Name           i18n.Text
	Within, Extend Span
	Basis          string // a legal id
	Citation       i18n.Text
	Source         string
	Unverified     bool
}

// Kind is what somebody asks for.
type Kind string

// The kinds of requests.
const (
	See      Kind = "see"
	Correct  Kind = "correct"
	Delete   Kind = "delete"
	Restrict Kind = "restrict"
	Object   Kind = "object"
	Withdraw Kind = "withdraw"
	Complain Kind = "complain"
)

// Kinds returns all of them in the order of the form.
func Kinds() []Kind { return []Kind{See, Correct, Delete, Restrict, Object, Withdraw, Complain} }

// State is where a request stands.
type State string

// The states of a request.
const (
	Received State = "received" // who asks is not yet known for certain
	Checked  State = "checked"
	Proposed State = "proposed" // a deletion, until somebody else confirms it
	Decided  State = "decided"
	Answered State = "answered"
)

// States returns them in order.
func States() []State { return []State{Received, Checked, Proposed, Decided, Answered} }

// Outcome is what was decided.
type Outcome string

// The outcomes.
const (
	Granted Outcome = "granted"
	Partly  Outcome = "partly"
	Refused Outcome = "refused"
)

// The channels by which a request or a consent comes.
const (
	Online  = "online"
	Counter = "counter"
)

// What actors can be allowed to do.
const (
	PermOwn     identity.Permission = "privacy.own"     // one's own data, consents, requests
	PermTake    identity.Permission = "privacy.take"    // take a request down at the counter
	PermHandle  identity.Permission = "privacy.handle"  // handle requests, see the register and the map
	PermApprove identity.Permission = "privacy.approve" // confirm a deletion that somebody else has proposed
	PermBreach  identity.Permission = "privacy.breach"  // keep the file of breaches
)

// Permissions lists them all.
func Permissions() []identity.Permission {
	return []identity.Permission{PermOwn, PermTake, PermHandle, PermApprove, PermBreach}
}

// What is written in the audit log. The subject is the request, the consent, the
// archive or the breach.
const (
	AuditConsented    audit.Event = "privacy.consented"
	AuditWithdrawn    audit.Event = "privacy.consent_withdrawn"
	AuditFiled        audit.Event = "privacy.request_filed"
	AuditRead         audit.Event = "privacy.request_read"
	AuditChecked      audit.Event = "privacy.identity_checked"
	AuditExtended     audit.Event = "privacy.request_extended"
	AuditProposed     audit.Event = "privacy.deletion_proposed"
	AuditReturned     audit.Event = "privacy.deletion_returned"
	AuditDecided      audit.Event = "privacy.request_decided"
	AuditAnswered     audit.Event = "privacy.request_answered"
	AuditErased       audit.Event = "privacy.data_erased"
	AuditRestricted   audit.Event = "privacy.restricted"
	AuditUnrestricted audit.Event = "privacy.restriction_lifted"
	AuditArchiveAsked audit.Event = "privacy.archive_asked"
	AuditArchiveMade  audit.Event = "privacy.archive_made"
	AuditArchiveTaken audit.Event = "privacy.archive_downloaded"
	AuditArchiveGone  audit.Event = "privacy.archive_expired"
	AuditBreachOpened audit.Event = "privacy.breach_opened"
	AuditBreachRead   audit.Event = "privacy.breach_read"
	AuditBreachLogged audit.Event = "privacy.breach_logged"
	AuditBreachTold   audit.Event = "privacy.breach_reported"
	AuditBreachClosed audit.Event = "privacy.breach_closed"
)

// AuditEvents lists them all.
func AuditEvents() []audit.Event {
	return []audit.Event{
		AuditConsented, AuditWithdrawn, AuditFiled, AuditRead, AuditChecked, AuditExtended, AuditProposed, AuditReturned, AuditDecided, AuditAnswered,
		AuditErased, AuditRestricted, AuditUnrestricted, AuditArchiveAsked, AuditArchiveMade, AuditArchiveTaken, AuditArchiveGone,
		AuditBreachOpened, AuditBreachRead, AuditBreachLogged, AuditBreachTold, AuditBreachClosed,
	}
}

// What can go wrong.
var (
	ErrNotFound   = errs.New(errs.NotFound, "privacy.not_found") // or not for the actor to see
	ErrState      = errs.New(errs.Conflict, "privacy.state")     // somebody was here first
	ErrSame       = errs.New(errs.Forbidden, "privacy.same")     // who proposed a deletion cannot confirm it
	ErrOwnCase    = errs.New(errs.Forbidden, "privacy.own_case") // nobody handles the own request
	ErrExtended   = errs.New(errs.Conflict, "privacy.extended")  // once only
	ErrNoExtend   = errs.New(errs.Conflict, "privacy.no_extend") // the term knows no extension
	ErrNoTerm     = errs.New(errs.Conflict, "privacy.no_term")   // the pack has no term for this
	ErrNoConsent  = errs.New(errs.Conflict, "privacy.no_consent")
	ErrConsented  = errs.New(errs.Conflict, "privacy.consented_already")
	ErrTextOld    = errs.New(errs.Conflict, "privacy.text_changed") // another text was shown than the one in force
	ErrNotReady   = errs.New(errs.Conflict, "privacy.archive_not_ready")
	ErrArchiving  = errs.New(errs.Conflict, "privacy.archive_going_on")
	ErrExpired    = errs.New(errs.NotFound, "privacy.archive_expired")
	ErrClosed     = errs.New(errs.Conflict, "privacy.breach_closed_already")
	ErrNotTold    = errs.New(errs.Conflict, "privacy.breach_not_told") // it cannot be closed before the authority was told, or why not
	ErrOpenByKind = errs.New(errs.Conflict, "privacy.request_open")    // one of the kind is open already
	ErrTwoOpen    = errs.New(errs.Conflict, "privacy.two_open")        // of two persons who are to be one; both ask for the same
)

// Consents answers whether somebody agrees to something that needs it.
type Consents interface {
	// Given reports whether the person agrees now to a purpose. Of a purpose
	// that is not in the register it is false.
	Given(ctx context.Context, q db.Querier, person, purpose string) (bool, error)
}

// Restrictions answers whether data of somebody is to be left alone.
type Restrictions interface {
	// Restricted reports since when data of a person is restricted; zero: it is not.
	Restricted(ctx context.Context, q db.Querier, person string) (since db.Time, err error)
}
