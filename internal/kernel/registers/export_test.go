// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/platform/db"
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

// PairsQuery shows the statement of a list of pairs, for the test that explains it.
func (k *Keeper) PairsQuery(s Standing, after string) (string, []any, error) {
	return k.pairsQuery(s, PairOpen, after, 50)
}

// TwinQuery begins the statement that finds records with the same key.
const TwinQuery = twinQuery

// Sounds and SoundKeys are how texts are compared that are alike.
func Sounds(s string) []string { return sounds(s) }

// Like reports whether two texts are alike.
func Like(a, b string) bool { return alike(sounds(a), sounds(b)) }

// SharedKey reports whether two texts are found by one key.
func SharedKey(a, b string) bool {
	other := soundKeys(sounds(b))
	for _, key := range soundKeys(sounds(a)) {
		if slices.Contains(other, key) {
			return true
		}
	}
	return false
}

// Metres is how far two places are apart.
func Metres(a, b Point) float64 { return a.metres(b) }

// SharedCell reports whether a place is looked for where another is kept.
func SharedCell(asked, kept Point, within int64) bool {
	around := asked.cells(within, true)
	for _, x := range kept.cells(within, false) {
		if slices.Contains(around, x) {
			return true
		}
	}
	return false
}

// Glancing returns a keeper that glances at few records before it decides how words
// are looked for.
func (k *Keeper) Glancing(glance, few int64) *Keeper {
	other := *k
	other.glance, other.few = glance, few
	return &other
}

// WordStatements shows how the records of a question are read and counted, for the
// test that explains it.
func (k *Keeper) WordStatements(ctx context.Context, q db.Querier, s Standing, ask Ask) (list, count string, listArgs, countArgs []any, err error) {
	show := func(order string, enough int64, end string) (string, []any, error) {
		s, asked, err := k.weigh(ctx, q, s, ask, order, enough)
		if err != nil {
			return "", nil, err
		}
		conds, args, err := k.conditions(s, asked)
		if end == "" && asked.collects() {
			order = ` ORDER BY '' || f_name_sort, '' || id`
		}
		return `SELECT id FROM ` + s.table() + ` WHERE ` + strings.Join(conds, ` AND `) + order + ` LIMIT 51` + end, args, err
	}
	if list, listArgs, err = show(` ORDER BY f_name_sort, id`, 51, ""); err != nil {
		return
	}
	count, countArgs, err = show("", k.glance/4, " OFFSET 0")
	return
}

// WordTable is where SQLite keeps the words of a register, and what PostgreSQL's
// indexes of them begin with.
func WordTable(d Definition) string { return d.wordTable() }

// WithoutWords takes the index of words away, as if the register were older than it.
func WithoutWords(d Definition, dialect db.Dialect) []string {
	return d.wordsDDL(dialect, d.wordFields(), nil, false)
}

// DownOrder shows how the records of a question in the order of names are read, for
// the test that explains it.
func (k *Keeper) DownOrder(ctx context.Context, q db.Querier, s Standing, ask Ask) (statement string, args []any, err error) {
	const order = ` ORDER BY f_name_sort, id`
	if ask, err = k.downOrder(ctx, q, s, ask, order, 51); err != nil {
		return "", nil, err
	}
	conds, args, err := k.conditions(s, ask)
	return `SELECT id FROM ` + s.table() + ` WHERE ` + strings.Join(conds, ` AND `) + order + ` LIMIT 51`, args, err
}

// AtOnce returns a keeper that writes so many records anew in one transaction; of
// more it does so piece by piece.
func (k *Keeper) AtOnce(n int64) *Keeper {
	other := *k
	other.atOnce = n
	return &other
}
