// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Measures returns what plans ask of a register, as it stands of the records that the
// actor may see, beside what was aimed at by the end of this year.
func (s *Service) Measures(ctx context.Context, actor identity.Actor, register string) (all []registers.Measured, err error) {
	defer errs.Wrap(&err, "measures of a register")

	st, err := s.keeper.Stand(ctx, s.db, actor, text.Line(register))
	if err != nil {
		return nil, err
	}
	if !st.Can(registers.View) {
		return nil, access.ErrNotAllowed
	}
	return s.keeper.PlanMeasures(ctx, s.db, st, calendar.On(s.db.Now().Time).Year)
}
