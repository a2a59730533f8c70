// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"tinhso.vn/internal/kernel/access"
)

// Listing shows the statement of a page, for the test that explains it.
func (k *Keeper) Listing(d Definition, s access.Scope, q Query) (string, []any, error) {
	return k.listing(d, s, q, false)
}

// SortKey is what the sort column of a text or number holds.
func SortKey(f Field, raw any) string { return compute(f, column{name: "f_x_sort"}, raw) }

// Counting shows the statement of Facets, for the test that explains it.
func (k *Keeper) Counting(s Standing, ask Ask, most int) (string, []any, error) {
	statement, args, _, err := k.counting(s, ask, most)
	return statement, args, err
}
