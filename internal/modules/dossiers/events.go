// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dossiers

import (
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
)

// What is announced when a dossier moves, each with a Moved.
const (
	EventAcceptedV1  events.Name = "dossiers.accepted.v1"
	EventIssuedV1    events.Name = "dossiers.issued.v1"
	EventDeliveredV1 events.Name = "dossiers.delivered.v1"
	EventEndedV1     events.Name = "dossiers.ended.v1"   // stopped, withdrawn or refused after it was accepted
	EventRevokedV1   events.Name = "dossiers.revoked.v1" // with a ResultRevoked
)

// Moved is the body of the events: ids, and nothing about people.
type Moved struct {
	Dossier   ID            `json:"dossier"`
	Procedure procedures.ID `json:"procedure"`
	Unit      orgs.ID       `json:"unit"` // that received it
	At        db.Time       `json:"at"`
}

// ResultRevoked is the body of EventRevokedV1: a document that counts no more.
type ResultRevoked struct {
	Dossier ID      `json:"dossier"`
	SHA256  string  `json:"sha256"` // hex
	At      db.Time `json:"at"`
}

// What people are told of, by the rules of packs.
const (
	NoticeAccepted    = "dossiers.accepted"
	NoticeRefused     = "dossiers.refused"
	NoticeAsked       = "dossiers.asked"
	NoticeIssued      = "dossiers.issued"
	NoticeProgress    = "dossiers.progress"
	NoticeExtended    = "dossiers.extended"
	NoticePay         = "dossiers.pay"
	NoticeStopped     = "dossiers.stopped"
	NoticeTransferred = "dossiers.transferred"
	NoticeRevoked     = "dossiers.revoked"
	NoticeReplaced    = "dossiers.replaced"
	NoticeCall        = "dossiers.call"
	NoticeAssigned    = "work.assigned"
	NoticeRemind      = "work.remind"
	NoticeNote        = "work.note"
	NoticeOpinion     = "work.opinion"
	NoticeSign        = "work.sign"
	NoticeDay         = "work.day"
	NoticeDied        = "work.died"
)

// Notices lists them with what each knows.
func Notices() []notify.Kind {
	all := []notify.Kind{
		{Event: NoticeAssigned, Variables: []string{"code", "step", "due", "by"}},
		{Event: NoticeRemind, Variables: []string{"code", "step", "due", "by"}},
		{Event: NoticeNote, Variables: []string{"code", "by"}},
		{Event: NoticeOpinion, Variables: []string{"code", "due", "by"}},
		{Event: NoticeDay, Variables: []string{"late", "today", "soon"}},
		{Event: NoticeCall, Variables: []string{"code", "state", "next", "promise"}},
		{Event: NoticeDied, Variables: []string{"code", "step", "died"}},
		{Event: NoticeSign, Variables: []string{"code", "due"}},
	}
	for _, event := range []string{NoticeAccepted, NoticeRefused, NoticeAsked, NoticeIssued, NoticeProgress, NoticeExtended, NoticePay, NoticeStopped, NoticeRevoked, NoticeReplaced, NoticeTransferred} {
		all = append(all, notify.Kind{Event: event, Variables: []string{"code", "procedure", "link", "owner", "promise"}})
	}
	return all
}
