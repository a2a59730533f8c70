// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms

import (
	"maps"
	"strconv"
	"strings"

	"tinhso.vn/internal/platform/cel"
)

// state is what follows from answers, for a form or for one row of a group: what
// is asked, and what is worked out.
type state struct {
	form   *Form
	given  Answers
	group  string // key of the group this is a row of; empty for the form
	outer  *state // of a row: the form
	shown  map[string]bool
	vars   map[string]any // of expressions
	worked Answers        // computed answers
	rows   map[string][]*state
}

// state works through a form. Its answers stay as they are.
func (f *Form) state(a Answers) *state {
	s := &state{form: f, given: a, shown: map[string]bool{}, vars: map[string]any{}, worked: Answers{}, rows: map[string][]*state{}}
	for _, step := range f.def.Steps {
		for _, field := range step.Fields {
			s.settle(field)
		}
	}
	return s
}

// settle decides about a field after those it depends on; compile has seen to
// it that there is no loop.
func (s *state) settle(field Field) {
	if _, known := s.shown[field.Key]; known {
		return
	}
	s.shown[field.Key] = s.asked(field)
	if field.Type == Group {
		s.settleGroup(field)
		return
	}
	var answer any
	if s.shown[field.Key] {
		if c := s.form.computes[field.Key]; c != nil {
			for _, key := range c.reads {
				s.need(key)
			}
			if answer = c.work(field, s.vars); answer != nil {
				s.worked[field.Key] = answer
			}
		} else {
			answer = s.given[field.Key]
		}
	}
	s.vars[field.Key] = variable(field, answer)
}

// asked reports whether the conditions of a field hold.
func (s *state) asked(field Field) bool {
	conditions := []*condition{s.form.fields[field.Key]}
	if s.group == "" {
		conditions = append(conditions, s.form.steps[s.form.def.Steps[s.form.stepOf[field.Key]].ID])
	}
	shown := true
	for _, c := range conditions {
		if c == nil {
			continue
		}
		for _, key := range c.keys {
			s.need(key)
		}
		shown = shown && c.holds(s.vars)
	}
	return shown
}

// need settles what an expression reads. A row finds what is outside settled.
func (s *state) need(key string) {
	switch group := s.form.groupOf[key]; {
	case group == s.group:
		s.settle(s.form.byKey[key])
	case s.group == "":
		s.settle(s.form.byKey[group])
	}
}

func (s *state) settleGroup(field Field) {
	for _, one := range field.Fields {
		for _, key := range s.form.inputsOf(one.Key) {
			if s.form.groupOf[key] != field.Key {
				s.need(key)
			}
		}
	}
	var rows []Answers
	if s.shown[field.Key] {
		rows, _ = s.given[field.Key].([]Answers)
	}
	states := make([]*state, 0, len(rows))
	for _, row := range rows {
		r := &state{form: s.form, given: row, group: field.Key, outer: s, shown: map[string]bool{}, vars: maps.Clone(s.vars), worked: Answers{}}
		for _, one := range field.Fields {
			r.settle(one)
		}
		states = append(states, r)
	}
	s.rows[field.Key] = states
	s.vars[field.Key] = int64(len(rows))
	for _, one := range field.Fields {
		s.vars[one.Key] = column(one, states)
	}
}

// column is the values of one question over all rows, as expressions outside
// the group see them. One that is not asked in a row counts as empty or 0.
func column(field Field, rows []*state) any {
	switch columnType(field) {
	case cel.Ints:
		return gather[int64](field.Key, rows)
	case cel.Doubles:
		return gather[float64](field.Key, rows)
	default: // all else is text
	}
	return gather[string](field.Key, rows)
}

func gather[T any](key string, rows []*state) []T {
	all := make([]T, 0, len(rows))
	for _, r := range rows {
		v, _ := r.vars[key].(T)
		all = append(all, v)
	}
	return all
}

// answer is the answer to a field that is asked, typed or worked out.
func (s *state) answer(field Field) any {
	if field.Compute != "" {
		return s.worked[field.Key]
	}
	return s.given[field.Key]
}

// Visible returns the keys of the fields that are asked with these answers. An
// answer to a question that is not asked counts as none. Of the fields in rows it
// says nothing: they may be asked in one and not in the next.
func (f *Form) Visible(a Answers) map[string]bool {
	shown := f.state(a).shown
	maps.DeleteFunc(shown, func(_ string, shown bool) bool { return !shown })
	return shown
}

// Steps returns the ids of the steps that are asked, in order: those whose
// condition holds and that have a field to show.
func (f *Form) Steps(a Answers) []string { return f.state(a).steps() }

func (s *state) steps() (ids []string) {
	for _, step := range s.form.def.Steps {
		for _, field := range step.Fields {
			if s.shown[field.Key] {
				ids = append(ids, step.ID)
				break
			}
		}
	}
	return ids
}

// Compute returns the answers with what is worked out from them in place of
// what anybody says it is. Nothing stands where it cannot be worked out.
func (f *Form) Compute(a Answers) Answers {
	out := maps.Clone(a)
	if out == nil {
		out = Answers{}
	}
	if len(f.computes) == 0 {
		return out
	}
	s := f.state(a)
	for _, step := range f.def.Steps {
		s.compute(out, step.Fields)
	}
	return out
}

func (s *state) compute(out Answers, fields []Field) {
	for _, field := range fields {
		switch {
		case field.Type == Group:
			given, ok := out[field.Key].([]Answers)
			if !ok || len(s.rows[field.Key]) != len(given) { // a group that is not asked
				continue
			}
			rows := make([]Answers, len(given))
			for i, row := range s.rows[field.Key] {
				rows[i] = maps.Clone(given[i])
				row.compute(rows[i], field.Fields)
			}
			out[field.Key] = rows
		case field.Compute == "":
		case s.worked[field.Key] == nil:
			delete(out, field.Key)
		default:
			out[field.Key] = s.worked[field.Key]
		}
	}
}

// computation is a compiled Compute.
type computation struct {
	program *cel.Program
	want    cel.Type
	reads   []string
}

// work returns the answer, or nil where there is none: a division by zero, a
// number that is too large.
func (c *computation) work(field Field, vars map[string]any) any {
	switch c.want {
	case cel.Int:
		if n, err := c.program.Number(vars); err == nil && n > -maxWhole && n < maxWhole {
			return n
		}
	case cel.Double:
		if n, err := c.program.Double(vars); err == nil && n > -maxWhole && n < maxWhole {
			return field.normal(strings.ReplaceAll(strconv.FormatFloat(n, 'f', field.Decimals, 64), ".", ","))
		}
	default: // compile takes no other but text
		if s, err := c.program.Text(vars); err == nil {
			return field.normal(s)
		}
	}
	return nil
}

// maxWhole is what a number stays below: 15 digits, as those that are typed.
const maxWhole = 1_000_000_000_000_000
