// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package lookups is what other modules may know of looking things up in databases
// of other agencies. The work is done in internal/core.
package lookups

import (
	"slices"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/errs"
)

// PermAsk lets an official ask a database about a dossier that the official sees.
const PermAsk identity.Permission = "lookups.ask"

// Permissions lists them all.
func Permissions() []identity.Permission { return []identity.Permission{PermAsk} }

// What is written in the audit log; the subject is the dossier, so that whose data it
// is finds it there.
const (
	AuditAsked audit.Event = "lookups.asked"
	AuditSeen  audit.Event = "lookups.seen"  // an answer that is kept was read
	AuditTaken audit.Event = "lookups.taken" // a value stands beside what was declared
)

// AuditEvents lists them all.
func AuditEvents() []audit.Event { return []audit.Event{AuditAsked, AuditSeen, AuditTaken} }

// What can go wrong.
var (
	ErrNotFound = errs.New(errs.NotFound, "lookups.not_found")
	ErrNotHere  = errs.New(errs.NotFound, "lookups.not_here") // the procedure of the dossier does not need it
	ErrEnded    = errs.New(errs.Conflict, "lookups.ended")    // nobody works on the dossier
	ErrOften    = errs.New(errs.TooMany, "lookups.often")     // more questions in an hour than one official has; args: max
	ErrGone     = errs.New(errs.Conflict, "lookups.gone")     // the answer is not kept any more
	ErrSame     = errs.New(errs.Conflict, "lookups.same")     // nothing differs, or it is compared with nothing
)

// Outcome is what came of a question.
type Outcome string

// The outcomes.
const (
	Found   Outcome = "found"
	None    Outcome = "none"    // the database does not have it
	Refused Outcome = "refused" // it does not take the question
	Down    Outcome = "down"    // it does not answer: the clerk goes on by paper
)

// Source is a database that officials may ask, as a pack has it.
type Source struct {
	ID         string    `json:"id"`
	Name       i18n.Text `json:"name"`
	Partner    string    `json:"partner"`
	Service    string    `json:"service"`
	Purpose    string    `json:"purpose"`
	Basis      string    `json:"basis"`
	Source     string    `json:"source,omitempty"`
	Unverified bool      `json:"unverified,omitempty"`
	KeepHours  int       `json:"keep_hours"` // 0: the answer is shown once and not kept
	Note       i18n.Text `json:"note"`
	Fields     []Field   `json:"fields"`
	Uses       []Use     `json:"uses,omitempty"`
}

// Field is one thing that a database can tell.
type Field struct {
	ID    string    `json:"id"`
	Name  string    `json:"name"`
	Label i18n.Text `json:"label"`
}

// Use is about whom a procedure asks, by what, and what it needs of the answer.
type Use struct {
	ID        string    `json:"id"`
	Procedure string    `json:"procedure"`
	About     i18n.Text `json:"about"`
	Asks      []Ask     `json:"asks"`
	Shows     []Show    `json:"shows"`
}

// Ask is one thing by which a database is asked.
type Ask struct {
	Name string `json:"name"`
	From string `json:"from"`
}

// Show is one thing that is shown; Form is the question it is compared with, or empty.
type Show struct {
	Field string `json:"field"`
	Form  string `json:"form,omitempty"`
}

// Field returns a field by its id.
func (s Source) Field(id string) (Field, bool) {
	i := slices.IndexFunc(s.Fields, func(f Field) bool { return f.ID == id })
	if i < 0 {
		return Field{}, false
	}
	return s.Fields[i], true
}
