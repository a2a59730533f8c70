// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// PersonThings returns what points to a person, for who makes one person of two:
// the links of its accounts to other providers, and names that differ.
func (s *Service) PersonThings(ctx context.Context, q db.Querier, person string) (links, differences []string, err error) {
	defer errs.Wrap(&err, "links of person %s", person)

	return s.store.PersonThings(ctx, q, person)
}

// GiveThing makes one of them point to another person; false where it does not
// point to the first any more.
func (s *Service) GiveThing(ctx context.Context, tx *db.Tx, link bool, thing, from, to string) (_ bool, err error) {
	defer errs.Wrap(&err, "give a link to another person")

	if link {
		return s.store.GiveLink(ctx, tx, thing, from, to)
	}
	return s.store.GiveDifference(ctx, tx, thing, from, to)
}
