// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"tinhso.vn/internal/platform/db"
)

// Closure is one row of personnel_closures.
type Closure struct {
	ID, Account, Why, Move string
	Last, At               db.Time
	By                     string
	OpenedAt               db.Time
	OpenedBy, Words        string
}

const closureColumns = `id, account_id, why, move_id, last_at, at, by_account, opened_at, opened_by, words`

func scanClosure(r db.Row) (c Closure, err error) {
	err = r.Scan(&c.ID, &c.Account, &c.Why, &c.Move, &c.Last, &c.At, &c.By, &c.OpenedAt, &c.OpenedBy, &c.Words)
	return c, err
}

// PutClosure keeps that an account was disabled, or opened again.
func PutClosure(ctx context.Context, tx *db.Tx, c Closure) error {
	_, err := tx.Exec(ctx, `INSERT INTO personnel_closures (`+closureColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (id) DO UPDATE SET opened_at = excluded.opened_at, opened_by = excluded.opened_by, words = excluded.words`,
		c.ID, c.Account, c.Why, c.Move, c.Last, c.At, c.By, c.OpenedAt, c.OpenedBy, c.Words)
	return err
}

// OpenClosure returns the closure of an account that holds now, if there is one.
func OpenClosure(ctx context.Context, q db.Querier, account, lock string) ([]Closure, error) {
	return db.All(ctx, q, scanClosure, `SELECT `+closureColumns+` FROM personnel_closures WHERE account_id = $1 AND opened_at IS NULL`+lock, account)
}

// LastClosure returns the latest closure of an account, if there is one.
func LastClosure(ctx context.Context, q db.Querier, account string) ([]Closure, error) {
	return db.All(ctx, q, scanClosure, `SELECT `+closureColumns+` FROM personnel_closures WHERE account_id = $1 ORDER BY id DESC LIMIT 1`, account)
}

// Closures returns at most limit closures that hold, the newest first, before the given one.
func Closures(ctx context.Context, q db.Querier, why, before string, limit int) ([]Closure, error) {
	if before == "" {
		before = latest
	}
	return db.All(ctx, q, scanClosure, `SELECT `+closureColumns+` FROM personnel_closures WHERE opened_at IS NULL AND id < $1 AND ($2 = '' OR why = $2) ORDER BY id DESC LIMIT $3`, before, why, limit)
}

// Leavers returns at most limit decisions whose day has come by which somebody
// left, and of which the account was not looked at.
func Leavers(ctx context.Context, q db.Querier, day string, limit int) ([]Move, error) {
	return db.All(ctx, q, scanMove, LeaversQuery, day, limit)
}

// LeaversQuery is the query of Leavers: its plan is looked at in a test.
const LeaversQuery = `SELECT ` + moveColumns + ` FROM personnel_moves m WHERE kind IN ('leave', 'retire') AND withdrawn_at IS NULL AND from_day <= $1
	AND NOT EXISTS (SELECT 1 FROM personnel_closures c WHERE c.move_id = m.id AND c.move_id <> '') ORDER BY from_day, id LIMIT $2`

// Returning returns accounts that are closed because somebody left, and that a
// later decision, whose day has come, gives a post.
func Returning(ctx context.Context, q db.Querier, day string, limit int) ([]string, error) {
	return db.All(ctx, q, db.Column[string], `SELECT DISTINCT c.account_id FROM personnel_closures c JOIN personnel_moves m ON m.account_id = c.account_id
		WHERE c.opened_at IS NULL AND c.why = 'left' AND m.given <> '' AND m.withdrawn_at IS NULL AND m.from_day <= $1 AND m.id > c.move_id
		AND NOT EXISTS (SELECT 1 FROM personnel_closures o WHERE o.move_id = m.id AND o.move_id <> '') ORDER BY c.account_id LIMIT $2`, day, limit)
}

// Warned is one row of personnel_unused.
type Warned struct {
	Account string
	Last    db.Time
	Ends    string // YYYY-MM-DD
	At      db.Time
}

const warnedColumns = `account_id, last_at, ends_day, warned_at`

func scanWarned(r db.Row) (w Warned, err error) {
	err = r.Scan(&w.Account, &w.Last, &w.Ends, &w.At)
	return w, err
}

// PutWarned keeps that somebody was warned.
func PutWarned(ctx context.Context, tx *db.Tx, w Warned) error {
	_, err := tx.Exec(ctx, `INSERT INTO personnel_unused (`+warnedColumns+`) VALUES ($1, $2, $3, $4)
		ON CONFLICT (account_id) DO UPDATE SET last_at = excluded.last_at, ends_day = excluded.ends_day, warned_at = excluded.warned_at`, w.Account, w.Last, w.Ends, w.At)
	return err
}

// GetWarned returns of which use the owner was warned, if so.
func GetWarned(ctx context.Context, q db.Querier, account string) ([]Warned, error) {
	return db.All(ctx, q, scanWarned, `SELECT `+warnedColumns+` FROM personnel_unused WHERE account_id = $1`, account)
}

// AllWarned returns at most limit warnings, by account, after the given one.
func AllWarned(ctx context.Context, q db.Querier, after string, limit int) ([]Warned, error) {
	return db.All(ctx, q, scanWarned, `SELECT `+warnedColumns+` FROM personnel_unused WHERE account_id > $1 ORDER BY account_id LIMIT $2`, after, limit)
}

// DropWarned forgets a warning: the account is used again, or disabled.
func DropWarned(ctx context.Context, tx *db.Tx, account string) error {
	_, err := tx.Exec(ctx, `DELETE FROM personnel_unused WHERE account_id = $1`, account)
	return err
}

// CountClosed counts the accounts that are disabled because nobody used them,
// and those whose owner is warned.
func CountClosed(ctx context.Context, q db.Querier) (unused, warned int64, err error) {
	err = q.QueryRow(ctx, `SELECT (SELECT COUNT(*) FROM personnel_closures WHERE opened_at IS NULL AND why = 'unused'), (SELECT COUNT(*) FROM personnel_unused)`).Scan(&unused, &warned)
	return unused, warned, err
}

// UnusedDay returns the last day on which unused accounts were looked at; lock
// keeps it for the transaction.
func UnusedDay(ctx context.Context, q db.Querier, lock string) (day string, err error) {
	err = q.QueryRow(ctx, `SELECT unused_day FROM personnel_clock WHERE one = 1`+lock).Scan(&day)
	return day, err
}

// PutUnusedDay notes that unused accounts were looked at on a day.
func PutUnusedDay(ctx context.Context, tx *db.Tx, day string) error {
	_, err := tx.Exec(ctx, `UPDATE personnel_clock SET unused_day = $1 WHERE one = 1`, day)
	return err
}
