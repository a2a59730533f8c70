// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package requests asks a person elsewhere to approve signatures: one approval
// on a phone for up to a hundred prepared documents. It keeps what was asked,
// asks the provider until there is an answer, checks the answer and embeds it.
//
// It never asks for a second signature. The id of a request is the provider's
// transaction id: where an answer is lost, the provider is asked by that id what
// became of it, and what is sent again is sent under that id.
//
// Or a card at the person's own computer signs: its program fetches each document
// and brings it back signed, whole (Card).
//
// It does not decide who may sign, nor what a signed document leads to: the owner
// of a document hears of the end by EventEndedV1 and decides in its own
// transaction whether the document still waits for this signature.
package requests

import (
	"context"
	"embed"
	"io/fs"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/kernel/signing/keystore"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

//go:embed migrations
var migrations embed.FS

//go:embed locales
var locales embed.FS

// Migrations creates the tables of this package.
func Migrations() db.Migrations { return db.Migrations{Namespace: "requests", Files: migrations} }

// Locales holds the messages of this package: vi.json and en.json.
func Locales() (fs.FS, error) { return fs.Sub(locales, "locales") }

// JobAsk takes a request one step on.
const JobAsk jobs.Kind = "requests.ask"

// EventEndedV1 says that a request has ended, however; its body is an Ended.
const EventEndedV1 events.Name = "requests.ended.v1"

// EventSignedV1 says that a card has signed a document of a request that goes on;
// its body is an Ended.
const EventSignedV1 events.Name = "requests.signed.v1"

// Ended is the body of EventEndedV1 and EventSignedV1.
type Ended struct {
	Request ID `json:"request"`
}

// What is written in the audit log. The subject is the request.
const (
	AuditRequested audit.Event = "requests.requested"
	AuditApproved  audit.Event = "requests.approved"
	AuditRefused   audit.Event = "requests.refused"
	AuditExpired   audit.Event = "requests.expired"
	AuditFailed    audit.Event = "requests.failed"
	AuditCancelled audit.Event = "requests.cancelled"
	AuditLate      audit.Event = "requests.answered_late" // recorded, not used
	AuditFetched   audit.Event = "requests.fetched"       // by the program of a card
	AuditBrought   audit.Event = "requests.brought"       // signed by a card, and taken
	AuditDeclined  audit.Event = "requests.declined"      // brought, and not taken
)

// AuditEvents lists them all.
func AuditEvents() []audit.Event {
	return []audit.Event{AuditRequested, AuditApproved, AuditRefused, AuditExpired, AuditFailed, AuditCancelled, AuditLate, AuditFetched, AuditBrought, AuditDeclined}
}

// What can go wrong. Those of kind Unavailable say nothing about what became of
// a transaction: it is asked for again.
var (
	ErrNotFound    = errs.New(errs.NotFound, "requests.not_found")
	ErrOpen        = errs.New(errs.Conflict, "requests.open")        // the document's step has a request already
	ErrEnded       = errs.New(errs.Conflict, "requests.ended")       // there is nothing left to cancel
	ErrMany        = errs.New(errs.Invalid, "requests.many")         // max
	ErrCertificate = errs.New(errs.Conflict, "requests.certificate") // not valid now, or not active
	ErrNotYet      = errs.New(errs.Conflict, "requests.not_yet")     // the certificate begins later: from
	ErrProvider    = errs.New(errs.Conflict, "requests.provider")    // nobody here speaks to that provider

	ErrNoAnswer    = errs.New(errs.Unavailable, "requests.no_answer")   // nobody knows what became of it
	ErrUnknown     = errs.New(errs.NotFound, "requests.unknown")        // the provider has never heard of the transaction
	ErrCredentials = errs.New(errs.Conflict, "requests.credentials")    // the provider does not know this program
	ErrSuspended   = errs.New(errs.Conflict, "requests.suspended")      // the provider refuses the certificate
	ErrClock       = errs.New(errs.Conflict, "requests.clock")          // ours and the provider's differ too much
	ErrDenied      = errs.New(errs.Conflict, "requests.denied")         // the provider refuses for another reason
	ErrSignature   = errs.New(errs.Conflict, "requests.signature")      // what came is not the certificate's signature
	ErrMissing     = errs.New(errs.Conflict, "requests.missing")        // the approval brought no signature for a document
	ErrStamp       = errs.New(errs.Unavailable, "requests.time_stamp")  // no time stamp could be had
	ErrPass        = errs.New(errs.NotFound, "requests.pass")           // no token, or its time is over, or it was used up
	ErrPasses      = errs.New(errs.Conflict, "requests.passes")         // too many tokens were asked for one document
	ErrOver        = errs.New(errs.Conflict, "requests.over")           // a file came after the end
	ErrTwice       = errs.New(errs.Conflict, "requests.twice")          // another file for a document that has its signature
	ErrBroken      = errs.New(errs.Conflict, "requests.broken_package") // the prepared document is not what it was
)

// ID names a request.
type ID string

// Subject kinds of the files kept here.
const fileKind = "signature_request"

// Limits.
const (
	MaxItems     = 100
	DefaultLimit = 5 * time.Minute  // providers give their people about as long
	maxDocument  = 64 << 20         // bytes of a prepared document
	grace        = time.Hour        // how long a time stamp is waited for after an approval
	lateLook     = 2 * time.Minute  // after the end, the provider is asked once more
	stale        = 10 * time.Minute // a request whose job is so late gets a new one
)

// Deps is what a service needs.
type Deps struct {
	DB        *db.DB
	Files     *files.Store
	Keys      *crypt.Keys
	Providers map[string]Provider
	Stamp     signing.Stamper // nil: signatures without time stamp (PAdES B-B)
	Limit     time.Duration   // how long people have to approve; 0 is DefaultLimit
	Trip      func(at string) error

	// Of cards: whose they are, and whose signatures are believed now.
	Register *keystore.Register
	Verify   func(ctx context.Context, document []byte) (signing.Report, error)
}

// Service keeps requests and takes them to their end.
type Service struct{ Deps }

// New returns a service. Deps.Trip is nil but in tests, which cut the power
// where it is called.
func New(d Deps) *Service {
	if d.Limit <= 0 {
		d.Limit = DefaultLimit
	}
	if d.Trip == nil {
		d.Trip = func(string) error { return nil }
	}
	return &Service{d}
}

// Provider is a service that keeps people's keys and asks them on their phones.
//
// Send asks for signatures. Sent again under the same Call.Request and with the
// same documents it is the same transaction. Status says what became of it; it is
// found by Call.Request, and by Call.Reference where the provider has given one.
//
// An error of kind Unavailable says that nothing is known; ErrUnknown that the
// provider has no such transaction; others that it has refused for good.
type Provider interface {
	Send(ctx context.Context, c Call) (Answer, error)
	Status(ctx context.Context, c Call) (Answer, error)
}

// Call is what a provider is told.
type Call struct {
	Request   ID
	Reference string // what the provider calls the transaction; empty before it has answered
	User      string // whose phone
	Serial    string // of the certificate, hexadecimal
	Words     string // for the phone: how many documents, and the figures to compare
	At        time.Time
	Documents []CallDocument
}

// CallDocument is one hash to be signed.
type CallDocument struct {
	ID   string
	Name string
	Hash []byte // SHA-256 of the signed attributes
}

// Answer is what a provider says.
type Answer struct {
	Reference string
	Outcome   Outcome
	Signed    []Signed // of Approved, in any order
}

// Outcome is where a transaction stands at the provider.
type Outcome string

// The outcomes.
const (
	Pending  Outcome = "pending"
	Agreed   Outcome = "agreed"
	Declined Outcome = "declined"
	TimedOut Outcome = "timed_out"
)

// Signed is the raw signature of one document.
type Signed struct {
	ID        string
	Signature []byte
}
