// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package accounts is what other modules may know of signing in and of the
// people of units. The work is done in internal/core.
package accounts

import (
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
)

// What actors can be allowed to do.
const (
	PermPeople identity.Permission = "accounts.people" // see who works in the unit
	PermUnits  identity.Permission = "accounts.units"  // see the units of the province
)

// What is written in the audit log.
const (
	AuditSignedIn  audit.Event = "accounts.signed_in"
	AuditSignedOut audit.Event = "accounts.signed_out"
	AuditMade      audit.Event = "accounts.made"         // by an operator
	AuditPassword  audit.Event = "accounts.password_set" // by an operator
)
