// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// UnitField is what a condition, a facet or a group calls the unit of a record.
const UnitField = "unit"

// Facet is how many of the records that are found have a value.
type Facet struct {
	Value string // as a condition takes it: an option, a code, the id of a unit, true or false
	Count int
}

// Facets are how many records are found, and of each field by which a list can
// be narrowed which values they have, the most frequent first.
type Facets struct {
	Found  int
	More   bool // there are more than Found: nothing is counted by field
	Fields map[string][]Facet
}

// The bounds of facets.
const (
	maxFacets = 8   // fields
	maxValues = 100 // of a field
)

// Faceted returns the fields by whose values the records of a list are counted:
// choices, booleans, units and codes that the actor sees and that are not
// personal. Where there are many, those with an index come first.
func (s Standing) Faceted() []Field {
	all := slices.DeleteFunc(s.Fields(View), func(f Field) bool { return f.personal() || !f.grouped() })
	indexed := func(f Field) int {
		if slices.Contains(s.Definition.List.Filters, f.Key) {
			return 0
		}
		return 1
	}
	if len(all) > maxFacets {
		slices.SortStableFunc(all, func(a, b Field) int { return cmp.Compare(indexed(a), indexed(b)) })
		all = all[:maxFacets]
		slices.SortFunc(all, func(a, b Field) int { return cmp.Compare(s.Definition.place(a.Key), s.Definition.place(b.Key)) })
	}
	return all
}

// grouped reports whether a field has few values, so that records can be counted by it.
func (f Field) grouped() bool {
	return f.Type == Choice || f.Type == Choices || f.Type == Boolean || f.Type == Unit || f.Type == Code
}

// place is where a field stands in the file.
func (d Definition) place(key string) int {
	return slices.IndexFunc(d.Fields, func(f Field) bool { return f.Key == key })
}

// Facets counts the records that Find would return, and by each field of
// Faceted what it would return with one more condition: a record on which no
// right shows the field, beside those that are asked for, is not counted by it.
// All of it is one statement that reads most records and one more at most.
func (k *Keeper) Facets(ctx context.Context, q db.Querier, s Standing, ask Ask, most int) (all Facets, err error) {
	defer errs.Wrap(&err, "count by field in register %s", s.Definition.ID)

	if s, ask, err = k.weigh(ctx, q, s, ask, "", k.glance/4); err != nil {
		return Facets{}, err
	}
	statement, args, fields, err := k.counting(s, ask, most)
	if err != nil {
		return Facets{}, err
	}
	type row struct {
		field int
		value string
		count int
	}
	rows, err := db.All(ctx, q, func(r db.Row) (x row, err error) {
		err = r.Scan(&x.field, &x.value, &x.count)
		return x, err
	}, statement, args...)
	if err != nil {
		return Facets{}, err
	}
	all.Fields = map[string][]Facet{}
	for _, x := range rows {
		if x.field < 0 {
			all.Found += x.count
			all.Fields[UnitField] = append(all.Fields[UnitField], Facet{x.value, x.count})
			continue
		}
		f := fields[x.field]
		for _, v := range f.apart(x.value) {
			all.Fields[f.Key] = tally(all.Fields[f.Key], v, x.count)
		}
	}
	if all.Found > most {
		return Facets{Found: most, More: true}, nil
	}
	for key, some := range all.Fields {
		slices.SortFunc(some, func(a, b Facet) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value)) })
		all.Fields[key] = some[:min(len(some), maxValues)]
	}
	return all, nil
}

func tally(all []Facet, value string, n int) []Facet {
	if i := slices.IndexFunc(all, func(f Facet) bool { return f.Value == value }); i >= 0 {
		all[i].Count += n
		return all
	}
	return append(all, Facet{value, n})
}

// apart are the values that a column of a grouped field holds, as conditions take them.
func (f Field) apart(stored string) []string {
	switch f.Type { //nolint:exhaustive // the others are as they are
	case Boolean:
		if stored == "1" {
			return []string{"true"}
		}
		return []string{"false"}
	case Choices:
		return strings.Split(strings.Trim(stored, "|"), "|")
	}
	return []string{stored}
}

// counting makes the statement of Facets, and says which of its fields a row is
// about: -1 is the unit of the record.
func (k *Keeper) counting(s Standing, ask Ask, most int) (string, []any, []Field, error) {
	conds, args, err := k.conditions(s, ask)
	if err != nil {
		return "", nil, nil, err
	}
	marks, args := s.marks(ask.act(), args)
	args = append(args, most+1)
	limit := mark(args)
	asked := ask.fields()
	fields := slices.DeleteFunc(s.Faceted(), func(f Field) bool { return s.mask(ask.act(), append(asked, f.Key)) == 0 })
	columns := []string{`unit_id`, marks + ` AS which`}
	groups := []string{`SELECT -1, unit_id, COUNT(*) FROM found GROUP BY unit_id`}
	for i, f := range fields {
		column := ident(f.base())
		columns = append(columns, column)
		shown := number(int(s.mask(ask.act(), append(asked, f.Key))))
		groups = append(groups, `SELECT `+number(i)+`, CAST(`+column+` AS TEXT), COUNT(*) FROM found WHERE `+column+
			` IS NOT NULL AND (which & `+shown+`) <> 0 GROUP BY `+column)
	}
	return `WITH found AS MATERIALIZED (SELECT ` + strings.Join(columns, ", ") + ` FROM ` + s.table() +
		` WHERE ` + strings.Join(conds, ` AND `) + ` LIMIT ` + limit + `) ` + strings.Join(groups, ` UNION ALL `), args, fields, nil
}

// fields are those that a question looks at, by their keys.
func (a Ask) fields() (keys []string) {
	if a.By != "" {
		keys = append(keys, a.By)
	}
	for _, c := range a.Where {
		if c.Field != UnitField {
			keys = append(keys, c.Field)
		}
	}
	return keys
}

// mask is which of the rights for act show all of some fields, as marks says it.
func (s Standing) mask(act Act, fields []string) (m through) {
	for i, h := range s.Holds {
		if h.Allows(act) && !slices.ContainsFunc(fields, func(key string) bool { return !h.Shows(key) }) {
			m |= 1 << i
		}
	}
	return m
}
