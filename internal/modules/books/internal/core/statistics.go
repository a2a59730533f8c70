// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"strconv"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Statistics is a table of a register, and what it leaves out.
type Statistics struct {
	Register

	Table registers.Table
}

// Statistics counts the records that a query finds by the fields of a pivot.
// Count is how many the actor sees; the table counts those of them on which its
// fields are shown.
func (s *Service) Statistics(ctx context.Context, actor identity.Actor, register string, q Query, p registers.Pivot) (v Statistics, err error) {
	defer errs.Wrap(&err, "count a register")

	return s.tabulate(ctx, actor, register, q, p, registers.View)
}

func (s *Service) tabulate(ctx context.Context, actor identity.Actor, register string, q Query, p registers.Pivot, act registers.Act) (v Statistics, err error) {
	if v.Standing, err = s.keeper.Stand(ctx, s.db, actor, text.Line(register)); err != nil {
		return Statistics{}, err
	}
	if !v.Can(act) {
		return Statistics{}, access.ErrNotAllowed
	}
	ask := registers.Ask{Where: q.Where, Act: act} // in no order: that of the file must not leave a record out
	if v.Table, err = s.keeper.Tabulate(ctx, s.db, v.Standing, ask, p); err != nil {
		return v, err
	}
	v.Count, v.More, err = s.keeper.Tally(ctx, s.db, v.Standing, ask, countMost)
	return v, err
}

// TakeStatistics is Statistics of what the actor may export. That it left is in
// the audit log.
func (s *Service) TakeStatistics(ctx context.Context, actor identity.Actor, register string, q Query, p registers.Pivot) (v Statistics, err error) {
	defer errs.Wrap(&err, "take a table away")

	if v, err = s.tabulate(ctx, actor, register, q, p, registers.Export); err != nil {
		return v, err
	}
	return v, s.db.Write(ctx, func(tx *db.Tx) error {
		return audit.Record(ctx, tx, actor, registers.AuditTaken, v.Definition.ID+" table "+strconv.Itoa(v.Table.All.Count))
	})
}
