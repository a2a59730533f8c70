// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/registers"
)

// sheet is the table with its totals for a file that somebody goes on counting with:
// numbers are numbers, what is not there is empty, and units stand in the head.
func (t tables) sheet(p page.Page) (head []string, rows [][]any) {
	table := t.found.Table
	of, _ := t.Definition.Field(t.pivot.Of)
	head = []string{t.dimension(p, t.pivot.Rows)}
	if t.pivot.Columns != "" {
		for _, c := range table.Columns {
			head = append(head, inUnit(t.value(p, t.pivot.Columns, c), of))
		}
		head = append(head, inUnit(t.totals(p), of))
	} else {
		head = append(head, inUnit(t.measure(p), of))
	}
	if t.pivot.Against != "" {
		against, _ := t.Definition.Field(t.pivot.Against)
		head = append(head, inUnit(t.against(p), against), p.T("books.stats.share")+" (%)")
	}
	line := func(name string, cells []registers.Figure, all registers.Figure) {
		row := []any{name}
		if t.pivot.Columns != "" {
			for _, f := range cells {
				row = append(row, t.amount(p, f))
			}
		}
		row = append(row, t.amount(p, all))
		if t.pivot.Against != "" {
			row = append(row, t.compared(all)...)
		}
		rows = append(rows, row)
	}
	for i, r := range table.Rows {
		line(t.value(p, t.pivot.Rows, r), table.Cells[i], table.ByRow[i])
	}
	line(t.totals(p), table.ByColumn, table.All)
	return head, rows
}

// inUnit is the head of a column of numbers of a field.
func inUnit(head string, f registers.Field) string {
	switch {
	case f.Type == registers.Money:
		return head + " (đồng)"
	case f.Measure != "":
		return head + " (" + f.Measure + ")"
	}
	return head
}

// amount is a figure as a number; text where there are too few to be told, nil where
// there is nothing.
func (t tables) amount(p page.Page, f registers.Figure) any {
	of, _ := t.Definition.Field(t.pivot.Of)
	switch {
	case f.Few:
		return p.T("books.stats.few", "n", t.found.Table.Least)
	case t.pivot.Of == "":
		return int64(f.Count)
	case f.Filled == 0:
		return nil
	case t.pivot.How == registers.Average:
		v, scale := unscaled(of, float64(f.Sum)/float64(f.Filled))
		return rounded(v, max(scale, 2))
	}
	return whole(of, f.Sum)
}

// compared are the second number of a line and its share of the first, in percent.
func (t tables) compared(f registers.Figure) []any {
	against, _ := t.Definition.Field(t.pivot.Against)
	row := []any{nil, nil}
	if !f.Few && f.Count > 0 {
		row[0] = whole(against, f.Beside)
	}
	if !f.Few && f.Sum != 0 {
		row[1] = rounded(100*float64(f.Beside)/float64(f.Sum), 1)
	}
	return row
}

// unscaled is a number of a field as people know it, with its digits after the point.
func unscaled(f registers.Field, v float64) (float64, int) {
	if f.Type != registers.Decimal {
		return v, 0
	}
	return v / math.Pow10(f.Scale), f.Scale
}

// whole is a sum of a field: int64, or float64 where it has digits after the point.
func whole(f registers.Field, sum int64) any {
	if v, scale := unscaled(f, float64(sum)); scale > 0 {
		return rounded(v, scale)
	}
	return sum
}

func rounded(v float64, scale int) float64 {
	tens := math.Pow10(scale)
	return math.Round(v*tens) / tens
}

// written are the lines of a CSV file: numbers without separators of thousands, the
// point as the reader's language has it.
func written(p page.Page, head []string, rows [][]any) [][]string {
	all := [][]string{head}
	for _, row := range rows {
		line := make([]string, len(row))
		for i, cell := range row {
			switch v := cell.(type) {
			case nil:
			case float64:
				line[i] = strconv.FormatFloat(v, 'f', -1, 64)
				if p.Lang() != i18n.EN {
					line[i] = strings.Replace(line[i], ".", ",", 1)
				}
			default:
				line[i] = fmt.Sprint(v)
			}
		}
		all = append(all, line)
	}
	return all
}
