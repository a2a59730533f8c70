// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/identity/internal/store"
	"tinhso.vn/internal/platform/db"
)

// FindIDs returns the ids of persons whose personal number, tax code or phone
// this is: by keyed hashes, opening nothing. Whoever shows what belongs to them
// decides who may see it.
func (d *Directory) FindIDs(ctx context.Context, q db.Querier, typed string) (ids []string, err error) {
	bare := strings.NewReplacer(" ", "", ".", "", "(", "", ")", "").Replace(typed)
	digits := strings.ReplaceAll(strings.TrimPrefix(bare, "+"), "-", "")
	var phones []string
	if n := len(digits); n >= 9 && n <= 12 {
		phones = append(phones, d.keys.Index("phone", "0"+digits[n-9:]))
	}
	for _, number := range slices.Compact([]string{bare, digits}) {
		some, err := store.PersonIDs(ctx, q, d.keys.Index(numberDomain, number), phones)
		if err != nil {
			return nil, err
		}
		for _, id := range some {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids, nil
}
