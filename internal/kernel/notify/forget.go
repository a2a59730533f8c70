// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"context"
	"fmt"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Past is what is kept of telling for a time.
type Past string

// The kinds. A message that still waits is none of them, nor is what messages cost.
const (
	PastNotices  Past = "notice"  // in people's lists, since they were told
	PastMessages Past = "message" // by way of a gateway, since they arrived, failed or were taken
)

// past returns what is older, as a condition on a time, the oldest first.
func (k Past) past() (table, condition, at string, err error) {
	switch k {
	case PastNotices:
		return "notify_inbox", `created_at < $1`, "created_at", nil
	case PastMessages:
		return "notify_messages", `ended_at < $1 OR (state = 'sent' AND sent_at < $1)`, "COALESCE(ended_at, sent_at)", nil
	}
	return "", "", "", fmt.Errorf("nothing of the kind %q is kept", k)
}

func countPast(k Past) (string, error) {
	table, condition, at, err := k.past()
	return `SELECT COUNT(*), MIN(` + at + `) FROM ` + table + ` WHERE ` + condition, err
}

func forgetPast(k Past) (string, error) {
	table, condition, _, err := k.past()
	return `DELETE FROM ` + table + ` WHERE id IN (SELECT id FROM ` + table + ` WHERE ` + condition + ` LIMIT $2)`, err
}

// CountPast returns how much of a kind is older than a moment, and when the oldest was.
func CountPast(ctx context.Context, q db.Querier, k Past, before db.Time) (n int, oldest db.Time, err error) {
	defer errs.Wrap(&err, "count what is past its time")

	text, err := countPast(k)
	if err != nil {
		return 0, oldest, err
	}
	err = q.QueryRow(ctx, text, before).Scan(&n, &oldest)
	return n, oldest, err
}

// ForgetPast erases at most limit of a kind that are older than a moment, and says how many.
func ForgetPast(ctx context.Context, tx *db.Tx, k Past, before db.Time, limit int) (n int, err error) {
	defer errs.Wrap(&err, "forget what is past its time")

	text, err := forgetPast(k)
	if err != nil {
		return 0, err
	}
	gone, err := tx.Exec(ctx, text, before, limit)
	return int(gone), err
}

// ForgetAccount erases what is kept to tell an account something: the notices it
// has read, the addresses and browsers where it is told, and what it chose. What
// it has not read stays in its list. It returns how much was erased.
func ForgetAccount(ctx context.Context, tx *db.Tx, account string) (n int, err error) {
	defer errs.Wrap(&err, "forget where account %s is told", account)

	for _, text := range []string{
		`DELETE FROM notify_inbox WHERE account_id = $1 AND read_at IS NOT NULL`,
		`DELETE FROM notify_contacts WHERE account_id = $1`,
		`DELETE FROM notify_devices WHERE account_id = $1`,
		`DELETE FROM notify_people WHERE account_id = $1`,
	} {
		gone, err := tx.Exec(ctx, text, account)
		if err != nil {
			return n, err
		}
		n += int(gone)
	}
	return n, nil
}
