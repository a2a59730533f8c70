// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package satisfaction is what other modules may know of what people say of how
// they were served (đánh giá hài lòng): rights, events, errors. The work is done
// in internal/core. Nobody can learn whose an answer is.
package satisfaction

import (
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/platform/errs"
)

// What officials can be allowed to do. Answering needs no right.
const (
	PermFollow   identity.Permission = "satisfaction.follow"   // figures and low scores of the own units
	PermProvince identity.Permission = "satisfaction.province" // figures of all units
)

// Permissions lists them all.
func Permissions() []identity.Permission { return []identity.Permission{PermFollow, PermProvince} }

// What is written in the audit log.
const (
	AuditAsked    audit.Event = "satisfaction.asked"    // the dossier
	AuditAnswered audit.Event = "satisfaction.answered" // the unit: neither who nor what
	AuditGathered audit.Event = "satisfaction.gathered" // the month
	AuditLooked   audit.Event = "satisfaction.looked"   // the follow-up
	AuditReplied  audit.Event = "satisfaction.replied"  // the follow-up
	AuditClosed   audit.Event = "satisfaction.closed"   // the follow-up
	AuditExported audit.Event = "satisfaction.exported" // the month
)

// AuditEvents lists them all.
func AuditEvents() []audit.Event {
	return []audit.Event{AuditAsked, AuditAnswered, AuditGathered, AuditLooked, AuditReplied, AuditClosed, AuditExported}
}

// NoticeAsk asks somebody whose dossier has ended.
const NoticeAsk = "satisfaction.ask"

// Notices lists what people are told.
func Notices() []notify.Kind {
	return []notify.Kind{{Event: NoticeAsk, Variables: []string{"code", "link"}}}
}

// Fewest is how many answers a figure has at least.
const Fewest = 5

// PublicPath is where everybody reads the figures.
const PublicPath = "/cong-khai/hai-long"

// Low is the highest score that somebody has to look at; Satisfied the lowest of
// who is satisfied. Scores go from 1 to Best.
const (
	Low       = 2
	Satisfied = 4
	Best      = 5
)

// Reasons are what people can tick with a score that is not good.
func Reasons() []string { return []string{"wait", "again", "manner", "unclear", "money", "place"} }

// What can go wrong.
var (
	ErrNotFound = errs.New(errs.NotFound, "satisfaction.not_found") // no such page of answers, follow-up, kiosk
	ErrAnswered = errs.New(errs.Conflict, "satisfaction.answered")  // one answer for each dossier
	ErrOver     = errs.New(errs.Conflict, "satisfaction.over")      // it was asked too long ago
	ErrUnknown  = errs.New(errs.Conflict, "satisfaction.unknown")   // no dossier that has ended has this code and number
	ErrTaken    = errs.New(errs.Conflict, "satisfaction.taken")     // the answer was taken out of the box already
	ErrDecided  = errs.New(errs.Conflict, "satisfaction.decided")   // the follow-up is closed
	ErrNoAnswer = errs.New(errs.Conflict, "satisfaction.no_answer") // it says nothing yet of what was done
)
