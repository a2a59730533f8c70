// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/moving"
	"tinhso.vn/internal/modules/moving/internal/core/dump"
	"tinhso.vn/internal/modules/moving/internal/core/mapping"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/sheet"
)

// RunView is a run with why rows were not taken.
type RunView struct {
	Run
	Name    string // of the wave
	Source  string
	Reasons []Reason
	Rejects []Reject // of one stage, behind a line
	Next    int
}

// GetRun returns a run, and at most PageSize rows of a stage that were not taken.
func (s *Service) GetRun(ctx context.Context, actor identity.Actor, id, stage string, after int) (v RunView, err error) {
	defer errs.Wrap(&err, "get run %s", id)

	if _, err := access.RequireAny(actor, moving.PermView, moving.PermManage, moving.PermAccept); err != nil {
		return v, err
	}
	if v.Run, err = s.store.GetRun(ctx, s.DB, id); err != nil {
		return v, err
	}
	w, err := s.store.GetWave(ctx, s.DB, v.Wave)
	if err != nil {
		return v, err
	}
	v.Name, v.Source = w.Name, w.Source
	if v.Reasons, err = s.store.Reasons(ctx, s.DB, id, PageSize); err != nil {
		return v, err
	}
	if !slices.Contains(allStages(), stage) {
		stage = mapping.Dossiers
	}
	if v.Rejects, err = s.store.Rejects(ctx, s.DB, id, stage, after, PageSize); len(v.Rejects) == PageSize {
		v.Next = v.Rejects[PageSize-1].Line
	}
	return v, err
}

// ComparisonView is a comparison with some of its differences.
type ComparisonView struct {
	Comparison
	Name        string // of the wave
	Differences []Difference
	Next        int
}

// GetComparison returns a comparison, and at most PageSize differences behind a number.
func (s *Service) GetComparison(ctx context.Context, actor identity.Actor, id string, after int) (v ComparisonView, err error) {
	defer errs.Wrap(&err, "get comparison %s", id)

	if _, err := access.RequireAny(actor, moving.PermView, moving.PermManage, moving.PermAccept); err != nil {
		return v, err
	}
	if v.Comparison, err = s.store.GetComparison(ctx, s.DB, id); err != nil {
		return v, err
	}
	w, err := s.store.GetWave(ctx, s.DB, v.Wave)
	if err != nil {
		return v, err
	}
	v.Name = w.Name
	if v.Differences, err = s.store.Differences(ctx, s.DB, id, after, PageSize); len(v.Differences) == PageSize {
		v.Next = v.Differences[PageSize-1].N
	}
	return v, err
}

// Export writes the differences of a comparison as a table. They name dossiers by their
// codes, and nobody.
func (s *Service) Export(ctx context.Context, actor identity.Actor, id string, write func(row ...any) error) (err error) {
	defer errs.Wrap(&err, "export comparison %s", id)

	if err := s.exporting(ctx, actor, id); err != nil {
		return err
	}
	for after := 0; ; {
		some, err := s.store.Differences(ctx, s.DB, id, after, 500)
		if err != nil {
			return err
		}
		for _, d := range some {
			after = d.N
			if err := write(d.Kind, d.Procedure, d.Month, d.Unit, d.Word, d.Theirs, d.Ours); err != nil {
				return err
			}
		}
		if len(some) < 500 {
			return nil
		}
	}
}

// WriteRejects writes the rows of a run that were not taken beside the dump, with the
// column and the reason in words, and returns the files. The rows are read of the dump
// again: they stand nowhere else.
func (s *Service) WriteRejects(ctx context.Context, run string, words func(code string) string) (written []string, err error) {
	defer errs.Wrap(&err, "write rejects of run %s", run)

	n, err := s.store.GetRun(ctx, s.DB, run)
	if err != nil {
		return nil, err
	}
	w, err := s.store.GetWave(ctx, s.DB, n.Wave)
	if err != nil {
		return nil, err
	}
	m, folder, err := s.open(w.Source)
	if err != nil {
		return nil, err
	}
	m = m.Below(filepath.Join(told, run))
	for _, stage := range allStages() {
		first, err := s.store.Rejects(ctx, s.DB, run, stage, 0, 1)
		if err != nil {
			return written, err
		}
		if len(first) == 0 {
			continue
		}
		path := filepath.Join(folder, "rejected-"+stage+"-"+n.StartedAt.Format("20060102-150405")+".csv")
		some := func(after int) ([]Reject, error) { return s.store.Rejects(ctx, s.DB, run, stage, after, rejectsAtOnce) }
		if err := rejectFile(folder, path, m.Tables[tableOf(stage)], some, words); err != nil {
			return written, err
		}
		written = append(written, path)
	}
	return written, nil
}

const rejectsAtOnce = 500

// rejectFile writes rows that were not taken, in the order of their lines; some returns
// those behind a line.
func rejectFile(folder, path string, t mapping.Table, some func(after int) ([]Reject, error), words func(code string) string) (err error) {
	rows, err := dump.Open(folder, t)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600) //nolint:gosec // beside the dump; it holds rows about people
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	out, err := sheet.NewCSV(f, true)
	if err != nil {
		return err
	}
	cells := func(before []any, of []string) []any {
		for _, c := range of {
			before = append(before, c)
		}
		return before
	}
	if err := out.Write(cells([]any{"Dòng / Line", "Cột / Column", "Giá trị / Value", "Lý do / Reason"}, rows.Head())...); err != nil {
		return err
	}
	for after := 0; ; {
		these, err := some(after)
		if err != nil {
			return err
		}
		for _, j := range these {
			after = j.Line
			for rows.Line() < j.Line && rows.Next() {
				continue
			}
			if err := out.Write(cells([]any{j.Line, j.Field, j.Said, words(j.Code)}, rows.Raw())...); err != nil {
				return err
			}
		}
		if len(these) < rejectsAtOnce {
			return errors.Join(out.Close(), rows.Err())
		}
	}
}
