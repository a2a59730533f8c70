// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/errs"
)

var _ dossiers.Scoring = (*Service)(nil)

// CountScored implements dossiers.Scoring.
func (s *Service) CountScored(ctx context.Context, p dossiers.ScoredPeriod) (all []dossiers.Scored, err error) {
	defer errs.Wrap(&err, "count dossiers for scores")

	if all, err = s.store.CountScored(ctx, s.DB, p); err != nil {
		return nil, err
	}
	used, err := s.store.UsedServices(ctx, s.DB, p)
	for i := range all {
		all[i].Used = used[all[i].Unit]
	}
	return all, err
}

// ListScored implements dossiers.Scoring.
func (s *Service) ListScored(ctx context.Context, scope access.Scope, p dossiers.ScoredPeriod, m dossiers.ScoreMeasure, units []orgs.ID, after dossiers.ID, limit int) (all []dossiers.Summary, err error) {
	defer errs.Wrap(&err, "list dossiers of a score")

	if !slices.Contains(dossiers.ScoreMeasures(), m) || len(units) == 0 {
		return nil, nil
	}
	return s.store.ListScored(ctx, s.DB, scope, p, m, units, after, limit)
}

// ListSummaries implements dossiers.Scoring.
func (s *Service) ListSummaries(ctx context.Context, scope access.Scope, ids []dossiers.ID) (all []dossiers.Summary, err error) {
	defer errs.Wrap(&err, "list %d dossiers of a score", len(ids))

	found, err := s.store.ByID(ctx, s.DB, scope, store.Involved(), ids)
	for _, id := range ids {
		if d, there := found[id]; there {
			all = append(all, d.Summary)
		}
	}
	return all, err
}
