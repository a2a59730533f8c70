// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"tinhso.vn/internal/platform/db"
)

// TOTP is one row of identity_totp.
type TOTP struct {
	Secret                string
	Made, Confirmed, Used db.Time
}

// GetTOTP returns the secret of an account; db.ErrNoRows where there is none.
func GetTOTP(ctx context.Context, q db.Querier, account string) (t TOTP, err error) {
	err = q.QueryRow(ctx, `SELECT secret_sealed, made_at, confirmed_at, used_at FROM identity_totp WHERE account_id = $1`, account).
		Scan(&t.Secret, &t.Made, &t.Confirmed, &t.Used)
	return t, err
}

// PutTOTP keeps a new secret, not confirmed, unless there is a confirmed one.
func PutTOTP(ctx context.Context, tx *db.Tx, account, secret string) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO identity_totp (account_id, secret_sealed, made_at) VALUES ($1, $2, $3)
		ON CONFLICT (account_id) DO UPDATE SET secret_sealed = excluded.secret_sealed, made_at = excluded.made_at
		WHERE identity_totp.confirmed_at IS NULL`, account, secret, tx.Now)
	return n == 1, err
}

// UsedTOTP notes that a code counted; the first one confirms the secret.
func UsedTOTP(ctx context.Context, tx *db.Tx, account string) error {
	_, err := tx.Exec(ctx, `UPDATE identity_totp SET used_at = $2, confirmed_at = COALESCE(confirmed_at, $2) WHERE account_id = $1`, account, tx.Now)
	return err
}

// DropTOTP removes the secret.
func DropTOTP(ctx context.Context, tx *db.Tx, account string) (bool, error) {
	n, err := tx.Exec(ctx, `DELETE FROM identity_totp WHERE account_id = $1`, account)
	return n == 1, err
}

// UseTOTPStep reports whether the code of a step counts: each does so once.
func UseTOTPStep(ctx context.Context, tx *db.Tx, account string, step int64) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO identity_totp_used (account_id, step, used_at) VALUES ($1, $2, $3) ON CONFLICT (account_id, step) DO NOTHING`,
		account, step, tx.Now)
	return n == 1, err
}

// ForgetTOTPSteps forgets steps used before.
func ForgetTOTPSteps(ctx context.Context, tx *db.Tx, before db.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM identity_totp_used WHERE used_at < $1`, before)
	return err
}

// PutRecoveryCode keeps the hash of a code.
func PutRecoveryCode(ctx context.Context, tx *db.Tx, account, hash string) error {
	_, err := tx.Exec(ctx, `INSERT INTO identity_recovery_codes (code_hash, account_id, made_at) VALUES ($1, $2, $3)`, hash, account, tx.Now)
	return err
}

// DropRecoveryCodes removes all codes of an account.
func DropRecoveryCodes(ctx context.Context, tx *db.Tx, account string) error {
	_, err := tx.Exec(ctx, `DELETE FROM identity_recovery_codes WHERE account_id = $1`, account)
	return err
}

// UseRecoveryCode reports whether a code counts: each does so once.
func UseRecoveryCode(ctx context.Context, tx *db.Tx, account, hash string) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE identity_recovery_codes SET used_at = $3 WHERE code_hash = $1 AND account_id = $2 AND used_at IS NULL`, hash, account, tx.Now)
	return n == 1, err
}

// RecoveryCodes counts the codes of an account that still count.
func RecoveryCodes(ctx context.Context, q db.Querier, account string) (n int, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM identity_recovery_codes WHERE account_id = $1 AND used_at IS NULL`, account).Scan(&n)
	return n, err
}

// Passkey is one row of identity_passkeys.
type Passkey struct {
	ID, Account, Credential, Name, Data string
	Made, Used, Removed                 db.Time
}

const passkeyColumns = `id, account_id, credential, name, data_sealed, made_at, used_at, removed_at` //nolint:gosec // columns

func scanPasskey(r db.Row) (p Passkey, err error) {
	err = r.Scan(&p.ID, &p.Account, &p.Credential, &p.Name, &p.Data, &p.Made, &p.Used, &p.Removed)
	return p, err
}

// PutPasskey keeps a new passkey.
func PutPasskey(ctx context.Context, tx *db.Tx, p Passkey) error {
	_, err := tx.Exec(ctx, `INSERT INTO identity_passkeys (id, account_id, credential, name, data_sealed, made_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		p.ID, p.Account, p.Credential, p.Name, p.Data, tx.Now)
	return err
}

// PasskeysOf returns the passkeys of an account, removed ones as well.
func PasskeysOf(ctx context.Context, q db.Querier, account string) ([]Passkey, error) {
	return db.All(ctx, q, scanPasskey, `SELECT `+passkeyColumns+` FROM identity_passkeys WHERE account_id = $1 ORDER BY made_at, id`, account)
}

// PasskeyBy returns the passkey of a credential; db.ErrNoRows where there is none.
func PasskeyBy(ctx context.Context, q db.Querier, credential string) (Passkey, error) {
	return scanPasskey(q.QueryRow(ctx, `SELECT `+passkeyColumns+` FROM identity_passkeys WHERE credential = $1`, credential))
}

// UsedPasskey keeps what a passkey has become by being used.
func UsedPasskey(ctx context.Context, tx *db.Tx, id, data string) error {
	_, err := tx.Exec(ctx, `UPDATE identity_passkeys SET data_sealed = $2, used_at = $3 WHERE id = $1`, id, data, tx.Now)
	return err
}

// NamePasskey changes the name.
func NamePasskey(ctx context.Context, tx *db.Tx, account, id, name string) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE identity_passkeys SET name = $3 WHERE account_id = $1 AND id = $2 AND removed_at IS NULL`, account, id, name)
	return n == 1, err
}

// RemovePasskey removes a passkey, or with a zero time takes that back.
func RemovePasskey(ctx context.Context, tx *db.Tx, account, id string, at db.Time) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE identity_passkeys SET removed_at = $3 WHERE account_id = $1 AND id = $2`, account, id, at)
	return n == 1, err
}

// DropPasskeys forgets those of an account; of all accounts ("") those removed before.
func DropPasskeys(ctx context.Context, tx *db.Tx, account string, before db.Time) error {
	if account != "" {
		_, err := tx.Exec(ctx, `DELETE FROM identity_passkeys WHERE account_id = $1`, account)
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM identity_passkeys WHERE removed_at < $1`, before)
	return err
}

// Step is one row of identity_steps.
type Step struct {
	Account, Kind, Data string
	Tries               int
	Ends                db.Time
}

// PutStep keeps a step under the hash of its token.
func PutStep(ctx context.Context, tx *db.Tx, hash string, s Step) error {
	_, err := tx.Exec(ctx, `INSERT INTO identity_steps (token_hash, account_id, kind, data_sealed, tries, ends_at) VALUES ($1, $2, $3, $4, 0, $5)`,
		hash, s.Account, s.Kind, s.Data, s.Ends)
	return err
}

// GetStep returns a step; db.ErrNoRows where there is none.
func GetStep(ctx context.Context, q db.Querier, hash, kind string, now db.Time) (s Step, err error) {
	err = q.QueryRow(ctx, `SELECT account_id, kind, data_sealed, tries, ends_at FROM identity_steps WHERE token_hash = $1 AND kind = $2 AND ends_at > $3`,
		hash, kind, now).Scan(&s.Account, &s.Kind, &s.Data, &s.Tries, &s.Ends)
	return s, err
}

// TryStep counts one more try.
func TryStep(ctx context.Context, tx *db.Tx, hash string) error {
	_, err := tx.Exec(ctx, `UPDATE identity_steps SET tries = tries + 1 WHERE token_hash = $1`, hash)
	return err
}

// DropStep removes a step and reports whether it was there: it is taken once.
func DropStep(ctx context.Context, tx *db.Tx, hash string) (bool, error) {
	n, err := tx.Exec(ctx, `DELETE FROM identity_steps WHERE token_hash = $1`, hash)
	return n == 1, err
}

// DropSteps removes those that have ended.
func DropSteps(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `DELETE FROM identity_steps WHERE ends_at <= $1`, tx.Now)
	return err
}
