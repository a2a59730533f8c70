// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package search

import (
	"context"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/search/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Synonyms are what the pack of a province says of words.
type Synonyms struct {
	// Same are words that mean the same: who looks for one finds all.
	Same [][]string
	// Now are old names, and what they became: who looks for the old one finds the new.
	Now []Renamed
	// Stops say little: "tôi muốn".
	Stops []string
}

// Renamed is an old name and the names it was followed by.
type Renamed struct {
	Old string
	New []string
}

// Apply makes the synonyms of a pack those of the province and reports whether
// they changed.
func Apply(ctx context.Context, tx *db.Tx, s Synonyms) (changed bool, err error) {
	defer errs.Wrap(&err, "apply synonyms")

	var rows []store.Synonym
	add := func(word, also string) {
		one := store.Synonym{Word: text.Fold(word), Also: text.Fold(also)}
		if one.Word != "" && one.Also != "" && one.Word != one.Also && !slices.Contains(rows, one) {
			rows = append(rows, one)
		}
	}
	for _, group := range s.Same {
		for _, a := range group {
			for _, b := range group {
				add(a, b)
			}
		}
	}
	for _, r := range s.Now {
		for _, n := range r.New {
			add(r.Old, n)
		}
	}
	slices.SortFunc(rows, func(a, b store.Synonym) int {
		return strings.Compare(a.Word+"\x00"+a.Also, b.Word+"\x00"+b.Also)
	})
	var stops []string
	for _, w := range s.Stops {
		if f := text.Fold(w); f != "" && !slices.Contains(stops, f) {
			stops = append(stops, f)
		}
	}
	slices.Sort(stops)
	old, err := store.Synonyms(ctx, tx)
	if err != nil {
		return false, err
	}
	slices.SortFunc(old, func(a, b store.Synonym) int {
		return strings.Compare(a.Word+"\x00"+a.Also, b.Word+"\x00"+b.Also)
	})
	before, err := store.Stops(ctx, tx)
	slices.Sort(before)
	if err != nil || slices.Equal(old, rows) && slices.Equal(before, stops) {
		return false, err
	}
	return true, store.PutSynonyms(ctx, tx, rows, stops)
}

// synonyms are those of the province, as a question needs them.
type synonyms struct {
	read     bool
	revision int64
	also     map[string][]string // by folded words
	stops    map[string]bool
}

// known returns the synonyms, read once for each revision.
func (x *Index) known(ctx context.Context, revision int64) (synonyms, error) {
	x.mu.Lock()
	s := x.synonyms
	x.mu.Unlock()
	if s.read && s.revision == revision {
		return s, nil
	}
	rows, err := store.Synonyms(ctx, x.db)
	if err != nil {
		return s, err
	}
	stops, err := store.Stops(ctx, x.db)
	if err != nil {
		return s, err
	}
	s = synonyms{read: true, revision: revision, also: map[string][]string{}, stops: map[string]bool{}}
	for _, r := range rows {
		s.also[r.Word] = append(s.also[r.Word], r.Also)
	}
	for _, w := range stops {
		s.stops[w] = true
	}
	x.mu.Lock()
	x.synonyms = s
	x.mu.Unlock()
	return s, nil
}

// longest returns how many of the words at the beginning have other names, and these.
func (s synonyms) longest(words []string) (int, []string) {
	for n := len(words); n > 0; n-- {
		if also := s.also[strings.Join(words[:n], " ")]; len(also) > 0 {
			return n, also
		}
	}
	return 0, nil
}
