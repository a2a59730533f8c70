// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"strconv"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/registers"
)

// against names the number that stands beside what a table adds up.
func (t tables) against(p page.Page) string {
	f, _ := t.Definition.Field(t.pivot.Against)
	return p.T("books.stats.sum", "field", f.Label)
}

// beside writes the second number of a cell, and share how much of the first it is.
func (t tables) beside(p page.Page, f registers.Figure) string {
	if f.Few || f.Count == 0 {
		return "–"
	}
	of, _ := t.Definition.Field(t.pivot.Against)
	return t.number(p, of, float64(f.Beside), false)
}

func (t tables) share(p page.Page, f registers.Figure) string {
	if f.Few || f.Sum == 0 {
		return "–"
	}
	percent := registers.Field{Type: registers.Decimal, Scale: 1, Measure: "%"}
	return show(p, percent, strconv.FormatFloat(100*float64(f.Beside)/float64(f.Sum), 'f', 1, 64), t.unit)
}
