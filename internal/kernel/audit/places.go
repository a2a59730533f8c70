// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"context"
	"time"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Take reports whether it is for the caller to bring the checkpoint of size
// records to a place now: of several servers one, and again only when every has
// passed and there is more to tell. Who could not, gives it back.
func Take(ctx context.Context, d *db.DB, place string, size int64, every time.Duration) (taken bool, err error) {
	defer errs.Wrap(&err, "take a place of checkpoints")

	err = d.Write(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, `INSERT INTO audit_places (place, size, at, before_size, before_at) VALUES ($1, $2, $3, 0, 0)
			ON CONFLICT (place) DO UPDATE SET size = excluded.size, at = excluded.at, before_size = audit_places.size, before_at = audit_places.at
			WHERE audit_places.size < excluded.size AND audit_places.at <= $4`, place, size, tx.Now, db.At(tx.Now.Add(-every)))
		taken = n == 1
		return err
	})
	return taken, err
}

// GiveBack undoes Take: the checkpoint of size records did not arrive.
func GiveBack(ctx context.Context, d *db.DB, place string, size int64) (err error) {
	defer errs.Wrap(&err, "give a place of checkpoints back")

	return d.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE audit_places SET size = before_size, at = before_at WHERE place = $1 AND size = $2`, place, size)
		return err
	})
}
