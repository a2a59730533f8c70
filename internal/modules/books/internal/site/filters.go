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
	list, faceted := r.Definition.List, r.Faceted()
	sorted := append([]string{list.Sort}, list.Sorts...)
	for _, f := range r.Fields(registers.View) {
		ranged := slices.Contains(sorted, f.Key) && (numeric(f) || f.Type == registers.Date || f.Type == registers.DatePartial)
		switch {
		case f.Withheld(), f.Type == registers.Place, f.Type == registers.Shape:
		case f.Searchable:
			all = append(all, filter{Field: f, words: true})
		case ranged:
			all = append(all, filter{Field: f, ranged: true})
		case f.Unique, slices.Contains(list.Filters, f.Key), slices.ContainsFunc(faceted, func(x registers.Field) bool { return x.Key == f.Key }):
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
	askUnit  = "don-vi"
	askAll   = "tat-ca" // not the view with which the register opens
	askView  = "goc"

	askColumn = "cot"
	askPlace  = "vt." // of a column
	fromEnd   = "-tu"
	toEnd     = "-den"
)

// query reads what a list is asked for. Values that make no sense are told by
// the register.
func query(r core.Register, sent url.Values) core.Query {
	q := core.Query{By: sent.Get(askSort), Down: sent.Get(askDown) != "", After: sent.Get(askAfter)}
	add := func(f filter, op registers.Op, typed ...string) {
		c := registers.Condition{Field: f.Key, Op: op}
		for _, one := range typed {
			if one = text.Line(one); one != "" {
				said, _ := read(f.Field, one).(string)
				c.Values = append(c.Values, said)
			}
		}
		if len(c.Values) > 0 {
			q.Where = append(q.Where, c)
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
			add(f, registers.Is, sent[name]...)
		}
	}
	if day := text.Line(sent.Get(askValid)); day != "" && r.Definition.Valid != nil {
		q.Where = append(q.Where, registers.Condition{Field: registers.ValidKey, Op: registers.On, Values: []string{date(day)}})
	}
	if unit := text.Line(sent.Get(askUnit)); unit != "" {
		q.Where = append(q.Where, registers.Condition{Field: registers.UnitField, Op: registers.Is, Values: []string{unit}})
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
			for _, v := range sent[name] {
				if v = text.Line(v); v != "" {
					all.Add(name, v)
				}
			}
		}
	}
	for _, name := range []string{askUnit, askSort, askDown, askValid} {
		if v := text.Line(sent.Get(name)); v != "" {
			all.Set(name, v)
		}
	}
	if keys := chosen(r.Standing, sent); len(keys) > 0 {
		all[askColumn] = keys
	}
	return all
}

// chips say by what a list is narrowed, each a link that takes it away.
func chips(p page.Page, r core.Register, sent url.Values, unit unitName) (items []ui.Chip) {
	for _, f := range filters(r) {
		for end, words := range map[string]string{"": "books.filter.is", fromEnd: "books.filter.from", toEnd: "books.filter.to"} {
			name := control(f.Field) + end
			var said []string
			for _, typed := range sent[name] {
				if typed = text.Line(typed); typed != "" {
					said = append(said, spoken(p, f.Field, typed, unit))
				}
			}
			if len(said) > 0 {
				items = append(items, without(p, r, sent, name, p.T(words, "field", f.Label, "value", strings.Join(said, ", "))))
			}
		}
	}
	if day := text.Line(sent.Get(askValid)); day != "" && datable(r) {
		items = append(items, without(p, r, sent, askValid, p.T("books.valid.chip", "day", day)))
	}
	if id := text.Line(sent.Get(askUnit)); id != "" {
		items = append(items, without(p, r, sent, askUnit, p.T("books.filter.is", "field", p.T("books.records.unit"), "value", unit(id))))
	}
	order := text.Collator()
	slices.SortFunc(items, func(a, b ui.Chip) int { return order(a.Text, b.Text) })
	return items
}

// spoken is a value as somebody chose it in a filter, in words.
func spoken(p page.Page, f registers.Field, typed string, unit unitName) string {
	switch f.Type { //nolint:exhaustive // the others are shown as they are
	case registers.Boolean:
		if typed == "true" || typed == "false" {
			return p.T("books.bool." + typed)
		}
	case registers.Choices:
		return option(p, f, typed)
	}
	return show(p, f, read(f, typed), unit)
}

// without is a chip that takes one filter away.
func without(p page.Page, r core.Register, sent url.Values, name, text string) ui.Chip {
	left := kept(r, sent)
	left.Del(name)
	if len(left) == 0 {
		left.Set(askAll, "1")
	}
	return ui.Chip{Text: text, Href: bookPath(r.Definition) + "?" + left.Encode(), On: true, OnText: p.T("books.filter.on")}
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
