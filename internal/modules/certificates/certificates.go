// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package certificates is what other modules may know of the pages on which the
// province looks after the certificates that officials and agencies sign with.
// The register itself is kernel/signing/keystore; the work is done in
// internal/core.
package certificates

import (
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/platform/errs"
)

// What actors can be allowed to do. To manage is about the whole installation,
// whatever unit the actor works in; to view holds in a unit.
const (
	PermView   identity.Permission = "certificates.view"   // see the certificates of the unit
	PermManage identity.Permission = "certificates.manage" // see all, import, register, suspend, revoke
	PermOwn    identity.Permission = "certificates.own"    // see one's own
)

// Permissions lists them all.
func Permissions() []identity.Permission { return []identity.Permission{PermView, PermManage, PermOwn} }

// What is written in the audit log. The subject is the certificate, but for a
// file that was read, where it is the import, and for an export.
const (
	AuditRead      audit.Event = "certificates.file_read" // a file was opened; its key waits, sealed
	AuditDiscarded audit.Event = "certificates.file_discarded"
	AuditAdded     audit.Event = "certificates.added"
	AuditSuspended audit.Event = "certificates.suspended"
	AuditResumed   audit.Event = "certificates.resumed"
	AuditRevoked   audit.Event = "certificates.revoked"
	AuditExported  audit.Event = "certificates.exported"
	AuditWarned    audit.Event = "certificates.warned" // holder and administrators were told that it runs out
)

// AuditEvents lists them all.
func AuditEvents() []audit.Event {
	return []audit.Event{AuditRead, AuditDiscarded, AuditAdded, AuditSuspended, AuditResumed, AuditRevoked, AuditExported, AuditWarned}
}

// JobWarn tells people that a certificate runs out. Its body is a keystore.Warning.
const JobWarn jobs.Kind = "certificates.warn"

// ErrHolder means that what was read belongs to nobody the actor looks after.
var ErrHolder = errs.New(errs.NotFound, "certificates.holder_unknown")
