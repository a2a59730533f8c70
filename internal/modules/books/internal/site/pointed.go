// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"context"
	"maps"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/ui"
)

// pointed is how show asks for the name of an entry of a catalogue: no id of a
// unit has the stroke.
func pointed(f registers.Field, code string) string { return f.Catalogue + "/" + code }

// names returns the names of units, and of entries of catalogues as far as the
// reader may see them; a code without a name stays a code. A catalogue is read once
// for a page; of one that is too long, the codes that wanted has of it.
func (s site) names(ctx context.Context, p page.Page, wanted ...map[string][]string) unitName {
	unit, known := units(ctx, p), map[string]map[string]string{}
	return func(asked string) string {
		catalogue, code, other := strings.Cut(asked, "/")
		if !other {
			return unit(asked)
		}
		if known[catalogue] == nil {
			known[catalogue] = map[string]string{}
			if all, err := s.svc.Picks(ctx, p.Actor, catalogue); err == nil {
				for _, one := range all {
					known[catalogue][one.Value] = one.Name
				}
			}
		}
		for _, codes := range wanted {
			all, err := s.svc.NamesOf(ctx, p.Actor, catalogue, codes[catalogue])
			delete(codes, catalogue)
			if err == nil {
				maps.Copy(known[catalogue], all)
			}
		}
		if _, done := known[catalogue][code]; !done { // of a long catalogue
			known[catalogue][code] = code
			if name, err := s.svc.NameOf(ctx, p.Actor, catalogue, code); err == nil && name != "" {
				known[catalogue][code] = name
			}
		}
		return known[catalogue][code]
	}
}

// coded are the codes that a list shows, by the catalogue they are of.
func coded(l list) map[string][]string {
	all := map[string][]string{}
	for _, f := range l.Fields(registers.View) {
		if f.Type != registers.Code {
			continue
		}
		for _, r := range l.Records {
			if code, _ := r.Values[f.Key].(string); code != "" {
				all[f.Catalogue] = append(all[f.Catalogue], code)
			}
		}
		for _, one := range l.Facets.Fields[f.Key] {
			all[f.Catalogue] = append(all[f.Catalogue], one.Value)
		}
		slices.Sort(all[f.Catalogue])
		all[f.Catalogue] = slices.Compact(all[f.Catalogue])
	}
	return all
}

// values are names for files: the code of an entry stays as it is kept.
func values(ctx context.Context, p page.Page) unitName {
	unit := units(ctx, p)
	return func(asked string) string {
		if _, code, other := strings.Cut(asked, "/"); other {
			return code
		}
		return unit(asked)
	}
}

// picks are the entries that fields may name, by the key of the field.
func (s site) picks(ctx context.Context, p page.Page, fields []registers.Field) (map[string][]core.Pick, error) {
	all := map[string][]core.Pick{}
	for _, f := range fields {
		if f.Type != registers.Code {
			continue
		}
		some, err := s.svc.Picks(ctx, p.Actor, f.Catalogue)
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

// entryItems are picks to choose from; what is there now is among them.
func entryItems(p page.Page, picks []core.Pick, now, name string) []ui.SelectItem {
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
