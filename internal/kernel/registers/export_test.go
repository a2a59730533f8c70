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

// The statements of the feed.
const (
	FeedWaits   = feedWaits
	FeedWaiting = feedWaiting
	FeedPlaces  = feedPlaces
	FeedNext    = feedNext
)

// ShelfQuery shows the statement of a shelf, for the test that explains it.
func ShelfQuery(s Standing, shelf Shelf, after string) (string, []any) {
	query, args, _ := s.shelfQuery(shelf, after, 50)
	return query, args
}
