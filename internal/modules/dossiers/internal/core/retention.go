// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

var _ dossiers.Keeper = (*Service)(nil)

// eraser is who erases by a rule.
const eraser = "dossiers.retention"

// CountDue implements dossiers.Keeper.
func (s *Service) CountDue(ctx context.Context, k dossiers.Kept, before db.Time) (d dossiers.Due, err error) {
	defer errs.Wrap(&err, "count what is due")

	if d.Count, d.Oldest, err = s.store.CountDue(ctx, s.DB, k, before); err != nil {
		return d, err
	}
	d.Bytes, d.Held, err = files.Weigh(ctx, s.DB, subject("").Kind, store.DueIDs(k), before)
	return d, err
}

// ListDue implements dossiers.Keeper.
func (s *Service) ListDue(ctx context.Context, k dossiers.Kept, before db.Time, after string, limit int) (found []dossiers.DueDossier, next string, err error) {
	defer errs.Wrap(&err, "list what is due")

	from, err := key(after)
	if err != nil {
		return nil, "", err
	}
	rows, err := s.store.ListDue(ctx, s.DB, k, before, from, true, limit+1)
	if err != nil {
		return nil, "", err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = cursor(rows[limit-1].At, rows[limit-1].ID)
	}
	for _, r := range rows {
		d := dossiers.DueDossier{ID: r.ID, Code: r.Code, Name: r.Name, Ended: r.At, Files: r.Files}
		if d.Code == "" {
			d.Code = r.Reference
		}
		if d.Bytes, err = files.Weight(ctx, s.DB, subject(r.ID)); err != nil {
			return nil, "", err
		}
		holds, err := files.Holds(ctx, s.DB, subject(r.ID))
		if err != nil {
			return nil, "", err
		}
		for _, h := range holds {
			d.Holds = append(d.Holds, h.Reason)
		}
		found = append(found, d)
	}
	return found, next, nil
}

// EraseDue implements dossiers.Keeper.
func (s *Service) EraseDue(ctx context.Context, e dossiers.Erasure, limit int) (next string, held int, err error) {
	defer errs.Wrap(&err, "erase what is due")

	if e.Kept != dossiers.KeptClosed && e.Kept != dossiers.KeptDelivered {
		return "", 0, errors.New("of " + string(e.Kept) + " no files are erased")
	}
	from, err := key(e.After)
	if err != nil {
		return "", 0, err
	}
	rows, err := s.store.ListDue(ctx, s.DB, e.Kept, e.Before, from, false, limit)
	if err != nil {
		return "", 0, err
	}
	for _, r := range rows {
		err := s.DB.Write(ctx, func(tx *db.Tx) error { return s.erase(ctx, tx, r.ID, e) })
		switch {
		case errors.Is(err, files.ErrHeld):
			held++
		case err != nil:
			return "", 0, err
		}
	}
	if len(rows) == limit {
		next = cursor(rows[limit-1].At, rows[limit-1].ID)
	}
	return next, held, nil
}

// erase erases the papers of one dossier, or nothing of it: files.Erase looks
// for holds in this transaction, under the lock that placing one needs too.
func (s *Service) erase(ctx context.Context, tx *db.Tx, id dossiers.ID, e dossiers.Erasure) error {
	due, err := s.store.LockDue(ctx, tx, e.Kept, id, e.Before)
	if err != nil || !due {
		return err
	}
	papers, err := s.store.Papers(ctx, tx, id)
	if err != nil {
		return err
	}
	n, bytes := 0, int64(0)
	for _, p := range papers {
		if p.File == "" {
			continue
		}
		f, err := files.Get(ctx, tx, subject(id), files.ID(p.File))
		if err != nil {
			return err
		}
		if !f.Erased.IsZero() {
			continue
		}
		if err := files.Erase(ctx, tx, subject(id), f.ID); err != nil {
			return err
		}
		n, bytes = n+1, bytes+f.Size
	}
	if err := s.eraseWords(ctx, tx, id); err != nil {
		return err
	}
	if err := s.store.EraseNotes(ctx, tx, id); err != nil {
		return err
	}
	if err := s.store.MarkErased(ctx, tx, id, e.Run, n, bytes); err != nil || n == 0 {
		return err
	}
	return audit.Record(ctx, tx, identity.Program(eraser), dossiers.AuditErased, string(id))
}

// CountErased implements dossiers.Keeper.
func (s *Service) CountErased(ctx context.Context, run string) (dossiers.Erased, error) {
	return s.store.CountErased(ctx, s.DB, run)
}

// ForgetDrafts implements dossiers.Keeper. No record is written for each: nobody
// has acted yet.
func (s *Service) ForgetDrafts(ctx context.Context, before db.Time, after string, limit int) (forgotten int, next string, err error) {
	defer errs.Wrap(&err, "forget drafts")

	from, err := key(after)
	if err != nil {
		return 0, "", err
	}
	rows, err := s.store.ListDue(ctx, s.DB, dossiers.KeptDrafts, before, from, false, limit)
	if err != nil {
		return 0, "", err
	}
	for _, r := range rows {
		gone := false
		err := s.DB.Write(ctx, func(tx *db.Tx) error {
			gone = false
			due, err := s.store.LockDue(ctx, tx, dossiers.KeptDrafts, r.ID, before) // it may be saved, or sent, meanwhile
			if err != nil || !due {
				return err
			}
			gone = true
			return s.discard(ctx, tx, r.ID)
		})
		switch {
		case errors.Is(err, files.ErrHeld):
		case err != nil:
			return forgotten, "", err
		case gone:
			forgotten++
		}
	}
	if len(rows) == limit {
		next = cursor(rows[limit-1].At, rows[limit-1].ID)
	}
	return forgotten, next, nil
}

// keptUntil says up to which day a draft is kept; zero is for ever.
func (s *Service) keptUntil(ctx context.Context, saved db.Time) (db.Time, error) {
	if s.KeptUntil == nil {
		return db.Time{}, nil
	}
	until, ends, err := s.KeptUntil(ctx, saved)
	if err != nil || !ends {
		return db.Time{}, err
	}
	return until, nil
}
