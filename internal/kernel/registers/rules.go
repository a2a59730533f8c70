// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"fmt"
	"slices"
	"strconv"

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

// values are all variables of a record.
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
// the type that the field takes. Computed fields may read each other, not in a circle.
func (c *checker) rules(d Definition) {
	env, err := cel.NewEnv(d.variables())
	if err != nil { // a key that the language reserves
		c.add(d.line, "", "registers.definition.rule_names", err.Error())
		return
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
	for _, f := range d.Fields {
		if f.Compute == "" || f.Hidden {
			continue
		}
		t, ok := f.variable()
		if !ok || f.Type == Group || f.Type == Files || f.Type == Choices || f.Required {
			c.add(f.line, f.Key, "registers.definition.compute_type", string(f.Type))
			continue
		}
		if _, err := env.Compile(f.Compute, t); err != nil {
			c.add(f.line, f.Key, "registers.definition.rule", f.Compute)
		}
	}
	if circle := d.circle(); circle != "" {
		c.add(d.line, circle, "registers.definition.compute_circle", circle)
	}
}

// reads returns the computed fields that a computed field reads.
func (d Definition) reads(f Field) (keys []string) {
	env, err := cel.NewEnv(d.variables())
	if err != nil {
		return nil
	}
	t, _ := f.variable()
	program, err := env.Compile(f.Compute, t)
	if err != nil {
		return nil
	}
	for _, name := range program.Reads() {
		for _, other := range d.Fields {
			if other.Compute != "" && (name == other.Key || name == "has_"+other.Key) {
				keys = append(keys, other.Key)
			}
		}
	}
	return keys
}

// circle returns a computed field that reads itself by way of others; empty: none.
func (d Definition) circle() string {
	order, at := d.order()
	if len(order) == at {
		return ""
	}
	return order[at]
}

// order returns the computed fields so that each stands after those it reads, and
// how many could be put so: fewer than all where some stand in a circle.
func (d Definition) order() (keys []string, sorted int) {
	var open []Field
	for _, f := range d.Fields {
		if f.Compute != "" && !f.Hidden {
			open = append(open, f)
		}
	}
	for len(open) > 0 {
		next := slices.IndexFunc(open, func(f Field) bool {
			return !slices.ContainsFunc(d.reads(f), func(key string) bool {
				return slices.ContainsFunc(open, func(o Field) bool { return o.Key == key })
			})
		})
		if next < 0 {
			sorted = len(keys)
			for _, f := range open {
				keys = append(keys, f.Key)
			}
			return keys, sorted
		}
		keys = append(keys, open[next].Key)
		open = slices.Delete(open, next, next+1)
	}
	return keys, len(keys)
}

// made fills in the computed fields of a record. Where an expression has no
// answer (a division by zero) or one that the field does not take, the field has no value.
func (d Definition) made(values map[string]any) error {
	keys, _ := d.order()
	if len(keys) == 0 {
		return nil
	}
	env, err := cel.NewEnv(d.variables())
	if err != nil {
		return err
	}
	for _, key := range keys {
		f, _ := d.Field(key)
		t, _ := f.variable()
		program, err := env.Compile(f.Compute, t)
		if err != nil {
			return fmt.Errorf("computed field %s: %w", key, err)
		}
		v, err := answer(program, t, f, d.seen(values))
		if err != nil {
			v = nil
		}
		parsed, wrong := f.parse(v)
		if wrong != "" {
			parsed = nil
		}
		values[key] = parsed
	}
	return nil
}

// answer evaluates an expression as the type of a field; decimals are rounded to
// the digits that the field keeps.
func answer(p *cel.Program, t cel.Type, f Field, vars map[string]any) (any, error) {
	switch t {
	case cel.Int:
		return p.Number(vars)
	case cel.Double:
		n, err := p.Double(vars)
		return strconv.FormatFloat(n, 'f', f.Scale, 64), err
	case cel.Bool:
		return p.True(vars)
	case cel.String, cel.Strings, cel.Texts, cel.Ints, cel.Doubles:
	}
	return p.Text(vars)
}

// held returns the rules that a record does not hold: those in its way as
// problems of fields, the others as warnings. A rule that has no answer holds.
func (d Definition) held(values map[string]any) (problems []errs.Field, warnings []Warning, err error) {
	if len(d.Rules) == 0 {
		return nil, nil, nil
	}
	env, err := cel.NewEnv(d.variables())
	if err != nil {
		return nil, nil, err
	}
	vars := d.seen(values)
	for _, r := range d.Rules {
		program, err := env.Compile(r.Holds, cel.Bool)
		if err != nil {
			return nil, nil, fmt.Errorf("rule of %s: %w", r.Field, err)
		}
		if yes, err := program.True(vars); err != nil || yes {
			continue
		}
		if r.Warn {
			warnings = append(warnings, Warning{Field: r.Field, Say: r.Say})
			continue
		}
		f, _ := d.Field(r.Field)
		problems = append(problems, errs.Field{Name: r.Field, Code: "registers.value.rule", Args: map[string]any{"label": f.Label, "message": r.Say}})
	}
	return problems, warnings, nil
}
