// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package accounts is what other modules may know of signing in and of the
// people of units. The work is done in internal/core.
package accounts

import (
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/platform/errs"
)

// What actors can be allowed to do.
const (
	PermPeople identity.Permission = "accounts.people" // see who works in the unit
	PermUnits  identity.Permission = "accounts.units"  // see the units of the province
	PermSecure identity.Permission = "accounts.secure" // end sessions of others in the unit, let them in again by two

	PermSecureAll identity.Permission = "accounts.secure_all" // the same in every unit
)

// What is written in the audit log.
const (
	AuditSignedIn  audit.Event = "accounts.signed_in"
	AuditSignedOut audit.Event = "accounts.signed_out"
	AuditMade      audit.Event = "accounts.made"         // by an operator
	AuditPassword  audit.Event = "accounts.password_set" // by an operator

	AuditPasswordChanged   audit.Event = "accounts.password_changed" // by its owner
	AuditFactorAdded       audit.Event = "accounts.factor_added"
	AuditFactorRemoved     audit.Event = "accounts.factor_removed"
	AuditFactorRestored    audit.Event = "accounts.factor_restored"
	AuditCodesMade         audit.Event = "accounts.codes_made"
	AuditSessionsEnded     audit.Event = "accounts.sessions_ended"
	AuditProved            audit.Event = "accounts.proved" // again, for an act
	AuditRecoveryAsked     audit.Event = "accounts.recovery_asked"
	AuditRecoveryApproved  audit.Event = "accounts.recovery_approved"
	AuditRecoveryWithdrawn audit.Event = "accounts.recovery_withdrawn"
	AuditRecovered         audit.Event = "accounts.recovered"
	AuditPhoneAsked        audit.Event = "accounts.phone_asked"
	AuditPhoneRecovered    audit.Event = "accounts.phone_recovered"
)

// What can go wrong.
var (
	ErrCodeNeeded   = errs.New(errs.Unauthenticated, "accounts.code_needed")   // by programs: send code as well
	ErrFactorNeeded = errs.New(errs.Forbidden, "accounts.factor_needed")       // by programs: set up a second factor in a browser first
	ErrFactorLast   = errs.New(errs.Conflict, "accounts.factor_last")          // the rule wants one
	ErrNoPasskeys   = errs.New(errs.Conflict, "accounts.no_passkeys")          // this address cannot have any
	ErrWrongNow     = errs.New(errs.Invalid, "accounts.wrong_password")        // somebody signed in is asked again
	ErrOneself      = errs.New(errs.Conflict, "accounts.recovery_of_oneself")  // others ask for somebody
	ErrNotOfficial  = errs.New(errs.NotFound, "accounts.recovery_no_official") // or out of scope
)

// What the owner of an account is told of.
const (
	NoticeNewDevice    = "accounts.new-device"
	NoticeRecovery     = "accounts.recovery"
	NoticeRecoveryCode = "accounts.recovery-code"
	NoticePhone        = "accounts.phone-recovery"
)

// Notices lists them: none knows more than whose account it is.
func Notices() []notify.Kind {
	return []notify.Kind{{Event: NoticeNewDevice}, {Event: NoticeRecovery}, {Event: NoticeRecoveryCode}, {Event: NoticePhone}}
}
