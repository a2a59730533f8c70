// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"

	"tinhso.vn/internal/platform/db"
)

// Failures is one row of identity_failures; zero where there is none. The
// transaction has it to itself.
func Failures(ctx context.Context, tx *db.Tx, bucket string) (fails int64, last db.Time, err error) {
	err = tx.QueryRow(ctx, `SELECT fails, last_at FROM identity_failures WHERE bucket = $1`+tx.ForUpdate(), bucket).Scan(&fails, &last)
	if errors.Is(err, db.ErrNoRows) {
		return 0, db.Time{}, nil
	}
	return fails, last, err
}

// CountFailures returns how many are counted in a bucket, without keeping others
// from counting.
func CountFailures(ctx context.Context, q db.Querier, bucket string) (n int64, err error) {
	err = q.QueryRow(ctx, `SELECT fails FROM identity_failures WHERE bucket = $1`, bucket).Scan(&n)
	if errors.Is(err, db.ErrNoRows) {
		return 0, nil
	}
	return n, err
}

// PutFailures counts n more, after a pause from the beginning.
func PutFailures(ctx context.Context, tx *db.Tx, bucket string, again bool) (err error) {
	_, err = tx.Exec(ctx, `INSERT INTO identity_failures (bucket, fails, last_at) VALUES ($1, 1, $2)
		ON CONFLICT (bucket) DO UPDATE SET fails = CASE WHEN $3 = 1 THEN 1 ELSE identity_failures.fails + 1 END, last_at = excluded.last_at`,
		bucket, tx.Now, flag(again))
	return err
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// DropFailures forgets a bucket.
func DropFailures(ctx context.Context, tx *db.Tx, bucket string) error {
	_, err := tx.Exec(ctx, `DELETE FROM identity_failures WHERE bucket = $1`, bucket)
	return err
}

// DropFailuresBefore forgets what is long ago.
func DropFailuresBefore(ctx context.Context, tx *db.Tx, before db.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM identity_failures WHERE last_at < $1`, before)
	return err
}

// KnowsDevice reports whether the account of a login has signed in from a device.
func KnowsDevice(ctx context.Context, q db.Querier, hash, login string) (bool, error) {
	found, err := db.All(ctx, q, db.Column[int], `SELECT 1 FROM identity_devices d JOIN identity_accounts a ON a.id = d.account_id
		WHERE d.token_hash = $1 AND a.login = $2`, hash, login)
	return len(found) > 0, err
}

// PutDevice remembers that an account has signed in from a device.
func PutDevice(ctx context.Context, tx *db.Tx, hash, account string) error {
	_, err := tx.Exec(ctx, `INSERT INTO identity_devices (token_hash, account_id, seen_at) VALUES ($1, $2, $3)
		ON CONFLICT (token_hash, account_id) DO UPDATE SET seen_at = excluded.seen_at`, hash, account, tx.Now)
	return err
}

// DropDevices forgets the devices of an account.
func DropDevices(ctx context.Context, tx *db.Tx, account string) error {
	_, err := tx.Exec(ctx, `DELETE FROM identity_devices WHERE account_id = $1`, account)
	return err
}

// DropDevicesBefore forgets devices not seen for long.
func DropDevicesBefore(ctx context.Context, tx *db.Tx, before db.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM identity_devices WHERE seen_at < $1`, before)
	return err
}
