// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
)

// Supplement is one row of dossiers_supplements. Items (JSON) and Answer are
// sealed in the database. Whoever reads it has found the dossier in scope before.
type Supplement struct {
	ID             string
	Dossier        dossiers.ID
	Status         dossiers.Status // of the dossier before
	Items, Answer  string
	Papers         int // rows of dossiers_papers that were there before
	Days           int
	Until          db.Time
	AskedBy        string // account
	AskedAt        db.Time
	AnsweredBy     string  // account
	EndedAt        db.Time // zero: people are still asked
	OldDue, NewDue db.Time
	Basis          string
	Again          string // why it is not the first
}

const (
	supplementsTable  = "dossiers_supplements"
	supplementColumns = `id, dossier_id, status, items_sealed, papers, days, until_at, asked_by, asked_at, answer_sealed, answered_by, ended_at, old_due, new_due, basis, again_reason`
)

// Supplements returns what was asked for about a dossier, the oldest first; few
// are ever asked for, and each waits for the end of the one before.
func (s Store) Supplements(ctx context.Context, q db.Querier, d dossiers.ID) ([]Supplement, error) {
	return db.All(ctx, q, func(r db.Row) (u Supplement, err error) {
		err = r.Scan(&u.ID, &u.Dossier, &u.Status, &u.Items, &u.Papers, &u.Days, &u.Until, &u.AskedBy, &u.AskedAt, &u.Answer, &u.AnsweredBy, &u.EndedAt, &u.OldDue, &u.NewDue, &u.Basis, &u.Again)
		if err != nil {
			return u, err
		}
		if u.Items, err = s.keys.OpenText(supplementsTable, "items_sealed", u.ID, u.Items); err != nil {
			return u, err
		}
		u.Answer, err = s.keys.OpenText(supplementsTable, "answer_sealed", u.ID, u.Answer)
		return u, err
	}, `SELECT `+supplementColumns+` FROM dossiers_supplements WHERE dossier_id = $1 ORDER BY id`, string(d))
}

// AddSupplement adds a request.
func (s Store) AddSupplement(ctx context.Context, tx *db.Tx, u Supplement) error {
	_, err := tx.Exec(ctx, `INSERT INTO dossiers_supplements (`+supplementColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', $11, $12, $11, '', $13)`,
		u.ID, string(u.Dossier), int(u.Status), s.keys.SealText(supplementsTable, "items_sealed", u.ID, u.Items), u.Papers, u.Days, u.Until, u.AskedBy, tx.Now,
		s.keys.SealText(supplementsTable, "answer_sealed", u.ID, ""), db.Time{}, u.OldDue, u.Again)
	return err
}

// EndSupplement writes how a request ended.
func (s Store) EndSupplement(ctx context.Context, tx *db.Tx, u Supplement) error {
	_, err := tx.Exec(ctx, `UPDATE dossiers_supplements SET answer_sealed = $2, answered_by = $3, ended_at = $4, new_due = $5, basis = $6 WHERE id = $1 AND ended_at IS NULL`,
		u.ID, s.keys.SealText(supplementsTable, "answer_sealed", u.ID, u.Answer), u.AnsweredBy, tx.Now, u.NewDue, u.Basis)
	return err
}
