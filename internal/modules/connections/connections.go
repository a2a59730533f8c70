// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package connections is what other modules may know of the pages about systems
// outside: the rights and what is recorded. The work is done in internal/core.
package connections

import (
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/notify"
)

// What actors can be allowed to do.
const (
	PermManage identity.Permission = "connections.manage" // see, pause, send again, discard, replay, compare, read what was said
	PermTrace  identity.Permission = "connections.trace"  // see the calls about a dossier
)

// What is written in the audit log. The subject begins with the partner.
const (
	AuditPaused    audit.Event = "connections.paused"
	AuditResumed   audit.Event = "connections.resumed"
	AuditRetried   audit.Event = "connections.retried"   // "PARTNER MESSAGE"
	AuditDiscarded audit.Event = "connections.discarded" // "PARTNER MESSAGE"
	AuditReplayed  audit.Event = "connections.replayed"  // "PARTNER N"
	AuditCompared  audit.Event = "connections.compared"  // "PARTNER N"
	AuditMended    audit.Event = "connections.mended"
	AuditExplained audit.Event = "connections.explained"
	AuditRead      audit.Event = "connections.content_read" // personal data
	AuditTraced    audit.Event = "connections.traced"       // the calls about a dossier
)

// NoticeTrouble tells those who look after connections that a partner does not work,
// or does not take a message.
const NoticeTrouble = "connections.trouble"

// Notices lists what people are told of.
func Notices() []notify.Kind {
	return []notify.Kind{{Event: NoticeTrouble, Variables: []string{"partner", "why"}}}
}

// AuditEvents lists them all.
func AuditEvents() []audit.Event {
	return []audit.Event{AuditPaused, AuditResumed, AuditRetried, AuditDiscarded, AuditReplayed, AuditCompared, AuditMended, AuditExplained, AuditRead, AuditTraced}
}
