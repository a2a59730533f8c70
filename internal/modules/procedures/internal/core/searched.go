// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"net/url"
	"strconv"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/search"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/internal/store"
	"tinhso.vn/internal/platform/db"
)

// SearchKind is the name under which the search finds procedures.
const SearchKind = "procedure"

// SearchKind declares today's procedures to the search: everybody finds them by
// their names, everyday words, events of life, results and papers.
func (s *Service) SearchKind() search.Kind {
	return search.Kind{
		Name: SearchKind, Label: "procedures.menu", Version: 1, Weight: 20, Loose: true,
		Facets: []search.Facet{
			{Name: store.Field, Label: "procedures.filter.field"},
			{Name: store.Life, Label: "procedures.filter.life", Values: "procedures.life."},
			{Name: store.Audience, Label: "procedures.filter.audience", Values: "procedures.audience."},
			{Name: store.Level, Label: "procedures.filter.level", Values: "procedures.level."},
		},
		Path: func(_ identity.Actor, id string) string { return "/thu-tuc/" + url.PathEscape(id) },
		List: func(ctx context.Context, q db.Querier, after string, limit int) ([]string, error) {
			return store.ListIDs(ctx, q, today(s.db.Now()), after, limit)
		},
		Load: s.loadDocs,
		Count: func(ctx context.Context, q db.Querier) (int64, error) {
			return store.CountListed(ctx, q, today(s.db.Now()), nil)
		},
		Stamp: func(ctx context.Context, q db.Querier) (string, error) {
			n, err := store.Revision(ctx, q)
			return today(s.db.Now()) + " " + strconv.FormatInt(n, 10), err
		},
	}
}

func (s *Service) loadDocs(ctx context.Context, _ db.Querier, ids []string) (docs []search.Doc, err error) {
	for _, id := range ids {
		v, err := s.Get(ctx, procedures.ID(id))
		if errors.Is(err, procedures.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		docs = append(docs, docOf(v))
	}
	return docs, nil
}

func docOf(v procedures.Version) search.Doc {
	d := search.Doc{ID: string(v.ID), Codes: []string{v.Code}, Title: v.Name, Line: v.Field}
	d.Words = append(d.Words, "thủ tục hành chính")
	d.Words = append(d.Words, v.Keywords...)
	d.Words = append(d.Words, v.ResultName.VI, v.ResultName.EN)
	d.Words = append(d.Words, v.LifeEvents...)
	for _, p := range v.Papers {
		d.Words = append(d.Words, p.Name.VI)
	}
	for _, c := range v.Cases {
		d.Words = append(d.Words, c.Name.VI, c.Name.EN)
		for _, p := range c.Papers {
			d.Words = append(d.Words, p.Name.VI)
		}
	}
	if v.Decision != nil {
		d.Codes = append(d.Codes, v.Decision.Number)
	}
	for _, f := range facetsOf(v) {
		value := search.Value{Facet: f.Kind, Value: f.Value}
		if f.Kind == store.Field {
			value.Label = v.Field
		}
		d.Values = append(d.Values, value)
	}
	if d.Title.VI == "" {
		d.Title = i18n.Text{VI: string(v.ID)}
	}
	return d
}
