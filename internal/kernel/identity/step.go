// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"tinhso.vn/internal/kernel/identity/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// StepKind says what is under way between two requests.
type StepKind string

// The kinds of steps.
const (
	StepCode       StepKind = "code"        // the password was right, a code is to come
	StepPasskey    StepKind = "passkey"     // a passkey was asked for
	StepNewPasskey StepKind = "passkey_new" // a new passkey was asked for
)

// How long a step lasts, and how often it may be tried.
const (
	StepLength = 10 * time.Minute
	StepTries  = 5
)

// ErrStepGone means that a step was taken, tried too often, or is too old.
var ErrStepGone = errs.New(errs.Invalid, "identity.step_gone")

// Step is something under way. Account is empty while nobody knows whose it is.
type Step struct {
	Account, Data string
}

// BeginStep keeps something under way and returns the token that continues it.
func (d *Directory) BeginStep(ctx context.Context, tx *db.Tx, k StepKind, account, data string) (token string, err error) {
	token = rand.Text() + rand.Text()
	h := hash(token)
	return token, store.PutStep(ctx, tx, h, store.Step{
		Account: account, Kind: string(k), Data: d.keys.SealText(steps, "data", h, data), Ends: db.At(tx.Now.Add(StepLength)),
	})
}

// GetStep returns what is under way; ErrStepGone where it is not any more.
func (d *Directory) GetStep(ctx context.Context, q db.Querier, k StepKind, token string, now db.Time) (Step, error) {
	row, err := store.GetStep(ctx, q, hash(token), string(k), now)
	if errors.Is(err, db.ErrNoRows) || err == nil && row.Tries >= StepTries {
		return Step{}, ErrStepGone
	}
	if err != nil {
		return Step{}, err
	}
	data, err := d.keys.OpenText(steps, "data", hash(token), row.Data)
	return Step{Account: row.Account, Data: data}, err
}

// TryStep counts a try that failed.
func (d *Directory) TryStep(ctx context.Context, tx *db.Tx, token string) error {
	return store.TryStep(ctx, tx, hash(token))
}

// TakeStep ends a step: of two who come with the same token one has it, the
// other gets ErrStepGone.
func (d *Directory) TakeStep(ctx context.Context, tx *db.Tx, token string) error {
	taken, err := store.DropStep(ctx, tx, hash(token))
	if err == nil && !taken {
		return ErrStepGone
	}
	return err
}

// Forget removes what nobody needs any more: steps, used codes, removed
// passkeys, entries of the sign-in log past their time.
func (d *Directory) Forget(ctx context.Context, tx *db.Tx) error {
	return errors.Join(
		store.DropSteps(ctx, tx), store.ForgetTOTPSteps(ctx, tx, db.At(tx.Now.Add(-24*time.Hour))),
		store.DropPasskeys(ctx, tx, "", db.At(tx.Now.Add(-UndoPasskey))), store.ForgetSignIns(ctx, tx, db.At(tx.Now.Add(-SignInsKept))),
		store.ForgetRecoveries(ctx, tx, db.At(tx.Now.Add(-SignInsKept))),
	)
}
