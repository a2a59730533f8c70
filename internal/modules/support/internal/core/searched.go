// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"hash/crc32"
	"net/url"
	"slices"
	"strconv"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/search"
	"tinhso.vn/internal/platform/db"
)

// SearchKind declares the help to the search: everybody finds a topic by its
// title, its steps and what is good to know.
func (g *Guide) SearchKind() search.Kind {
	return search.Kind{
		Name: "help", Label: "support.search.many", Version: 1, Loose: true,
		Facets: []search.Facet{{Name: "reader", Label: "support.search.reader", Values: "support.reader."}},
		Path:   func(_ identity.Actor, id string) string { return "/tro-giup/" + url.PathEscape(id) },
		List: func(_ context.Context, _ db.Querier, after string, limit int) (ids []string, _ error) {
			for _, t := range g.Topics {
				if t.ID > after {
					ids = append(ids, t.ID)
				}
			}
			slices.Sort(ids)
			return ids[:min(limit, len(ids))], nil
		},
		Load: func(_ context.Context, _ db.Querier, ids []string) (docs []search.Doc, _ error) {
			for _, id := range ids {
				if t, there := g.Topic(id); there {
					docs = append(docs, docOf(t))
				}
			}
			return docs, nil
		},
		Count: func(context.Context, db.Querier) (int64, error) { return int64(len(g.Topics)), nil },
		Stamp: func(context.Context, db.Querier) (string, error) { // another program has other help
			said, err := json.Marshal(g.Topics)
			return strconv.FormatUint(uint64(crc32.ChecksumIEEE(said)), 16), err
		},
	}
}

func docOf(t Topic) search.Doc {
	d := search.Doc{ID: t.ID, Title: t.Title, Line: t.Lead, Words: []string{"trợ giúp hướng dẫn", "help"}, Values: []search.Value{{Facet: "reader", Value: t.Reader}}}
	for _, s := range slices.Concat(t.Steps, t.Know) {
		d.Words = append(d.Words, s.VI, s.EN)
	}
	return d
}
