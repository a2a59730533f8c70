// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/platform/errs"
)

// rowsInput is what follows the key of a group in the name of the input that
// says how many rows a page shows.
const rowsInput = "-rows"

// EditInput is the name of the button that changes the rows of a group. Its
// value is the key, what to do and, but for Add, the row counted from 1:
// "members up 2".
const EditInput = "edit"

// What a button does with rows.
const (
	AddRow    = "add"
	RemoveRow = "remove"
	RowUp     = "up"
	RowDown   = "down"
)

// rowsFromInputs reads the rows a page showed. An empty row stays: it was added
// to be filled in.
func (f Field) rowsFromInputs(sent url.Values) any {
	count, err := strconv.Atoi(sent.Get(f.Key + rowsInput))
	if err != nil || count < 1 {
		return nil
	}
	rows := make([]Answers, 0, min(count, maxRows))
	for i := range min(count, maxRows) {
		row := Answers{}
		for _, one := range f.Fields {
			key := one.Key
			one.Key = rowPrefix(f.Key, i) + key
			if one.typed() {
				if v := one.fromInputs(sent); v != nil {
					row[key] = v
				}
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// rowsFromJSON reads rows as programs send them, with all their mistakes.
func (f Field) rowsFromJSON(v any) (rows []Answers, wrong []errs.Field) {
	list, ok := v.([]any)
	if v == nil {
		return nil, nil
	}
	if !ok {
		return nil, []errs.Field{{Name: f.Key, Code: "form.wrong_shape"}}
	}
	if len(list) > maxRows {
		return nil, []errs.Field{{Name: f.Key, Code: "form.fewer_rows", Args: map[string]any{"max": maxRows}}}
	}
	for i, one := range list {
		prefix := rowPrefix(f.Key, i)
		sent, ok := one.(map[string]any)
		if !ok {
			wrong = append(wrong, errs.Field{Name: strings.TrimSuffix(prefix, "-"), Code: "form.wrong_shape"})
			continue
		}
		row := Answers{}
		for _, key := range slices.Sorted(maps.Keys(sent)) {
			k := slices.IndexFunc(f.Fields, func(field Field) bool { return field.Key == key })
			if k < 0 {
				wrong = append(wrong, errs.Field{Name: prefix + key, Code: "form.unknown_field"})
				continue
			}
			v, ok := f.Fields[k].fromJSON(sent[key])
			if !ok {
				wrong = append(wrong, errs.Field{Name: prefix + key, Code: "form.wrong_shape"})
			} else if v = f.Fields[k].normal(v); v != nil {
				row[key] = v
			}
		}
		rows = append(rows, row)
	}
	return rows, wrong
}

func (f Field) normalRows(rows []Answers) any {
	var all []Answers
	for _, row := range rows {
		kept := Answers{}
		for _, one := range f.Fields {
			if v := one.normal(row[one.Key]); v != nil {
				kept[one.Key] = v
			}
		}
		all = append(all, kept)
	}
	if len(all) == 0 {
		return nil
	}
	return all
}

// Edit does what a button of a group asks for and returns the answers with the
// name of the input to go to. What is not possible, such as a row beyond the
// most, is not done; ok is false where the step has no such button.
func (f *Form) Edit(a Answers, stepID, button string) (out Answers, focus string, ok bool) {
	word := strings.Fields(button)
	step, _ := f.def.step(stepID)
	i := -1
	if len(word) > 1 {
		i = slices.IndexFunc(step.Fields, func(field Field) bool { return field.Type == Group && field.Key == word[0] })
	}
	if i < 0 {
		return a, "", false
	}
	group, row := step.Fields[i], 0
	if len(word) > 2 {
		row, _ = strconv.Atoi(word[2]) // zero is no row
	}
	given, _ := a[group.Key].([]Answers)
	rows := slices.Clone(given)
	inside := row >= 1 && row <= len(rows)
	switch {
	case word[1] == AddRow && len(rows) < group.most():
		rows = append(rows, Answers{})
		row = len(rows)
	case word[1] == RemoveRow && inside:
		rows = slices.Delete(rows, row-1, row)
		row = min(row, len(rows))
	case word[1] == RowUp && inside && row > 1:
		rows[row-1], rows[row-2] = rows[row-2], rows[row-1]
		row--
	case word[1] == RowDown && inside && row < len(rows):
		rows[row-1], rows[row] = rows[row], rows[row-1]
		row++
	}
	out = maps.Clone(a)
	if out == nil {
		out = Answers{}
	}
	if len(rows) == 0 {
		delete(out, group.Key)
		return f.Compute(out), group.Key, true
	}
	out[group.Key] = rows
	return f.Compute(out), group.Key + "-" + strconv.Itoa(min(max(row, 1), len(rows))), true
}
