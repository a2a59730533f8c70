// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/id"
)

// Event is one row of dossiers_history.
type Event struct {
	At     db.Time
	Kind   string
	Status dossiers.Status
	Step   i18n.Text
	Unit   orgs.ID
}

const lineColumns = `id, dossier_id, at, kind, status, step_vi, step_en, unit`

// AddEvent writes a line of the public timeline.
func (Store) AddEvent(ctx context.Context, tx *db.Tx, d dossiers.ID, e Event) error {
	_, err := tx.Exec(ctx, `INSERT INTO dossiers_history (`+lineColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, id.New(), string(d), tx.Now, e.Kind, int(e.Status), e.Step.VI, e.Step.EN, string(e.Unit))
	return err
}

// Events returns the timeline of a dossier, the oldest first. It holds no
// personal data.
func (Store) Events(ctx context.Context, q db.Querier, d dossiers.ID) ([]Event, error) {
	return db.All(ctx, q, func(r db.Row) (e Event, err error) {
		err = r.Scan(&e.At, &e.Kind, &e.Status, &e.Step.VI, &e.Step.EN, &e.Unit)
		return e, err
	}, `SELECT at, kind, status, step_vi, step_en, unit FROM dossiers_history WHERE dossier_id = $1 ORDER BY id`, string(d))
}

// FindRequest returns what an idempotency key of an account was used for.
func (Store) FindRequest(ctx context.Context, q db.Querier, account, key string) (sum string, d dossiers.ID, ok bool, err error) {
	err = q.QueryRow(ctx, `SELECT sum, dossier_id FROM dossiers_requests WHERE account = $1 AND key = $2`, account, key).Scan(&sum, &d)
	if errors.Is(err, db.ErrNoRows) {
		return "", "", false, nil
	}
	return sum, d, err == nil, err
}

// AddRequest notes what an idempotency key was used for. Used at the same time
// by another transaction, it waits for that one; db.IsDuplicate tells.
func (Store) AddRequest(ctx context.Context, tx *db.Tx, account, key, sum string, d dossiers.ID) error {
	_, err := tx.Exec(ctx, `INSERT INTO dossiers_requests (account, key, sum, dossier_id, at) VALUES ($1, $2, $3, $4, $5)`,
		account, key, sum, string(d), tx.Now)
	return err
}
