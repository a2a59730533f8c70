// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package files

import (
	"context"
	"errors"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Give hands a file over to another subject, in the caller's transaction: what was
// sent before there was anything it could belong to. Its content, name and times stay.
// Under a hold it stays where it is.
func Give(ctx context.Context, tx *db.Tx, owner Subject, fileID ID, to Subject) (err error) {
	defer errs.Wrap(&err, "hand file %s over", fileID)
	if to.Kind == "" || to.ID == "" {
		return errors.New("a file needs an owner")
	}
	if _, err := Get(ctx, tx, owner, fileID); err != nil {
		return err
	}
	if _, err := subjectUsage(owner).add(ctx, tx, 0); err != nil { // a hold that is being placed is seen, or waits
		return err
	}
	held, err := Holds(ctx, tx, owner)
	if err != nil {
		return err
	}
	if len(held) > 0 {
		return ErrHeld
	}
	var size, counted int64 // under the lock: somebody else may have taken or erased it
	err = tx.QueryRow(ctx, `SELECT size, counted FROM files_files WHERE id = $1 AND subject_kind = $2 AND subject_id = $3 AND erased_at IS NULL`,
		string(fileID), owner.Kind, owner.ID).Scan(&size, &counted)
	if errors.Is(err, db.ErrNoRows) {
		return ErrNotFound
	}
	if err != nil {
		return err
	}
	if _, err := subjectUsage(owner).add(ctx, tx, -size*counted); err != nil {
		return err
	}
	if _, err := subjectUsage(to).add(ctx, tx, size*counted); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE files_files SET subject_kind = $2, subject_id = $3 WHERE id = $1`, string(fileID), to.Kind, to.ID)
	return err
}
