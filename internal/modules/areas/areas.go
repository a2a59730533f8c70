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

// PermTables lets an official enter a table of administrative units.
const PermTables identity.Permission = "areas.tables"

// AuditImported is written when a table was laid over the one in force.
const AuditImported audit.Event = "areas.table_imported"

// What can go wrong.
var (
	ErrDay   = errs.New(errs.Invalid, "areas.day")   // no day such as 2026-07-01 or 1/7/2026
	ErrPlace = errs.New(errs.Invalid, "areas.place") // neither a commune, nor a Plus Code, nor coordinates
)
