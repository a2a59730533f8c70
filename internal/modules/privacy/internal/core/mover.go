// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/modules/privacy"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

var _ privacy.Mover = (*Service)(nil)

// Pointers implements privacy.Mover.
func (s *Service) Pointers(ctx context.Context, q db.Querier, person string) (_ []privacy.Pointer, err error) {
	defer errs.Wrap(&err, "requests of person %s", person)

	return s.store.Pointers(ctx, q, person)
}

// Repoint implements privacy.Mover.
func (s *Service) Repoint(ctx context.Context, tx *db.Tx, p privacy.Pointer, from, to string) (_ bool, err error) {
	defer errs.Wrap(&err, "give %s %s to another person", p.Kind, p.ID)

	return s.store.Repoint(ctx, tx, p, from, to)
}
