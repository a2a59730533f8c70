// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/platform/errs"
)

var _ payments.Scoring = (*Service)(nil)

// CountScored implements payments.Scoring.
func (s *Service) CountScored(ctx context.Context, p dossiers.ScoredPeriod) (_ []payments.Scored, err error) {
	defer errs.Wrap(&err, "count what was paid online")

	return s.store.CountScored(ctx, s.DB, p)
}

// ListScored implements payments.Scoring.
func (s *Service) ListScored(ctx context.Context, p dossiers.ScoredPeriod, online bool, units []orgs.ID, after dossiers.ID, limit int) (_ []dossiers.ID, err error) {
	defer errs.Wrap(&err, "list what was paid online")

	if len(units) == 0 {
		return nil, nil
	}
	return s.store.ListScored(ctx, s.DB, p, online, units, after, limit)
}
