// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/url"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/text"
	"tinhso.vn/internal/platform/ui"
)

// filter is one way of narrowing a list, as the page offers it.
type filter struct {
	registers.Field

	ranged bool // from … to …
	words  bool // what the text holds
}

// filters are those that the reader may use: a field that they do not see is not
// offered, and neither is one that is read for a purpose only.
func filters(r core.Register) (all []filter) {
	list := r.Definition.List
	sorted := append([]string{list.Sort}, list.Sorts...)
	for _, f := range r.Fields(registers.View) {
		ranged := slices.Contains(sorted, f.Key) && (numeric(f) || f.Type == registers.Date || f.Type == registers.DatePartial)
		switch {
		case f.Withheld(), f.Type == registers.Place, f.Type == registers.Shape:
		case f.Searchable:
			all = append(all, filter{Field: f, words: true})
		case ranged:
			all = append(all, filter{Field: f, ranged: true})
		case f.Unique, slices.Contains(list.Filters, f.Key):
			all = append(all, filter{Field: f})
		}
	}
	return all
}

func numeric(f registers.Field) bool {
	return f.Type == registers.Integer || f.Type == registers.Decimal || f.Type == registers.Money
}

// asked are the names of what a list is asked for, apart from filters.
const (
	askSort  = "xep"
	askDown  = "giam"
	askAfter = "after"
	askKind  = "dang" // of a file
	askValid = registers.ValidKey
	fromEnd  = "-tu"
	toEnd    = "-den"
)

// query reads what a list is asked for. Values that make no sense are told by
// the register.
func query(r core.Register, sent url.Values) core.Query {
	q := core.Query{By: sent.Get(askSort), Down: sent.Get(askDown) != "", After: sent.Get(askAfter)}
	add := func(f filter, op registers.Op, typed string) {
		if typed = text.Line(typed); typed != "" {
			said, _ := read(f.Field, typed).(string)
			q.Where = append(q.Where, registers.Condition{Field: f.Key, Op: op, Values: []string{said}})
		}
	}
	for _, f := range filters(r) {
		switch name := control(f.Field); {
		case f.ranged:
			add(f, registers.From, sent.Get(name+fromEnd))
			add(f, registers.To, sent.Get(name+toEnd))
		case f.words:
			add(f, registers.Has, sent.Get(name))
		default:
			add(f, registers.Is, sent.Get(name))
		}
	}
	if day := text.Line(sent.Get(askValid)); day != "" && r.Definition.Valid != nil {
		q.Where = append(q.Where, registers.Condition{Field: registers.ValidKey, Op: registers.On, Values: []string{date(day)}})
	}
	return q
}

// datable reports whether a list can be held to what was valid on a day.
func datable(r core.Register) bool {
	v := r.Definition.Valid
	return v != nil && r.Reaches(registers.View, v.From) && (v.Until == "" || r.Reaches(registers.View, v.Until))
}

// kept is what of the address stays when a page goes on or is sorted.
func kept(r core.Register, sent url.Values) url.Values {
	all := url.Values{}
	for _, f := range filters(r) {
		for _, name := range []string{control(f.Field), control(f.Field) + fromEnd, control(f.Field) + toEnd} {
			if v := text.Line(sent.Get(name)); v != "" {
				all.Set(name, v)
			}
		}
	}
	for _, name := range []string{askSort, askDown, askValid} {
		if v := sent.Get(name); v != "" {
			all.Set(name, v)
		}
	}
	return all
}

// chips say by what a list is narrowed, each a link that takes it away.
func chips(p page.Page, r core.Register, sent url.Values, unit unitName) (items []ui.Chip) {
	for _, f := range filters(r) {
		for end, words := range map[string]string{"": "books.filter.is", fromEnd: "books.filter.from", toEnd: "books.filter.to"} {
			name := control(f.Field) + end
			typed := text.Line(sent.Get(name))
			if typed == "" {
				continue
			}
			without := kept(r, sent)
			without.Del(name)
			said := show(p, f.Field, read(f.Field, typed), unit)
			items = append(items, ui.Chip{
				Text: p.T(words, "field", f.Label, "value", said), Href: bookPath(r.Definition) + "?" + without.Encode(), On: true, OnText: p.T("books.filter.on"),
			})
		}
	}
	if day := text.Line(sent.Get(askValid)); day != "" && datable(r) {
		without := kept(r, sent)
		without.Del(askValid)
		items = append(items, ui.Chip{Text: p.T("books.valid.chip", "day", day), Href: bookPath(r.Definition) + "?" + without.Encode(), On: true, OnText: p.T("books.filter.on")})
	}
	slices.SortFunc(items, func(a, b ui.Chip) int { return strings.Compare(text.CollationKey(a.Text), text.CollationKey(b.Text)) })
	return items
}

// sorts are the orders that the reader may choose.
func sorts(p page.Page, r core.Register) (items []ui.SelectItem) {
	items = append(items, ui.SelectItem{Text: p.T("books.sort.file")})
	list := r.Definition.List
	for _, f := range r.Fields(registers.View) {
		if !f.Withheld() && slices.Contains(append([]string{list.Sort}, list.Sorts...), f.Key) {
			items = append(items, ui.SelectItem{Value: f.Key, Text: p.Text(f.Label)})
		}
	}
	return items
}
