// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package oversight is what other modules may know of watching over those who
// read personal data: alerts, what one may do about them, what can go wrong.
//
// The work is done in internal/core; nothing outside this folder can import it.
package oversight

import (
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// ID identifies an alert. Only ParseID and core make one.
type ID string

// ParseID reads an ID that came from outside.
func ParseID(s string) (ID, error) {
	if !id.Valid(s) {
		return "", ErrNotFound
	}
	return ID(s), nil
}

// State is where an alert stands.
type State string

// The states of an alert.
const (
	New       State = "new"
	Asked     State = "asked"     // the official was asked to explain
	Explained State = "explained" // and has
	Escalated State = "escalated" // handed to those who decide about the official
	Closed    State = "closed"
)

// States returns the states in the order in which an alert goes through them.
func States() []State { return []State{New, Asked, Explained, Escalated, Closed} }

// Kind is what a rule looks for.
type Kind string

// The kinds of rules.
const (
	ManyPeople  Kind = "many_people"  // one account reads many different people
	NoDossier   Kind = "no_dossier"   // one account reads people outside any dossier
	OffHours    Kind = "off_hours"    // one account reads while its office does not work
	Night       Kind = "night"        // one account reads between two times of the day
	ManyReaders Kind = "many_readers" // many different accounts read one person
)

// Rule is when reading is unusual: data of a pack.
type Rule struct {
	ID        string
	Kind      Kind
	Name      i18n.Text
	Threshold int // so many different people, readings or readers raise an alert
	Minutes   int // within this time
	From, To  int // of Night: minutes after midnight; From may be later than To
}

// Alert is unusual reading by an account, or of a person, on one day.
type Alert struct {
	ID          ID
	Rule        string
	Kind        Kind
	Subject     string // the account; of ManyReaders the person
	Day         string // 2026-11-21, in Viet Nam
	State       State
	Count       int // of what the rule counts, at its highest
	Threshold   int // of the rule that day
	First, Last db.Time
	Raised      db.Time
}

// What actors can be allowed to do.
const (
	PermAlerts  identity.Permission = "oversight.alerts"  // see alerts and decide about them
	PermExplain identity.Permission = "oversight.explain" // answer for one's own readings
	PermErase   identity.Permission = "oversight.erase"   // propose and confirm erasures
)

// Permissions returns all of them.
func Permissions() []identity.Permission {
	return []identity.Permission{PermAlerts, PermExplain, PermErase}
}

// What is written in the audit log. The subject is the alert.
const (
	AuditRaised    audit.Event = "oversight.alert_raised"
	AuditRead      audit.Event = "oversight.alert_read"
	AuditAsked     audit.Event = "oversight.explanation_asked"
	AuditExplained audit.Event = "oversight.explained"
	AuditEscalated audit.Event = "oversight.alert_escalated"
	AuditClosed    audit.Event = "oversight.alert_closed"
)

// AuditEvents returns all of them.
func AuditEvents() []audit.Event {
	return []audit.Event{AuditRaised, AuditRead, AuditAsked, AuditExplained, AuditEscalated, AuditClosed}
}

// EventRaised is published when there is a new alert.
const EventRaised events.Name = "oversight.alert_raised.v1"

// Raised is its payload.
type Raised struct {
	Alert ID     `json:"alert"`
	Rule  string `json:"rule"`
}

// What can go wrong.
var (
	ErrNotFound = errs.New(errs.NotFound, "oversight.not_found") // or not for the actor to see
	ErrState    = errs.New(errs.Conflict, "oversight.state")     // the alert does not stand where that can be done
	ErrNobody   = errs.New(errs.Conflict, "oversight.nobody")    // the alert is about a person: there is no one official to ask
	ErrOwn      = errs.New(errs.Forbidden, "oversight.own")      // nobody decides about the own readings
)
