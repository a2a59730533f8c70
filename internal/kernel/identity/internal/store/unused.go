// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"tinhso.vn/internal/platform/db"
)

// SetDisabled disables or enables an account and reports whether it is there.
func SetDisabled(ctx context.Context, tx *db.Tx, account string, off bool) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE identity_accounts SET disabled = $2 WHERE id = $1`, account, flag(off))
	return n == 1, err
}

// Unused is an account with its last use.
type Unused struct {
	ID, Login, Name string
	Last            db.Time
}

// ListUnused returns at most limit enabled accounts of people that were not used after a
// moment, by id, after the given one.
func ListUnused(ctx context.Context, q db.Querier, before db.Time, after string, limit int) ([]Unused, error) {
	return db.All(ctx, q, func(r db.Row) (u Unused, err error) {
		var made, signed, seen db.Time
		err = r.Scan(&u.ID, &u.Login, &u.Name, &made, &signed, &seen)
		for _, at := range []db.Time{made, signed, seen} {
			if at.After(u.Last.Time) {
				u.Last = at
			}
		}
		return u, err
	}, UnusedQuery, before, after, limit)
}

// UnusedQuery is the query of ListUnused: its plan is looked at in a test.
const UnusedQuery = `SELECT a.id, a.login, p.name, a.created_at,
	(SELECT MAX(s.at) FROM identity_sign_ins s WHERE s.account_id = a.id AND s.result IN ('in', 'unlocked', 'recovered')),
	(SELECT MAX(s.seen_at) FROM identity_sessions s WHERE s.account_id = a.id)
	FROM identity_accounts a JOIN identity_persons p ON p.id = a.person_id
	WHERE a.disabled = 0 AND p.kind = 'individual' AND a.created_at <= $1 AND a.id > $2
	AND NOT EXISTS (SELECT 1 FROM identity_sign_ins s WHERE s.account_id = a.id AND s.at > $1 AND s.result IN ('in', 'unlocked', 'recovered'))
	AND NOT EXISTS (SELECT 1 FROM identity_sessions s WHERE s.account_id = a.id AND s.seen_at > $1)
	ORDER BY a.id LIMIT $3`
