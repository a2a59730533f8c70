// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package security is what other modules may know of the pages of those who
// answer for the keys and for refused access. The work is done in internal/core.
package security

import (
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
)

// What actors can be allowed to do, for the whole installation.
const (
	PermKeys identity.Permission = "security.keys" // see, rotate and retire keys; ask for their export, or agree to it
	PermLog  identity.Permission = "security.log"  // read the security log
)

// What is written in the audit log. No key is in it, only names.
const (
	AuditRotated   audit.Event = "security.keys_rotated"      // a rotation began; the subject is the new key
	AuditRetired   audit.Event = "security.key_retired"       // the subject is the key
	AuditMoved     audit.Event = "security.keys_moved"        // by an operator; the subject is the provider
	AuditReindexed audit.Event = "security.hashes_recomputed" // by an operator; the subject is the index key
	AuditAsked     audit.Event = "security.export_asked"      // the subject is the request
	AuditConfirmed audit.Event = "security.export_confirmed"  // by a second person
	AuditExported  audit.Event = "security.keys_exported"     // by an operator, after both
	AuditLogRead   audit.Event = "security.log_read"          // the subject is the kind asked for, or "all"
	AuditLogTaken  audit.Event = "security.log_exported"      // as a file
)

// AuditEvents returns all of them.
func AuditEvents() []audit.Event {
	return []audit.Event{
		AuditRotated, AuditRetired, AuditMoved, AuditReindexed, AuditAsked, AuditConfirmed, AuditExported, AuditLogRead, AuditLogTaken,
	}
}
