// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package proofs

import (
	"crypto/x509"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// What actors can be allowed to do. The trust list is about the whole
// installation, whatever unit the actor works in.
const (
	PermTrust   identity.Permission = "proofs.trust"         // propose an authority, withdraw one, give its lists
	PermConfirm identity.Permission = "proofs.trust_confirm" // confirm or refuse what somebody else has proposed
)

// What is written in the audit log; the subject is the authority.
const (
	AuditProposed  audit.Event = "proofs.trust_proposed"
	AuditConfirmed audit.Event = "proofs.trust_confirmed"
	AuditRefused   audit.Event = "proofs.trust_refused"
	AuditWithdrawn audit.Event = "proofs.trust_withdrawn"
	AuditLoaded    audit.Event = "proofs.list_loaded" // a list of revoked certificates came in
)

// What can go wrong with the trust list.
var (
	ErrNoAuthority    = errs.New(errs.NotFound, "proofs.trust.not_found")
	ErrNotCertificate = errs.New(errs.Invalid, "proofs.trust.not_certificate") // neither PEM nor DER, or more than one
	ErrNotAuthority   = errs.New(errs.Invalid, "proofs.trust.not_authority")   // a certificate that may not issue others
	ErrWeak           = errs.New(errs.Invalid, "proofs.trust.weak")            // a key or signature that is not safe
	ErrListed         = errs.New(errs.Conflict, "proofs.trust.listed")         // the certificate is on the list, or waits
	ErrOwnProposal    = errs.New(errs.Forbidden, "proofs.trust.own_proposal")  // who proposed does not confirm
	ErrDecided        = errs.New(errs.Conflict, "proofs.trust.decided")        // not in the state for this
	ErrFingerprint    = errs.New(errs.Invalid, "proofs.trust.fingerprint")     // the fingerprint that was compared is another
	ErrNotList        = errs.New(errs.Invalid, "proofs.trust.not_list")        // no list of revoked certificates
	ErrListStranger   = errs.New(errs.Invalid, "proofs.trust.list_stranger")   // not signed by this authority
	ErrListOld        = errs.New(errs.Conflict, "proofs.trust.list_old")       // an older one than the one there is
)

// Use is what an authority is believed for.
type Use string

// The uses.
const (
	Personal Use = "personal" // certificates of people
	Agency   Use = "agency"   // certificates of agencies and organisations, their seals
	Stamps   Use = "stamps"   // time stamps
)

// Uses lists them in the order of the form.
func Uses() []Use { return []Use{Personal, Agency, Stamps} }

// Status is where an authority stands.
type Status string

// The states of an authority.
const (
	Proposed  Status = "proposed"  // waits for a second person
	Listed    Status = "listed"    // believed
	Refused   Status = "refused"   // the second person said no
	Withdrawn Status = "withdrawn" // believed for what was proved before a day
)

// Why says why an authority was withdrawn.
type Why string

// The reasons. After the last two not even its older time stamps are believed:
// who holds its key writes any date.
const (
	WhyEnded       Why = "ended"       // it has stopped working
	WhyReplaced    Why = "replaced"    // it has a new certificate
	WhyCompromised Why = "compromised" // somebody else may hold its key
	WhyMistake     Why = "mistake"     // it should never have been listed
)

// Whys lists them in the order of the form.
func Whys() []Why { return []Why{WhyEnded, WhyReplaced, WhyCompromised, WhyMistake} }

// Grave reports whether nothing of the authority is believed any more.
func (w Why) Grave() bool { return w == WhyCompromised || w == WhyMistake }

// Lists says whether an authority publishes which certificates it has revoked.
type Lists string

// The ways.
const (
	ListsNeeded Lists = "needed" // it does: without a fresh one a signature is not confirmed
	ListsNone   Lists = "none"   // it does not: only lists inside documents are known
)

// Authority is one certificate of the trust list.
type Authority struct {
	ID          string
	Cert        *x509.Certificate
	Fingerprint string // SHA-256 of the certificate, hexadecimal
	Uses        []Use
	Status      Status
	Simulated   bool    // of a demonstration: no legal value
	Source      string  // where the certificate comes from, and how it was compared
	ValidFrom   db.Time // believed from then, zero: since ever
	ValidTo     db.Time // and until then, zero: no end
	Lists       Lists
	ListURL     string // where its list of revoked certificates is fetched, if that is configured; may be empty
	ProposedBy  string // account, or the name of a part of the program
	Proposer    string // the person
	ProposedAt  db.Time
	DecidedBy   string // who confirmed or refused
	DecidedAt   db.Time
	Withdrawn   Withdrawal // zero while it stands
	Revoked     List       // the newest list of revoked certificates; zero: none
}

// Withdrawal says from when an authority is not believed, and why.
type Withdrawal struct {
	From db.Time // what was proved before stands, unless Why is grave
	Why  Why
	Note string
	By   string
	At   db.Time
}

// List is a list of revoked certificates that was given or fetched.
type List struct {
	Number   string // of the authority's own count
	From     db.Time
	Next     db.Time // when the authority has promised a newer one
	Entries  int
	LoadedAt db.Time
	LoadedBy string // account; "address" when it was fetched
	Error    string // why the last fetch failed; empty when it did not
}

// Fresh reports whether the list still speaks for a time.
func (l List) Fresh(at time.Time) bool { return !l.From.IsZero() && !l.Next.Before(at) }

// Root reports whether the certificate is signed with its own key.
func (a Authority) Root() bool { return a.Cert.CheckSignatureFrom(a.Cert) == nil }

// For reports whether the authority is believed for one of the uses.
func (a Authority) For(uses ...Use) bool {
	return slices.ContainsFunc(uses, func(u Use) bool { return slices.Contains(a.Uses, u) })
}

// Version names what is on the trust list at a moment: reports say by which
// list they were made.
type Version struct {
	Number int64  `json:"number"` // counts the changes
	Hash   string `json:"sha256"` // of what is listed and of the lists of revoked certificates, hexadecimal
}
