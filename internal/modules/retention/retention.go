// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package retention is what other modules may know of how long things are
// kept: the rules, the runs that erase, and what can go wrong. The work is done
// in internal/core; what is erased belongs to other modules.
package retention

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Action is what happens at the end of the time.
type Action string

// The actions.
const (
	Forget     Action = "forget"      // the whole, by itself
	EraseFiles Action = "erase_files" // the files, when two people have agreed
	Keep       Action = "keep"        // nothing, ever
)

// What kernel/notify keeps for a time, beside what dossiers do.
const (
	KeptNotices  dossiers.Kept = "notice"  // in people's lists, since they were told
	KeptMessages dossiers.Kept = "message" // by way of a gateway, since they arrived, failed or were taken
)

// KeptChanges is what kernel/registers keeps for who follows a register: that a
// record has changed, since it did.
const KeptChanges dossiers.Kept = "register_change"

// KeptParcels is where results were sent by post and who has signed for them, since
// that ended.
const KeptParcels dossiers.Kept = "parcel"

// KeptSaid is what kernel/connectors keeps of words to and from systems outside, since
// they were said.
const KeptSaid dossiers.Kept = "said_outside"

// Told is who keeps notices and messages.
type Told interface {
	// CountPast returns how much of a kind is older than a moment, and when the oldest was.
	CountPast(ctx context.Context, kind string, before db.Time) (n int, oldest db.Time, err error)
	// ForgetPast erases at most limit of a kind that are older, and says how many.
	ForgetPast(ctx context.Context, tx *db.Tx, kind string, before db.Time, limit int) (n int, err error)
}

// Rule says how long something is kept. A pack says so.
type Rule struct {
	ID         string
	What       dossiers.Kept // or "result", KeptNotices, KeptMessages, KeptChanges, KeptParcels, KeptSaid
	From       string        // last_change, closed, delivered, issued, told
	Action     Action
	Amount     int
	Unit       string // days, months, years
	Name       i18n.Text
	Basis      string // a legal id; empty where none is known
	Source     string
	Unverified bool
}

// Before returns the moment before which the time of something began if it is
// over now. Days are whole days of Vietnam: nothing ends within one. Zero where
// the rule never ends.
func (r Rule) Before(now time.Time) db.Time {
	if r.Action == Keep || r.Amount < 1 {
		return db.Time{}
	}
	return db.Time{Time: clock.Back(now, r.Amount, r.Unit)}
}

// Until returns the last day on which something is kept whose time began then,
// at its beginning; false for ever.
func (r Rule) Until(began time.Time) (db.Time, bool) {
	if r.Before(began).IsZero() {
		return db.Time{}, false
	}
	y, m, d := began.In(clock.Vietnam()).Date()
	switch r.Unit {
	case "days":
		d += r.Amount
	case "months":
		m += time.Month(r.Amount)
	case "years":
		y += r.Amount
	}
	day := func(n int) time.Time { return time.Date(y, m, d+n, 0, 0, 0, 0, clock.Vietnam()) }
	n := -4 // months are of different lengths: what Before says is what counts
	for !began.Before(r.Before(day(n + 1)).Time) {
		n++
	}
	return db.Time{Time: day(n)}, true
}

// State is where a run stands.
type State string

// The states of a run.
const (
	Proposed State = "proposed"
	Refused  State = "refused"
	Running  State = "running"
	Finished State = "finished"
	Stopped  State = "stopped" // the rule was changed while it ran
)

// Run erases what was past its time when it was proposed.
type Run struct {
	ID       string
	Rule     Rule    // as it was then
	Before   db.Time // what ended before
	Found    int     // dossiers at that time
	Bytes    int64
	State    State
	Proposer string // account
	Proposed db.Time
	Decider  string // account; empty while nobody has
	Decided  db.Time
	Next     string // where the job goes on
	Held     int    // dossiers that were stepped over
	Ended    db.Time
}

// What actors can be allowed to do.
const (
	PermView  identity.Permission = "retention.view"
	PermErase identity.Permission = "retention.erase" // propose, confirm, refuse
)

// Permissions lists them all.
func Permissions() []identity.Permission { return []identity.Permission{PermView, PermErase} }

// What the audit log says. The subject is the run, or the day.
const (
	AuditProposed      audit.Event = "retention.proposed"
	AuditConfirmed     audit.Event = "retention.confirmed"
	AuditRefused       audit.Event = "retention.refused"
	AuditFinished      audit.Event = "retention.finished"
	AuditStopped       audit.Event = "retention.stopped"
	AuditForgotten     audit.Event = "retention.drafts_forgotten"
	AuditToldForgotten audit.Event = "retention.told_forgotten"
)

// AuditEvents lists them all.
func AuditEvents() []audit.Event {
	return []audit.Event{AuditProposed, AuditConfirmed, AuditRefused, AuditFinished, AuditStopped, AuditForgotten, AuditToldForgotten}
}

// What can go wrong.
var (
	ErrNotFound = errs.New(errs.NotFound, "retention.not_found")
	ErrOpen     = errs.New(errs.Conflict, "retention.open")    // a run of the rule is proposed or going on
	ErrSame     = errs.New(errs.Conflict, "retention.same")    // who proposed cannot confirm
	ErrDecided  = errs.New(errs.Conflict, "retention.decided") // already
	ErrChanged  = errs.New(errs.Conflict, "retention.changed") // the rule is another one since
	ErrNothing  = errs.New(errs.Conflict, "retention.nothing") // is due
	ErrNoRun    = errs.New(errs.Conflict, "retention.no_run")  // the rule erases nothing on request
)
