// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package requests

import (
	"context"
	"errors"
	"time"

	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// kept is how long documents stay here after the end: their owners have copies of
// what they use. sweepSize is how many rows one sweep takes.
const (
	kept      = 30 * 24 * time.Hour
	sweepSize = 100
)

// Sweep gives every open request whose job is long overdue a new one, and erases
// the documents of requests that ended a month ago. It returns how many requests
// were woken.
func (s *Service) Sweep(ctx context.Context) (n int, err error) {
	defer errs.Wrap(&err, "sweep signature requests")

	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		ids, err := db.All(ctx, tx, db.Column[string], `SELECT id FROM requests_requests
			WHERE state IN ('created', 'sent', 'waiting') AND next_at < $1 ORDER BY next_at LIMIT $2`+tx.ForUpdate(), db.At(tx.Now.Add(-stale)), sweepSize)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if _, err := tx.Exec(ctx, `UPDATE requests_requests SET tick = tick + 1, next_at = $2 WHERE id = $1`, id, tx.Now); err != nil {
				return err
			}
			if err := s.enqueue(ctx, tx, ID(id), tx.Now); err != nil {
				return err
			}
		}
		n = len(ids)
		return nil
	})
	if err != nil {
		return n, err
	}
	return n, s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := forgetTokens(ctx, tx); err != nil {
			return err
		}
		return erase(ctx, tx)
	})
}

// erase takes away documents that nobody needs here any more; those under a legal
// hold stay.
func erase(ctx context.Context, tx *db.Tx) error {
	old, err := db.All(ctx, tx, scanItem, `SELECT `+itemColumns+` FROM requests_items WHERE file <> '' AND request_id IN (
		SELECT id FROM requests_requests WHERE ended_at < $1 AND swept = 0 ORDER BY ended_at LIMIT $2) ORDER BY id`, db.At(tx.Now.Add(-kept)), sweepSize)
	if err != nil {
		return err
	}
	for _, i := range old {
		owner := files.Subject{Kind: fileKind, ID: string(i.Request)}
		held, err := files.Holds(ctx, tx, owner)
		if err != nil {
			return err
		}
		if len(held) == 0 {
			for _, file := range []string{i.file, i.result} {
				if file == "" {
					continue
				}
				if err := files.Erase(ctx, tx, owner, files.ID(file)); err != nil && !errors.Is(err, files.ErrErased) {
					return err
				}
			}
		}
		if _, err := tx.Exec(ctx, `UPDATE requests_requests SET swept = 1 WHERE id = $1`, string(i.Request)); err != nil {
			return err
		}
	}
	return nil
}
