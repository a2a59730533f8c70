// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package persons is what other modules may know of who acts for whom and who is
// the same person: rights, records, errors and the holders of persons. The work
// is done in internal/core.
package persons

import (
	"context"
	"io"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// What actors can be allowed to do. Act is for what is one's own; Register and
// Confirm hold in units; Find and Merge are about all persons of the installation.
const (
	PermAct      identity.Permission = "persons.act"      // grant, accept and use representations
	PermFind     identity.Permission = "persons.find"     // look a person up, for a purpose
	PermRegister identity.Permission = "persons.register" // with the paper, at the counter
	PermConfirm  identity.Permission = "persons.confirm"  // what a colleague has registered or proposed
	PermMerge    identity.Permission = "persons.merge"    // pairs, claims and merges
)

// Permissions lists them all.
func Permissions() []identity.Permission {
	return []identity.Permission{PermAct, PermFind, PermRegister, PermConfirm, PermMerge}
}

// Basis is by what right somebody acts for another.
type Basis string

// The bases.
const (
	Law           Basis = "law"           // đại diện theo pháp luật của tổ chức
	Contract      Basis = "contract"      // theo hợp đồng
	Authorisation Basis = "authorisation" // theo văn bản ủy quyền
	Parent        Basis = "parent"        // cha, mẹ của người chưa thành niên
	Guardian      Basis = "guardian"      // người giám hộ
)

// What is written in the audit log. The subject is the representation, the
// household, the merge or the claim; about is the person it is for.
const (
	AuditOffered    audit.Event = "persons.representation_offered"
	AuditRegistered audit.Event = "persons.representation_registered"
	AuditConfirmed  audit.Event = "persons.representation_confirmed"
	AuditAccepted   audit.Event = "persons.representation_accepted"
	AuditRefused    audit.Event = "persons.representation_refused"
	AuditEnded      audit.Event = "persons.representation_ended"
	AuditChosen     audit.Event = "persons.acting_chosen"
	AuditGuardian   audit.Event = "persons.guardian_registered"
	AuditHousehold  audit.Event = "persons.household_changed"
	AuditRead       audit.Event = "persons.person_read"
	AuditMergeAsked audit.Event = "persons.merge_proposed"
	AuditMerged     audit.Event = "persons.merged"
	AuditUnmerged   audit.Event = "persons.merge_undone"
	AuditNotMerged  audit.Event = "persons.merge_refused"
	AuditTwo        audit.Event = "persons.pair_dismissed"
	AuditClaimed    audit.Event = "persons.number_claimed"
	AuditSettled    audit.Event = "persons.number_settled"
	AuditAsked      audit.Event = "persons.representation_asked"     // by the agent, with a paper
	AuditTurnedDown audit.Event = "persons.representation_not_taken" // what the agent asked for, or took back
	AuditPaper      audit.Event = "persons.paper_read"
	AuditDeath      audit.Event = "persons.death_registered"
	AuditDied       audit.Event = "persons.death_confirmed"
	AuditNotDied    audit.Event = "persons.death_refused"
	AuditAlive      audit.Event = "persons.death_withdrawn"
)

// AuditEvents lists them all.
func AuditEvents() []audit.Event {
	return []audit.Event{
		AuditOffered, AuditRegistered, AuditConfirmed, AuditAccepted, AuditRefused, AuditEnded, AuditChosen, AuditGuardian, AuditHousehold, AuditRead,
		AuditMergeAsked, AuditMerged, AuditUnmerged, AuditNotMerged, AuditTwo, AuditClaimed, AuditSettled,
		AuditAsked, AuditTurnedDown, AuditPaper, AuditDeath, AuditDied, AuditNotDied, AuditAlive,
	}
}

// What can go wrong.
var (
	ErrNotFound  = errs.New(errs.NotFound, "persons.not_found")  // nothing of the kind for this person
	ErrOver      = errs.New(errs.NotFound, "persons.over")       // the right to act has ended; at, which
	ErrNotGiven  = errs.New(errs.Forbidden, "persons.not_given") // the right does not go so far; act
	ErrOverlap   = errs.New(errs.Conflict, "persons.overlap")    // the same right at the same time
	ErrDecided   = errs.New(errs.Conflict, "persons.decided")    // already
	ErrSame      = errs.New(errs.Conflict, "persons.same")       // who registered does not confirm
	ErrOwn       = errs.New(errs.Conflict, "persons.own")        // nobody represents oneself, nor decides about oneself
	ErrNotPerson = errs.New(errs.Conflict, "persons.not_person") // an organisation acts through individuals alone
	ErrElsewhere = errs.New(errs.Conflict, "persons.elsewhere")  // a member of another household
	ErrHead      = errs.New(errs.Conflict, "persons.head")       // the head leaves only after another is head
	ErrKinds     = errs.New(errs.Conflict, "persons.kinds")      // an individual and an organisation are not one
	ErrMerging   = errs.New(errs.Conflict, "persons.merging")    // one of them is part of another merge
	ErrMoved     = errs.New(errs.Conflict, "persons.moved")      // what was merged has changed since; what
	ErrNoSession = errs.New(errs.Conflict, "persons.no_session") // the choice is kept in a session
	ErrOfAge     = errs.New(errs.Conflict, "persons.of_age")     // needs no parent any more
	ErrDead      = errs.New(errs.Conflict, "persons.dead")       // who has died neither acts nor lets act
	ErrBuilt     = errs.New(errs.Conflict, "persons.built")      // since the merge there is more of the one who stayed; what
	ErrOfficials = errs.New(errs.Forbidden, "persons.officials") // an official's account acts for the office alone
)

// Pointer is something that points to a person, as a holder names it.
type Pointer struct {
	Kind string // of the thing, and of its column: "dossier.owner"
	ID   string
}

// Holder is whoever keeps ids of persons. All is done in the caller's transaction.
type Holder interface {
	// Pointers returns what points to a person; what is only history is not among it.
	Pointers(ctx context.Context, q db.Querier, person string) ([]Pointer, error)
	// Repoint makes a thing that points to from point to another; false where it
	// does not point to from any more.
	Repoint(ctx context.Context, tx *db.Tx, p Pointer, from, to string) (bool, error)
}

// GivenPaper is a paper that was handed in with a dossier, as a file.
type GivenPaper struct {
	Dossier string // id
	File    string // id
	Name    string // of the file
	Paper   string // what it is
}

// Papers are those of dossiers, of which one may be what gives a right. Both
// answer only what the actor may see, and record that it was read.
type Papers interface {
	// ListPapers returns the files of the dossier of a code or reference; none where there is no such dossier.
	ListPapers(ctx context.Context, actor identity.Actor, code string) ([]GivenPaper, error)
	// OpenPaper opens one of them; the caller closes it.
	OpenPaper(ctx context.Context, actor identity.Actor, dossier, file string) (content io.ReadCloser, name string, err error)
}
