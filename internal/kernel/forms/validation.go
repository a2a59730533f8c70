// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms

import (
	"cmp"
	"slices"
	"strconv"

	"tinhso.vn/internal/platform/errs"
)

// validation collects what is wrong with answers.
type validation struct {
	Result
	form    *Form
	state   *state
	answers Answers // the whole, with what is sure
	world   World
	births  map[string]bool
	wrong   map[string]bool // names of inputs, and keys, with an error
}

func (v *validation) fail(key string, found errs.Field) {
	v.wrong[key], v.wrong[found.Name] = true, true
	v.Errors = append(v.Errors, found)
}

// field checks one answer; prefix stands before the names of inputs in a row.
func (v *validation) field(s *state, prefix string, field Field) {
	name, answer := prefix+field.Key, s.answer(field)
	if field.Type.block() {
		for _, found := range field.checkBlock(answer, name, v.world) {
			v.fail(name, found)
		}
		if given, ok := answer.(map[string]string); ok && field.Type == Person && !v.wrong[name] {
			v.person(given, name)
		}
		return
	}
	if answer == nil {
		if field.Required {
			v.fail(name, errs.Field{Name: name, Code: required(field)})
		}
		return
	}
	if found := field.check(answer, v.world); found != nil {
		found.Name = name
		v.fail(name, *found)
		return
	}
	switch field.Type {
	case PersonNumber:
		v.number(s, prefix, field)
	case Group:
		for i, row := range s.rows[field.Key] {
			for _, one := range field.Fields {
				if row.shown[one.Key] {
					v.field(row, rowPrefix(field.Key, i), one)
				}
			}
		}
	default: // nothing is doubtful about the others
	}
	if v.births[field.Key] {
		if day, ok := answer.(string); ok {
			v.born(day, name)
		}
	}
}

// rowPrefix stands before the names of the inputs of a row; people count from 1.
func rowPrefix(group string, i int) string { return group + "-" + strconv.Itoa(i+1) + "-" }

// rule looks at a rule, in each row where it stands in rows.
func (v *validation) rule(r *rule) {
	look := func(s *state, prefix string) {
		found := r.breaks(s, prefix, v.wrong)
		switch {
		case found == nil:
		case r.Level == Warn:
			v.warn(*found, v.answers, r.answersTo(s)...)
		default:
			v.fail(found.Name, *found)
		}
	}
	group := v.form.groupOf[r.Field]
	if group == "" {
		look(v.state, "")
		return
	}
	for i, row := range v.state.rows[group] {
		look(row, rowPrefix(group, i))
	}
}

// number returns what a personal number says that other answers do not. It has
// no check digit, so this is a warning.
func (v *validation) number(s *state, prefix string, field Field) {
	text := func(key string) string {
		if !s.shown[key] {
			return ""
		}
		said, _ := s.answer(v.form.byKey[key]).(string)
		return said
	}
	birth := text(field.Birth)
	if birth != "" && v.form.byKey[field.Birth].check(birth, v.world) != nil {
		birth = "" // there is an error to mend first
	}
	number, _ := s.answer(field).(string)
	v.doubts(prefix+field.Key, number, text(field.Sex), birth)
}

func (v *validation) person(given map[string]string, name string) {
	if given[PartNumber] != "" {
		v.doubts(part(name, PartNumber), given[PartNumber], given[PartSex], given[PartBorn])
	}
	if given[PartBorn] != "" {
		v.born(given[PartBorn], part(name, PartBorn))
	}
}

func (v *validation) doubts(name, digits, sex, birth string) {
	number, ok := readPersonNumber(digits)
	if today := v.world.Today; !ok || (!today.IsZero() && number.year > today.Year) {
		v.warn(errs.Field{Name: name, Code: "form.person_number_century"}, v.answers, digits)
		return
	}
	if slices.Contains([]string{"male", "female"}, sex) && number.male != (sex == "male") {
		v.warn(errs.Field{Name: name, Code: "form.person_number_sex"}, v.answers, digits, sex)
	}
	if len(birth) >= 4 && birth[:4] != strconv.Itoa(number.year) {
		v.warn(errs.Field{Name: name, Code: "form.person_number_year", Args: map[string]any{"year": number.year}}, v.answers, digits, birth)
	}
}

// oldest is the age in years beyond which a year of birth is asked about again.
const oldest = 110

func (v *validation) born(day, name string) {
	if v.world.Today.IsZero() || len(day) < 4 {
		return
	}
	year, err := strconv.Atoi(day[:4])
	if age := v.world.Today.Year - year; err == nil && age > oldest {
		v.warn(errs.Field{Name: name, Code: "form.born_long_ago", Args: map[string]any{"age": age}}, v.answers, day)
	}
}

// birthdays are the dates that are somebody's date of birth: a personal number is
// compared with them, or they are filled in as such.
func (f *Form) birthdays() map[string]bool {
	all := map[string]bool{}
	for key, field := range f.byKey {
		if field.Birth != "" {
			all[field.Birth] = true
		}
		if (field.Prefill == "owner.born" || field.Prefill == "submitter.born") && (field.Type == Day || field.Type == PartialDay) {
			all[key] = true
		}
	}
	return all
}

// sort puts what rules found in the order of the form.
func (v *validation) sort() {
	if len(v.form.rules) == 0 {
		return
	}
	order := map[string]int{}
	for i, field := range v.form.def.fields() {
		order[field.Key] = i + 1
	}
	place := func(name string) (key string, row int) {
		for order[name] == 0 && name != "" { // members-2-name: the row first, then the field
			i := len(name) - 1
			for i >= 0 && name[i] != '-' {
				i--
			}
			if i < 0 {
				return name, row
			}
			if n, err := strconv.Atoi(name[i+1:]); err == nil {
				row = n
			}
			name = name[:i]
		}
		return name, row
	}
	compare := func(a, b string) int {
		keyA, rowA := place(a)
		keyB, rowB := place(b)
		return cmp.Or(order[keyA]-order[keyB], rowA-rowB)
	}
	slices.SortStableFunc(v.Errors, func(a, b errs.Field) int { return compare(a.Name, b.Name) })
}
