// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"

	"tinhso.vn/internal/kernel/identity/internal/store"
	"tinhso.vn/internal/platform/db"
)

// ListMerged returns the ids of all persons that were found to be this one, also
// by way of another: few. What was written down before, under such an id, is this
// person's.
func (d *Directory) ListMerged(ctx context.Context, q db.Querier, person string) (all []string, err error) {
	known := map[string]bool{person: true}
	for next := []string{person}; len(next) > 0; {
		found, err := store.MergedInto(ctx, q, next[0])
		if err != nil {
			return nil, err
		}
		next = next[1:]
		for _, one := range found {
			if !known[one] {
				known[one], all, next = true, append(all, one), append(next, one)
			}
		}
	}
	return all, nil
}
