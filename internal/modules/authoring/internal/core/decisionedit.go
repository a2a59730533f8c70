// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/decisions"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/core/decisionedit"
	"tinhso.vn/internal/platform/errs"
)

// Runs is what a decision table says of its examples.
type Runs struct {
	Table    decisions.Decision
	Ready    bool // its cells can be read; else nothing was decided
	Runs     []decisionedit.Run
	Problems []errs.Field // cells that cannot be read, gaps, overlaps, examples that come out wrong
}

// RunCases decides every example of a decision table as it stands in a change.
func (s *Service) RunCases(ctx context.Context, actor identity.Actor, change authoring.ID, id string) (out Runs, err error) {
	defer errs.Wrap(&err, "run the examples of %s of change %s", id, change)

	sheet, err := s.OpenItem(ctx, actor, change, authoring.Decisions, id, false)
	if err != nil {
		return out, err
	}
	return RunsOf(sheet)
}

// RunsOf decides every example of an opened table.
func RunsOf(sheet Sheet) (out Runs, err error) {
	if out.Table, err = decisionedit.Read(sheet.Tree); err != nil {
		return out, packs.ErrItem.Because(err)
	}
	out.Runs, out.Ready = decisionedit.RunAll(out.Table)
	_, out.Problems = decisions.Draft(out.Table)
	return out, nil
}
