// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// The periods by which dates are put together.
const (
	Year    = "year"
	Quarter = "quarter"
	Month   = "month"
)

// The ways in which a number is put together.
const (
	Sum     = "sum"
	Average = "average"
)

// Pivot says how records are counted: by one field or two, and what of them. A
// field is its key, "unit" for the unit of the record; a date has a period
// behind a point: "built.year".
type Pivot struct {
	Rows    string
	Columns string // empty: one dimension
	Of      string // a number or money; empty: the records themselves
	How     string // Sum or Average; of Of
	Against string // a number that is added up beside Of; empty: none
}

// Figure is what stands in a cell, a line or the whole of a table.
type Figure struct {
	Count  int   // records
	Filled int   // of them, those with a value of Pivot.Of
	Sum    int64 // of these, scaled as the field is kept
	Beside int64 // the sum of Pivot.Against over all records of the group, scaled likewise
	Few    bool  // too few to be told apart: only that there are fewer than Table.Least
}

// Table is what a pivot counts. Values are those that conditions take; "" is no
// value, and stands last. Periods are 2026, 2026-Q4 and 2026-11.
type Table struct {
	Pivot Pivot

	Rows, Columns []string // Columns has one value "" where there is one dimension
	Cells         [][]Figure
	ByRow         []Figure
	ByColumn      []Figure
	All           Figure
	Least         int // counts are rounded to this and fewer are not told; 0: exact
}

// maxGroups bounds the cells of a table.
const maxGroups = 5_000

// ErrTooManyGroups says that a pivot has more cells than anybody reads.
var ErrTooManyGroups = errs.New(errs.Invalid, "registers.too_many_groups") // max

// dimension is a field by which records are put together.
type dimension struct {
	field  Field // none for the unit of the record
	period string
}

// dimension reads "kind", "built.year" or "unit"; false where the actor sees no
// such field, or nobody counts by it.
func (s Standing) dimension(said string) (dimension, bool) {
	if said == UnitField {
		return dimension{}, true
	}
	key, period, dated := strings.Cut(said, ".")
	f, ok := s.Definition.Field(key)
	if !ok || f.Hidden || !s.Reaches(View, key) {
		return dimension{}, false
	}
	return dimension{f, period}, f.groups(dated, period)
}

// groups reports whether records can be put together by a field.
func (f Field) groups(dated bool, period string) bool {
	if f.Type == Date || f.Type == DatePartial {
		return dated && (period == Year || period == Quarter || period == Month)
	}
	return !dated && f.grouped() && f.Type != Choices
}

// Dimensions returns by what the actor may count records, as Pivot takes it.
func (s Standing) Dimensions() []string {
	all := []string{UnitField}
	for _, f := range s.Fields(View) {
		if f.groups(false, "") {
			all = append(all, f.Key)
		}
		for _, period := range []string{Year, Quarter, Month} {
			if f.groups(true, period) {
				all = append(all, f.Key+"."+period)
			}
		}
	}
	return all
}

// Measures returns the numbers that the actor may add up: none that is personal.
func (s Standing) Measures() []Field {
	return slices.DeleteFunc(s.Fields(View), func(f Field) bool { return !f.numeric() || f.personal() })
}

func (s Standing) measured(key string) bool {
	return slices.ContainsFunc(s.Measures(), func(f Field) bool { return f.Key == key })
}

// comparable reports whether two numbers stand beside each other in a table: sums
// of one scale, along one dimension.
func (s Standing) comparable(p Pivot) bool {
	of, _ := s.Definition.Field(p.Of)
	against, _ := s.Definition.Field(p.Against)
	return s.measured(p.Of) && s.measured(p.Against) && p.Of != p.Against && p.Columns == "" && p.How == Sum && of.Scale == against.Scale && of.Measure == against.Measure
}

// column is the expression by which records are put together: months stand for
// quarters, which are made of them.
func (d dimension) column() string {
	switch {
	case d.field.Key == "":
		return `unit_id`
	case d.period == Year:
		return `COALESCE(SUBSTR(` + ident(d.field.base()) + `, 1, 4), '')`
	case d.period != "":
		return `COALESCE(SUBSTR(` + ident(d.field.base()) + `, 1, 7), '')`
	}
	return `COALESCE(CAST(` + ident(d.field.base()) + ` AS TEXT), '')`
}

// value is what a group is called: a year alone is in no month.
func (d dimension) value(stored string) string {
	switch {
	case d.field.Type == Boolean && stored != "":
		return d.field.apart(stored)[0]
	case (d.period == Quarter || d.period == Month) && len(stored) < 7:
		return ""
	case d.period == Quarter:
		month, err := strconv.Atoi(stored[5:7])
		if err != nil {
			return ""
		}
		return stored[:4] + "-Q" + strconv.Itoa((month+2)/3)
	}
	return stored
}

// Tabulate counts the records that Find would return, by the fields of a pivot: of
// those only on which the rights show all of these fields. By a personal field,
// which no list shows without a purpose, numbers are rounded and small ones are
// not told.
func (k *Keeper) Tabulate(ctx context.Context, q db.Querier, s Standing, ask Ask, p Pivot) (t Table, err error) {
	defer errs.Wrap(&err, "count register %s by %s", s.Definition.ID, p.Rows)

	statement, args, dims, err := k.pivoting(s, ask, p)
	if err != nil {
		return Table{}, err
	}
	type row struct {
		at [2]string
		Figure
	}
	rows, err := db.All(ctx, q, func(r db.Row) (x row, err error) {
		err = r.Scan(&x.at[0], &x.at[1], &x.Count, &x.Filled, &x.Sum, &x.Beside)
		return x, err
	}, statement, args...)
	if err != nil {
		return Table{}, err
	}
	if len(rows) > maxGroups {
		return Table{}, ErrTooManyGroups.With("max", maxGroups)
	}
	cells := map[[2]string]Figure{}
	for _, x := range rows {
		at := [2]string{dims[0].value(x.at[0])}
		if len(dims) > 1 {
			at[1] = dims[1].value(x.at[1])
		}
		cells[at] = cells[at].plus(x.Figure)
	}
	t = Table{Pivot: p, Columns: []string{""}}
	t.Rows = dims[0].values(cells, 0)
	if len(dims) > 1 {
		t.Columns = dims[1].values(cells, 1)
	}
	t.ByColumn = make([]Figure, len(t.Columns))
	for _, r := range t.Rows {
		line, sum := make([]Figure, len(t.Columns)), Figure{}
		for i, c := range t.Columns {
			line[i] = cells[[2]string{r, c}]
			sum, t.ByColumn[i] = sum.plus(line[i]), t.ByColumn[i].plus(line[i])
		}
		t.Cells, t.ByRow, t.All = append(t.Cells, line), append(t.ByRow, sum), t.All.plus(sum)
	}
	if slices.ContainsFunc(dims, func(d dimension) bool { return d.field.Key != "" && d.field.personal() }) {
		t.blur(s.Definition.least())
	}
	return t, nil
}

func (n Figure) plus(m Figure) Figure {
	return Figure{Count: n.Count + m.Count, Filled: n.Filled + m.Filled, Sum: n.Sum + m.Sum, Beside: n.Beside + m.Beside}
}

// values are the groups of one dimension in the order in which people read
// them; of a personal choice all options, so that none is told to be missing.
func (d dimension) values(cells map[[2]string]Figure, which int) (all []string) {
	for at := range cells {
		if !slices.Contains(all, at[which]) {
			all = append(all, at[which])
		}
	}
	if d.field.personal() {
		for _, o := range d.field.Options {
			if !slices.Contains(all, o.Value) {
				all = append(all, o.Value)
			}
		}
	}
	place := func(v string) int {
		switch {
		case v == "":
			return len(d.field.Options) + 1
		case d.field.Type == Boolean && v == "true":
			return -2
		}
		return slices.IndexFunc(d.field.Options, func(o Option) bool { return o.Value == v })
	}
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a, b)) })
	return all
}

// blur rounds all counts to a number and tells none that is smaller. Cells and
// totals are rounded each by itself, so that no difference between them tells a
// small one.
func (t *Table) blur(least int) {
	t.Least = least
	round := func(n *Figure) {
		if n.Count < least {
			*n = Figure{Few: true}
			return
		}
		n.Count = (n.Count + least/2) / least * least
		if n.Filled < least {
			n.Filled, n.Sum, n.Beside = 0, 0, 0
		}
	}
	for _, line := range t.Cells {
		for i := range line {
			round(&line[i])
		}
	}
	for i := range t.ByRow {
		round(&t.ByRow[i])
	}
	for i := range t.ByColumn {
		round(&t.ByColumn[i])
	}
	round(&t.All)
}

// pivoting makes the statement of a table.
func (k *Keeper) pivoting(s Standing, ask Ask, p Pivot) (string, []any, []dimension, error) {
	var problems []errs.Field
	var dims []dimension
	var keys []string
	for name, said := range map[string]string{"rows": p.Rows, "columns": p.Columns} {
		if said == "" && name == "columns" {
			continue
		}
		if d, ok := s.dimension(said); !ok {
			problems = append(problems, errs.Field{Name: name, Code: "registers.value.unknown"})
		} else if name == "columns" && said == p.Rows {
			problems = append(problems, errs.Field{Name: name, Code: "registers.value.twice"})
		} else if d.field.Key != "" {
			keys = append(keys, d.field.Key)
		}
	}
	measure, beside := `0`, `0`
	if p.Of != "" {
		i := slices.IndexFunc(s.Measures(), func(f Field) bool { return f.Key == p.Of })
		if i < 0 || p.How != Sum && p.How != Average {
			problems = append(problems, errs.Field{Name: "of", Code: "registers.value.unknown"})
		} else {
			keys, measure = append(keys, p.Of), ident(s.Measures()[i].base())
		}
	}
	if p.Against != "" && !s.comparable(p) {
		problems = append(problems, errs.Field{Name: "against", Code: "registers.value.unknown"})
	} else if p.Against != "" {
		f, _ := s.Definition.Field(p.Against)
		keys, beside = append(keys, p.Against), ident(f.base())
	}
	if err := errs.BadInput(problems); err != nil {
		return "", nil, nil, err
	}
	rows, _ := s.dimension(p.Rows)
	dims, columns := []dimension{rows}, `''`
	if p.Columns != "" {
		second, _ := s.dimension(p.Columns)
		dims, columns = append(dims, second), second.column()
	}
	conds, args, err := k.conditions(s, ask)
	if err != nil {
		return "", nil, nil, err
	}
	reach, args := s.reach(ask.act(), keys, args)
	return `SELECT ` + rows.column() + `, ` + columns + `, COUNT(*), COUNT(` + measure + `), CAST(COALESCE(SUM(` + measure + `), 0) AS BIGINT), CAST(COALESCE(SUM(` + beside + `), 0) AS BIGINT)` +
		` FROM ` + ident(s.Definition.Table()) + ` WHERE ` + strings.Join(append(conds, reach), ` AND `) +
		` GROUP BY 1, 2 LIMIT ` + number(maxGroups+1), args, dims, nil
}
