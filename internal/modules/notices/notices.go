// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package notices is what other modules may know of how people read what they
// are told: permissions and audit events. Telling itself is kernel/notify; the
// work is done in internal/core.
package notices

import (
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/errs"
)

// PermOperate is to look after messages of everybody: where they stand, never what they say or to whom.
const PermOperate identity.Permission = "notices.operate"

// Permissions lists them all.
func Permissions() []identity.Permission { return []identity.Permission{PermOperate} }

// What is written in the audit log. The subject is the account, or the message.
// Marks of what was read are not: nobody has acted.
const (
	AuditChosen         audit.Event = "notices.chosen" // how somebody wants to be told
	AuditContactProven  audit.Event = "notices.contact_proven"
	AuditContactRemoved audit.Event = "notices.contact_removed"
	AuditDeviceAdded    audit.Event = "notices.device_added"
	AuditDeviceRemoved  audit.Event = "notices.device_removed"
	AuditSentAgain      audit.Event = "notices.sent_again"
	AuditTested         audit.Event = "notices.tested"
)

// AuditEvents lists them all.
func AuditEvents() []audit.Event {
	return []audit.Event{AuditChosen, AuditContactProven, AuditContactRemoved, AuditDeviceAdded, AuditDeviceRemoved, AuditSentAgain, AuditTested}
}

// What can go wrong.
var (
	ErrWrongCode = errs.New(errs.Invalid, "notices.wrong_code")
	ErrService   = errs.New(errs.Invalid, "notices.push_service") // a browser's push service that nobody has allowed
)
