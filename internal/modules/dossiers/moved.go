// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dossiers

import (
	"context"
	"io"

	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
)

// FromElsewhere is a dossier as an older system leaves it.
type FromElsewhere struct {
	ID                   ID       // empty: a new one
	Code                 string   // by which people know it; it stays
	Formerly             []string // what else it is found by: the words of an old QR code
	Procedure            procedures.ID
	Unit                 orgs.ID // that received it
	Channel              Channel
	Status               Status
	OwnerID, SubmitterID string // persons
	Owner, Submitter     Named
	Submitted, Accepted  db.Time
	Due                  db.Time // as it was promised there; zero: nobody has
	Asked                db.Time // of Supplement: since when people are asked
	AskedFor             string  // and for what
	Finished, Delivered  db.Time
	Step                 string // of the process, where it is open; empty: the first after accepting
	Reason               string
	Answers              []Noted // by the fields of the form of today; what does not fit goes to the annex
	Annex                []Noted // what it said there for which there is no field here
}

// Noted is something that a dossier said elsewhere: Name is a field of the form, or a
// column of the older system.
type Noted struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Deed is what somebody did elsewhere, in the words of there.
type Deed struct {
	Step string `json:"step"`
	By   string `json:"by,omitempty"`
	Note string `json:"note,omitempty"`
}

// DoneElsewhere is a step of a dossier that was done elsewhere: it is never one of ours.
type DoneElsewhere struct {
	Dossier ID
	Word    string // what the older system calls it; the same of a dossier comes once
	At      db.Time
	Deed
}

// NotTakenError says which of several dossiers cannot come, and why.
type NotTakenError struct {
	At  int
	Why error
}

// Error implements error.
func (n *NotTakenError) Error() string { return n.Why.Error() }

// Unwrap returns why.
func (n *NotTakenError) Unwrap() error { return n.Why }

// Standing is where a dossier stands, for who compares.
type Standing struct {
	ID                             ID
	Code                           string
	Procedure                      procedures.ID
	Unit                           orgs.ID // that received it
	Channel                        Channel
	Status                         Status
	Submitted, Accepted, Due, Done db.Time
	Task                           bool // it is on somebody's desk
}

// Since says what was done with a dossier after it came.
type Since struct {
	Changed bool   // its row, or a note about it
	Stays   string // why it cannot be taken back: a key of a message; empty: it can
}

// Mover takes dossiers over from an older system and gives them back. Who may do so,
// and that they did it, is the caller's to decide; that a dossier came or went is recorded.
type Mover interface {
	// MovePersons returns the persons that owners and submitters are: those of their numbers, or new ones.
	MovePersons(ctx context.Context, tx *db.Tx, actor identity.Actor, all []Named) (persons []string, err error)
	// TakeOver adds dossiers as the use cases would have left them: open ones have a
	// version, a case and a step on a desk, ended ones are history. Systems outside
	// are not told, nor are people. A *NotTakenError says which one cannot come, and why:
	// then the transaction is to be rolled back.
	TakeOver(ctx context.Context, tx *db.Tx, actor identity.Actor, all []FromElsewhere) ([]ID, error)
	// ReceiveFile receives the content of a file as that of an upload is received, outside
	// any transaction.
	ReceiveFile(ctx context.Context, content io.Reader, name string) (files.Staged, error)
	// KeepFile gives a dossier that came from elsewhere a file that it had there: under a
	// paper of its procedure, or beside them. The same content is kept once.
	KeepFile(ctx context.Context, tx *db.Tx, actor identity.Actor, id ID, paper string, content files.Staged) (file string, err error)
	// KeepSteps keeps steps that were done elsewhere; those that are here stay as they are.
	KeepSteps(ctx context.Context, tx *db.Tx, all []DoneElsewhere) error
	// DoneSince says what was done with a dossier after it came.
	DoneSince(ctx context.Context, q db.Querier, id ID) (Since, error)
	// GiveBack removes a dossier that came from elsewhere; one that Stays is refused.
	GiveBack(ctx context.Context, tx *db.Tx, actor identity.Actor, id ID) error
	// Stand returns where dossiers stand; unknown ids are left out.
	Stand(ctx context.Context, q db.Querier, ids []ID) (map[ID]Standing, error)
}
