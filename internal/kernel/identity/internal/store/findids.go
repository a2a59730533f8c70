// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"tinhso.vn/internal/platform/db"
)

// maxIDs is how many persons one number or phone leads to: a phone may be that
// of a whole family.
const maxIDs = 50

// PersonIDs returns the ids of persons by the index of a number, of whatever
// kind, or of a phone.
func PersonIDs(ctx context.Context, q db.Querier, number string, phones []string) ([]string, error) {
	ids, err := db.All(ctx, q, db.Column[string], `SELECT id FROM identity_persons WHERE kind IN ('individual', 'organisation')
		AND number_index = $1 AND number_index <> '' ORDER BY id LIMIT $2`, number, maxIDs)
	if err != nil {
		return nil, err
	}
	for _, phone := range phones {
		more, err := db.All(ctx, q, db.Column[string], `SELECT id FROM identity_persons WHERE phone_index = $1 AND phone_index <> '' ORDER BY id LIMIT $2`, phone, maxIDs)
		if err != nil {
			return nil, err
		}
		ids = append(ids, more...)
	}
	return ids, nil
}
