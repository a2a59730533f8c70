// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"tinhso.vn/internal/platform/db"
)

// SetPassword replaces the hash of an account's password.
func SetPassword(ctx context.Context, tx *db.Tx, account, hash string, at db.Time) error {
	_, err := tx.Exec(ctx, `UPDATE identity_accounts SET password_hash = $2, password_at = $3 WHERE id = $1`, account, hash, at)
	return err
}

// ReplaceHash replaces a hash if it is still there; the day of the password stays.
func ReplaceHash(ctx context.Context, tx *db.Tx, account, old, hash string) error {
	_, err := tx.Exec(ctx, `UPDATE identity_accounts SET password_hash = $3 WHERE id = $1 AND password_hash = $2`, account, old, hash)
	return err
}

// KeepPassword keeps the hash of an old password, and of those before it so many.
func KeepPassword(ctx context.Context, tx *db.Tx, account, hash string, keep int) error {
	if _, err := tx.Exec(ctx, `INSERT INTO identity_passwords (account_id, set_at, password_hash) VALUES ($1, $2, $3)
		ON CONFLICT (account_id, set_at) DO NOTHING`, account, tx.Now, hash); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM identity_passwords WHERE account_id = $1 AND set_at NOT IN
		(SELECT set_at FROM identity_passwords WHERE account_id = $1 ORDER BY set_at DESC LIMIT $2)`, account, keep)
	return err
}

// Passwords returns the hashes of the last passwords before the present one.
func Passwords(ctx context.Context, q db.Querier, account string, last int) ([]string, error) {
	return db.All(ctx, q, db.Column[string], `SELECT password_hash FROM identity_passwords WHERE account_id = $1 ORDER BY set_at DESC LIMIT $2`, account, last)
}

// Rule is one row of identity_rules.
type Rule struct{ ID, Body string }

// Rules returns all rules.
func Rules(ctx context.Context, q db.Querier) ([]Rule, error) {
	return db.All(ctx, q, func(r db.Row) (u Rule, err error) {
		err = r.Scan(&u.ID, &u.Body)
		return u, err
	}, `SELECT id, body FROM identity_rules ORDER BY id`)
}

// PutRule adds or changes a rule.
func PutRule(ctx context.Context, tx *db.Tx, u Rule) error {
	_, err := tx.Exec(ctx, `INSERT INTO identity_rules (id, body) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET body = excluded.body`, u.ID, u.Body)
	return err
}

// DropRule removes a rule.
func DropRule(ctx context.Context, tx *db.Tx, id string) error {
	_, err := tx.Exec(ctx, `DELETE FROM identity_rules WHERE id = $1`, id)
	return err
}
