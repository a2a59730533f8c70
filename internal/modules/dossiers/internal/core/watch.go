// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

var _ dossiers.Watch = (*Service)(nil)

// ListOwned implements dossiers.Watch.
func (s *Service) ListOwned(ctx context.Context, scope access.Scope, limit int) (found []dossiers.Summary, err error) {
	defer errs.Wrap(&err, "list owned dossiers")

	rows, err := s.store.Mine(ctx, s.DB, scope, "", limit)
	for _, d := range rows {
		found = append(found, d.Summary)
	}
	return found, err
}

// ListSightings implements dossiers.Watch.
func (s *Service) ListSightings(ctx context.Context, scope access.Scope, not, after string, limit int) (found []dossiers.Sighting, next string, err error) {
	defer errs.Wrap(&err, "list sightings")

	from := store.Key{}
	if after != "" {
		if from, err = key(after); err != nil {
			return nil, "", err
		}
	}
	found, err = s.store.Sightings(ctx, s.DB, scope, not, from, limit+1)
	if len(found) > limit {
		found = found[:limit]
		last := found[limit-1]
		next = cursor(last.Last, last.Dossier+dossiers.ID(" "+last.Account))
	}
	return found, next, err
}

// Codes implements dossiers.Watch.
func (s *Service) Codes(ctx context.Context, q db.Querier, ids []string) (map[string]string, error) {
	return s.store.Codes(ctx, q, ids)
}
