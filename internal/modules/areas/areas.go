// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package areas is what the rest of the program may know of the pages about
// administrative units and the map. The tables themselves are kernel/geo's.
package areas

import (
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/errs"
)

// What actors can be allowed to do. One person proposes a newer table, another confirms it.
const (
	PermImport  identity.Permission = "areas.import"
	PermConfirm identity.Permission = "areas.confirm"
)

// Permissions lists them all.
func Permissions() []identity.Permission { return []identity.Permission{PermImport, PermConfirm} }

// What the audit log says. The subject is the proposal.
const (
	AuditProposed  audit.Event = "areas.import_proposed"
	AuditConfirmed audit.Event = "areas.import_confirmed"
	AuditRefused   audit.Event = "areas.import_refused"
)

// AuditEvents lists them all.
func AuditEvents() []audit.Event {
	return []audit.Event{AuditProposed, AuditConfirmed, AuditRefused}
}

// What can go wrong.
var (
	ErrDay   = errs.New(errs.Invalid, "areas.day")   // no day such as 2026-07-01 or 1/7/2026
	ErrPlace = errs.New(errs.Invalid, "areas.place") // neither a commune, nor a Plus Code, nor coordinates
)
