// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dossiers

import (
	"context"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/platform/db"
)

// TaskID names an open step of a dossier: a task of kernel/workflow.
type TaskID string

// Held is an open step that somebody has in hand. It names no citizen.
type Held struct {
	Task    TaskID
	Dossier ID
	Code    string    // what people call it
	Name    i18n.Text // of the procedure
	Step    i18n.Text
	Action  string // accept, appraise, consult, draft, sign, issue, deliver
	Unit    orgs.ID
	Due     db.Time // of the step
}

// HandedOver is what became of one of many steps.
type HandedOver struct {
	Task    TaskID
	Dossier ID
	Err     error // an *errs.Error; nil: it is in the hands of the other
}

// Hands puts what one official has in hand into the hands of another: who was
// transferred, is ill, has too much. Who may ask is the caller's to decide.
type Hands interface {
	// ListHeld returns at most limit open steps that an account has in hand in a
	// unit (empty: in all), the most urgent first; next is given back to go on,
	// and empty at the end.
	ListHeld(ctx context.Context, q db.Querier, account string, unit orgs.ID, after string, limit int) (found []Held, next string, err error)
	// HandOver puts steps into the hands of toAccount in the caller's transaction,
	// for a reason, and answers for each by itself, in the order asked: what
	// cannot be handed over stays where it is. Who takes a step must hold the right
	// to do it in its unit. A signature is asked of one person by name and is
	// given back to the drafter instead (dossiers.signer_named).
	HandOver(ctx context.Context, tx *db.Tx, actor identity.Actor, ids []TaskID, toAccount, reason string) ([]HandedOver, error)
}
