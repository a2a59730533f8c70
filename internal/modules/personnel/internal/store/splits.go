// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"tinhso.vn/internal/platform/db"
)

// Split is one row of personnel_splits.
type Split struct {
	ID, Unit                         string
	Keep                             bool
	Decision, DecidedOn, Basis, From string
	By                               string
	At                               db.Time
	WithdrawnBy                      string
	WithdrawnAt                      db.Time
}

const splitColumns = `id, unit_id, keep, decision, decided_on, basis, from_day, entered_by, entered_at, withdrawn_by, withdrawn_at`

func scanSplit(r db.Row) (s Split, err error) {
	var keep int
	err = r.Scan(&s.ID, &s.Unit, &keep, &s.Decision, &s.DecidedOn, &s.Basis, &s.From, &s.By, &s.At, &s.WithdrawnBy, &s.WithdrawnAt)
	s.Keep = keep == 1
	return s, err
}

// PutSplit keeps a split, new or withdrawn.
func PutSplit(ctx context.Context, tx *db.Tx, s Split) error {
	_, err := tx.Exec(ctx, `INSERT INTO personnel_splits (`+splitColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (id) DO UPDATE SET withdrawn_by = excluded.withdrawn_by, withdrawn_at = excluded.withdrawn_at`,
		s.ID, s.Unit, number(s.Keep), s.Decision, s.DecidedOn, s.Basis, s.From, s.By, s.At, s.WithdrawnBy, s.WithdrawnAt)
	return err
}

// GetSplit returns a split and keeps it for the transaction.
func GetSplit(ctx context.Context, tx *db.Tx, id string) (Split, error) {
	s, err := scanSplit(tx.QueryRow(ctx, `SELECT `+splitColumns+` FROM personnel_splits WHERE id = $1`+tx.ForUpdate(), id))
	return s, orNotFound(err)
}

// SplitsOf returns at most limit splits of a unit (empty: of all), the newest first, before the given one.
func SplitsOf(ctx context.Context, q db.Querier, unit, before string, limit int) ([]Split, error) {
	if before == "" {
		before = latest
	}
	return db.All(ctx, q, scanSplit, `SELECT `+splitColumns+` FROM personnel_splits WHERE id < $1 AND ($2 = '' OR unit_id = $2) ORDER BY id DESC LIMIT $3`, before, unit, limit)
}

// SplitItem is what a split has made.
type SplitItem struct{ Kind, Ref, Was string }

// PutSplitItem keeps what a split has made.
func PutSplitItem(ctx context.Context, tx *db.Tx, of string, n int, i SplitItem) error {
	_, err := tx.Exec(ctx, `INSERT INTO personnel_split_items (split_id, n, kind, ref, was) VALUES ($1, $2, $3, $4, $5)`, of, n, i.Kind, i.Ref, i.Was)
	return err
}

// SplitItems returns what a split has made, in the order in which it did.
func SplitItems(ctx context.Context, q db.Querier, of string) ([]SplitItem, error) {
	return db.All(ctx, q, func(r db.Row) (i SplitItem, err error) {
		err = r.Scan(&i.Kind, &i.Ref, &i.Was)
		return i, err
	}, `SELECT kind, ref, was FROM personnel_split_items WHERE split_id = $1 ORDER BY n`, of)
}

// DropHandovers takes back lists of work that were opened for a day that will not come.
func DropHandovers(ctx context.Context, tx *db.Tx, account, unit, from string) error {
	_, err := tx.Exec(ctx, `DELETE FROM personnel_handovers WHERE account_id = $1 AND unit_id = $2 AND from_day = $3 AND closed_at IS NULL`, account, unit, from)
	return err
}
