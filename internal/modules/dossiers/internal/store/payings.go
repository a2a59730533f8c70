// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
)

// Paying is a time in which a dossier waits for money.
type Paying struct {
	ID      string
	Dossier dossiers.ID
	Status  dossiers.Status // to which it goes back
	Since   db.Time
	OldDue  db.Time
	NewDue  db.Time
}

// AddPaying notes that a dossier begins to wait.
func (Store) AddPaying(ctx context.Context, tx *db.Tx, p Paying) error {
	_, err := tx.Exec(ctx, `INSERT INTO dossiers_payings (id, dossier_id, status, since, ended_at, old_due, new_due) VALUES ($1, $2, $3, $4, NULL, $5, NULL)`,
		p.ID, string(p.Dossier), int(p.Status), tx.Now, p.OldDue)
	return err
}

// OpenPaying returns the time in which a locked dossier waits; false where it does not.
func (Store) OpenPaying(ctx context.Context, tx *db.Tx, id dossiers.ID) (p Paying, found bool, err error) {
	all, err := db.All(ctx, tx, func(r db.Row) (p Paying, err error) {
		return p, r.Scan(&p.ID, &p.Dossier, &p.Status, &p.Since, &p.OldDue)
	}, `SELECT id, dossier_id, status, since, old_due FROM dossiers_payings WHERE dossier_id = $1 AND ended_at IS NULL ORDER BY id DESC LIMIT 1`, string(id))
	if err != nil || len(all) == 0 {
		return p, false, err
	}
	return all[0], true, nil
}

// EndPaying notes that a dossier waits no more, and what that did to its deadline.
func (Store) EndPaying(ctx context.Context, tx *db.Tx, p Paying) error {
	_, err := tx.Exec(ctx, `UPDATE dossiers_payings SET ended_at = $2, new_due = $3 WHERE id = $1`, p.ID, tx.Now, p.NewDue)
	return err
}
