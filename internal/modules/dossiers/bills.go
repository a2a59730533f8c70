// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dossiers

import (
	"context"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
)

// The states of money, beside None: what the module of payments says of all that
// is to be paid for a dossier.
const (
	Waiting   Progress = "waiting"   // something is to be paid
	Paid      Progress = "paid"      // all of it was
	Refunding Progress = "refunding" // somebody wants money back, and it is not decided
	Refunded  Progress = "refunded"
)

// Bill is what a dossier costs by the rules it follows, for who takes the money.
type Bill struct {
	Dossier   ID
	Code      string
	Procedure procedures.ID
	SHA       string    // of the rules
	Name      i18n.Text // of the procedure
	Unit      orgs.ID   // that received it
	Authority orgs.ID   // the one unit that decides, where the province names it; empty: that of Unit
	Status    Status
	Owner     string // person
	OwnerName string // personal data
	Bringer   string // person who may go on seeing it; often the owner
	Fee       procedures.Fee
	Charge    procedures.Charge
	Why       error // the rules have no answer: a person says the amount; nil: Charge holds
}

// Biller tells what dossiers cost, and follows what was paid. Who may ask is the
// caller's to decide.
type Biller interface {
	// Bill returns false for a dossier that nobody has accepted.
	Bill(ctx context.Context, q db.Querier, id ID) (Bill, bool, error)
	// FollowFinance puts the finance of a dossier where now says it stands. It asks
	// while nobody else can move the dossier, so that whoever asks last is right.
	FollowFinance(ctx context.Context, id ID, now func(ctx context.Context, tx *db.Tx) (Progress, error)) error
	// FindCase finds a dossier by its code.
	FindCase(ctx context.Context, q db.Querier, codeOrID string) (Case, bool, error)
}
