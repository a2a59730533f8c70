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
	err = q.QueryRow(ctx, `SELECT (SELECT COUNT(*) FROM dossiers_dossiers WHERE status IN (2, 4, 5, 6) AND kept_by = ''),
		COUNT(*), COALESCE(SUM(CASE WHEN due_at IS NULL OR finished_at <= due_at THEN 1 ELSE 0 END), 0)
		FROM dossiers_dossiers WHERE finished_at >= $1 AND status IN (9, 10) AND kept_by = ''`, since).Scan(&open, &decided, &onTime)
	return open, decided, onTime, err
}

// OpenOf is how many dossiers of a procedure wait to be accepted, and how many
// are being worked on.
type OpenOf struct {
	Procedure     string
	Waiting, Open int64
}

// Open counts the open dossiers by procedure.
func (Store) Open(ctx context.Context, q db.Querier) ([]OpenOf, error) {
	return db.All(ctx, q, func(r db.Row) (o OpenOf, err error) {
		err = r.Scan(&o.Procedure, &o.Waiting, &o.Open)
		return o, err
	}, `SELECT procedure_id, SUM(CASE WHEN status = 1 THEN 1 ELSE 0 END), SUM(CASE WHEN status = 1 THEN 0 ELSE 1 END)
		FROM dossiers_dossiers WHERE status IN (1, 2, 4, 5, 6) AND kept_by = '' GROUP BY procedure_id`)
}

// Popular returns the procedures with the most results since a time, the first
// first. It counts, and names nobody.
func (Store) Popular(ctx context.Context, q db.Querier, since db.Time, limit int) ([]string, error) {
	return db.All(ctx, q, db.Column[string], popular, since, limit)
}

const popular = `SELECT procedure_id FROM dossiers_dossiers WHERE finished_at >= $1 AND status IN (9, 10)
	GROUP BY procedure_id ORDER BY COUNT(*) DESC, procedure_id LIMIT $2`
