// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/law"
	"tinhso.vn/internal/kernel/search"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
)

// SearchKind declares legal documents to the search: by number, title and issuer.
func (s *Service) SearchKind() search.Kind {
	return search.Kind{
		Name: "law", Label: "lawbook.menu", Version: 2, Weight: 2, Loose: true,
		Facets: []search.Facet{
			{Name: "kind", Label: "lawbook.filter.kind", Values: "lawbook.kind."},
			{Name: "state", Label: "lawbook.filter.state", Values: "lawbook.state."},
			{Name: "year", Label: "lawbook.search.year"},
		},
		Path: func(_ identity.Actor, id string) string { return "/van-ban-phap-luat/" + url.PathEscape(id) },
		List: func(ctx context.Context, q db.Querier, after string, limit int) (ids []string, err error) {
			docs, err := law.All(ctx, q)
			for _, d := range docs {
				if string(d.ID) > after {
					ids = append(ids, string(d.ID))
				}
			}
			slices.Sort(ids)
			return ids[:min(limit, len(ids))], err
		},
		Load: func(ctx context.Context, q db.Querier, ids []string) (out []search.Doc, err error) {
			docs, err := law.All(ctx, q) // there are hundreds
			for _, d := range law.Stand(docs, s.Today()) {
				if slices.Contains(ids, string(d.ID)) {
					out = append(out, docOf(d))
				}
			}
			return out, err
		},
		Count: func(ctx context.Context, q db.Querier) (int64, error) {
			docs, err := law.All(ctx, q)
			return int64(len(docs)), err
		},
		Stamp: func(context.Context, db.Querier) (string, error) {
			// Documents change when packs are applied, which has all kinds compared; the day
			// decides which are in force.
			return s.Today().String() + " " + strconv.Itoa(s.db.Now().Hour()), nil
		},
	}
}

func docOf(d law.Standing) search.Doc {
	out := search.Doc{
		ID: string(d.ID), Codes: []string{d.Number}, Title: d.Title, Words: []string{d.Issuer, d.Kind}, Closed: d.State == law.Ended || d.State == law.Superseded,
		Values: []search.Value{{Facet: "kind", Value: d.Kind}, {Facet: "state", Value: string(d.State)}},
	}
	out.Line.VI = d.Issuer
	if first := cmp.Or(d.Signed, d.From); !first.IsZero() {
		out.At = db.At(first.At(0))
		out.Values = append(out.Values, search.Value{Facet: "year", Value: strconv.Itoa(out.At.In(clock.Vietnam()).Year())})
	}
	return out
}
