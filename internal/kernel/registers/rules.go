// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/cel"
	"tinhso.vn/internal/platform/errs"
)

// Rule is what a record must hold, over the values of its fields: CEL, with the
// keys of fields as variables. A field without a value counts as empty, 0 or
// false; has_<key> says whether it has one.
type Rule struct {
	Field string    `json:"field"` // at which the message stands
	Holds string    `json:"holds"`
	Say   i18n.Text `json:"message"`
	Warn  bool      `json:"warn,omitempty"` // told, and in nobody's way

	line int
}

// Warning is a rule that a record does not hold, and that does not stand in its way.
type Warning struct {
	Field string
	Say   i18n.Text
}

// variables are what the rules of a register may read: fields that are kept in
// one value, and of each whether it is there. Sealed values are not read: what a
// rule says must not tell them.
func (d Definition) variables() map[string]cel.Type {
	vars := map[string]cel.Type{}
	for _, f := range d.Fields {
		if t, ok := f.variable(); ok && !f.Hidden {
			vars[f.Key], vars["has_"+f.Key] = t, cel.Bool
		}
	}
	return vars
}

func (f Field) variable() (cel.Type, bool) {
	switch f.Type {
	case Line, LongText, Choice, Code, Unit, Date, DatePartial, Reference:
		return cel.String, true
	case Integer, Money:
		return cel.Int, true
	case Decimal:
		return cel.Double, true
	case Boolean:
		return cel.Bool, true
	case Choices:
		return cel.Strings, true
	case Group, Files: // how many there are
		return cel.Int, true
	case Org, Person, Number, Phone, Email, Address, Place, Shape:
	}
	return "", false
}

// seen is a value as an expression sees it.
func (f Field) seen(v any) any {
	t, _ := f.variable()
	switch x := v.(type) {
	case []Row:
		return int64(len(x))
	case []File:
		return int64(len(x))
	case string:
		if f.Type == Decimal {
			n, err := strconv.ParseFloat(x, 64)
			if err != nil {
				return 0.0
			}
			return n
		}
		return x
	case nil:
		switch t {
		case cel.Int:
			return int64(0)
		case cel.Double:
			return 0.0
		case cel.Bool:
			return false
		case cel.Strings:
			return []string{}
		case cel.String, cel.Texts, cel.Ints, cel.Doubles:
		}
		return ""
	}
	return v
}

// seen are all variables of a record.
func (d Definition) seen(values map[string]any) map[string]any {
	vars := map[string]any{}
	for _, f := range d.Fields {
		if _, ok := f.variable(); ok && !f.Hidden {
			vars[f.Key], vars["has_"+f.Key] = f.seen(values[f.Key]), values[f.Key] != nil
		}
	}
	return vars
}

// rules checks the expressions of a definition: over known fields, short, and of
// the type that the field takes. Computed fields may read each other, not in a
// circle, and are as personal as what they read.
func (c *checker) rules(d Definition) {
	env, err := cel.NewEnv(d.variables())
	if err != nil { // a key that the language reserves
		c.add(d.line, "", "registers.definition.rule_names", err.Error())
		return
	}
	for _, f := range d.Fields {
		if _, both := d.Field("has_" + f.Key); both { // one name for two things
			c.add(f.line, f.Key, "registers.definition.reserved", "has_"+f.Key)
		}
	}
	for _, r := range d.Rules {
		f, ok := d.Field(r.Field)
		switch {
		case !ok || f.Hidden:
			c.add(r.line, "", "registers.definition.unknown_field", r.Field)
		case r.Say.VI == "":
			c.add(r.line, r.Field, "registers.definition.rule_message", r.Holds)
		}
		if _, err := env.Compile(r.Holds, cel.Bool); err != nil {
			c.add(r.line, r.Field, "registers.definition.rule", r.Holds)
		}
	}
	var made []maker
	for _, f := range d.Fields {
		if f.Compute == "" || f.Hidden {
			continue
		}
		t, ok := f.variable()
		if !ok || f.Type == Group || f.Type == Files || f.Type == Choices || f.Required {
			c.add(f.line, f.Key, "registers.definition.compute_type", string(f.Type))
			continue
		}
		program, err := env.Compile(f.Compute, t)
		if err != nil {
			c.add(f.line, f.Key, "registers.definition.rule", f.Compute)
			continue
		}
		for _, key := range reads(program) {
			if read, _ := d.Field(key); read.personal() && !f.personal() || read.Personal == Sensitive && f.Personal != Sensitive {
				c.add(f.line, f.Key, "registers.definition.compute_personal", key)
			}
		}
		made = append(made, maker{f, t, program})
	}
	if _, circle := sequence(made); circle != "" {
		c.add(d.line, circle, "registers.definition.compute_circle", circle)
	}
}

// reads returns the variables that an expression looks at, and the fields of
// those that say whether there is a value.
func reads(p *cel.Program) (keys []string) {
	for _, name := range p.Reads() {
		keys = append(keys, name)
		if key, asks := strings.CutPrefix(name, "has_"); asks {
			keys = append(keys, key)
		}
	}
	return keys
}

// maker makes the value of a computed field.
type maker struct {
	Field

	takes   cel.Type
	program *cel.Program
}

// sequence puts computed fields after those that they read, and names one that
// reads itself by way of others; empty: none does.
func sequence(open []maker) (sorted []maker, circle string) {
	open = slices.Clone(open)
	for len(open) > 0 {
		next := slices.IndexFunc(open, func(m maker) bool {
			read := reads(m.program)
			return !slices.ContainsFunc(open, func(o maker) bool { return slices.Contains(read, o.Key) })
		})
		if next < 0 {
			return nil, open[0].Key
		}
		sorted = append(sorted, open[next])
		open = slices.Delete(open, next, next+1)
	}
	return sorted, ""
}

// ruled is a definition with its expressions compiled: once for all records of a call.
type ruled struct {
	Definition

	makers []maker // each after those it reads
	checks []check
}

type check struct {
	Rule

	program *cel.Program
}

// compile compiles the expressions of a definition; one without any costs nothing.
func (d Definition) compile() (r ruled, err error) {
	r = ruled{Definition: d}
	computed := func(f Field) bool { return f.Compute != "" }
	if len(d.Rules) == 0 && !slices.ContainsFunc(d.Visible(), computed) {
		return r, nil
	}
	env, err := cel.NewEnv(d.variables())
	if err != nil {
		return ruled{}, err
	}
	for _, one := range d.Rules {
		program, err := env.Compile(one.Holds, cel.Bool)
		if err != nil {
			return ruled{}, fmt.Errorf("rule of %s: %w", one.Field, err)
		}
		r.checks = append(r.checks, check{one, program})
	}
	var open []maker
	for _, f := range d.Visible() {
		if !computed(f) {
			continue
		}
		t, _ := f.variable()
		program, err := env.Compile(f.Compute, t)
		if err != nil {
			return ruled{}, fmt.Errorf("computed field %s: %w", f.Key, err)
		}
		open = append(open, maker{f, t, program})
	}
	r.makers, _ = sequence(open) // Check has seen that there is no circle
	return r, nil
}

// made fills in the computed fields of a record. Where an expression has no
// answer (a division by zero) or one that the field does not take, the field has no value.
func (r ruled) made(values map[string]any) {
	for _, m := range r.makers {
		v, err := m.answer(r.seen(values))
		if err != nil {
			v = nil
		}
		parsed, wrong := m.parse(v)
		if wrong != "" {
			parsed = nil
		}
		values[m.Key] = parsed
	}
}

// answer evaluates the expression as the type of the field; decimals are rounded
// to the digits that the field keeps.
func (m maker) answer(vars map[string]any) (any, error) {
	switch m.takes {
	case cel.Int:
		return m.program.Number(vars)
	case cel.Double:
		n, err := m.program.Double(vars)
		return strconv.FormatFloat(n, 'f', m.Scale, 64), err
	case cel.Bool:
		return m.program.True(vars)
	case cel.String, cel.Strings, cel.Texts, cel.Ints, cel.Doubles:
	}
	return m.program.Text(vars)
}

// held returns the rules that a record does not hold: those in its way as
// problems of fields, the others as warnings. A rule that has no answer holds.
func (r ruled) held(values map[string]any) (problems []errs.Field, warnings []Warning) {
	if len(r.checks) == 0 {
		return nil, nil
	}
	vars := r.seen(values)
	for _, one := range r.checks {
		if yes, err := one.program.True(vars); err != nil || yes {
			continue
		}
		if one.Warn {
			warnings = append(warnings, Warning{Field: one.Rule.Field, Say: one.Say})
			continue
		}
		f, _ := r.Field(one.Rule.Field)
		problems = append(problems, errs.Field{Name: f.Key, Code: "registers.value.rule", Args: map[string]any{"label": f.Label, "message": one.Say}})
	}
	return problems, warnings
}
