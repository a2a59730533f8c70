// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/modules/moving"
	"tinhso.vn/internal/modules/moving/internal/core/ask"
	"tinhso.vn/internal/modules/moving/internal/core/mapping"
	"tinhso.vn/internal/platform/db"
)

// Asking is the stage of a run in which the older system is asked for its tables.
const Asking = "asking"

// told is the folder, in that of a source, of what the older system told: each run and
// each comparison has its own, so that a later answer changes nothing under an earlier.
const told = ".told"

// staleAfter is how old what a failed run was told may be to be gone on with.
const staleAfter = 24 * time.Hour

// asked reads the tables that a mapping has over an interface, for some time, and
// returns the mapping of the files in which they lie then. A mapping of files is itself.
func (s *Service) asked(ctx context.Context, folder string, m mapping.File, owner string, until time.Time) (_ mapping.File, more bool, err error) {
	if !m.Asked() {
		return m, false, nil
	}
	more, _, err = s.System.Fetch(ctx, filepath.Join(folder, told, owner), m, func() bool { return s.DB.Now().After(until) })
	return m.Below(filepath.Join(told, owner)), more, err
}

// forget removes what the older system told for a run or a comparison.
func (*Service) forget(folder, owner string) error {
	return os.RemoveAll(filepath.Join(folder, told, owner))
}

// again puts a job back: at once, or, where the older system is silent, after a while.
func (s *Service) again(ctx context.Context, kind jobs.Kind, id string, silent error) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		due := tx.Now
		if silent != nil {
			due = db.At(due.Add(ask.Pause(s.failures(ctx, tx, id))))
		}
		return jobs.EnqueueAt(ctx, tx, kind, id, due)
	})
}

// failures is how often in a row the older system did not answer for a run or a comparison.
func (s *Service) failures(ctx context.Context, q db.Querier, id string) int {
	wave := ""
	if n, err := s.store.GetRun(ctx, q, id); err == nil {
		wave = n.Wave
	} else if c, err := s.store.GetComparison(ctx, q, id); err == nil {
		wave = c.Wave
	}
	w, err := s.store.GetWave(ctx, q, wave)
	if err != nil {
		return 1
	}
	return ask.Failures(filepath.Join(s.Folder, w.Source, told, id))
}

// ask goes on asking the older system for a run; what the run before was told, which
// failed over it not long ago, is gone on with.
func (g *going) ask(ctx context.Context, n *Run, tell func(Run)) (more bool, err error) {
	before, err := g.store.Runs(ctx, g.DB, g.wave.ID, n.ID, 1)
	if err != nil {
		return false, err
	}
	if len(before) == 1 && before[0].State == "failed" && before[0].Stage == Asking {
		at := filepath.Join(g.folder, told)
		if err := ask.TakeOver(filepath.Join(at, before[0].ID), filepath.Join(at, n.ID), g.DB.Now().Add(-staleAfter)); err != nil {
			return false, err
		}
	}
	if err := g.may(ctx, g.DB, n.By); err != nil {
		return false, err
	}
	more, rows, err := g.System.Fetch(ctx, filepath.Join(g.folder, told, n.ID), g.m, func() bool { return g.DB.Now().After(g.until) })
	if rows != n.Done {
		err = errors.Join(err, g.move(ctx, n, func(_ *db.Tx, r *Run) error {
			r.Done = rows
			return nil
		}))
	}
	if tell != nil {
		tell(*n)
	}
	if err != nil || more {
		return more, err
	}
	m := g.m.Below(filepath.Join(told, n.ID))
	total, err := count(g.folder, m)
	if err != nil {
		return false, err
	}
	return false, g.move(ctx, n, func(_ *db.Tx, r *Run) error {
		r.Stage, r.Line, r.Done, r.Total = mapping.Persons, 0, 0, total
		return nil
	})
}

// tidy removes what the older system told for earlier runs of a wave: of the last one
// the rows that were refused can be read again.
func (s *Service) tidy(ctx context.Context, folder string, n Run) error {
	before, err := s.store.Runs(ctx, s.DB, n.Wave, n.ID, PageSize)
	for _, b := range before {
		err = errors.Join(err, s.forget(folder, b.ID))
	}
	return err
}

// whole reads the tables of a source to their end, for somebody who waits for it, and
// says how what was read is forgotten.
func (s *Service) whole(ctx context.Context, folder string, m mapping.File) (_ mapping.File, forget func() error, err error) {
	owner := newID()
	forget = func() error { return s.forget(folder, owner) }
	if !m.Asked() {
		forget = func() error { return nil }
	}
	told := m
	for more := true; more && err == nil; {
		told, more, err = s.asked(ctx, folder, m, owner, s.DB.Now().Add(time.Hour))
	}
	if err != nil {
		return m, forget, errors.Join(err, forget())
	}
	return told, forget, nil
}

// isSilent reports whether the older system does not answer now.
func isSilent(err error) bool { return errors.Is(err, moving.ErrSilent) }
