// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package files

import (
	"context"
	"errors"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// What can go wrong.
var (
	ErrHeld     = errs.New(errs.Conflict, "files.held") // a court, an inspection needs it
	ErrNotHeld  = errs.New(errs.NotFound, "files.not_held")
	ErrNoReason = errs.New(errs.Invalid, "files.no_reason")
)

// Held is a legal hold: nothing of the subject is erased while it is in force.
type Held struct {
	ID       string
	Subject  Subject
	Reason   string
	PlacedBy string // account
	PlacedAt db.Time
}

// Hold puts a subject under a hold, in the caller's transaction; who may do so is the
// caller's to decide, and to record. Several holds do not replace each other.
func Hold(ctx context.Context, tx *db.Tx, owner Subject, reason, account string) (h Held, err error) {
	defer errs.Wrap(&err, "hold files")
	switch {
	case owner.Kind == "" || owner.ID == "" || account == "":
		return Held{}, errors.New("a hold needs a subject and an account")
	case reason == "":
		return Held{}, ErrNoReason
	}
	if _, err := subjectUsage(owner).add(ctx, tx, 0); err != nil { // an erasure under way ends first
		return Held{}, err
	}
	h = Held{ID: id.New(), Subject: owner, Reason: reason, PlacedBy: account, PlacedAt: tx.Now}
	_, err = tx.Exec(ctx, `INSERT INTO files_holds (id, subject_kind, subject_id, reason, placed_by, placed_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		h.ID, owner.Kind, owner.ID, h.Reason, h.PlacedBy, h.PlacedAt)
	return h, err
}

// Lift ends a hold of a subject, for a reason. Others stay in force.
func Lift(ctx context.Context, tx *db.Tx, owner Subject, hold, reason, account string) (err error) {
	defer errs.Wrap(&err, "lift hold %s", hold)
	if reason == "" {
		return ErrNoReason
	}
	n, err := tx.Exec(ctx, `UPDATE files_holds SET lifted_by = $4, lifted_at = $5, lifted_reason = $6
		WHERE id = $1 AND subject_kind = $2 AND subject_id = $3 AND lifted_at IS NULL`, hold, owner.Kind, owner.ID, account, tx.Now, reason)
	if err == nil && n == 0 {
		return ErrNotHeld
	}
	return err
}

// Holds returns the holds in force of a subject, the oldest first.
func Holds(ctx context.Context, q db.Querier, owner Subject) (all []Held, err error) {
	defer errs.Wrap(&err, "holds")
	return db.All(ctx, q, func(r db.Row) (h Held, err error) {
		h.Subject = owner
		err = r.Scan(&h.ID, &h.Reason, &h.PlacedBy, &h.PlacedAt)
		return h, err
	}, `SELECT id, reason, placed_by, placed_at FROM files_holds WHERE subject_kind = $1 AND subject_id = $2 AND lifted_at IS NULL ORDER BY id`,
		owner.Kind, owner.ID)
}

// HoldsOf returns the holds in force of several subjects of a kind, by the subject's
// id, the oldest first, in one query.
func HoldsOf(ctx context.Context, q db.Querier, kind string, ids []string) (all map[string][]Held, err error) {
	defer errs.Wrap(&err, "holds of several")
	all = map[string][]Held{}
	if len(ids) == 0 {
		return all, nil
	}
	marks, args := db.In(2, ids)
	found, err := db.All(ctx, q, func(r db.Row) (h Held, err error) {
		h.Subject.Kind = kind
		err = r.Scan(&h.ID, &h.Subject.ID, &h.Reason, &h.PlacedBy, &h.PlacedAt)
		return h, err
	}, `SELECT id, subject_id, reason, placed_by, placed_at FROM files_holds
		WHERE subject_kind = $1 AND subject_id IN `+marks+` AND lifted_at IS NULL ORDER BY id`, append([]any{kind}, args...)...)
	for _, h := range found {
		all[h.Subject.ID] = append(all[h.Subject.ID], h)
	}
	return all, err
}

// ListHolds returns holds in force on subjects of a kind, the newest first; at
// most limit of them before a given one ("" for the newest).
func ListHolds(ctx context.Context, q db.Querier, kind, before string, limit int) (all []Held, err error) {
	defer errs.Wrap(&err, "list holds")
	if before == "" {
		before = "~" // behind every id
	}
	return db.All(ctx, q, func(r db.Row) (h Held, err error) {
		err = r.Scan(&h.ID, &h.Subject.Kind, &h.Subject.ID, &h.Reason, &h.PlacedBy, &h.PlacedAt)
		return h, err
	}, `SELECT id, subject_kind, subject_id, reason, placed_by, placed_at FROM files_holds
		WHERE subject_kind = $1 AND lifted_at IS NULL AND id < $2 ORDER BY id DESC LIMIT $3`, kind, before, limit)
}

// Erase destroys the key of a file: what is left on disks and in backups can be
// read by nobody. The row stays, without the name, as the trace that there was
// a file. Erasing again changes nothing. Under a hold nothing is erased.
func Erase(ctx context.Context, tx *db.Tx, owner Subject, fileID ID) (err error) {
	defer errs.Wrap(&err, "erase file %s", fileID)
	if _, err := Get(ctx, tx, owner, fileID); err != nil {
		return err
	}
	u := subjectUsage(owner)
	if _, err := u.add(ctx, tx, 0); err != nil { // a hold that is being placed is seen, or waits
		return err
	}
	var held int
	if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM files_holds WHERE subject_kind = $1 AND subject_id = $2 AND lifted_at IS NULL`,
		owner.Kind, owner.ID).Scan(&held); err != nil {
		return err
	}
	if held > 0 {
		return ErrHeld
	}
	var size, counted int64 // under the lock: somebody else may have erased it
	err = tx.QueryRow(ctx, `SELECT size, counted FROM files_files WHERE id = $1 AND erased_at IS NULL`, string(fileID)).Scan(&size, &counted)
	if errors.Is(err, db.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := u.add(ctx, tx, -size*counted); err != nil {
		return err
	}
	if err := forgetPictures(ctx, tx, fileID); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE files_files SET sealed_key = '', blob = '', name = '', erased_at = $2 WHERE id = $1`, string(fileID), tx.Now)
	return err
}
