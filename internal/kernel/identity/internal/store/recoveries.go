// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"tinhso.vn/internal/platform/db"
)

// Recovery is one row of identity_recoveries.
type Recovery struct {
	ID, Account, Reason, AskedBy, ApprovedBy, CodeHash string
	Asked, Approved, Ends, Used, Withdrawn             db.Time
	Tries                                              int
}

const recoveryColumns = `id, account_id, reason, asked_by, asked_at, approved_by, approved_at, code_hash, ends_at, used_at, withdrawn_at, tries`

func scanRecovery(r db.Row) (v Recovery, err error) {
	err = r.Scan(&v.ID, &v.Account, &v.Reason, &v.AskedBy, &v.Asked, &v.ApprovedBy, &v.Approved, &v.CodeHash, &v.Ends, &v.Used, &v.Withdrawn, &v.Tries)
	return v, err
}

// PutRecovery adds a request.
func PutRecovery(ctx context.Context, tx *db.Tx, r Recovery) error {
	_, err := tx.Exec(ctx, `INSERT INTO identity_recoveries (`+recoveryColumns+`) VALUES ($1, $2, $3, $4, $5, '', NULL, '', $6, NULL, NULL, 0)`,
		r.ID, r.Account, r.Reason, r.AskedBy, r.Asked, r.Ends)
	return err
}

// GetRecovery returns a request, which the transaction then has to itself;
// db.ErrNoRows where there is none.
func GetRecovery(ctx context.Context, tx *db.Tx, id string) (Recovery, error) {
	return scanRecovery(tx.QueryRow(ctx, `SELECT `+recoveryColumns+` FROM identity_recoveries WHERE id = $1`+tx.ForUpdate(), id))
}

// RecoveriesOf returns the newest requests for an account, which the
// transaction then has to itself.
func RecoveriesOf(ctx context.Context, tx *db.Tx, account string, limit int) ([]Recovery, error) {
	return db.All(ctx, tx, scanRecovery, `SELECT `+recoveryColumns+` FROM identity_recoveries WHERE account_id = $1 ORDER BY asked_at DESC LIMIT $2`+tx.ForUpdate(), account, limit)
}

// Recoveries returns at most limit requests before the given one, the newest first.
func Recoveries(ctx context.Context, q db.Querier, before string, limit int) ([]Recovery, error) {
	if before == "" {
		before = "z" // after every id
	}
	return db.All(ctx, q, scanRecovery, `SELECT `+recoveryColumns+` FROM identity_recoveries WHERE id < $1 ORDER BY id DESC LIMIT $2`, before, limit)
}

// ApproveRecovery keeps who approved, and the hash of the code.
func ApproveRecovery(ctx context.Context, tx *db.Tx, id, by, hash string, ends db.Time) error {
	_, err := tx.Exec(ctx, `UPDATE identity_recoveries SET approved_by = $2, approved_at = $3, code_hash = $4, ends_at = $5, tries = 0 WHERE id = $1`, id, by, tx.Now, hash, ends)
	return err
}

// WithdrawRecovery ends a request.
func WithdrawRecovery(ctx context.Context, tx *db.Tx, id string) error {
	_, err := tx.Exec(ctx, `UPDATE identity_recoveries SET withdrawn_at = $2 WHERE id = $1`, id, tx.Now)
	return err
}

// TryRecovery counts a wrong code.
func TryRecovery(ctx context.Context, tx *db.Tx, id string) error {
	_, err := tx.Exec(ctx, `UPDATE identity_recoveries SET tries = tries + 1 WHERE id = $1`, id)
	return err
}

// UseRecovery reports whether the code of a request counts: it does so once.
func UseRecovery(ctx context.Context, tx *db.Tx, id string) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE identity_recoveries SET used_at = $2 WHERE id = $1 AND used_at IS NULL`, id, tx.Now)
	return n == 1, err
}

// ForgetRecoveries removes requests of long ago.
func ForgetRecoveries(ctx context.Context, tx *db.Tx, before db.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM identity_recoveries WHERE ends_at < $1`, before)
	return err
}
