// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
)

// Handover is a row of dossiers_handovers: by what right somebody took a result.
type Handover struct {
	ID      string
	Dossier dossiers.ID
	By      string // owner, authorised
	Proof   string // JSON
	GivenBy string // account
	At      db.Time
}

const handoversTable = "dossiers_handovers"

// AddHandover keeps one.
func (s Store) AddHandover(ctx context.Context, tx *db.Tx, h Handover) error {
	_, err := tx.Exec(ctx, `INSERT INTO dossiers_handovers (id, dossier_id, taken_by, proof_sealed, given_by, given_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		h.ID, string(h.Dossier), h.By, s.keys.SealText(handoversTable, "proof_sealed", h.ID, h.Proof), h.GivenBy, tx.Now)
	return err
}

// Handovers returns who took the results of a dossier, the oldest first.
func (s Store) Handovers(ctx context.Context, q db.Querier, d dossiers.ID) ([]Handover, error) {
	return db.All(ctx, q, func(r db.Row) (h Handover, err error) {
		if err = r.Scan(&h.ID, &h.Dossier, &h.By, &h.Proof, &h.GivenBy, &h.At); err == nil {
			h.Proof, err = s.keys.OpenText(handoversTable, "proof_sealed", h.ID, h.Proof)
		}
		return h, err
	}, `SELECT id, dossier_id, taken_by, proof_sealed, given_by, given_at FROM dossiers_handovers WHERE dossier_id = $1 ORDER BY id LIMIT 50`, string(d))
}
