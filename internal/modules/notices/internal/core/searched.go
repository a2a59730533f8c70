// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"net/url"
	"strconv"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/search"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
)

// searched is how many notices are looked through: the newest.
const searched = 200

// SearchKind lets people find their own notices. These are sealed and stand in no
// index: the newest are opened while their reader asks.
func (s *Service) SearchKind() search.Kind {
	return search.Kind{
		Name: "notice", Label: "notices.search.many", Version: 1,
		Facets: []search.Facet{
			{Name: "topic", Label: "notices.search.topic", Values: "notices.topic."},
			{Name: "year", Label: "notices.search.year"},
		},
		Path: func(_ identity.Actor, id string) string { return notify.InboxPath + "/" + url.PathEscape(id) },
		Own: func(ctx context.Context, q db.Querier, reader identity.Actor) (docs []search.Doc, err error) {
			if reader.Anonymous() || reader.Account == "" {
				return nil, nil
			}
			items, err := s.Notify.ListItems(ctx, q, reader.Account, notify.Shelf{}, "", searched)
			for _, i := range items {
				docs = append(docs, search.Doc{
					ID: i.ID, Title: i.Title, Line: i.Text, At: i.At, Closed: !i.Read.IsZero(),
					Values: []search.Value{{Facet: "topic", Value: i.Topic}, {Facet: "year", Value: strconv.Itoa(i.At.In(clock.Vietnam()).Year())}},
				})
			}
			return docs, err
		},
	}
}
