// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dossiers

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// What is written in the audit log about who owns the status of a dossier.
const (
	AuditMirrored   audit.Event = "dossiers.mirrored"    // "ID KEEPER": the system of another agency has said something of its own
	AuditHandedOver audit.Event = "dossiers.handed_over" // "ID to KEEPER"
	AuditTakenBack  audit.Event = "dossiers.taken_back"  // "ID from KEEPER"
)

// What can go wrong with dossiers whose status is not ours.
var (
	ErrMirror      = errs.New(errs.Conflict, "dossiers.mirror")       // it is worked on in the system of another agency; who
	ErrHandOver    = errs.New(errs.Conflict, "dossiers.hand_over")    // it cannot change hands now; why, a key of a message
	ErrMirrorRoute = errs.New(errs.Conflict, "dossiers.mirror_route") // on the day it was sent the procedure was not that agency's
	ErrMirrorUnit  = errs.New(errs.Invalid, "dossiers.mirror_unit")   // no unit or procedure of that name here
)

// Host is the system of another agency that owns the status of a dossier.
type Host struct {
	Code   string // of the agency, as in the route MINISTRY:<code>
	Name   string // as people call it, in Vietnamese
	NameEN string // empty: nobody has said it in English
}

// Mirror is what the system of another agency says of a dossier of its own: where it
// stands, not what it holds.
type Mirror struct {
	Keeper    Host
	Code      string // by which that system knows it
	Ours      string // our code or reference, where it was ours before; empty: it never was
	Place     int64  // counts what that system says of the dossier: what is later has a greater one
	Procedure procedures.ID
	Unit      orgs.ID // that received it
	Channel   Channel
	Status    Status
	Owner     Named // name and number, as far as they are told
	Submitted db.Time
	Accepted  db.Time
	Due       db.Time
	Finished  db.Time
	Delivered db.Time
	Result    string // number of what was issued; empty: nothing was
	Link      string // where people see it in that system; https, or empty
}

// Heard is what became of something that a system said.
type Heard string

// What becomes of it.
const (
	HeardNew   Heard = "new"        // a dossier that was not known
	HeardTaken Heard = "taken"      // it stands as they say
	HeardOld   Heard = "old"        // something later was said before
	HeardNot   Heard = "not_theirs" // the status is not theirs: nothing was changed
)

// KeptElsewhere is where somebody sees a dossier whose status is not ours. The zero
// value is one of our own.
type KeptElsewhere struct {
	Keeper Host
	Code   string // by which that system knows it; empty: it has not answered yet
	Link   string
	Result string
	Said   db.Time // when it last said something
	Since  db.Time // since when the status is theirs
	Born   bool    // it was filed there: nothing of what it holds is here
}

// Kept reports whether the status is not ours.
func (k KeptElsewhere) Kept() bool { return k.Keeper.Code != "" }

// OpenCase is an open dossier of a procedure that changes hands. It names nobody.
type OpenCase struct {
	Summary
	Stays string // why it cannot be handed over now: a key of a message; empty: it can
}

// MirrorFigure counts dossiers whose status is not ours.
type MirrorFigure struct {
	Keeper   Host
	Received int64 // accepted within the days
	Ended    int64 // ended within the days
	Open     int64 // now
	Late     int64 // open now and past the day that was promised
}

// Mirrors keeps what the systems of other agencies say of their dossiers, and lets the
// ownership of a status change hands. Who may do so is the caller's to decide.
type Mirrors interface {
	// Mirror takes what a system says. It may be said again and in any order.
	Mirror(ctx context.Context, tx *db.Tx, actor identity.Actor, m Mirror) (ID, Heard, error)
	// HandToSystem gives the status of one of our dossiers to another system: from now on
	// nobody writes it here. ErrHandOver says why it stays.
	HandToSystem(ctx context.Context, tx *db.Tx, actor identity.Actor, id ID, to Host) error
	// Named keeps by which code a system knows a dossier that was handed over to it.
	Named(ctx context.Context, tx *db.Tx, id ID, keeper, code string) error
	// TakeBack makes the status of a dossier that was ours before ours again: its
	// process begins anew. One that was never ours stays where it is.
	TakeBack(ctx context.Context, tx *db.Tx, actor identity.Actor, id ID, keeper string) error
	// OpenOf lists at most limit open dossiers of a procedure after an id: of ours
	// (keeper is empty) or of a system those that were ours before.
	OpenOf(ctx context.Context, q db.Querier, procedure procedures.ID, keeper string, after ID, limit int) ([]OpenCase, error)
	// CountOpenOf counts them.
	CountOpenOf(ctx context.Context, q db.Querier, procedure procedures.ID, keeper string) (int64, error)
	// KeptProcedures returns the procedures of dossiers whose status is not ours.
	KeptProcedures(ctx context.Context, q db.Querier) ([]procedures.ID, error)
	// KeptElsewhereOf says whose the status of a dossier is.
	KeptElsewhereOf(ctx context.Context, q db.Querier, id ID) (KeptElsewhere, error)
	// MirrorsSaid lists codes and statuses of the dossiers of a system that were sent in
	// a period, after an id, for who compares.
	MirrorsSaid(ctx context.Context, q db.Querier, keeper string, from, to db.Time, after ID, limit int) ([]MirrorSaid, error)
}

// MirrorSaid is a code of a system and where we think that its dossier stands.
type MirrorSaid struct {
	ID     ID
	Code   string
	Status Status
}

// MirrorCounter counts dossiers whose status is not ours, in a scope and for units.
type MirrorCounter interface {
	MirrorFigures(ctx context.Context, s access.Scope, a Ask) ([]MirrorFigure, error)
}

// NameOf is the name as a text.
func (h Host) NameOf() i18n.Text { return i18n.Text{VI: h.Name, EN: h.NameEN} }
