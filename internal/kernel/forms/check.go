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
	maxInRow  = 30
	maxRows   = 100 // of a group
	maxRules  = 100
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
	form  *Form
	envs  map[string]*cel.Env // by group; "" is outside rows
}

func (c *checker) add(code, format string, args ...any) {
	c.found = append(c.found, errs.Field{Name: fmt.Sprintf(format, args...), Code: code})
}

func (c *checker) say(name, code string, args ...any) {
	p := problem(code, args...)
	p.Name = name
	c.found = append(c.found, *p)
}

// Check returns every mistake of the definition, in its order; names say where,
// as in steps[0].fields[2].key.
func (d Definition) Check() []errs.Field {
	_, found := d.compile()
	return found
}

func (d Definition) compile() (*Form, []errs.Field) {
	f := &Form{
		def: d, byKey: map[string]Field{}, stepOf: map[string]int{}, groupOf: map[string]string{},
		fields: map[string]*condition{}, steps: map[string]*condition{}, computes: map[string]*computation{}, readers: map[string]bool{},
	}
	c := &checker{form: f, envs: map[string]*cel.Env{}}
	if d.ID == "" {
		c.add("form.no_id", "id")
	}
	if d.Title.VI == "" {
		c.add("form.no_text", "title")
	}
	if len(d.Steps) == 0 {
		c.add("form.no_steps", "steps")
	}
	if len(d.Steps) > maxSteps || len(d.fields()) > maxFields || len(d.Checks) > maxRules {
		c.add("form.too_many", "steps")
		return nil, c.found
	}
	if !c.declare() {
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
		f.steps[s.ID] = c.condition("", s.ShowWhen, i-1, at)
		if len(s.Fields) == 0 {
			c.add("form.no_fields", "%s.fields", at)
		}
		c.all(s.Fields, "", at, i, seenKeys)
	}
	c.rules()
	if len(c.found) == 0 {
		c.loops()
	}
	if len(c.found) > 0 {
		return nil, c.found
	}
	f.listen()
	return f, nil
}

// declare notes where each key stands, and what expressions may read.
func (c *checker) declare() bool {
	f, groups := c.form, []string{""}
	for i, s := range f.def.Steps {
		for _, field := range s.Fields {
			if field.Type == Group {
				groups = append(groups, field.Key)
			}
			for n, one := range append([]Field{field}, field.Fields...) {
				if _, twice := f.byKey[one.Key]; twice {
					continue // said where it stands the second time
				}
				f.byKey[one.Key], f.stepOf[one.Key] = one, i
				if n > 0 {
					f.groupOf[one.Key] = field.Key
				}
			}
		}
	}
	all := f.def.fields()
	for _, group := range groups {
		env, err := environment(all, f.groupOf, group)
		if err != nil {
			c.add("form.bad_key", "steps")
			return false
		}
		c.envs[group] = env
	}
	return true
}

// all looks at the fields of a step, or of the rows of a group.
func (c *checker) all(fields []Field, group, at string, step int, seen map[string]bool) {
	for j, field := range fields {
		at := fmt.Sprintf("%s.fields[%d]", at, j)
		if seen[field.Key] {
			c.add("form.twice", "%s.key", at)
		}
		seen[field.Key] = true
		c.field(field, group, at)
		c.form.fields[field.Key] = c.condition(group, field.ShowWhen, step, at)
		c.computed(field, group, step, at)
		if field.Type != Group {
			if len(field.Fields) > 0 || !field.Row.IsZero() {
				c.add("form.not_a_group", "%s.fields", at)
			}
			continue
		}
		switch {
		case group != "":
			c.add("form.not_in_rows", "%s.type", at)
			continue
		case len(field.Fields) == 0:
			c.add("form.no_fields", "%s.fields", at)
		case len(field.Fields) > maxInRow:
			c.add("form.too_many", "%s.fields", at)
			continue
		}
		c.all(field.Fields, field.Key, at, step, seen)
	}
}

// condition compiles a show_when.
func (c *checker) condition(group, text string, upTo int, at string) *condition {
	if text == "" {
		return nil
	}
	program := c.expression(group, text, cel.Bool, upTo, at+".show_when")
	if program == nil {
		return nil
	}
	return &condition{program: program, keys: program.Reads()}
}

// expression compiles a text, which may read fields up to a step: what is asked
// later cannot decide what is asked now.
func (c *checker) expression(group, text string, want cel.Type, upTo int, at string) *cel.Program {
	program, err := compile(c.envs[group], text, want)
	switch {
	case errors.Is(err, errConditionLong):
		c.say(at, "form.condition_too_long")
		return nil
	case err != nil:
		c.say(at, "form.bad_condition", "why", firstLine(err.Error()))
		return nil
	}
	for _, key := range program.Reads() {
		if c.form.stepOf[key] > upTo {
			c.say(at, "form.condition_ahead", "key", key)
		}
	}
	return program
}

// computed compiles what works an answer out.
func (c *checker) computed(field Field, group string, step int, at string) {
	if field.Compute == "" {
		return
	}
	want := celType(field)
	if !slices.Contains([]Type{Line, Money, Number}, field.Type) || field.Prefill != "" {
		c.add("form.bad_computed", "%s.compute", at)
		return
	}
	if field.Why.VI == "" {
		c.add("form.no_text", "%s.why", at)
	}
	if program := c.expression(group, field.Compute, want, step, at+".compute"); program != nil {
		c.form.computes[field.Key] = &computation{program: program, want: want, reads: program.Reads()}
	}
}

func firstLine(s string) string {
	s = strings.TrimPrefix(s, errCondition.Error()+": ")
	line, _, _ := strings.Cut(s, "\n")
	return line
}

func (c *checker) field(f Field, group, at string) {
	all := c.form.byKey
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
	if f.Type.listed() != (len(f.Options) > 0) && (f.Type != Code || f.Catalogue == "") {
		c.add("form.bad_options", "%s.options", at)
	}
	if f.Catalogue != "" && f.Type != Code {
		c.add("form.bad_options", "%s.catalogue", at)
	}
	for _, name := range f.Optional {
		if !slices.Contains(f.partNames(), name) {
			c.add("form.unknown_field", "%s.optional", at)
		}
	}
	if group != "" && f.Type == File {
		c.add("form.not_in_rows", "%s.type", at)
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
	if sex := all[f.Sex]; f.Sex != "" && (f.Type != PersonNumber || c.form.groupOf[f.Sex] != group || !sex.Type.chooses() || sex.Type == Checkboxes) {
		c.add("form.unknown_field", "%s.sex", at)
	}
	if f.Prefill != "" && (group != "" || !f.fills()) {
		c.add("form.bad_prefill", "%s.prefill", at)
	}
	if birth := all[f.Birth]; f.Birth != "" && (f.Type != PersonNumber || c.form.groupOf[f.Birth] != group || (birth.Type != Day && birth.Type != PartialDay)) {
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
	case f.Type == Group:
		n, err := strconv.Atoi(string(b))
		return float64(n), err == nil && n >= 0 && n <= maxRows
	case f.Type == Year:
		n, err := strconv.Atoi(string(b))
		return float64(n), b == today || (err == nil && n >= 1000 && n <= 9999)
	case f.Type == Number || f.Type == Money:
		n, err := strconv.ParseFloat(string(b), 64)
		return n, err == nil && n > -1e15 && n < 1e15
	}
	return 0, false // the other types know their own bounds
}
