// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package systems

import (
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// HookState is where a subscription stands.
type HookState string

// The states of a subscription.
const (
	HookActive  HookState = "active"
	HookStopped HookState = "stopped" // by hand, or because the receiver said that it is gone
	HookDead    HookState = "dead"    // it was tried as often as it is tried; somebody has to look
)

// Hook sends the changes of one register to an address of a system (webhook). The
// changes arrive in the order of the register's feed: one that does not get through
// holds up those behind it.
type Hook struct {
	ID       string
	System   ID
	Register string
	URL      string
	State    HookState
	After    string // where it goes on in the feed
	Place    int64  // the last that arrived, or was not for the system
	Attempt  int    // of the one that is sent now
	Due      db.Time
	Error    string  // of the last attempt; empty after one that went well
	OldUntil db.Time // until then the secret before signs as well
	Made     Hand
}

// Delivery is one message of a subscription.
type Delivery struct {
	Hook     string
	Place    int64
	Kind     string // what became of the record
	Record   string
	Arrived  bool
	Attempts int
	Status   int    // of the last answer; 0: none came
	Error    string // words of ours: silent, address, status
	First    db.Time
	Last     db.Time
	Took     int64 // milliseconds
}

// NoticeHookDead tells those who look after systems that a subscription stands still.
const NoticeHookDead = "systems.hook_dead"

// Notices lists what officials are told, with what each knows.
func Notices() []notify.Kind {
	return []notify.Kind{{Event: NoticeHookDead, Variables: []string{"system", "register"}}}
}

// What is written in the audit log about subscriptions; the subject is "<system>/<subscription>".
const (
	AuditHookMade     audit.Event = "systems.hook_made"
	AuditHookSecret   audit.Event = "systems.hook_secret"
	AuditHookStopped  audit.Event = "systems.hook_stopped"
	AuditHookStarted  audit.Event = "systems.hook_started"
	AuditHookEnded    audit.Event = "systems.hook_ended"
	AuditHookDead     audit.Event = "systems.hook_dead"
	AuditHookReplayed audit.Event = "systems.hook_replayed"
)

// HookEvents lists them all.
func HookEvents() []audit.Event {
	return []audit.Event{AuditHookMade, AuditHookSecret, AuditHookStopped, AuditHookStarted, AuditHookEnded, AuditHookDead, AuditHookReplayed}
}

// What can go wrong with subscriptions.
var (
	ErrHookUnknown = errs.New(errs.NotFound, "systems.hook_not_found")
	ErrHooks       = errs.New(errs.Conflict, "systems.hook_too_many") // args: max
	ErrHookState   = errs.New(errs.Conflict, "systems.hook_state")    // it is so already
	ErrHookPlace   = errs.New(errs.Conflict, "systems.hook_place")    // that change is not kept any more
)
