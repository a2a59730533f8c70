// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package signon is what other modules may know of the one sign-on of the
// province: the systems that let people sign in here, what people have agreed to,
// and the providers elsewhere that say who people are. The protocol is
// kernel/openid, sessions are kernel/identity; the work is done in internal/core.
package signon

import (
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/openid"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// What actors can be allowed to do. Clients belong to a unit and are looked after
// there; differences of names are about people, whatever unit.
const (
	PermClients     identity.Permission = "signon.clients"     // register systems, give them secrets, disable them
	PermKeys        identity.Permission = "signon.keys"        // see and rotate the keys that sign tokens
	PermDifferences identity.Permission = "signon.differences" // clear names that differ
)

// Permissions lists them all.
func Permissions() []identity.Permission {
	return []identity.Permission{PermClients, PermKeys, PermDifferences}
}

// What is written in the audit log. The subject of the first is the client, of
// the next the key, of the others the client again or the person.
const (
	AuditMade         audit.Event = "signon.client_made"
	AuditChanged      audit.Event = "signon.client_changed"
	AuditDisabled     audit.Event = "signon.client_disabled"
	AuditEnabled      audit.Event = "signon.client_enabled"
	AuditSecret       audit.Event = "signon.secret_made"
	AuditDropped      audit.Event = "signon.secret_dropped"
	AuditRotated      audit.Event = "signon.keys_rotated"
	AuditSAMLPrepared audit.Event = "signon.saml_key_prepared"
	AuditSAMLUsed     audit.Event = "signon.saml_key_used"
	AuditAgreed       audit.Event = "signon.agreed"
	AuditRefused      audit.Event = "signon.refused"
	AuditWithdrawn    audit.Event = "signon.withdrawn"
	AuditGiven        audit.Event = "signon.given"   // data of a person went to a client
	AuditRevoked      audit.Event = "signon.revoked" // all tokens of a grant, because one came twice
	AuditSignedIn     audit.Event = "signon.signed_in"
	AuditSignedOut    audit.Event = "signon.signed_out" // by a client
	AuditPerson       audit.Event = "signon.person_made"
	AuditDiffers      audit.Event = "signon.name_differs"
	AuditDiffersLog   audit.Event = "signon.names_read"
	AuditCleared      audit.Event = "signon.name_cleared"
)

// AuditEvents lists them all.
func AuditEvents() []audit.Event {
	return []audit.Event{
		AuditMade, AuditChanged, AuditDisabled, AuditEnabled, AuditSecret, AuditDropped, AuditRotated, AuditSAMLPrepared, AuditSAMLUsed, AuditAgreed, AuditRefused, AuditWithdrawn,
		AuditGiven, AuditRevoked, AuditSignedIn, AuditSignedOut, AuditPerson, AuditDiffers, AuditDiffersLog, AuditCleared,
	}
}

// JobLogout tells a client that a session is over.
const JobLogout jobs.Kind = "signon.logout"

// What can go wrong.
var (
	ErrRequest    = errs.New(errs.Invalid, "signon.request_refused")  // what a client asked for cannot be answered
	ErrOver       = errs.New(errs.NotFound, "signon.request_over")    // answered already, or too late
	ErrCode       = errs.New(errs.NotFound, "signon.code_unknown")    // of a device
	ErrClient     = errs.New(errs.NotFound, "signon.client_unknown")  //
	ErrSecret     = errs.New(errs.NotFound, "signon.secret_unknown")  //
	ErrLastSecret = errs.New(errs.Conflict, "signon.secret_last")     // a client cannot be without one
	ErrPublic     = errs.New(errs.Conflict, "signon.client_public")   // it has no secret
	ErrSource     = errs.New(errs.NotFound, "signon.source_unknown")  //
	ErrDown       = errs.New(errs.Unavailable, "signon.source_down")  // args: source
	ErrAnswer     = errs.New(errs.Invalid, "signon.answer_wrong")     // args: source
	ErrStays      = errs.New(errs.Invalid, "signon.stays_there")      // signed out here, and not there; args: source
	ErrClock      = errs.New(errs.Invalid, "signon.answer_clock")     // args: source
	ErrDenied     = errs.New(errs.Invalid, "signon.answer_denied")    // args: source
	ErrLevel      = errs.New(errs.Forbidden, "signon.level_too_low")  // args: source, level
	ErrStranger   = errs.New(errs.Forbidden, "signon.nobody_here")    // args: source
	ErrNoNumber   = errs.New(errs.Invalid, "signon.no_number")        // args: source
	ErrDisabled   = errs.New(errs.Forbidden, "signon.account_closed") //
	ErrDifference = errs.New(errs.NotFound, "signon.difference_unknown")
	ErrTooSoon    = errs.New(errs.Conflict, "signon.keys_too_soon")
	ErrPrepared   = errs.New(errs.Conflict, "signon.saml_prepared")   // one waits already
	ErrUnprepared = errs.New(errs.Conflict, "signon.saml_unprepared") // none waits
)

// Kind says what a client is, and so how it comes to tokens.
type Kind string

// The kinds.
const (
	Web     Kind = "web"     // a system with a server of its own, which keeps a secret
	Native  Kind = "native"  // a program on a computer or phone: it keeps none
	Device  Kind = "device"  // a screen without a keyboard, approved on a phone
	Service Kind = "service" // a system that acts for itself, with an account of its own
)

// Kinds returns all of them.
func Kinds() []Kind { return []Kind{Web, Native, Device, Service} }

// Ways is how a kind comes to tokens.
func (k Kind) Ways() []openid.Way {
	switch k {
	case Web, Native:
		return []openid.Way{openid.WayCode, openid.WayRefresh}
	case Device:
		return []openid.Way{openid.WayDevice, openid.WayRefresh}
	case Service:
		return []openid.Way{openid.WayClient}
	}
	return nil
}

// Secret reports whether a kind keeps secrets.
func (k Kind) Secret() bool { return k == Web || k == Service }

// Client is a system that people sign in to with us, or that asks our API.
type Client struct {
	ID              string
	Kind            Kind
	Name, Purpose   i18n.Text // what it is, and what it needs people's data for
	Unit            orgs.ID   // who answers for it
	Redirects       []string
	LogoutRedirects []string
	BackChannel     string // told when sessions end; empty: nobody
	Scopes          []string
	Account         string // of a service: its permissions are the most it may do
	Pushed          bool   // takes pushed requests only
	Disabled        bool
	Made, Changed   db.Time
}

// Secret is a secret of a client as it may be shown: the secret itself never is.
type Secret struct {
	ID   string // the beginning of its hash
	Made db.Time
	Ends db.Time // zero: until another takes its place
}

// Agreement is what a person has agreed to give a client.
type Agreement struct {
	Client  string
	Name    i18n.Text
	Purpose i18n.Text
	Scopes  []string
	Given   db.Time
	Live    int64 // tokens that still work, counted by what was granted
}

// Difference is a name that another provider knows otherwise than we do.
type Difference struct {
	ID, Source, Person, Account string
	Ours, Theirs                string // personal data; read for who clears it only
	State                       string // open, kept, taken
	Seen, Decided               db.Time
	Decider, Reason             string
}

// Key is a key that signs tokens, without its secret.
type Key struct {
	ID    string
	Made  db.Time
	Signs db.Time // from when on
	Ends  db.Time // zero: it has no end yet; verifies until then
}

// SAMLKey is a key of ours towards providers that speak SAML, without its secret.
type SAMLKey struct {
	ID          string
	Fingerprint string // SHA-256 of its certificate, hex
	Made        db.Time
	Signs       db.Time // from when on; zero: it is prepared
	Ends        db.Time // opens until then; zero: it has no end yet
}

// The scopes that tell about people. Others begin with ScopeAPI.
const (
	ScopeProfile = "profile"
	ScopeEmail   = "email"
	ScopePhone   = "phone"
	ScopeNumber  = "personal_number" // for clients registered for it only
	ScopeUnit    = "unit"
	// ScopeAPI before a permission, or before the name of a module, opens our API:
	// "api:dossiers.view", "api:dossiers".
	ScopeAPI = "api:"
)

// PersonScopes returns the scopes that tell about people, in the order in which
// they are offered.
func PersonScopes() []string {
	return []string{openid.ScopeOpenID, ScopeProfile, ScopeUnit, ScopeEmail, ScopePhone, ScopeNumber, openid.ScopeOffline}
}

// Opens reports whether scopes open our API for a permission.
func Opens(scopes []string, p identity.Permission) bool {
	module, _, _ := strings.Cut(string(p), ".")
	return slices.Contains(scopes, ScopeAPI+string(p)) || slices.Contains(scopes, ScopeAPI+module)
}
