// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

var _ dossiers.Cases = (*Service)(nil)

// FindCase implements dossiers.Cases.
func (s *Service) FindCase(ctx context.Context, q db.Querier, codeOrID string) (_ dossiers.Case, found bool, err error) {
	defer errs.Wrap(&err, "find a case")

	return s.store.FindCase(ctx, q, codeOrID)
}
