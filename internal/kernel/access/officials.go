// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package access

import (
	"context"

	"tinhso.vn/internal/kernel/access/internal/store"
	"tinhso.vn/internal/platform/db"
)

// ListOfficials returns at most limit accounts after one that hold anything in a
// unit now, by id: for those who go through all.
func ListOfficials(ctx context.Context, q db.Querier, now db.Time, after string, limit int) ([]string, error) {
	return store.Officials(ctx, q, now, after, limit)
}

// CountOfficials returns how many accounts hold anything in a unit now.
func CountOfficials(ctx context.Context, q db.Querier, now db.Time) (int64, error) {
	return store.CountOfficials(ctx, q, now)
}
