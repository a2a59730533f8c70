// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
)

// Lines returns the timeline of a dossier after a line, the oldest first.
func (Store) Lines(ctx context.Context, q db.Querier, d dossiers.ID, after string) ([]dossiers.Line, error) {
	return db.All(ctx, q, func(r db.Row) (l dossiers.Line, err error) {
		err = r.Scan(&l.ID, &l.At, &l.Kind, &l.Status, &l.Step.VI, &l.Step.EN, &l.Unit)
		return l, err
	}, `SELECT id, at, kind, status, step_vi, step_en, unit FROM dossiers_history WHERE dossier_id = $1 AND id > $2 ORDER BY id`, string(d), after)
}

// Accepted returns at most limit dossiers that were accepted in a period, after an
// id. It walks all dossiers after that id: a comparison of both sides does, and no page.
func (Store) Accepted(ctx context.Context, q db.Querier, from, to db.Time, after dossiers.ID, limit int) ([]Dossier, error) {
	return db.All(ctx, q, scan, `SELECT `+columns+` FROM dossiers_dossiers WHERE id > $1 AND code <> '' AND accepted_at >= $2 AND accepted_at < $3 ORDER BY id LIMIT $4`,
		string(after), from, to, limit)
}
