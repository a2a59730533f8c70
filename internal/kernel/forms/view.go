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
	Refreshes    bool // an expression reads this answer: the page may change when it does

	Parts    []FieldView // of a person, an organisation or a document
	Rows     []RowView   // of a group
	RowName  Words       // what one row is called; empty where nobody said
	Most     int         // rows; with so many there is no button to add one
	Computed bool        // nobody types it: Value is for people, and Why says how it comes about
	Why      Words
	Ask      *Question    // what is asked about the warning
	Address  *AddressView // nil where the installation has no table of communes
	Search   bool         // Choices are too many for a list: they are offered while one types
}

// RowView is one row of a group.
type RowView struct {
	ID          string // of its heading
	Number      int    // from 1
	First, Last bool
	Fields      []FieldView
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
	state := f.state(a)
	for _, field := range step.Fields {
		if state.shown[field.Key] {
			v.Fields = append(v.Fields, f.viewField(state, "", field, l, w, result))
		}
	}
	v.Problems = gatherProblems(nil, v.Fields)
	return v, true
}

// viewField shows a field of the form or of a row; prefix stands before its name.
func (f *Form) viewField(s *state, prefix string, field Field, l i18n.Lang, w World, result *Result) FieldView {
	key, answer := field.Key, s.answer(field)
	field.Key = prefix + key
	v := field.view(answer, l, w)
	v.Refreshes = f.readers[key]
	if field.Type == Group {
		for i, row := range s.rows[key] {
			rv := RowView{ID: key + "-" + strconv.Itoa(i+1), Number: i + 1, First: i == 0, Last: i+1 == len(s.rows[key])}
			for _, one := range field.Fields {
				if row.shown[one.Key] {
					rv.Fields = append(rv.Fields, f.viewField(row, rowPrefix(key, i), one, l, w, result))
				}
			}
			v.Rows = append(v.Rows, rv)
		}
	}
	if given, _ := answer.(map[string]string); field.Type.block() {
		for _, p := range field.parts() {
			one := given[p.Key]
			p.Key = part(field.Key, p.Key)
			var said any
			if one != "" {
				said = one
			}
			pv := p.view(said, l, w)
			pv.Refreshes = v.Refreshes
			pv.mark(result)
			v.Parts = append(v.Parts, pv)
		}
	}
	v.mark(result)
	return v
}

// mark notes what is wrong or doubtful about the field itself.
func (v *FieldView) mark(result *Result) {
	if result == nil {
		return
	}
	v.Error = find(result.Errors, v.Key)
	if i := slices.IndexFunc(result.Warnings, func(w errs.Field) bool { return w.Name == v.Key }); i >= 0 {
		for k := i; k < len(result.Questions); k++ { // one that is open comes first
			if q := result.Questions[k]; q.Name == v.Key && !q.Sure {
				i = k
				break
			}
		}
		v.Warning = &result.Warnings[i]
		if i < len(result.Questions) {
			v.Ask = &result.Questions[i]
		}
	}
}

// gatherProblems lists the errors of fields, of their parts and of their rows, in
// the order of the page; Name becomes the input to go to.
func gatherProblems(all []errs.Field, fields []FieldView) []errs.Field {
	for _, v := range fields {
		if v.Error != nil {
			to := *v.Error
			to.Name = v.Focus()
			all = append(all, to)
		}
		all = gatherProblems(all, v.Parts)
		for _, row := range v.Rows {
			all = gatherProblems(all, row.Fields)
		}
	}
	return all
}

// Focus returns the id of the first input of the field, to which the error
// summary leads.
func (v FieldView) Focus() string {
	switch {
	case len(v.Inputs) > 0:
		return v.Inputs[0].Name
	case len(v.Parts) > 0:
		return v.Parts[0].Focus()
	case (v.Type == Radios || v.Type == YesNo || v.Type == Checkboxes) && len(v.Choices) > 0:
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

// listLimit is how many entries of a catalogue stand in a list; of more, some are
// offered while one types.
const listLimit = 15

func (f Field) view(answer any, l i18n.Lang, w World) FieldView {
	v := FieldView{
		Key: f.Key, Type: f.Type, Label: in(f.Label, l), Hint: in(f.Hint, l),
		Required: f.Required, Width: f.Width, Value: f.asTyped(answer),
	}
	if f.Compute != "" {
		v.Computed, v.Why, v.Value = true, in(f.Why, l), f.words(answer, new(i18n.Catalogue).Printer(l), w)
		return v
	}
	options := f.options()
	switch f.Type {
	case Group:
		v.RowName, v.Most, v.Value = in(f.Row, l), f.most(), ""
		return v
	case Person, Organisation, Document:
		v.Value = ""
		return v
	case Year:
		v.InputMode, v.Width = "numeric", 4
	case Code:
		v.Search = len(options) > listLimit
		if i := f.option(v.Value); v.Search && i < len(options) {
			v.Value = in(options[i].Label, l).Text
		}
	case Line, Paragraphs:
		v.MaxLength = f.most()
	case Day, PartialDay:
		v.Inputs = dayInputs(f.Key, v.Value)
		v.InputMode = "numeric"
	case Address:
		parts, _ := answer.(map[string]string)
		v.Value = ""
		if v.Address = f.address(answer, l, w); v.Address != nil {
			v.Inputs = []Input{{f.Key + searchInput, Commune, v.Address.Search}, {f.Key + lineInput, Detail, v.Address.Line}}
			return v
		}
		v.Inputs = []Input{
			{f.Key + communeInput, Commune, parts[Commune]},
			{f.Key + detailInput, Detail, parts[Detail]},
		}
		options = w.Units
		answer = parts[Commune]
	case Unit:
		options = w.Units
	case PersonNumber, TaxCode, Money, Number, Insurance:
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
