// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// All asks Validate for every step.
const All = ""

// How long an answer may be where the definition does not say.
const (
	lineLimit       = 200
	paragraphsLimit = 4000
	filesLimit      = 20
)

// Result is what Validate found, in form order. Warnings do not stop anybody:
// the law does not let us be sure.
type Result struct {
	Errors    []errs.Field
	Warnings  []errs.Field
	Questions []Question // one for each warning, in the same order
}

// Validate checks the answers to one step, or to All. Questions that are not
// asked are not checked.
func (f *Form) Validate(a Answers, stepID string, w World) Result {
	v := &validation{form: f, state: f.state(a), answers: a, world: w, births: f.birthdays(), wrong: map[string]bool{}}
	for _, step := range f.def.Steps {
		if stepID != All && stepID != step.ID {
			continue
		}
		for _, field := range step.Fields {
			if v.state.shown[field.Key] {
				v.field(v.state, "", field)
			}
		}
	}
	for _, rule := range f.rules {
		if stepID == All || stepID == f.def.Steps[f.stepOf[rule.Field]].ID {
			v.rule(rule)
		}
	}
	v.sort()
	return v.Result
}

// Submit returns the answers that are sent: those to questions that are asked,
// worked out anew, with what is wrong with them. Rows in which nothing is
// answered are not sent.
func (f *Form) Submit(a Answers, w World) (Answers, Result) {
	s := f.state(a)
	kept := Answers{}
	for _, step := range f.def.Steps {
		s.keep(kept, step.Fields)
	}
	if sure, ok := a[SureKey].([]string); ok {
		kept[SureKey] = sure
	}
	f.settle(kept, w)
	r := f.Validate(kept, All, w)
	kept.onlyAsked(r.Questions)
	return kept, r
}

func (s *state) keep(kept Answers, fields []Field) {
	for _, field := range fields {
		if !s.shown[field.Key] {
			continue
		}
		if field.Type != Group {
			if v := field.normal(s.answer(field)); v != nil {
				kept[field.Key] = v
			}
			continue
		}
		var rows []Answers
		for _, row := range s.rows[field.Key] {
			one := Answers{}
			row.keep(one, field.Fields)
			if len(one) > len(row.worked) { // more than what is worked out of nothing
				rows = append(rows, one)
			}
		}
		if len(rows) > 0 {
			kept[field.Key] = rows
		}
	}
}

func required(f Field) string {
	if f.Type.chooses() {
		return "form.choose"
	}
	switch {
	case f.Type == File:
		return "form.no_file"
	case f.Type == Group:
		return "form.no_rows"
	case f.Compute != "":
		return "form.not_computed"
	}
	return "form.required"
}

func problem(code string, args ...any) *errs.Field {
	p := &errs.Field{Code: code}
	for i := 0; i+1 < len(args); i += 2 {
		if p.Args == nil {
			p.Args = map[string]any{}
		}
		p.Args[fmt.Sprint(args[i])] = args[i+1]
	}
	return p
}

// check returns what is wrong with an answer, or nil.
func (f Field) check(v any, w World) *errs.Field {
	switch v := v.(type) {
	case string:
		return f.checkText(v, w)
	case int64:
		if f.Type != Money && (f.Type != Number || f.Decimals > 0) {
			return problem("form.wrong_shape")
		}
		return f.checkValue(float64(v))
	case []string:
		return f.checkList(v, w)
	case map[string]string:
		return f.checkAddress(v, w)
	case []Answers:
		return f.checkRows(v)
	}
	return problem("form.wrong_shape")
}

// checkRows counts the rows; what stands in them is checked by itself.
func (f Field) checkRows(rows []Answers) *errs.Field {
	least, _ := strconv.Atoi(string(f.Min)) // Check has read it
	switch {
	case f.Type != Group:
		return problem("form.wrong_shape")
	case len(rows) > f.most():
		return problem("form.fewer_rows", "max", f.most())
	case len(rows) < least:
		return problem("form.more_rows", "min", least)
	}
	return nil
}

// unreadable are the codes for text that is not what a field takes.
func unreadable(t Type) string {
	switch t {
	case Day, PartialDay:
		return "form.not_a_date"
	case PersonNumber:
		return "form.person_number"
	case Year:
		return "form.not_a_year"
	case Code:
		return "form.not_in_catalogue"
	case Insurance:
		return "form.insurance_number"
	case Card:
		return "form.health_card"
	case TaxCode:
		return "form.tax_code"
	case Phone:
		return "form.phone"
	case Email:
		return "form.email"
	case Money:
		return "form.not_money"
	case Number:
		return "form.not_a_number"
	default: // the others take any text
	}
	return "form.wrong_shape"
}

func (f Field) checkText(s string, w World) *errs.Field {
	if got, ok := f.parse(s); !ok || got != s {
		return problem(unreadable(f.Type))
	}
	switch f.Type {
	case Line, Paragraphs:
		return f.checkLength(s)
	case Radios, Select, YesNo:
		if f.option(s) == len(f.options()) {
			return problem("form.choose")
		}
	case Day, PartialDay, Year:
		return f.checkDay(s, w)
	case Number:
		n, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return problem("form.not_a_number")
		}
		return f.checkValue(n)
	case Unit:
		if w.Unit == nil {
			return problem("form.unit")
		}
		if _, ok := w.Unit(s); !ok {
			return problem("form.unit")
		}
	case Checkboxes, File, Address, Person, Organisation, Document, Group:
		return problem("form.wrong_shape")
	default: // nothing is special about the others
	}
	return nil
}

func (f Field) checkLength(s string) *errs.Field {
	most := f.most()
	least, _ := strconv.Atoi(string(f.Min)) // Check has read it
	switch n := utf8.RuneCountInString(s); {
	case n > most:
		return problem("form.too_long", "max", most, "over", n-most)
	case n < least:
		return problem("form.too_short", "min", least)
	}
	if f.Type == Line && strings.Contains(s, "\n") {
		return problem("form.one_line")
	}
	if f.Pattern != "" && !regexp.MustCompile(`^(?:`+f.Pattern+`)$`).MatchString(s) {
		return problem("form.pattern")
	}
	return nil
}

// most returns how many characters or files a field takes.
func (f Field) most() int {
	if n, err := strconv.Atoi(string(f.Max)); err == nil {
		return n
	}
	switch f.Type {
	case Paragraphs:
		return paragraphsLimit
	case File:
		return filesLimit
	case Group:
		return maxRows
	default: // nothing is special about the others
	}
	return lineLimit
}

func (f Field) checkValue(n float64) *errs.Field {
	if least, _ := f.bound(f.Min); f.Min != "" && n < least {
		return problem("form.too_small", "min", string(f.Min))
	}
	if most, _ := f.bound(f.Max); f.Max != "" && n > most {
		return problem("form.too_big", "max", string(f.Max))
	}
	return nil
}

// checkDay compares as far as the date is known: a year may be that of the bound.
func (f Field) checkDay(s string, w World) *errs.Field {
	least, most := f.day(f.Min, w), f.day(f.Max, w)
	if least != "" && s < least[:min(len(s), len(least))] {
		return problem("form.too_early", "min", asPeopleWrite(least))
	}
	if most != "" && s > most[:min(len(s), len(most))] {
		if f.Max == today {
			return problem("form.in_future")
		}
		return problem("form.too_late", "max", asPeopleWrite(most))
	}
	return nil
}

func (f Field) day(b Bound, w World) string {
	if b == today {
		return w.Today.String()
	}
	return string(b)
}

func (f Field) checkList(list []string, w World) *errs.Field {
	least, _ := strconv.Atoi(string(f.Min)) // Check has read it
	switch f.Type {
	case Checkboxes:
		for _, v := range list {
			if f.option(v) == len(f.Options) {
				return problem("form.choose")
			}
		}
		if f.Max != "" && len(list) > f.most() {
			return problem("form.choose_fewer", "max", f.most())
		}
		if len(list) < least {
			return problem("form.choose_more", "min", least)
		}
		return nil
	case File:
		if len(list) > f.most() {
			return problem("form.fewer_files", "max", f.most())
		}
		if len(list) < least {
			return problem("form.more_files", "min", least)
		}
		for _, v := range list {
			known := id.Valid(v)
			if w.File != nil && known {
				_, known = w.File(v)
			}
			if !known {
				return problem("form.no_such_file")
			}
		}
		return nil
	default: // nothing is special about the others
	}
	return problem("form.wrong_shape")
}
