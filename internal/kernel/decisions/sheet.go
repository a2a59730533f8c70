// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package decisions

import (
	"fmt"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// The heads of a sheet: "Nếu số trang", "Thì mức thu", "Ghi chú", "Căn cứ". Below a line
// "Trường hợp" stand the cases, under the same heads.
const (
	headIf    = "Nếu "
	headThen  = "Thì "
	headNote  = "Ghi chú"
	headLegal = "Căn cứ"
	headCases = "Trường hợp"
)

// Sheet writes the rows and the cases of a table as officials edit them.
func (d Decision) Sheet() [][]string {
	var head []string
	for _, c := range d.Inputs {
		head = append(head, headIf+c.Label.VI)
	}
	for _, c := range d.Outputs {
		head = append(head, headThen+c.Label.VI)
	}
	all := [][]string{append(head, headNote, headLegal)}
	for _, r := range d.Rows {
		all = append(all, append(append(slices.Clone(r.When), r.Then...), r.Note.VI, r.Legal))
	}
	if len(d.Cases) > 0 {
		all = append(all, []string{headCases})
	}
	for _, one := range d.Cases {
		line := []string{}
		for _, c := range d.Inputs {
			line = append(line, one.Given[c.Key])
		}
		for _, c := range d.Outputs {
			line = append(line, one.Want[c.Key])
		}
		all = append(all, append(line, one.Name))
	}
	return all
}

// ReadSheet returns the decision with the rows and cases of a sheet. Columns
// may stand in any order, with stray spaces and in any case; blank lines are
// left out. Mistakes are named by cell, as B3.
func (d Decision) ReadSheet(cells [][]string) (Decision, []errs.Field) {
	var found []errs.Field
	add := func(line, column int, code string, args map[string]any) {
		found = append(found, errs.Field{Name: CellName(line, column), Code: code, Args: args})
	}
	first := slices.IndexFunc(cells, func(line []string) bool { return !blank(line) })
	if first < 0 {
		add(0, 0, "decisions.sheet_empty", nil)
		return d, found
	}
	at := map[string]int{} // by the key of the column, note and legal with a space before
	for j, head := range cells[first] {
		key := d.headKey(head)
		if _, twice := at[key]; key != "" && twice {
			add(first, j, "decisions.sheet_twice", map[string]any{"head": clean(head)})
		}
		if key == "" && clean(head) != "" {
			add(first, j, "decisions.sheet_head", map[string]any{"head": clean(head)})
		}
		at[key] = j
	}
	for _, c := range slices.Concat(d.Inputs, d.Outputs) {
		if _, there := at[c.Key]; !there {
			add(first, 0, "decisions.sheet_lacks", map[string]any{"head": c.Label.VI})
		}
	}
	if len(found) > 0 {
		return d, found
	}
	d.Rows, d.Cases = nil, nil
	inCases := false
	var lines []int // of the rows
	for i := first + 1; i < len(cells); i++ {
		line := cells[i]
		cell := func(key string) string {
			j, there := at[key]
			if !there || j >= len(line) {
				return ""
			}
			return clean(line[j])
		}
		switch {
		case blank(line):
		case text.Fold(clean(line[0])) == text.Fold(headCases):
			inCases = true
		case inCases:
			one := Case{Name: cell(" note"), Given: map[string]string{}, Want: map[string]string{}}
			for _, c := range d.Inputs {
				one.Given[c.Key] = cell(c.Key)
			}
			for _, c := range d.Outputs {
				one.Want[c.Key] = cell(c.Key)
			}
			if one.Name == "" {
				one.Name = CellName(i, 0)
			}
			d.Cases = append(d.Cases, one)
		default:
			r := Row{Note: i18n.Text{VI: cell(" note")}, Legal: cell(" legal")}
			for _, c := range d.Inputs {
				r.When = append(r.When, cell(c.Key))
			}
			for _, c := range d.Outputs {
				r.Then = append(r.Then, cell(c.Key))
			}
			d.Rows = append(d.Rows, r)
			lines = append(lines, i)
		}
	}
	return d, append(found, d.wrongCells(at, lines)...)
}

// wrongCells returns the mistakes of a table, those of cells by their place.
func (d Decision) wrongCells(at map[string]int, lines []int) (found []errs.Field) {
	for _, f := range Check(d) {
		var row, column int
		if n, _ := fmt.Sscanf(f.Name, "rows[%d].when[%d]", &row, &column); n == 2 {
			f.Name = CellName(lines[row], at[d.Inputs[column].Key])
		} else if n, _ := fmt.Sscanf(f.Name, "rows[%d].then[%d]", &row, &column); n == 2 {
			f.Name = CellName(lines[row], at[d.Outputs[column].Key])
		}
		found = append(found, f)
	}
	return found
}

// headKey returns the key of the column that a head names, " note" or " legal",
// or nothing.
func (d Decision) headKey(head string) string {
	folded := text.Fold(head)
	switch folded {
	case text.Fold(headNote):
		return " note"
	case text.Fold(headLegal):
		return " legal"
	}
	for prefix, columns := range map[string][]Column{text.Fold(headIf): d.Inputs, text.Fold(headThen): d.Outputs} {
		for _, c := range columns {
			label := text.Fold(c.Label.VI)
			if folded == label || folded == prefix+" "+label || folded == c.Key || folded == prefix+" "+c.Key {
				return c.Key
			}
		}
	}
	return ""
}

// CellName names a cell as sheets do: line 0, column 0 is A1.
func CellName(line, column int) string {
	letters := ""
	for n := column + 1; n > 0; n = (n - 1) / 26 {
		letters = string(rune('A'+(n-1)%26)) + letters
	}
	return fmt.Sprint(letters, line+1)
}

func clean(s string) string { return strings.Join(strings.Fields(s), " ") }

func blank(line []string) bool {
	return !slices.ContainsFunc(line, func(s string) bool { return clean(s) != "" })
}
