// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"math"
	"strconv"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/ui"
)

func measureRows(p page.Page, all []registers.Measured) [][]ui.TableCell {
	rows := make([][]ui.TableCell, len(all))
	for i, m := range all {
		rows[i] = []ui.TableCell{
			{HTML: measureNamed(p.Text(m.Name), m.Plan)},
			{Text: measureValue(p, m), Format: "numeric"},
			{HTML: measureTarget(p, m)},
			{HTML: measureReached(p, m), Format: "numeric"},
		}
	}
	return rows
}

// measureValue writes what a measure comes to, with its unit.
func measureValue(p page.Page, m registers.Measured) string {
	f := registers.Field{Type: registers.Decimal, Scale: m.Scale}
	said := p.Number(m.Value)
	if m.Scale > 0 {
		said = show(p, f, strconv.FormatFloat(float64(m.Value)/math.Pow10(m.Scale), 'f', m.Scale, 64), nil)
	}
	if m.Of == 0 && m.Percent() {
		return "–"
	}
	return said + " " + measureUnit(p, m)
}

func measureGoal(p page.Page, m registers.Measured) string {
	return p.Number(m.Goal.Value) + " " + measureUnit(p, m)
}

func measureUnit(p page.Page, m registers.Measured) string {
	if m.Percent() {
		return "%"
	}
	return p.Text(m.Unit)
}
