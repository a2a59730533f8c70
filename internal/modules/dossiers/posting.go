// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dossiers

import (
	"context"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Posted is the state of delivery in which the post carries the result.
const Posted Progress = "posted"

// What is written in the audit log of results that the post carries. That one arrived
// is AuditDelivered.
const (
	AuditPosted   audit.Event = "dossiers.posted"
	AuditPostBack audit.Event = "dossiers.post_returned"
)

func postEvents() []audit.Event { return []audit.Event{AuditPosted, AuditPostBack} }

// ErrPosted says that the post has the result: it cannot be handed over here.
var ErrPosted = errs.New(errs.Conflict, "dossiers.posted")

// Posting is what the post module needs of a dossier. Names and phones are personal data.
type Posting struct {
	Dossier   ID
	Code      string
	Procedure procedures.ID
	Name      i18n.Text // of the procedure
	Unit      orgs.ID   // that hands the result over
	Status    Status
	Delivery  Progress
	Owner     string // person
	Bringer   string // person who may go on seeing it; often the owner
	To        Named  // the owner, as the dossier knows them
	Result    string // number of what was issued; empty: nothing was
}

// Poster lets the post carry results. Who may ask is the caller's to decide; who may
// hand over is decided here.
type Poster interface {
	// Posting returns false where there is no such dossier.
	Posting(ctx context.Context, q db.Querier, id ID) (Posting, bool, error)
	// Hand notes, in the transaction, that the post has taken the result over from
	// the actor, who must have the right to deliver it.
	Hand(ctx context.Context, tx *db.Tx, actor identity.Actor, id ID) error
	// Arrived notes that the post has given the result to somebody.
	Arrived(ctx context.Context, tx *db.Tx, by identity.Actor, id ID, receiver string) error
	// CameBack notes that the post has brought it back.
	CameBack(ctx context.Context, tx *db.Tx, by identity.Actor, id ID) error
	// FindCase finds a dossier by its code.
	FindCase(ctx context.Context, q db.Querier, codeOrID string) (Case, bool, error)
}
