// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package files

import (
	"context"
	"errors"
	"strconv"

	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Gone is the error of whoever asks for the content of an erased file; it says
// on which day it was erased.
func (f File) Gone() error {
	if f.Erased.IsZero() {
		return nil
	}
	return ErrErased.With("date", f.Erased.In(clock.Vietnam()).Format("02/01/2006"))
}

// Weight is how much is kept of a subject, in bytes, as quotas count it.
func Weight(ctx context.Context, q db.Querier, owner Subject) (bytes int64, err error) {
	defer errs.Wrap(&err, "weight of files")
	u := subjectUsage(owner)
	err = q.QueryRow(ctx, `SELECT bytes FROM files_usage WHERE kind = $1 AND owner = $2 AND day = ''`, u.kind, u.owner).Scan(&bytes)
	if errors.Is(err, db.ErrNoRows) {
		return 0, nil
	}
	return bytes, err
}

// Weigh says of the subjects of a kind that a query of their ids finds how much
// they keep, in bytes, and how many of them are held. The query is a constant of
// its owner; its parameters come first.
func Weigh(ctx context.Context, q db.Querier, kind, ids string, args ...any) (bytes int64, held int, err error) {
	defer errs.Wrap(&err, "weigh files")
	last := "$" + strconv.Itoa(len(args)+1)
	if err := q.QueryRow(ctx, `SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM files_usage WHERE kind = `+last+` AND day = '' AND owner IN (`+ids+`)`,
		append(args[:len(args):len(args)], subjectUsage(Subject{Kind: kind}).kind)...).Scan(&bytes); err != nil {
		return 0, 0, err
	}
	err = q.QueryRow(ctx, `SELECT COUNT(DISTINCT subject_id) FROM files_holds WHERE subject_kind = `+last+` AND lifted_at IS NULL AND subject_id IN (`+ids+`)`,
		append(args[:len(args):len(args)], kind)...).Scan(&held)
	return bytes, held, err
}
