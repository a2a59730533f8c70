// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"tinhso.vn/internal/platform/db"
)

// Decided is a deciding decision with when its procedures became public.
type Decided struct {
	Number, Signed, Effective, Issuer string
	Procedures                        int64
	First, Last                       db.Time
}

// PutDecided notes that a procedure is public as a decision has it; the first
// time counts.
func PutDecided(ctx context.Context, tx *db.Tx, d Decided, id string) error {
	_, err := tx.Exec(ctx, `INSERT INTO procedures_decided (number, signed, effective, issuer, id, public_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (signed, number, id) DO NOTHING`, d.Number, d.Signed, d.Effective, d.Issuer, id, tx.Now)
	return err
}

// ListDecided returns the decisions that were signed from one day to another, the
// newest first, at most limit.
func ListDecided(ctx context.Context, q db.Querier, from, to string, limit int) ([]Decided, error) {
	return db.All(ctx, q, func(r db.Row) (d Decided, err error) {
		err = r.Scan(&d.Number, &d.Signed, &d.Effective, &d.Issuer, &d.Procedures, &d.First, &d.Last)
		return d, err
	}, `SELECT number, signed, max(effective), max(issuer), count(*), min(public_at), max(public_at) FROM procedures_decided
		WHERE signed >= $1 AND signed <= $2 GROUP BY signed, number ORDER BY signed DESC, number LIMIT $3`, from, to, limit)
}

// Kept is a version as the history of its procedure lists it.
type Kept struct {
	SHA, ValidFrom, ValidTo string
	Listed                  bool // on its days; otherwise it is kept for the dossiers of its time
	AppliedAt               db.Time
}

// Versions returns the versions of a procedure, the last applied first, at most limit.
func Versions(ctx context.Context, q db.Querier, id string, limit int) ([]Kept, error) {
	return db.All(ctx, q, func(r db.Row) (k Kept, err error) {
		var listed int
		err = r.Scan(&k.SHA, &k.ValidFrom, &k.ValidTo, &listed, &k.AppliedAt)
		k.Listed = listed == 1
		return k, err
	}, `SELECT sha, valid_from, valid_to, is_current, applied_at FROM procedures_versions WHERE id = $1 ORDER BY applied_at DESC, valid_from DESC, sha LIMIT $2`, id, limit)
}
