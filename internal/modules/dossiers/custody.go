// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dossiers

import (
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/platform/errs"
)

// What is written when the paper of a dossier changes hands inside a unit.
const (
	AuditPaperGiven    audit.Event = "dossiers.paper_given" // "ID to ACCOUNT"
	AuditPaperTaken    audit.Event = "dossiers.paper_taken"
	AuditPaperDeclined audit.Event = "dossiers.paper_declined"
	AuditPaperBack     audit.Event = "dossiers.paper_taken_back"
	AuditPaperLeft     audit.Event = "dossiers.paper_of_one_who_left" // "ID from ACCOUNT to ACCOUNT"
)

// What can go wrong with paper.
var (
	ErrNoSheets    = errs.New(errs.NotFound, "dossiers.no_sheets")    // no paper of it, or none that is the actor's to move
	ErrSheetsMoved = errs.New(errs.Conflict, "dossiers.sheets_moved") // it is on its way, or is not any more; who
	ErrStillHere   = errs.New(errs.Conflict, "dossiers.still_here")   // who has it works in the unit and hands it over; who
	ErrNoHanding   = errs.New(errs.NotFound, "dossiers.no_handing")   // no such slip of the actor
)
