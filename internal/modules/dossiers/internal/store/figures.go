// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"tinhso.vn/internal/platform/db"
)

// Figures counts dossiers that are being worked on, those decided since a time,
// and of these those that were not late. It counts, and names nobody.
func (Store) Figures(ctx context.Context, q db.Querier, since db.Time) (open, decided, onTime int64, err error) {
	err = q.QueryRow(ctx, `SELECT (SELECT COUNT(*) FROM dossiers_dossiers WHERE status IN (2, 4, 5, 6)),
		COUNT(*), COALESCE(SUM(CASE WHEN due_at IS NULL OR finished_at <= due_at THEN 1 ELSE 0 END), 0)
		FROM dossiers_dossiers WHERE finished_at >= $1 AND status IN (9, 10)`, since).Scan(&open, &decided, &onTime)
	return open, decided, onTime, err
}
