// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
)

// Demand is one row of dossiers_demands. Lines (JSON) are sealed in the database. Whoever
// reads it has found the dossier in scope before.
type Demand struct {
	ID              string
	Dossier         dossiers.ID
	Status          dossiers.Status // with which it goes on
	Issuer, Number  string
	On, PayBy       string // YYYY-MM-DD
	Lines           string
	Legal           string
	AskedBy, Asker  string // account, name
	AskedAt         db.Time
	Receipt, PaidOn string
	Paper           string
	EndedBy         string  // account
	EndedAt         db.Time // zero: it is waited for
	OldDue, NewDue  db.Time
	Basis           string
}

const (
	demandsTable  = "dossiers_demands"
	demandColumns = `id, dossier_id, status, issuer, number, noticed_on, pay_by, lines_sealed, legal, asked_by, asker, asked_at, receipt, paid_on, paper, ended_by, ended_at, old_due, new_due, basis`
)

// Demands returns what was demanded about a dossier, the oldest first; few ever are, and each
// waits for the end of the one before.
func (s Store) Demands(ctx context.Context, q db.Querier, d dossiers.ID) ([]Demand, error) {
	return db.All(ctx, q, func(r db.Row) (m Demand, err error) {
		if err = r.Scan(&m.ID, &m.Dossier, &m.Status, &m.Issuer, &m.Number, &m.On, &m.PayBy, &m.Lines, &m.Legal, &m.AskedBy, &m.Asker, &m.AskedAt,
			&m.Receipt, &m.PaidOn, &m.Paper, &m.EndedBy, &m.EndedAt, &m.OldDue, &m.NewDue, &m.Basis); err != nil {
			return m, err
		}
		m.Lines, err = s.keys.OpenText(demandsTable, "lines_sealed", m.ID, m.Lines)
		return m, err
	}, `SELECT `+demandColumns+` FROM dossiers_demands WHERE dossier_id = $1 ORDER BY id`, string(d))
}

// AddDemand adds one.
func (s Store) AddDemand(ctx context.Context, tx *db.Tx, m Demand) error {
	_, err := tx.Exec(ctx, `INSERT INTO dossiers_demands (`+demandColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '', '', '', '', $13, $14, $13, '')`,
		m.ID, string(m.Dossier), int(m.Status), m.Issuer, m.Number, m.On, m.PayBy, s.keys.SealText(demandsTable, "lines_sealed", m.ID, m.Lines), m.Legal,
		m.AskedBy, m.Asker, tx.Now, db.Time{}, m.OldDue)
	return err
}

// EndDemand writes how one ended.
func (Store) EndDemand(ctx context.Context, tx *db.Tx, m Demand) error {
	_, err := tx.Exec(ctx, `UPDATE dossiers_demands SET receipt = $2, paid_on = $3, paper = $4, ended_by = $5, ended_at = $6, new_due = $7, basis = $8 WHERE id = $1 AND ended_at IS NULL`,
		m.ID, m.Receipt, m.PaidOn, m.Paper, m.EndedBy, tx.Now, m.NewDue, m.Basis)
	return err
}
