// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/modules/procedures/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Fields returns the names of the fields of today's procedures by their slugs.
func (s *Service) Fields(ctx context.Context) (all map[string]i18n.Text, err error) {
	defer errs.Wrap(&err, "fields of procedures")

	counts, err := s.Counts(ctx, Filter{})
	if err != nil {
		return nil, err
	}
	all = map[string]i18n.Text{}
	for _, c := range counts.Field {
		page, err := s.List(ctx, Filter{Field: c.Value}, "", 1)
		if err != nil {
			return nil, err
		}
		for _, v := range page.Items {
			all[c.Value] = v.Field
		}
	}
	return all, nil
}

// InFields returns the ids of all procedures of some fields, whatever the day.
func (s *Service) InFields(ctx context.Context, q db.Querier, fields []string) (ids []string, err error) {
	defer errs.Wrap(&err, "procedures of fields")

	return store.InFields(ctx, q, fields)
}
