// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms

import (
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/errs"
)

// Words is a text with the language it is really in, so that a page can mark
// Vietnamese among English.
type Words struct {
	Text string
	Lang i18n.Lang
}

// StepView is a step as a page shows it, whatever the page is made of.
type StepView struct {
	ID       string
	Title    Words
	Hint     Words
	Fields   []FieldView
	Problems []errs.Field // of this step, for the error summary; Name is the id of the input to go to
	Next     string       // id of the step after; none on the last one
	Back     string       // id of the step before; none on the first one
	Number   int          // from 1, among the steps that are asked
	Of       int
}

// Input is one input of a field that has several.
type Input struct {
	Name  string // also its id
	Part  string // "day", "month", "year", "commune", "detail"
	Value string
}

// Choice is one option with whether it is chosen.
type Choice struct {
	ID      string
	Value   string
	Label   Words
	Checked bool
}

// FieldView is a field as a page shows it. Key is the name of its input and,
// where it has one, its id.
type FieldView struct {
	Key          string
	Type         Type
	Label        Words
	Hint         Words
	Value        string   // as it was typed or would be
	Values       []string // of checkboxes and files
	Inputs       []Input  // of dates and addresses
	Choices      []Choice // of radios, checkboxes and selects, and the units to choose from
	Required     bool
	Width        int // characters; 0 means the whole line
	MaxLength    int // of a text; 0 means none
	InputMode    string
	Autocomplete string
	From         string // where its answer comes from, in words; empty where somebody typed it
	Error        *errs.Field
	Warning      *errs.Field
	Refreshes    bool // a condition reads this answer: the page may change when it does
}

// View returns a step as it is asked with these answers. With result nil
// nothing is marked as wrong; a page that is shown for the first time blames
// nobody.
func (f *Form) View(a Answers, stepID string, l i18n.Lang, w World, result *Result) (StepView, bool) {
	step, ok := f.def.step(stepID)
	if !ok {
		return StepView{}, false
	}
	v := StepView{ID: step.ID, Title: in(step.Title, l), Hint: in(step.Hint, l)}
	ids := f.Steps(a)
	v.Of = len(ids)
	for i, id := range ids {
		if id != stepID {
			continue
		}
		v.Number = i + 1
		if i > 0 {
			v.Back = ids[i-1]
		}
		if i+1 < len(ids) {
			v.Next = ids[i+1]
		}
	}
	shown := f.Visible(a)
	for _, field := range step.Fields {
		if !shown[field.Key] {
			continue
		}
		fv := field.view(a[field.Key], l, w)
		fv.Refreshes = f.readers[field.Key]
		if result != nil {
			fv.Error = find(result.Errors, field.Key)
			fv.Warning = find(result.Warnings, field.Key)
		}
		if fv.Error != nil {
			to := *fv.Error
			to.Name = fv.Focus()
			v.Problems = append(v.Problems, to)
		}
		v.Fields = append(v.Fields, fv)
	}
	return v, true
}

// Focus returns the id of the first input of the field, to which the error
// summary leads.
func (v FieldView) Focus() string {
	switch {
	case len(v.Inputs) > 0:
		return v.Inputs[0].Name
	case (v.Type == Radios || v.Type == Checkboxes) && len(v.Choices) > 0:
		return v.Choices[0].ID
	}
	return v.Key
}

func in(t Text, l i18n.Lang) Words {
	words, really := t.In(l)
	return Words{words, really}
}

func find(list []errs.Field, key string) *errs.Field {
	for _, p := range list {
		if p.Name == key {
			return &p
		}
	}
	return nil
}

func (f Field) view(answer any, l i18n.Lang, w World) FieldView {
	v := FieldView{
		Key: f.Key, Type: f.Type, Label: in(f.Label, l), Hint: in(f.Hint, l),
		Required: f.Required, Width: f.Width, Value: f.typed(answer),
	}
	options := f.Options
	switch f.Type {
	case Line, Paragraphs:
		v.MaxLength = f.most()
	case Day, PartialDay:
		v.Inputs = dayInputs(f.Key, v.Value)
		v.InputMode = "numeric"
	case Address:
		parts, _ := answer.(map[string]string)
		v.Value = ""
		v.Inputs = []Input{
			{f.Key + communeInput, Commune, parts[Commune]},
			{f.Key + detailInput, Detail, parts[Detail]},
		}
		options = w.Units
		answer = parts[Commune]
	case Unit:
		options = w.Units
	case PersonNumber, TaxCode, Money, Number:
		v.InputMode = "numeric"
		if f.Decimals > 0 {
			v.InputMode = "decimal"
		}
	case Phone:
		v.InputMode, v.Autocomplete = "tel", "tel"
	case Email:
		v.InputMode, v.Autocomplete = "email", "email"
	default: // nothing is special about the others
	}
	if list, ok := answer.([]string); ok {
		v.Values, v.Value = list, ""
	}
	for i, o := range options {
		v.Choices = append(v.Choices, Choice{
			ID: choiceID(f.Key, i), Value: o.Value, Label: in(o.Label, l), Checked: chosen(answer, o.Value),
		})
	}
	return v
}

// choiceID is the id of an option: the first has the key, as the error summary
// expects.
func choiceID(key string, i int) string {
	if i == 0 {
		return key
	}
	return key + "-" + strconv.Itoa(i+1)
}

func chosen(answer any, value string) bool {
	switch answer := answer.(type) {
	case string:
		return answer == value
	case []string:
		return slices.Contains(answer, value)
	}
	return false
}

// dayInputs takes a kept date or what was typed apart again.
func dayInputs(key, value string) []Input {
	var day, month, year string
	if iso, ok := parseDay(value, true); ok {
		part := append(strings.Split(iso, "-"), "", "")
		year, month, day = part[0], strings.TrimLeft(part[1], "0"), strings.TrimLeft(part[2], "0")
	} else if part := strings.SplitN(value, "/", 3); len(part) == 3 {
		day, month, year = part[0], part[1], part[2]
	} else if len(part) == 2 {
		month, year = part[0], part[1]
	} else {
		year = value
	}
	return []Input{
		{key + dayInput, "day", day},
		{key + monthInput, "month", month},
		{key + yearInput, "year", year},
	}
}
