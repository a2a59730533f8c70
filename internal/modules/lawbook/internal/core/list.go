// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/law"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// PageSize is how many documents a page holds at most.
const PageSize = 20

// maxQuestion is how much of a question is read, in bytes.
const maxQuestion = 300

// Filter narrows a list. Empty fields do not; a zero Day is today.
type Filter struct {
	Question string // words of number, title and issuer, with or without marks
	Kind     string
	State    law.State
	Day      calendar.Date
}

// Count is a value of a filter and how many documents have it.
type Count struct {
	Value string
	N     int64
}

// Page is a page of the library, the newest document first.
type Page struct {
	Items  []law.Standing
	Next   law.ID // List after it for the next page; empty on the last
	Total  int64
	Kinds  []Count // of what the other filters let through
	States []Count
}

// List returns the documents that pass the filter, after the given one.
func (s *Service) List(ctx context.Context, f Filter, after law.ID) (page Page, err error) {
	defer errs.Wrap(&err, "list legal documents")

	if f.Day.IsZero() {
		f.Day = s.Today()
	}
	all, err := s.standings(ctx, f.Day)
	if err != nil {
		return page, err
	}
	words := strings.Fields(text.Fold(f.Question[:min(len(f.Question), maxQuestion)]))
	kinds, states := map[string]int64{}, map[string]int64{}
	var found []law.Standing
	for _, d := range all {
		if !says(d, words) {
			continue
		}
		kind, state := f.Kind == "" || d.Kind == f.Kind, f.State == "" || d.State == f.State
		if state {
			kinds[d.Kind]++
		}
		if kind {
			states[string(d.State)]++
		}
		if kind && state {
			found = append(found, d)
		}
	}
	slices.SortFunc(found, newest)
	page.Total, page.Kinds, page.States = int64(len(found)), counts(kinds), counts(states)
	if after != "" {
		i := slices.IndexFunc(found, func(d law.Standing) bool { return d.ID == after })
		if i < 0 {
			return Page{}, law.ErrNotFound
		}
		found = found[i+1:]
	}
	if len(found) > PageSize {
		found = found[:PageSize]
		page.Next = found[PageSize-1].ID
	}
	page.Items = found
	return page, nil
}

// says reports whether all words stand in what is said of a document.
func says(d law.Standing, words []string) bool {
	if len(words) == 0 {
		return true
	}
	said := text.Fold(d.Number + " " + d.Title.VI + " " + d.Title.EN + " " + d.Issuer)
	return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(said, word) })
}

// newest orders by the day of signing, those without one last.
func newest(a, b law.Standing) int {
	return cmp.Or(cmp.Compare(b.Signed.String(), a.Signed.String()), cmp.Compare(a.ID, b.ID))
}

// counts puts the most frequent value first.
func counts(of map[string]int64) (all []Count) {
	for value, n := range of {
		all = append(all, Count{value, n})
	}
	slices.SortFunc(all, func(a, b Count) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Value, b.Value)) })
	return all
}
