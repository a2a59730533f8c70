// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dossiers

import (
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// What is written when the owner of an open dossier has died. The subject is the
// dossier; of heirs it is about the person who takes over.
const (
	AuditGoesOn audit.Event = "dossiers.goes_on_after_death"
	AuditHeir   audit.Event = "dossiers.heir_took_over"
)

// Death is that somebody has died, as the module that knows people says it.
type Death struct {
	Day    string  // YYYY-MM-DD
	Paper  string  // number of the paper that shows it; empty: it was not said
	Issuer string  // of this paper
	Known  db.Time // since when it is confirmed here
}

// PersonDied is the body of the event by which dossiers learn of a death.
type PersonDied struct {
	Person string `json:"person"`
}

// What can go wrong when somebody has died.
var (
	ErrOwnerDead     = errs.New(errs.Conflict, "dossiers.owner_dead")      // nothing is sent for who has died; day
	ErrSubmitterDead = errs.New(errs.Conflict, "dossiers.submitter_dead")  // nor by them; day
	ErrDeadOpen      = errs.New(errs.Conflict, "dossiers.dead_open")       // the owner has died since, and nobody has said how it goes on; day
	ErrOwnerLives    = errs.New(errs.Conflict, "dossiers.owner_lives")     // there is nothing to decide
	ErrMayNotGoOn    = errs.New(errs.Conflict, "dossiers.may_not_go_on")   // the procedure does not say that it goes on after a death
	ErrEndsWithDeath = errs.New(errs.Conflict, "dossiers.ends_with_death") // what was asked for was for this person alone
	ErrHeirSigned    = errs.New(errs.Conflict, "dossiers.heir_signed")     // the document with the name of the dead is on its way
	ErrHeirSame      = errs.New(errs.Conflict, "dossiers.heir_same")       // that is the person who has died
)
