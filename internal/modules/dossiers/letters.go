// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dossiers

import (
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/platform/errs"
)

// LetterState says how far a letter (form 04 or 05) is.
type LetterState string

// The states of a letter.
const (
	LetterDrafted LetterState = "drafted" // it waits for the initial of an officer
	LetterToSign  LetterState = "to_sign" // for the signature of who has agreed
	LetterSigned  LetterState = "signed"  // for number and seal
	LetterIssued  LetterState = "issued"
)

// What is written in the audit trail about letters; the subject is the letter.
const (
	AuditLetterInitialled audit.Event = "dossiers.letter_initialled"
	AuditLetterSigned     audit.Event = "dossiers.letter_signed"
	AuditLetterNumbered   audit.Event = "dossiers.letter_numbered"
	AuditLetterIssued     audit.Event = "dossiers.letter_issued"
)

func letterEvents() []audit.Event {
	return []audit.Event{AuditLetterInitialled, AuditLetterSigned, AuditLetterNumbered, AuditLetterIssued}
}

// What can go wrong with letters.
var (
	ErrNoLetter   = errs.New(errs.NotFound, "dossiers.no_letter")
	ErrLetterOver = errs.New(errs.Conflict, "dossiers.letter_over") // somebody was faster: who, when
)
