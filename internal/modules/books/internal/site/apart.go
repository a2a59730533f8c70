// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"slices"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/text"
)

// apart are the registers by their titles, and apart from them the lists of
// codes that several share.
func apart(p page.Page, found []core.Register) (own, lists []core.Register) {
	sorted, order := slices.Clone(found), text.Collator()
	slices.SortStableFunc(sorted, func(a, b core.Register) int {
		return order(p.Text(a.Definition.Title), p.Text(b.Definition.Title))
	})
	for _, r := range sorted {
		if r.Definition.Codes != nil {
			lists = append(lists, r)
			continue
		}
		own = append(own, r)
	}
	return own, lists
}

// bookHead is what is said of each register: which version its file has is for
// those who work here.
func bookHead(p page.Page) []string {
	head := []string{p.T("books.books.name"), p.T("books.books.count")}
	if p.Actor.Official() {
		head = append(head, p.T("books.books.version"))
	}
	return head
}
