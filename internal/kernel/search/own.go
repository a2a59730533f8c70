// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package search

import (
	"context"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/search/internal/store"
)

// read returns the documents of the reader of the kinds that stand in no index.
// While somebody types they are not read: their words would be opened at every key.
func (r run) read(ctx context.Context, reader identity.Actor) (map[string][]Doc, error) {
	all := map[string][]Doc{}
	if r.ask.Typing {
		return all, nil
	}
	for _, of := range r.all {
		if of.kind.Own == nil {
			continue
		}
		docs, err := of.kind.Own(ctx, r.q, reader)
		if err != nil {
			return nil, err
		}
		all[of.kind.Name] = docs
	}
	return all, nil
}

// ofReader finds a question among them.
func (r run) ofReader(q question, of reach, loose bool) (hits []Hit) {
	for i, d := range r.own[of.kind.Name] {
		row := of.kind.row(d)
		c := store.Candidate{
			Num: -int64(i) - 1, Doc: d.ID, Title: d.Title.VI, Folded: row.Title, Words: strings.Join(row.Words, " "), Closed: d.Closed, At: d.At, Facets: row.Facets,
		}
		coded := slices.Contains(row.Codes, code(q.asked))
		if !coded && !q.fits(" "+row.Title+" _ "+strings.Join(row.Words, " _ ")+" ", loose) || !r.passes(of.kind, c) {
			continue
		}
		h := of.hit(c)
		h.Title, h.Line, h.Code, h.read = d.Title, d.Line, row.Code, true
		h.points = rank(q, of.kind, c, r.now(), loose)
		if coded {
			h.points += exactly
		}
		if r.ask.Sort == Latest {
			h.points = h.since()
		}
		hits = append(hits, h)
	}
	return hits
}

// fits reports whether folded words have what a question asks for.
func (q question) fits(words string, loose bool) bool {
	has := 0
	for _, clause := range q.clauses {
		if slices.ContainsFunc(clause, func(w way) bool {
			if w.phrase {
				return strings.Contains(words, " "+strings.Join(w.words, " ")+" ")
			}
			return !slices.ContainsFunc(w.words, func(one string) bool { return !strings.Contains(words, " "+one+" ") })
		}) {
			has++
		}
	}
	return has == len(q.clauses) && has > 0 || loose && has > 0
}

// since orders hits by their date.
func (h Hit) since() int64 {
	if h.At.IsZero() {
		return 0
	}
	return h.At.Unix()
}
