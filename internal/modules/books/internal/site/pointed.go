// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"context"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
	"tinhso.vn/internal/platform/ui"
)

// pointed is how show asks for the name of what a field points to: no id of a
// unit has the stroke.
func pointed(f registers.Field, v string) string { return f.Catalogue + f.Register + "/" + v }

// names returns the names of units, and of what fields point to as far as the
// reader may see it: a code without a name stays a code, a record that is hidden
// from the reader has no name.
func (s site) names(ctx context.Context, p page.Page) unitName {
	unit, known := units(ctx, p), map[string]string{}
	return func(asked string) string {
		register, value, other := strings.Cut(asked, "/")
		if !other {
			return unit(asked)
		}
		if said, done := known[asked]; done {
			return said
		}
		said, err := s.svc.NameOf(ctx, p.Actor, register, value)
		if err != nil || said == "" {
			said = value
			if id.Valid(value) {
				said = p.T("books.pointed")
			}
		}
		known[asked] = said
		return said
	}
}

// values are names for files: what a field points to stays as it is kept.
func values(ctx context.Context, p page.Page) unitName {
	unit := units(ctx, p)
	return func(asked string) string {
		if _, value, other := strings.Cut(asked, "/"); other {
			return value
		}
		return unit(asked)
	}
}

// picks are what the fields that point elsewhere may point to, by the key of the field.
func (s site) picks(ctx context.Context, p page.Page, fields []registers.Field) (map[string][]core.Pick, error) {
	all := map[string][]core.Pick{}
	for _, f := range fields {
		if f.Type != registers.Code && f.Type != registers.Reference {
			continue
		}
		some, err := s.svc.Picks(ctx, p.Actor, f)
		if err != nil {
			return nil, err
		}
		all[f.Key] = some
	}
	return all, nil
}

// filtered are the fields of a register's filters.
func filtered(r core.Register) (fields []registers.Field) {
	for _, f := range filters(r) {
		fields = append(fields, f.Field)
	}
	return fields
}

// searched puts the texts that are found by their words first: of these the search
// box takes the first.
func searched(all []filter) []filter {
	sorted := slices.Clone(all)
	slices.SortStableFunc(sorted, func(a, b filter) int {
		switch {
		case a.words == b.words:
			return 0
		case a.words:
			return -1
		}
		return 1
	})
	return sorted
}

// point puts the ids of records where their codes were typed.
func (s site) point(ctx context.Context, p page.Page, f form, values map[string]any) error {
	for _, field := range f.Fields {
		typed, is := values[field.Key].(string)
		if field.Type != registers.Reference || !is {
			continue
		}
		record, err := s.svc.Pointed(ctx, p.Actor, field.Register, text.Line(typed))
		if err != nil {
			return err
		}
		values[field.Key] = record
	}
	return nil
}

// pickItems are picks to choose from; what is there now is among them.
func pickItems(p page.Page, picks []core.Pick, now, name string) []ui.SelectItem {
	items, there := []ui.SelectItem{{Text: p.T("books.choose")}}, now == ""
	for _, one := range picks {
		items = append(items, ui.SelectItem{Value: one.Value, Text: one.Name})
		there = there || one.Value == now
	}
	if !there { // ended, or not for this reader: not lost by saving
		items = append(items, ui.SelectItem{Value: now, Text: name})
	}
	return items
}
