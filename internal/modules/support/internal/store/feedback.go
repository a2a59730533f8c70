// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"

	"tinhso.vn/internal/modules/support"
	"tinhso.vn/internal/platform/db"
)

const said = `id, page, side, useful, text, sent_at, handled_at, handled_by, note`

func feedback(r db.Row) (f support.Feedback, err error) {
	return f, r.Scan(&f.ID, &f.Page, &f.Side, &f.Useful, &f.Text, &f.Sent, &f.Handled, &f.By, &f.Note)
}

// PutFeedback keeps what somebody said.
func PutFeedback(ctx context.Context, tx *db.Tx, f support.Feedback) error {
	_, err := tx.Exec(ctx, `INSERT INTO support_feedback (`+said+`, waits) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)`,
		f.ID, f.Page, string(f.Side), f.Useful, f.Text, f.Sent, f.Handled, f.By, f.Note)
	return err
}

// Handle notes what was done about feedback that waits; done again it changes the note.
func Handle(ctx context.Context, tx *db.Tx, id, by, note string) error {
	n, err := tx.Exec(ctx, `UPDATE support_feedback SET waits = 0, handled_at = $2, handled_by = $3, note = $4 WHERE id = $1`, id, tx.Now, by, note)
	if err == nil && n == 0 {
		return support.ErrNotFound
	}
	return err
}

// ListFeedback returns feedback that waits or not, the newest first, before an id.
func ListFeedback(ctx context.Context, q db.Querier, waits bool, before string, limit int) ([]support.Feedback, error) {
	if before == "" {
		before = "~"
	}
	return db.All(ctx, q, feedback, ListFeedbackSQL, flag(waits), before, limit)
}

// ListFeedbackSQL is the query of ListFeedback: a test asks how it is run.
const ListFeedbackSQL = `SELECT ` + said + ` FROM support_feedback WHERE waits = $1 AND id < $2 ORDER BY id DESC LIMIT $3`

// CountWaiting returns how much feedback waits.
func CountWaiting(ctx context.Context, q db.Querier) (n int64, err error) {
	return n, q.QueryRow(ctx, `SELECT COUNT(*) FROM support_feedback WHERE waits = 1`).Scan(&n)
}

// ForgetFeedback deletes what was handled before a moment, and outages that ended before it.
func ForgetFeedback(ctx context.Context, tx *db.Tx, before db.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM support_feedback WHERE waits = 0 AND handled_at < $1`, before)
	_, out := tx.Exec(ctx, `DELETE FROM support_outages WHERE ended_at < $1`, before)
	return errors.Join(err, out)
}

// Done returns the items of the first day an account has done.
func Done(ctx context.Context, q db.Querier, account string) (map[string]bool, error) {
	items, err := db.All(ctx, q, db.Column[string], `SELECT item FROM support_first_days WHERE account = $1`, account)
	done := make(map[string]bool, len(items))
	for _, i := range items {
		done[i] = true
	}
	return done, err
}

// Tick notes that an item is done, or no longer.
func Tick(ctx context.Context, tx *db.Tx, account, item string, done bool) (err error) {
	if done {
		_, err = tx.Exec(ctx, `INSERT INTO support_first_days (account, item, done_at) VALUES ($1, $2, $3) ON CONFLICT (account, item) DO NOTHING`, account, item, tx.Now)
	} else {
		_, err = tx.Exec(ctx, `DELETE FROM support_first_days WHERE account = $1 AND item = $2`, account, item)
	}
	return err
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}
