// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/platform/cel"
	"tinhso.vn/internal/platform/errs"
)

// Limits of a definition.
const (
	maxSteps  = 50
	maxFields = 500
)

// keyForm is what a key looks like: a name in CEL, in JSON and in a page.
func keyForm() *regexp.Regexp { return regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`) }

func stepForm() *regexp.Regexp { return regexp.MustCompile(`^[a-z][a-z0-9]*([_-][a-z0-9]+)*$`) }

// reserved are words that CEL does not take as names.
func reserved(key string) bool {
	return slices.Contains([]string{
		"as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let",
		"loop", "package", "namespace", "null", "return", "true", "var", "void", "while",
		// names of types and functions that a variable would hide
		"bool", "bytes", "double", "duration", "dyn", "int", "list", "map", "size", "string", "timestamp", "type", "uint",
	}, key)
}

// checker collects what is wrong with a definition.
type checker struct {
	found []errs.Field
	step  map[string]int // number of the step in which a key stands
}

func (c *checker) add(code, format string, args ...any) {
	c.found = append(c.found, errs.Field{Name: fmt.Sprintf(format, args...), Code: code})
}

// Check returns every mistake of the definition, in its order; names say where,
// as in steps[0].fields[2].key.
func (d Definition) Check() []errs.Field {
	_, found := d.compile()
	return found
}

func (d Definition) compile() (*Form, []errs.Field) {
	c := &checker{step: map[string]int{}}
	f := &Form{def: d, fields: map[string]*condition{}, steps: map[string]*condition{}, byKey: map[string]Field{}}
	if d.ID == "" {
		c.add("form.no_id", "id")
	}
	if d.Title.VI == "" {
		c.add("form.no_text", "title")
	}
	if len(d.Steps) == 0 {
		c.add("form.no_steps", "steps")
	}
	if len(d.Steps) > maxSteps || len(d.fields()) > maxFields {
		c.add("form.too_many", "steps")
		return nil, c.found
	}
	for i, s := range d.Steps {
		for _, field := range s.Fields {
			if _, twice := c.step[field.Key]; !twice {
				c.step[field.Key] = i
				f.byKey[field.Key] = field
			}
		}
	}
	env, err := environment(d.fields())
	if err != nil {
		c.add("form.bad_key", "steps")
		return nil, c.found
	}
	seenSteps, seenKeys := map[string]bool{}, map[string]bool{}
	for i, s := range d.Steps {
		at := fmt.Sprintf("steps[%d]", i)
		switch {
		case !stepForm().MatchString(s.ID):
			c.add("form.bad_key", "%s.id", at)
		case seenSteps[s.ID]:
			c.add("form.twice", "%s.id", at)
		}
		seenSteps[s.ID] = true
		if s.Title.VI == "" {
			c.add("form.no_text", "%s.title", at)
		}
		f.steps[s.ID] = c.condition(env, s.ShowWhen, i-1, at)
		if len(s.Fields) == 0 {
			c.add("form.no_fields", "%s.fields", at)
		}
		for j, field := range s.Fields {
			at := fmt.Sprintf("steps[%d].fields[%d]", i, j)
			if seenKeys[field.Key] {
				c.add("form.twice", "%s.key", at)
			}
			seenKeys[field.Key] = true
			c.field(field, at, f.byKey)
			f.fields[field.Key] = c.condition(env, field.ShowWhen, i, at)
		}
	}
	if len(c.found) == 0 {
		c.loops(f)
	}
	if len(c.found) > 0 {
		return nil, c.found
	}
	f.readers = map[string]bool{}
	for _, cond := range f.fields {
		f.reads(cond)
	}
	for _, cond := range f.steps {
		f.reads(cond)
	}
	return f, nil
}

// condition compiles a show_when, which may read fields up to a step: what is
// asked later cannot decide what is asked now.
func (c *checker) condition(env *cel.Env, text string, upTo int, at string) *condition {
	if text == "" {
		return nil
	}
	cond, err := compile(env, text)
	switch {
	case errors.Is(err, errConditionLong):
		c.add("form.condition_too_long", "%s.show_when", at)
		return nil
	case err != nil:
		c.found = append(c.found, errs.Field{
			Name: at + ".show_when", Code: "form.bad_condition", Args: map[string]any{"why": firstLine(err.Error())},
		})
		return nil
	}
	for _, key := range cond.keys {
		if c.step[key] > upTo {
			c.found = append(c.found, errs.Field{
				Name: at + ".show_when", Code: "form.condition_ahead", Args: map[string]any{"key": key},
			})
		}
	}
	return cond
}

func firstLine(s string) string {
	s = strings.TrimPrefix(s, errCondition.Error()+": ")
	line, _, _ := strings.Cut(s, "\n")
	return line
}

func (c *checker) field(f Field, at string, all map[string]Field) {
	if !keyForm().MatchString(f.Key) || reserved(f.Key) {
		c.add("form.bad_key", "%s.key", at)
	}
	if f.Label.VI == "" {
		c.add("form.no_text", "%s.label", at)
	}
	if !slices.Contains(fieldTypes(), f.Type) {
		c.add("form.unknown_type", "%s.type", at)
		return
	}
	if f.Type.chooses() != (len(f.Options) > 0) {
		c.add("form.bad_options", "%s.options", at)
	}
	seen := map[string]bool{}
	for k, o := range f.Options {
		if o.Value == "" || seen[o.Value] {
			c.add("form.twice", "%s.options[%d].value", at, k)
		}
		seen[o.Value] = true
		if o.Label.VI == "" {
			c.add("form.no_text", "%s.options[%d].label", at, k)
		}
	}
	if f.Pattern != "" {
		if _, err := regexp.Compile(f.Pattern); err != nil || len(f.Pattern) > 500 || (f.Type != Line && f.Type != Paragraphs) {
			c.add("form.bad_pattern", "%s.pattern", at)
		}
	}
	low, lowOK := f.bound(f.Min)
	high, highOK := f.bound(f.Max)
	if !lowOK {
		c.add("form.bad_bound", "%s.min", at)
	}
	if !highOK || (lowOK && f.Min != "" && f.Max != "" && f.Max != today && f.Min != today && high < low) {
		c.add("form.bad_bound", "%s.max", at)
	}
	if f.Decimals < 0 || f.Decimals > 6 || (f.Decimals > 0 && f.Type != Number) {
		c.add("form.bad_bound", "%s.decimals", at)
	}
	if sex := all[f.Sex]; f.Sex != "" && (f.Type != PersonNumber || !sex.Type.chooses() || sex.Type == Checkboxes) {
		c.add("form.unknown_field", "%s.sex", at)
	}
	if f.Prefill != "" && !f.fills() {
		c.add("form.bad_prefill", "%s.prefill", at)
	}
	if birth := all[f.Birth]; f.Birth != "" && (f.Type != PersonNumber || (birth.Type != Day && birth.Type != PartialDay)) {
		c.add("form.unknown_field", "%s.birth", at)
	}
}

// today is the bound that moves.
const today = "today"

// bound reads a bound as a number: characters, files, a value, or a date as
// 20261124. An empty one is all right.
func (f Field) bound(b Bound) (n float64, ok bool) {
	switch {
	case b == "":
		return 0, true
	case f.Type == Day || f.Type == PartialDay:
		if b == today {
			return 0, true
		}
		t, err := time.Parse(time.DateOnly, string(b))
		return float64(t.Year()*10000 + int(t.Month())*100 + t.Day()), err == nil
	case f.Type == Line || f.Type == Paragraphs || f.Type == File || f.Type == Checkboxes:
		n, err := strconv.Atoi(string(b))
		return float64(n), err == nil && n >= 0 && n <= 100_000
	case f.Type == Number || f.Type == Money:
		n, err := strconv.ParseFloat(string(b), 64)
		return n, err == nil && n > -1e15 && n < 1e15
	}
	return 0, false // the other types know their own bounds
}

// loops refuses fields that wait for one another.
func (c *checker) loops(f *Form) {
	const visiting, done = 1, 2
	state := map[string]int{}
	var visit func(key string) bool
	visit = func(key string) bool {
		switch state[key] {
		case visiting:
			return false
		case done:
			return true
		}
		state[key] = visiting
		for _, cond := range []*condition{f.fields[key], f.steps[f.def.Steps[c.step[key]].ID]} {
			if cond == nil {
				continue
			}
			for _, next := range cond.keys {
				if !visit(next) {
					return false
				}
			}
		}
		state[key] = done
		return true
	}
	for i, s := range f.def.Steps {
		for j, field := range s.Fields {
			if state[field.Key] != done && !visit(field.Key) {
				c.add("form.loop", "steps[%d].fields[%d].show_when", i, j)
				clear(state)
			}
		}
	}
}
