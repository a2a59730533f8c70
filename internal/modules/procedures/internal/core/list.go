// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"

	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/internal/store"
	"tinhso.vn/internal/platform/errs"
)

// PageSize is how many procedures a page holds at most.
const PageSize = 20

// Filter narrows a list. Empty fields do not.
type Filter struct {
	Field    string // Slug of the field
	Audience string // individual, organisation
	Life     string // an event of life
	Level    string // commune, district, province
	Online   string // full, partial, none
	Agency   string // id of the unit that decides, or its kind

	Paperless bool // only what is done without paper
}

// yes is the one value of a facet that is there or not.
func yes(is bool) string {
	if is {
		return store.Yes
	}
	return ""
}

// Empty reports whether the filter lets everything through.
func (f Filter) Empty() bool { return f == Filter{} }

// facets puts the rarest kinds first: the list walks the index of the first.
func (f Filter) facets(without string) (all []store.Facet) {
	for _, one := range []store.Facet{
		{Kind: store.Life, Value: f.Life},
		{Kind: store.Field, Value: f.Field},
		{Kind: store.Agency, Value: f.Agency},
		{Kind: store.Paperless, Value: yes(f.Paperless)},
		{Kind: store.Online, Value: f.Online},
		{Kind: store.Level, Value: f.Level},
		{Kind: store.Audience, Value: f.Audience},
	} {
		if one.Value != "" && one.Kind != without {
			all = append(all, one)
		}
	}
	return all
}

// Page is a page of the catalogue, by name.
type Page struct {
	Items []procedures.Version
	Next  procedures.ID // List after it for the next page; empty on the last
}

// List returns the procedures of today that pass the filter, after the given one.
func (s *Service) List(ctx context.Context, f Filter, after procedures.ID, limit int) (p Page, err error) {
	defer errs.Wrap(&err, "list procedures")

	key := ""
	if after != "" {
		keys, err := store.FindKey(ctx, s.db, string(after))
		if err != nil {
			return p, err
		}
		if len(keys) == 0 {
			return p, procedures.ErrNotFound
		}
		key = keys[0]
	}
	limit = min(max(limit, 1), 5*PageSize)
	found, err := store.List(ctx, s.db, today(s.db.Now()), f.facets(""), key, string(after), limit+1)
	if err != nil {
		return p, err
	}
	if len(found) > limit {
		found = found[:limit]
		p.Next = procedures.ID(found[limit-1].ID)
	}
	p.Items, err = s.all(ctx, found)
	return p, err
}

// Count is a value of a filter and how many procedures have it.
type Count struct {
	Value string
	N     int64
}

// Counts are the values of each filter, under what the other filters say.
type Counts struct {
	Total                                        int64 // under all filters
	Field, Audience, Life, Level, Online, Agency []Count
	Paperless                                    []Count
}

// Counts counts today's procedures for the choices of the filters.
func (s *Service) Counts(ctx context.Context, f Filter) (c Counts, err error) {
	defer errs.Wrap(&err, "count procedures")

	day := today(s.db.Now())
	if c.Total, err = store.CountListed(ctx, s.db, day, f.facets("")); err != nil {
		return c, err
	}
	for kind, into := range c.kinds() {
		counted, err := store.CountFacets(ctx, s.db, day, kind, f.facets(kind))
		if err != nil {
			return c, err
		}
		for _, one := range counted {
			*into = append(*into, Count{one.Value, one.N})
		}
	}
	return c, nil
}

func (c *Counts) kinds() map[string]*[]Count {
	return map[string]*[]Count{
		store.Field: &c.Field, store.Audience: &c.Audience, store.Life: &c.Life, store.Level: &c.Level, store.Online: &c.Online,
		store.Agency: &c.Agency, store.Paperless: &c.Paperless,
	}
}

// passes is the filter for facets in hand; without names a kind that is not asked.
func (f Filter) passes(has []store.Facet, without string) bool {
	for _, want := range f.facets(without) {
		if !slices.Contains(has, want) {
			return false
		}
	}
	return true
}
