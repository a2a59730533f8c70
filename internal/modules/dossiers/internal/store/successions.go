// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
)

// Succession is a row of dossiers_successions.
type Succession struct {
	ID           string
	Dossier      dossiers.ID
	Outcome      string // goes_on, heir
	Person, Heir string
	DiedOn       string
	Legal        string
	Evidence     string // JSON
	By, Name     string // account, name
	At           db.Time
}

const successionsTable = "dossiers_successions"

// AddSuccession keeps how a dossier goes on.
func (s Store) AddSuccession(ctx context.Context, tx *db.Tx, c Succession) error {
	_, err := tx.Exec(ctx, `INSERT INTO dossiers_successions (id, dossier_id, outcome, person, heir, died_on, legal, evidence_sealed, decided_by, decider, decided_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		c.ID, string(c.Dossier), c.Outcome, c.Person, c.Heir, c.DiedOn, c.Legal, s.keys.SealText(successionsTable, "evidence_sealed", c.ID, c.Evidence), c.By, c.Name, tx.Now)
	return err
}

// Successions returns how a dossier went on after deaths, the oldest first.
func (s Store) Successions(ctx context.Context, q db.Querier, id dossiers.ID) ([]Succession, error) {
	return db.All(ctx, q, func(r db.Row) (c Succession, err error) {
		var evidence string
		if err = r.Scan(&c.ID, &c.Dossier, &c.Outcome, &c.Person, &c.Heir, &c.DiedOn, &c.Legal, &evidence, &c.By, &c.Name, &c.At); err == nil {
			c.Evidence, err = s.keys.OpenText(successionsTable, "evidence_sealed", c.ID, evidence)
		}
		return c, err
	}, `SELECT id, dossier_id, outcome, person, heir, died_on, legal, evidence_sealed, decided_by, decider, decided_at FROM dossiers_successions WHERE dossier_id = $1 ORDER BY id LIMIT 50`, string(id))
}

// OpenOfOwner returns the dossiers of a person that are not over, the oldest first.
func (Store) OpenOfOwner(ctx context.Context, q db.Querier, person string) ([]dossiers.ID, error) {
	return db.All(ctx, q, db.Column[dossiers.ID], openOfOwner, person)
}

const openOfOwner = `SELECT id FROM dossiers_dossiers WHERE owner_id = $1 AND status NOT IN (3, 7, 8, 10) ORDER BY id`

// TakeOver makes somebody the owner of a dossier that the transaction has locked, and
// where the dead had brought it themselves also who answers for it.
func (s Store) TakeOver(ctx context.Context, tx *db.Tx, d Dossier, p Personal, f Found) error {
	seal := func(column, value string) string { return s.keys.SealText(table, column, string(d.ID), value) }
	if _, err := tx.Exec(ctx, `UPDATE dossiers_dossiers SET owner_id = $2, submitter_id = $3, bringer_id = $4, basis = $5, representation = '', owner_name = $6, owner_folded = $7,
		owner_number_index = $8, owner_phone_index = $9, owner_sealed = $10, submitter_sealed = $11, basis_sealed = $12 WHERE id = $1`,
		string(d.ID), d.OwnerID, d.SubmitterID, d.BringerID, string(d.Basis), d.OwnerName, f.Folded, s.keys.Index("person number", f.Number), s.keys.Index("phone", f.Phone),
		seal("owner_sealed", p.Owner), seal("submitter_sealed", p.Submitter), seal("basis_sealed", p.BasisNote)); err != nil {
		return err
	}
	return s.tell(ctx, tx, d.ID)
}
