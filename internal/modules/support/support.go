// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package support is what other modules may know of how the province tells
// people that something is wrong, planned or explained: announcements,
// maintenance, what works now. The work is done in internal/core.
package support

import (
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Kind says how bad the news is.
type Kind string

// The kinds of announcements.
const (
	Info     Kind = "info"     // to know
	Planned  Kind = "planned"  // work that was planned
	Incident Kind = "incident" // something is broken
)

// Audience says who sees an announcement.
type Audience string

// The audiences.
const (
	Everyone  Audience = "everyone"
	Citizens  Audience = "citizens"  // on the public site
	Officials Audience = "officials" // at the desk
)

// Announcement stands above every page from one moment until another.
type Announcement struct {
	ID       string
	Kind     Kind
	Audience Audience
	Text     i18n.Text
	From     db.Time
	Until    db.Time
	By       string // account
	EndedBy  string // account of who ended it before its time; empty: nobody
}

// Mode says what is refused while the program is worked on.
type Mode string

// The modes.
const (
	Open     Mode = "open"      // nothing is refused
	ReadOnly Mode = "read_only" // nothing can be changed
	Closed   Mode = "closed"    // only the status page
)

// Maintenance is a window in which the program is worked on.
type Maintenance struct {
	ID      string
	Mode    Mode
	Text    i18n.Text // what is done, in a sentence
	From    db.Time
	Until   db.Time
	By      string
	EndedBy string
}

// Named is what is done and when, in both languages, for one line above a page.
func (m Maintenance) Named() i18n.Text {
	from, until := m.From.In(clock.Vietnam()), m.Until.In(clock.Vietnam())
	when := " (" + from.Format("15:04 02/01") + " – " + until.Format("15:04 02/01") + ")"
	named := i18n.Text{VI: m.Text.VI + when}
	if m.Text.EN != "" {
		named.EN = m.Text.EN + when
	}
	return named
}

// State says how a part of the program fares.
type State string

// The states of a part.
const (
	Unknown State = "unknown" // not looked at yet
	Works   State = "works"
	Slow    State = "slow"
	Broken  State = "broken"
)

// Part is something people depend on, as it was seen last.
type Part struct {
	ID    string // "database"; its name is the text support.part.<id>
	State State
	Since time.Time // of the state
	Seen  time.Time
}

// Outage is a time in which a part was broken.
type Outage struct {
	Part  string
	Began db.Time
	Ended db.Time
}

// Feedback is what somebody said about a page. Who it was is not kept.
type Feedback struct {
	ID      string
	Page    string // the route, without what stands in it: "/ho-so/{id}"
	Side    Audience
	Useful  string // yes, no, or empty: not said
	Text    string
	Sent    db.Time
	Handled db.Time // zero while it waits
	By      string  // account of who handled it
	Note    string  // what was done
}

// The permissions.
const (
	PermAnnounce identity.Permission = "support.announce"
	PermMaintain identity.Permission = "support.maintain"
	PermFeedback identity.Permission = "support.feedback"
)

// What the audit log says.
const (
	AuditAnnounced   audit.Event = "support.announced"
	AuditWithdrawn   audit.Event = "support.withdrawn"
	AuditMaintenance audit.Event = "support.maintenance_set"
	AuditReopened    audit.Event = "support.reopened"
	AuditHandled     audit.Event = "support.feedback_handled"
)

// What can go wrong.
var (
	ErrNotFound    = errs.New(errs.NotFound, "support.not_found")
	ErrOver        = errs.New(errs.Conflict, "support.over")     // it has ended already
	ErrOverlaps    = errs.New(errs.Conflict, "support.overlaps") // two windows at the same time
	ErrMaintenance = errs.New(errs.Unavailable, "support.maintenance")
	ErrClosed      = errs.New(errs.Unavailable, "support.closed")
)
