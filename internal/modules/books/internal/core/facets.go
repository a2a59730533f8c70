// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Facets counts the records of a register that a query finds, and of each field
// by which it can be narrowed which values they have. Of more than 10,000 it
// counts nothing by field.
func (s *Service) Facets(ctx context.Context, actor identity.Actor, register string, q Query) (f registers.Facets, err error) {
	defer errs.Wrap(&err, "count records by field")

	st, err := s.keeper.Stand(ctx, s.db, actor, text.Line(register))
	if err != nil {
		return registers.Facets{}, err
	}
	return s.keeper.Facets(ctx, s.db, st, Register{Standing: st}.ask(q), countMost)
}
