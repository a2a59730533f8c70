// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dossiers

import (
	"context"

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
}

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
	// MovePerson returns the person that an owner or submitter is: the one of that number, or a new one.
	MovePerson(ctx context.Context, tx *db.Tx, actor identity.Actor, n Named) (person string, err error)
	// TakeOver adds a dossier as the use cases would have left it: open ones have a
	// version, a case and a step on a desk, ended ones are history. Systems outside
	// are not told, nor are people. ErrMoved says why one cannot come.
	TakeOver(ctx context.Context, tx *db.Tx, actor identity.Actor, d FromElsewhere) (ID, error)
	// DoneSince says what was done with a dossier after it came.
	DoneSince(ctx context.Context, q db.Querier, id ID) (Since, error)
	// GiveBack removes a dossier that came from elsewhere; one that Stays is refused.
	GiveBack(ctx context.Context, tx *db.Tx, actor identity.Actor, id ID) error
	// Stand returns where dossiers stand; unknown ids are left out.
	Stand(ctx context.Context, q db.Querier, ids []ID) (map[ID]Standing, error)
}
