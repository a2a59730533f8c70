// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"slices"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/procedures/internal/store"
	"tinhso.vn/internal/platform/errs"
)

// Overview is what the home page says of the catalogue.
type Overview struct {
	Counts   Counts
	Fields   map[string]i18n.Text // names of the fields by slug
	Agencies map[string]i18n.Text // names of the units that decide, by their ids; kinds of unit have none
	Examples []string             // everyday words of a few procedures, one each
}

// overviewOn is an overview and what it was made from.
type overviewOn struct {
	day      string
	revision int64
	Overview
}

const maxExamples = 5

// Overview counts today's catalogue. It is counted once for each day and each
// change of the catalogue.
func (s *Service) Overview(ctx context.Context) (o Overview, err error) {
	defer errs.Wrap(&err, "overview of procedures")

	now := overviewOn{day: today(s.db.Now())}
	if now.revision, err = store.Revision(ctx, s.db); err != nil {
		return o, err
	}
	s.mu.Lock()
	seen := s.seen
	s.mu.Unlock()
	if seen.day == now.day && seen.revision == now.revision {
		return seen.Overview, nil
	}
	if now.Counts, err = s.Counts(ctx, Filter{}); err != nil {
		return o, err
	}
	first, err := s.List(ctx, Filter{}, "", PageSize)
	if err != nil {
		return o, err
	}
	for _, v := range first.Items {
		if len(v.Keywords) > 0 && len(now.Examples) < maxExamples && !slices.Contains(now.Examples, v.Keywords[0]) {
			now.Examples = append(now.Examples, v.Keywords[0])
		}
	}
	now.Fields = map[string]i18n.Text{}
	for _, c := range now.Counts.Field {
		one, err := s.List(ctx, Filter{Field: c.Value}, "", 1)
		if err != nil {
			return o, err
		}
		for _, v := range one.Items {
			now.Fields[c.Value] = v.Field
		}
	}
	now.Agencies = map[string]i18n.Text{}
	for _, c := range now.Counts.Agency {
		unit, err := orgs.Get(ctx, s.db, orgs.ID(c.Value))
		if errors.Is(err, orgs.ErrNotFound) {
			continue
		}
		if err != nil {
			return o, err
		}
		now.Agencies[c.Value] = unit.Name
	}
	s.mu.Lock()
	s.seen = now
	s.mu.Unlock()
	return now.Overview, nil
}
