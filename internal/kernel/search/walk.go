// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package search

import (
	"context"
	"maps"
	"slices"

	"tinhso.vn/internal/kernel/search/internal/store"
	"tinhso.vn/internal/platform/db"
)

// PostgreSQL has no list of a word that is ordered by number: it collects all
// documents of a question before it knows the newest. That is fine up to some
// thousands. Of a common word it is faster to collect the newest stretch of
// numbers alone, and a longer one where that was too short.
const (
	manyHave = 20000 // documents with words that begin alike, from which on these are compared afterwards
	fewWords = 2000  // documents up to which all of them are collected
	rounds   = 3     // stretches that are tried
	longer   = 16    // times as long as the one before, at most
)

// candidates returns up to one more than Most documents of a kind, the newest
// first.
func (r run) candidates(ctx context.Context, of reach, m store.Match, b bound) ([]store.Candidate, error) {
	m.Tags, m.AnyTag = append(m.Tags, kindTag(of.kind.Name)), of.units
	m.Classes = of.tags
	if of.kind.Name == r.ask.Kind {
		for _, facet := range slices.Sorted(maps.Keys(r.ask.Values)) {
			m.Tags = append(m.Tags, valueTag(of.kind.Name, Value{Facet: facet, Value: r.ask.Values[facet]}))
		}
	}
	if b.never || b.size == 0 {
		return nil, nil
	}
	m.Late = b.late
	if r.q.Dialect() == db.Postgres && b.most > fewWords && !of.own {
		if all, enough, err := r.stretch(ctx, of, m, b); err != nil || enough {
			return all, err
		}
	}
	return store.Newest(ctx, r.q, r.state.Active, m, of.scope, r.most()+1)
}

// stretch looks among the newest documents of a kind, and farther where it found
// so many there that this is less work than to collect all of them.
func (r run) stretch(ctx context.Context, of reach, m store.Match, b bound) (all []store.Candidate, enough bool, err error) {
	last, err := store.Last(ctx, r.q, r.state.Active, of.kind.Name)
	if err != nil {
		return nil, false, err
	}
	needed := int64(r.most() + r.most()/4)
	length := needed * b.size / b.most // long enough, if every document with the rarest word is in scope and has the others
	for range rounds {
		all, err = store.Within(ctx, r.q, r.state.Active, m, of.scope, last-length, last, Most+1)
		if err != nil || len(all) > r.most() || length >= last {
			return all, true, err
		}
		if int64(len(all))*b.size/length < fewWords {
			return nil, false, nil // so few in all that they can be collected
		}
		length *= min(longer, needed/int64(len(all))+1)
	}
	return nil, false, nil
}

// bound is how many documents a kind has, and how many of them a question can
// find at most: not more than its rarest word. Never: it has a word that no
// document has, so that the index need not be asked.
type bound struct {
	size, most int64
	never      bool
	late       bool // see store.Match
}

func (r run) bounds(ctx context.Context, q question, loose bool) (map[string]bound, error) {
	var words []string
	for _, c := range q.clauses {
		for _, w := range c {
			words = append(words, w.words...)
		}
	}
	for _, of := range r.all {
		words = append(words, kindTag(of.kind.Name))
	}
	n, err := store.Terms(ctx, r.q, words)
	if err != nil {
		return nil, err
	}
	least, never, late := r.top, false, false
	for i, c := range q.clauses {
		if loose {
			break // one clause is enough
		}
		if w, alone := single(c); q.typing && i == len(q.clauses)-1 {
			if alone {
				begins, _, err := store.Begins(ctx, r.q, w)
				if err != nil {
					return nil, err
				}
				late = begins > manyHave
			}
			break // it goes on
		}
		sum, possible := int64(0), false
		for _, w := range c {
			fewest, all := r.top, true
			for _, one := range w.words {
				if said, there := n[one]; there {
					fewest = min(fewest, said)
				} else if store.IsTerm(one) {
					fewest, all = 0, false
				}
			}
			sum, possible = sum+fewest, possible || all
		}
		least, never = min(least, sum), never || !possible
	}
	all := map[string]bound{}
	for _, of := range r.all {
		size := n[kindTag(of.kind.Name)]
		all[of.kind.Name] = bound{size, min(least, size), never, late}
	}
	return all, nil
}
