// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms

import (
	"fmt"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/cel"
	"tinhso.vn/internal/platform/errs"
)

// Levels of a Rule.
const (
	Block = "block"
	Warn  = "warn"
)

// ruleCode is what a rule that does not hold is called; its words are in the
// argument message.
const ruleCode = "form.check"

// rule is a compiled Rule.
type rule struct {
	Rule
	program *cel.Program
}

// rules compiles the checks of the definition.
func (c *checker) rules() {
	for i, r := range c.form.def.Checks {
		at := fmt.Sprintf("checks[%d]", i)
		if _, known := c.form.byKey[r.Field]; !known {
			c.add("form.unknown_field", "%s.field", at)
			continue
		}
		if r.Message.VI == "" {
			c.add("form.no_text", "%s.message", at)
		}
		if r.Level != "" && r.Level != Block && r.Level != Warn {
			c.add("form.bad_level", "%s.level", at)
		}
		if program := c.expression(c.form.groupOf[r.Field], r.Holds, cel.Bool, c.form.stepOf[r.Field], at+".holds"); program != nil {
			c.form.rules = append(c.form.rules, &rule{Rule: r, program: program})
		}
	}
}

// breaks returns what a rule finds in a form or a row; prefix stands before the
// names of inputs. wrong are the answers that are no good by themselves.
func (r *rule) breaks(s *state, prefix string, wrong map[string]bool) *errs.Field {
	if !s.shown[r.Field] {
		return nil
	}
	for _, key := range r.program.Reads() {
		if wrong[key] || wrong[prefix+key] {
			return nil
		}
		if !r.WhenEmpty && s.empty(key) {
			return nil
		}
	}
	if yes, err := r.program.True(s.vars); yes || err != nil {
		return nil // what cannot be told stops nobody
	}
	found := problem(ruleCode, "message", i18n.Text(r.Message))
	found.Name = prefix + r.Field
	return found
}

// empty reports whether an expression would read an answer that is not there.
// What stands in rows is there with its rows.
func (s *state) empty(key string) bool {
	field := s.form.byKey[key]
	if in := s.form.groupOf[key]; field.Type == Group || (in != "" && in != s.group) {
		return false
	}
	at := s
	if in := s.form.groupOf[key]; in == "" && s.group != "" {
		at = s.outer
	}
	return !at.shown[key] || at.answer(field) == nil
}

// answersTo returns what a rule reads, for the question whether it is right.
func (r *rule) answersTo(s *state) []any {
	all := []any{r.Holds}
	for _, key := range r.program.Reads() {
		all = append(all, s.vars[key])
	}
	return all
}
