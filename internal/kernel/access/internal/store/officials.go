// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"tinhso.vn/internal/platform/db"
)

// Officials returns at most limit accounts after one with a holding in a unit.
func Officials(ctx context.Context, q db.Querier, now db.Time, after string, limit int) ([]string, error) {
	return db.All(ctx, q, db.Column[string], `SELECT DISTINCT account_id FROM access_holdings
		WHERE unit_id <> '' AND since <= $1 AND (until IS NULL OR until > $1) AND account_id > $2 ORDER BY account_id LIMIT $3`, now, after, limit)
}

// CountOfficials counts accounts with a holding in a unit.
func CountOfficials(ctx context.Context, q db.Querier, now db.Time) (n int64, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(DISTINCT account_id) FROM access_holdings
		WHERE unit_id <> '' AND since <= $1 AND (until IS NULL OR until > $1)`, now).Scan(&n)
	return n, err
}
