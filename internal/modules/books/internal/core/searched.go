// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"strings"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/kernel/search"
)

// SearchKind declares the records of all registers to the search of the house: who
// finds what is decided in kernel/registers, as for every other door.
func (s *Service) SearchKind() search.Kind {
	return search.Kind{
		Name: "record", Label: "books.search.many", Version: 1,
		Facets: []search.Facet{{Name: registers.SearchFacet, Label: "books.search.register", Beside: true}},
		Path: func(_ identity.Actor, id string) string {
			if register, record, ok := strings.Cut(id, "/"); ok {
				return "/so/" + register + "/" + record
			}
			return ""
		},
		List: s.keeper.SearchList, Load: s.keeper.SearchDocs, Count: s.keeper.SearchCount,
		Since: s.keeper.SearchSince, Shape: s.keeper.SearchShape, Views: s.keeper.SearchViews, Thing: registers.SearchThing,
	}
}
