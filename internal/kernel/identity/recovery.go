// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"errors"
	"time"

	"tinhso.vn/internal/kernel/identity/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// Somebody who has lost password and factors is let in again by two others: one
// asks, another approves and gets a code, which the person types in while it is
// handed over. Nobody of the three can do it alone.

// How long a request waits for the second person, and the code for its use.
const (
	RecoveryWaits = 3 * 24 * time.Hour
	RecoveryCode  = 30 * time.Minute
)

// What can go wrong with recoveries.
var (
	ErrRecoveryUnknown = errs.New(errs.NotFound, "identity.recovery_unknown")
	ErrRecoveryState   = errs.New(errs.Conflict, "identity.recovery_state")
	ErrRecoverySame    = errs.New(errs.Conflict, "identity.recovery_same")
	ErrRecoveryOpen    = errs.New(errs.Conflict, "identity.recovery_open")
	ErrRecoveryCode    = errs.New(errs.Invalid, "identity.recovery_code")
)

// Recovery is such a request.
type Recovery struct {
	ID, Account, Reason, AskedBy, ApprovedBy string
	Asked, Approved, Ends, Used, Withdrawn   db.Time
	tries                                    int
}

// RecoveryState says how far a request has come.
type RecoveryState string

// The states.
const (
	RecoveryAsked     RecoveryState = "asked"
	RecoveryApproved  RecoveryState = "approved" // the code waits
	RecoveryUsed      RecoveryState = "used"
	RecoveryWithdrawn RecoveryState = "withdrawn"
	RecoveryLate      RecoveryState = "late"
)

// State says how far it has come now.
func (r Recovery) State(now db.Time) RecoveryState {
	switch {
	case !r.Used.IsZero():
		return RecoveryUsed
	case !r.Withdrawn.IsZero():
		return RecoveryWithdrawn
	case !now.Before(r.Ends.Time) || r.tries >= StepTries:
		return RecoveryLate
	case !r.Approved.IsZero():
		return RecoveryApproved
	}
	return RecoveryAsked
}

// AskRecovery asks that somebody be let in again. ErrRecoveryOpen where a request
// for the same account is under way.
func (d *Directory) AskRecovery(ctx context.Context, tx *db.Tx, account, by, reason string) (string, error) {
	rows, err := store.RecoveriesOf(ctx, tx, account, 20)
	if err != nil {
		return "", err
	}
	for _, row := range rows {
		if s := recovery(row).State(tx.Now); s == RecoveryAsked || s == RecoveryApproved {
			return "", ErrRecoveryOpen
		}
	}
	r := store.Recovery{ID: id.New(), Account: account, Reason: text.Line(reason), AskedBy: by, Asked: tx.Now, Ends: db.At(tx.Now.Add(RecoveryWaits))}
	return r.ID, store.PutRecovery(ctx, tx, r)
}

// ApproveRecovery approves a request and returns the code, which nobody sees
// again. Who asked, and whose account it is, cannot.
func (d *Directory) ApproveRecovery(ctx context.Context, tx *db.Tx, request, by string) (code string, err error) {
	r, err := d.GetRecovery(ctx, tx, request)
	if err != nil {
		return "", err
	}
	switch {
	case r.State(tx.Now) != RecoveryAsked:
		return "", ErrRecoveryState
	case by == r.AskedBy || by == r.Account:
		return "", ErrRecoverySame
	}
	code = newCode()
	return code, store.ApproveRecovery(ctx, tx, request, by, hash(bare(code)), db.At(tx.Now.Add(RecoveryCode)))
}

// WithdrawRecovery ends a request that has not been used.
func (d *Directory) WithdrawRecovery(ctx context.Context, tx *db.Tx, request string) error {
	r, err := d.GetRecovery(ctx, tx, request)
	if err != nil {
		return err
	}
	if s := r.State(tx.Now); s != RecoveryAsked && s != RecoveryApproved {
		return ErrRecoveryState
	}
	return store.WithdrawRecovery(ctx, tx, request)
}

// CheckRecovery reports whether this is the code of an approved request for an
// account, and leaves it to UseRecovery. A wrong one is counted: commit it.
func (d *Directory) CheckRecovery(ctx context.Context, tx *db.Tx, account, code string) (bool, error) {
	_, ok, err := d.approved(ctx, tx, account, code)
	return ok, err
}

// UseRecovery takes the approved request of an account whose code this is; false
// where there is none, and then the try is counted: commit it.
func (d *Directory) UseRecovery(ctx context.Context, tx *db.Tx, account, code string) (bool, error) {
	request, ok, err := d.approved(ctx, tx, account, code)
	if err != nil || !ok {
		return false, err
	}
	return store.UseRecovery(ctx, tx, request)
}

func (d *Directory) approved(ctx context.Context, tx *db.Tx, account, code string) (request string, ok bool, err error) {
	rows, err := store.RecoveriesOf(ctx, tx, account, 20)
	if err != nil {
		return "", false, err
	}
	for _, row := range rows {
		if recovery(row).State(tx.Now) != RecoveryApproved {
			continue
		}
		if row.CodeHash != hash(bare(code)) {
			return "", false, store.TryRecovery(ctx, tx, row.ID)
		}
		return row.ID, true, nil
	}
	return "", false, nil
}

// GetRecovery returns a request; ErrRecoveryUnknown where there is none.
func (d *Directory) GetRecovery(ctx context.Context, tx *db.Tx, request string) (Recovery, error) {
	row, err := store.GetRecovery(ctx, tx, request)
	if errors.Is(err, db.ErrNoRows) {
		return Recovery{}, ErrRecoveryUnknown
	}
	return recovery(row), err
}

// ListRecoveries returns at most limit requests before the given one ("" for the
// newest), the newest first.
func (d *Directory) ListRecoveries(ctx context.Context, q db.Querier, before string, limit int) ([]Recovery, error) {
	rows, err := store.Recoveries(ctx, q, before, limit)
	all := make([]Recovery, len(rows))
	for i, row := range rows {
		all[i] = recovery(row)
	}
	return all, err
}

func recovery(r store.Recovery) Recovery {
	return Recovery{
		ID: r.ID, Account: r.Account, Reason: r.Reason, AskedBy: r.AskedBy, ApprovedBy: r.ApprovedBy, Asked: r.Asked, Approved: r.Approved,
		Ends: r.Ends, Used: r.Used, Withdrawn: r.Withdrawn, tries: r.Tries,
	}
}
