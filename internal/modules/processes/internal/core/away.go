// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/modules/processes/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// AwayOf returns the absences of some accounts, not ended, that have a moment of
// a time (until is exclusive) in common, for modules that may see the accounts.
func (s *Service) AwayOf(ctx context.Context, q db.Querier, from, until db.Time, accounts ...string) (all []Away, err error) {
	defer errs.Wrap(&err, "who is away")

	rows, err := store.AwayOf(ctx, q, from, until, accounts...)
	for _, a := range rows {
		all = append(all, Away{Absence: a, Name: s.Name(ctx, a.Account), DeputyName: s.Name(ctx, a.Deputy)})
	}
	return all, err
}
