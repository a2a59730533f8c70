// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package systems is what other modules may know of the accounts of systems:
// programs of other agencies that call the API with a token of their own. The
// work is done in internal/core.
package systems

import (
	"net/netip"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// ID names a system: its account.
type ID string

// State is where a system stands.
type State string

// The states.
const (
	Proposed State = "proposed" // nobody has confirmed it yet: its tokens open nothing
	Active   State = "active"
	Disabled State = "disabled" // by hand, at once
)

// Reach is what a system may do, and from where. It counts when a second person
// has confirmed it.
type Reach struct {
	Role      access.RoleID  `json:"role"`
	Unit      orgs.ID        `json:"unit"`
	Subtree   bool           `json:"subtree"`    // also in all units under it
	Networks  []netip.Prefix `json:"networks"`   // it calls from here; none: from anywhere
	PerMinute int            `json:"per_minute"` // calls
	Until     db.Time        `json:"until"`      // the end of the agreement
}

// Hand is who did something, and when.
type Hand struct {
	Account string
	At      db.Time
}

// System is a program that has an account.
type System struct {
	ID       ID
	Version  int64 // counts the changes
	Name     string
	Owner    string // the agency that runs it
	Contact  string // whom to call
	Purpose  string // what for, with the document that says so
	State    State
	Reach    Reach  // in force; the zero Reach before it was confirmed
	Wanted   *Reach // proposed and not yet confirmed; nil: nothing
	By       Hand   // who proposed Wanted
	Approved Hand   // who confirmed Reach
	MadeAt   db.Time
}

// Token is one token of a system. Only its hash is kept.
type Token struct {
	ID      string
	System  ID
	Hint    string // the last characters, to tell one from another
	Made    Hand
	Ends    db.Time
	Revoked Hand
	Used    db.Time // to some minutes
	From    string  // the address it was used from last
}

// Live reports whether the token opens anything at a time.
func (t Token) Live(now time.Time) bool { return t.Revoked.Account == "" && now.Before(t.Ends.Time) }

// What actors can be allowed to do.
const (
	PermManage  identity.Permission = "systems.manage"  // propose systems, make and revoke tokens, disable
	PermConfirm identity.Permission = "systems.confirm" // confirm what a system may do
)

// What is written in the audit log.
const (
	AuditProposed  audit.Event = "systems.proposed"
	AuditConfirmed audit.Event = "systems.confirmed"
	AuditDeclined  audit.Event = "systems.declined"
	AuditChanged   audit.Event = "systems.changed" // name, owner, contact, purpose
	AuditDisabled  audit.Event = "systems.disabled"
	AuditEnabled   audit.Event = "systems.enabled"
	AuditToken     audit.Event = "systems.token_made"
	AuditRevoked   audit.Event = "systems.token_revoked"
)

// AuditEvents lists them all.
func AuditEvents() []audit.Event {
	return []audit.Event{AuditProposed, AuditConfirmed, AuditDeclined, AuditChanged, AuditDisabled, AuditEnabled, AuditToken, AuditRevoked}
}

// What can go wrong.
var (
	ErrNotFound = errs.New(errs.NotFound, "systems.not_found")
	ErrSame     = errs.New(errs.Forbidden, "systems.same")    // who proposed it cannot confirm it
	ErrNothing  = errs.New(errs.Conflict, "systems.nothing")  // nothing waits for a confirmation
	ErrStale    = errs.New(errs.Conflict, "systems.stale")    // it was changed since it was looked at
	ErrTokens   = errs.New(errs.Conflict, "systems.too_many") // there are as many tokens as there may be
	ErrGone     = errs.New(errs.Conflict, "systems.gone")     // the token is revoked or has ended
	ErrDisabled = errs.New(errs.Conflict, "systems.disabled") // it is disabled already, or not
	ErrToken    = errs.New(errs.Unauthenticated, "systems.bad_token")
	ErrAddress  = errs.New(errs.Forbidden, "systems.address") // the token is right, the address is not
)
