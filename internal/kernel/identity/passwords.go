// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"

	"tinhso.vn/internal/kernel/identity/internal/store"
	"tinhso.vn/internal/platform/db"
)

// SetPassword gives an account a new password, by its hash, and keeps so many of
// those before. Sessions are the caller's to end.
func (d *Directory) SetPassword(ctx context.Context, tx *db.Tx, account, hash string, keep int) error {
	a, err := d.GetAccount(ctx, tx, account)
	if err != nil {
		return err
	}
	if a.hash != "" {
		if err := store.KeepPassword(ctx, tx, account, a.hash, keep); err != nil {
			return err
		}
	}
	return store.SetPassword(ctx, tx, account, hash, tx.Now)
}

// HashAgain replaces the hash of the same password by a dearer one, unless the
// password has changed in the meantime.
func (d *Directory) HashAgain(ctx context.Context, tx *db.Tx, of Account, hash string) error {
	return store.ReplaceHash(ctx, tx, of.ID, of.hash, hash)
}

// PasswordUsed reports whether a password is that of the account or one of the
// given number before it. It is slow on purpose: call it outside transactions.
func (d *Directory) PasswordUsed(ctx context.Context, q db.Querier, account, password string, last int) (bool, error) {
	a, err := d.GetAccount(ctx, q, account)
	if err != nil {
		return false, err
	}
	before, err := store.Passwords(ctx, q, account, last)
	if err != nil {
		return false, err
	}
	for _, hash := range append([]string{a.hash}, before...) {
		if hash == "" {
			continue
		}
		if ok, _, err := d.checkPassword(ctx, password, hash, friends); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

// IsPassword reports whether a password is that of the account: asked anew of
// somebody who has signed in. Slow on purpose.
func (d *Directory) IsPassword(ctx context.Context, q db.Querier, account, password string) (bool, error) {
	a, err := d.GetAccount(ctx, q, account)
	if err != nil {
		return false, err
	}
	ok, _, err := d.checkPassword(ctx, password, a.hash, friends)
	return ok && !a.Disabled, err
}
