// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dossiers

import (
	"strings"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// What is written about papers that the post brings (kênh 3, bưu chính công ích).
const (
	AuditMailOpened audit.Event = "dossiers.mail_opened" // an envelope became a draft; the subject is the draft
	AuditLetterSent audit.Event = "dossiers.receipt_posted"
)

func mailEvents() []audit.Event { return []audit.Event{AuditMailOpened, AuditLetterSent} }

// EventMailOpenedV1 is announced when an envelope has become a draft, with a MailOpened.
const EventMailOpenedV1 events.Name = "dossiers.mail_opened.v1"

// MailOpened is the body of EventMailOpenedV1.
type MailOpened struct {
	Dossier     ID      `json:"dossier"` // of the draft, and of the dossier that it becomes
	Unit        orgs.ID `json:"unit"`
	Consignment string  `json:"consignment"` // as MailCode writes it; empty: an ordinary letter
	At          db.Time `json:"at"`
}

// What can go wrong with mail.
var (
	ErrNotByPost  = errs.New(errs.Conflict, "dossiers.not_by_post") // its papers did not come by post
	ErrLetterSent = errs.New(errs.Conflict, "dossiers.letter_sent") // the receipt is on its way already; code, who
)

// MaxMailCode is how long the code of a consignment may be. No layout of these codes
// is published.
const MaxMailCode = 30

// MailCode brings the code of a consignment into the form it is kept in: capitals,
// without what people put between its signs. It reports false for what cannot be one.
func MailCode(code string) (string, bool) {
	code = strings.ToUpper(strings.NewReplacer(" ", "", "-", "", ".", "").Replace(text.Line(code)))
	return code, len(code) <= MaxMailCode && strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}
