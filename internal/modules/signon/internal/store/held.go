// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"tinhso.vn/internal/modules/signon"
	"tinhso.vn/internal/platform/db"
)

// LinksOf returns by which other providers an account is known, by provider: few.
func (Store) LinksOf(ctx context.Context, q db.Querier, account string) ([]signon.Known, error) {
	return db.All(ctx, q, func(r db.Row) (k signon.Known, err error) {
		err = r.Scan(&k.Source, &k.Made, &k.Last)
		return k, err
	}, `SELECT source, made_at, last_at FROM signon_links WHERE account_id = $1 ORDER BY source, made_at`, account)
}

// DifferencesOf returns the names that other providers have said of a person, the oldest first: few.
func (s Store) DifferencesOf(ctx context.Context, q db.Querier, person string) ([]signon.Difference, error) {
	return db.All(ctx, q, s.scanDifference, `SELECT `+differenceColumns+` FROM signon_differences WHERE person_id = $1 ORDER BY id`, person)
}
