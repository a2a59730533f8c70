// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms

import (
	"fmt"
	"regexp"
	"slices"
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
	Errors   []errs.Field
	Warnings []errs.Field
}

// Validate checks the answers to one step, or to All. Questions that are not
// asked are not checked.
func (f *Form) Validate(a Answers, stepID string, w World) Result {
	var r Result
	shown := f.Visible(a)
	for _, s := range f.def.Steps {
		if stepID != All && stepID != s.ID {
			continue
		}
		for _, field := range s.Fields {
			if !shown[field.Key] {
				continue
			}
			v, has := a[field.Key]
			if !has || v == nil {
				if field.Required {
					r.Errors = append(r.Errors, errs.Field{Name: field.Key, Code: required(field)})
				}
				continue
			}
			if problem := field.check(v, w); problem != nil {
				problem.Name = field.Key
				r.Errors = append(r.Errors, *problem)
				continue
			}
			if field.Type == PersonNumber {
				r.Warnings = append(r.Warnings, f.doubts(field, a, shown, w)...)
			}
		}
	}
	return r
}

// Submit returns the answers that are sent: those to questions that are asked,
// with what is wrong with them.
func (f *Form) Submit(a Answers, w World) (Answers, Result) {
	kept := Answers{}
	for key := range f.Visible(a) {
		if v := f.byKey[key].normal(a[key]); v != nil {
			kept[key] = v
		}
	}
	return kept, f.Validate(kept, All, w)
}

func required(f Field) string {
	if f.Type.chooses() {
		return "form.choose"
	}
	if f.Type == File {
		return "form.no_file"
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
	}
	return problem("form.wrong_shape")
}

// unreadable are the codes for text that is not what a field takes.
func unreadable(t Type) string {
	switch t {
	case Day, PartialDay:
		return "form.not_a_date"
	case PersonNumber:
		return "form.person_number"
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
	case Radios, Select:
		if f.option(s) == len(f.Options) {
			return problem("form.choose")
		}
	case Day, PartialDay:
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
	case Checkboxes, File, Address:
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

func (f Field) checkAddress(parts map[string]string, w World) *errs.Field {
	if f.Type != Address {
		return problem("form.wrong_shape")
	}
	switch {
	case parts[Commune] == "":
		return problem("form.no_commune")
	case w.Unit == nil:
		return problem("form.unit")
	case utf8.RuneCountInString(parts[Detail]) > lineLimit:
		return problem("form.too_long", "max", lineLimit, "over", utf8.RuneCountInString(parts[Detail])-lineLimit)
	}
	if _, ok := w.Unit(parts[Commune]); !ok {
		return problem("form.unit")
	}
	return nil
}

// doubts returns what a personal number says that other answers do not. The
// number has no check digit, so this is a warning.
func (f *Form) doubts(field Field, a Answers, shown map[string]bool, w World) (all []errs.Field) {
	s, _ := a[field.Key].(string)
	number, ok := readPersonNumber(s)
	if !ok || (!w.Today.IsZero() && number.year > w.Today.Year) {
		return []errs.Field{{Name: field.Key, Code: "form.person_number_century"}}
	}
	if sex, _ := a[field.Sex].(string); shown[field.Sex] && slices.Contains([]string{"male", "female"}, sex) && number.male != (sex == "male") {
		all = append(all, errs.Field{Name: field.Key, Code: "form.person_number_sex"})
	}
	if birth, _ := a[field.Birth].(string); shown[field.Birth] && len(birth) >= 4 && birth[:4] != strconv.Itoa(number.year) {
		if f.byKey[field.Birth].check(birth, w) == nil { // else there is an error to mend first
			all = append(all, errs.Field{Name: field.Key, Code: "form.person_number_year", Args: map[string]any{"year": number.year}})
		}
	}
	return all
}
