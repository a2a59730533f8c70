// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"strings"

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

// Counting shows the statement of Facets, for the test that explains it.
func (k *Keeper) Counting(s Standing, ask Ask, most int) (string, []any, error) {
	statement, args, _, err := k.counting(s, ask, most)
	return statement, args, err
}

// Spots shows what a map of a box reads, for the test that explains it.
func (k *Keeper) Spots(s Standing, in Box) (string, []any, error) {
	conds, args, err := k.conditions(s, Ask{Where: []Condition{{Field: s.Definition.Map.Place, Op: Within, Values: in.degrees()}}})
	return `SELECT COUNT(*) FROM ` + ident(s.Definition.Table()) + ` WHERE ` + strings.Join(conds, ` AND `), args, err
}
