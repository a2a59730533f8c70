// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package decisionedit

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/decisions"
	"tinhso.vn/internal/modules/authoring/internal/core/tree"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/yaml"
)

// Run is an example with what the table says of it.
type Run struct {
	Case   decisions.Case
	Right  bool
	Code   string            // what is wrong where there is no result
	Got    map[string]string // by output, as it stands in a cell
	Result decisions.Result  // zero where there is none
}

// RunAll decides every example of a table. ready is false where cells cannot be
// read; then nothing was decided.
func RunAll(d decisions.Decision) (runs []Run, ready bool) {
	t, _ := decisions.Draft(d)
	if t == nil {
		return nil, false
	}
	for _, c := range d.Cases {
		runs = append(runs, Try(t, c))
	}
	return runs, true
}

// Try decides one example.
func Try(t *decisions.Table, c decisions.Case) Run {
	r := Run{Case: c, Got: map[string]string{}}
	given, err := t.Given(c.Given)
	if err == nil {
		r.Result, err = t.Decide(given)
	}
	if err != nil {
		r.Code = "decisions.given"
		if e, ok := errors.AsType[*errs.Error](err); ok {
			r.Code = e.Code
		}
		r.Result = decisions.Result{}
		return r
	}
	r.Right = len(c.Want) > 0
	for _, column := range t.Outputs {
		r.Got[column.Key] = column.Written(r.Result.Out[column.Key])
		if want, said := c.Want[column.Key]; said && !same(want, r.Got[column.Key], column) {
			r.Right = false
		}
	}
	return r
}

// same reports whether two cells mean the same value: 150.000 and 150000, the
// value of an option and its words.
func same(a, b string, c decisions.Column) bool { return plain(a, c) == plain(b, c) }

func plain(s string, c decisions.Column) string {
	s = strings.ToLower(strings.Join(strings.Fields(s), " "))
	switch c.Type {
	case decisions.Number, decisions.Money:
		return strings.ReplaceAll(strings.ReplaceAll(s, ".", ""), " ", "")
	case decisions.YesNo:
		if slices.Contains([]string{"true", "yes", "có"}, s) {
			return "có"
		}
		return "không"
	case decisions.Choice:
		for _, o := range c.Options {
			if strings.ToLower(o.Label.VI) == s || strings.ToLower(o.Value) == s {
				return o.Value
			}
		}
	case decisions.Text:
	}
	return s
}

// MaxFile is how large a sheet may be, in bytes.
const MaxFile = 2 << 20

// ReadFile puts the rows and examples of a sheet (XLSX, CSV) in the place of
// those of a table. Nothing is taken where one cell is wrong.
func ReadFile(item tree.Item, data []byte) (tree.Item, []errs.Field) {
	if len(data) > MaxFile {
		return tree.Item{}, []errs.Field{{Name: "file", Code: "steptable.too_large"}}
	}
	d, err := Read(item)
	if err != nil {
		return tree.Item{}, []errs.Field{{Name: "file", Code: "authoring.edit.shape"}}
	}
	tables, err := sheet.Read(data)
	if err != nil {
		for known, code := range map[error]string{
			sheet.ErrOld: "steptable.old_file", sheet.ErrTooLarge: "steptable.too_large", sheet.ErrNotText: "steptable.encoding", sheet.ErrUnread: "steptable.unreadable",
		} {
			if errors.Is(err, known) {
				return tree.Item{}, []errs.Field{{Name: "file", Code: code}}
			}
		}
		return tree.Item{}, []errs.Field{{Name: "file", Code: "steptable.unreadable"}}
	}
	var cells [][]string
	for _, t := range tables {
		if len(t.Rows) > 0 && cells == nil {
			cells = t.Rows
		}
	}
	for _, line := range cells {
		for j, cell := range line { // a sheet program was kept from running it as a formula
			if rest, ok := strings.CutPrefix(cell, "'"); ok && sheet.Harmless(rest) == cell {
				line[j] = rest
			}
		}
	}
	read, wrong := d.ReadSheet(cells)
	// A table in work may have gaps and examples that come out wrong: they are listed, not refused.
	wrong = slices.DeleteFunc(wrong, func(f errs.Field) bool {
		return slices.Contains([]string{"decisions.gap", "decisions.overlap", "decisions.no_answer_for", "decisions.case_wrong", "decisions.case_none", "decisions.case_given"}, f.Code)
	})
	if len(wrong) > 0 {
		return tree.Item{}, wrong
	}
	item = item.Clone()
	old := tree.List(item.Root(), "rows")
	rows := tree.Sequence()
	for i, r := range read.Rows {
		n := tree.Mapping()
		if i < len(old) {
			n = tree.Copy(old[i])
		}
		put(n, "when", r.When)
		put(n, "then", r.Then)
		note := tree.Words{VI: r.Note.VI}
		if now := tree.GetWords(n, "note"); now.VI == note.VI {
			note = now
		}
		tree.PutWords(n, "note", note)
		tree.PutText(n, "legal", r.Legal)
		rows.Content = append(rows.Content, n)
	}
	tree.Put(item.Root(), "rows", rows)
	cases := tree.Sequence()
	for _, c := range read.Cases {
		n := tree.Mapping()
		tree.PutText(n, "name", c.Name)
		for part, columns := range map[string][]decisions.Column{"given": d.Inputs, "want": d.Outputs} {
			values := tree.Mapping()
			values.Style = yaml.FlowStyle
			for _, column := range columns {
				v := c.Given[column.Key]
				if part == "want" {
					v = c.Want[column.Key]
				}
				if v != "" {
					tree.Put(values, column.Key, quoted(v))
				}
			}
			tree.Put(n, part, values)
		}
		cases.Content = append(cases.Content, n)
	}
	if len(cases.Content) == 0 {
		cases = nil
	}
	tree.Put(item.Root(), "cases", cases)
	return item, nil
}

func put(n *tree.Node, name string, cells []string) {
	if slices.Equal(tree.Texts(n, name), cells) {
		return
	}
	list := tree.Sequence()
	list.Style = yaml.FlowStyle
	for _, c := range cells {
		list.Content = append(list.Content, quoted(c))
	}
	tree.Put(n, name, list)
}

// XLSX writes rows and examples as a sheet that ReadFile reads again.
func XLSX(d decisions.Decision) ([]byte, error) {
	lines := d.Sheet()
	columns := make([]sheet.Column, len(lines[0]))
	for i, head := range lines[0] {
		columns[i] = sheet.Column{Title: head, Width: 24}
	}
	rows := make([][]any, 0, len(lines))
	for _, line := range lines[1:] {
		row := make([]any, len(line))
		for i, cell := range line {
			row[i] = cell // a text: no program takes it for a formula
		}
		rows = append(rows, row)
	}
	var out bytes.Buffer
	err := sheet.WriteXLSX(&out, "Bảng quyết định", columns, rows)
	return out.Bytes(), err
}

// CSV writes the same as a text.
func CSV(d decisions.Decision) ([]byte, error) {
	var out bytes.Buffer
	err := sheet.WriteCSV(&out, d.Sheet())
	return out.Bytes(), err
}
