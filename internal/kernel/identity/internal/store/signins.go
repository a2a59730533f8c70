// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"tinhso.vn/internal/platform/db"
)

// SignIn is one row of identity_sign_ins.
type SignIn struct {
	ID, Account, Way, Result, Device, Address string
	At, Seen                                  db.Time
	Unknown                                   bool
}

const signInColumns = `id, account_id, at, way, result, device, address_sealed, unknown, seen_at`

func scanSignIn(r db.Row) (s SignIn, err error) {
	var unknown int
	err = r.Scan(&s.ID, &s.Account, &s.At, &s.Way, &s.Result, &s.Device, &s.Address, &unknown, &s.Seen)
	s.Unknown = unknown == 1
	return s, err
}

// PutSignIn adds a line.
func PutSignIn(ctx context.Context, tx *db.Tx, s SignIn) error {
	_, err := tx.Exec(ctx, `INSERT INTO identity_sign_ins (`+signInColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		s.ID, s.Account, s.At, s.Way, s.Result, s.Device, s.Address, flag(s.Unknown), s.Seen)
	return err
}

// SignIns returns at most limit lines of an account before the given one, the newest first.
func SignIns(ctx context.Context, q db.Querier, account, before string, limit int) ([]SignIn, error) {
	if before == "" {
		before = "z" // after every id
	}
	return db.All(ctx, q, scanSignIn, SignInsQuery, account, before, limit)
}

// SignInsQuery is the query of SignIns: its plan is looked at in a test.
const SignInsQuery = `SELECT ` + signInColumns + ` FROM identity_sign_ins WHERE account_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3`

// NewDevices returns the newest lines from unknown devices that nobody has looked at.
func NewDevices(ctx context.Context, q db.Querier, account string, limit int) ([]SignIn, error) {
	return db.All(ctx, q, scanSignIn, `SELECT `+signInColumns+` FROM identity_sign_ins
		WHERE account_id = $1 AND unknown = 1 AND seen_at IS NULL ORDER BY id DESC LIMIT $2`, account, limit)
}

// KnowDevices notes that the lines up to one were looked at.
func KnowDevices(ctx context.Context, tx *db.Tx, account, upTo string) error {
	_, err := tx.Exec(ctx, `UPDATE identity_sign_ins SET seen_at = $3 WHERE account_id = $1 AND id <= $2 AND unknown = 1 AND seen_at IS NULL`, account, upTo, tx.Now)
	return err
}

// ForgetSignIns removes lines of long ago.
func ForgetSignIns(ctx context.Context, tx *db.Tx, before db.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM identity_sign_ins WHERE at < $1`, before)
	return err
}

// Devices counts from where an account has signed in.
func Devices(ctx context.Context, q db.Querier, account string) (n int64, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM identity_devices WHERE account_id = $1`, account).Scan(&n)
	return n, err
}

// HasDevice reports whether an account has signed in from a device.
func HasDevice(ctx context.Context, q db.Querier, hash, account string) (bool, error) {
	found, err := db.All(ctx, q, db.Column[int], `SELECT 1 FROM identity_devices WHERE token_hash = $1 AND account_id = $2`, hash, account)
	return len(found) > 0, err
}
