// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package decisions

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"tinhso.vn/internal/platform/cel"
	"tinhso.vn/internal/platform/errs"
)

// Table is a decision made ready to decide. It is safe for concurrent use.
type Table struct {
	Decision
	rows   []row
	bounds map[string]Bound
}

type row struct {
	when []cellTest
	then []answer
}

// cellTest is a test of one value, or a formula over all inputs.
type cellTest struct {
	test
	formula *cel.Program
}

// answer is a value, or a formula over all inputs.
type answer struct {
	value   any
	formula *cel.Program
}

// New makes a decision ready, or returns every mistake at once: names are
// rows[2].when[0] and so on, codes decisions.*.
func New(d Decision) (*Table, error) {
	t, found := compile(d)
	if len(found) == 0 {
		found = t.complete()
	}
	if len(found) == 0 {
		found = t.wrongCases()
	}
	if err := errs.BadInput(found); err != nil {
		return nil, err
	}
	return t, nil
}

// Check returns every mistake of a decision; none when it can be used.
func Check(d Decision) []errs.Field {
	_, err := New(d)
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e.Fields
	}
	return nil
}

type problems struct{ all []errs.Field }

func (p *problems) add(code, format string, args ...any) {
	p.all = append(p.all, errs.Field{Name: fmt.Sprintf(format, args...), Code: code})
}

func compile(d Decision) (*Table, []errs.Field) {
	t, p := &Table{Decision: d, bounds: map[string]Bound{}}, &problems{}
	if d.ID == "" || d.Title.VI == "" {
		p.add("decisions.no_title", "title")
	}
	if !slices.Contains([]Hit{First, Unique, Sum}, d.Hit) {
		p.add("decisions.hit", "hit")
	}
	seen := map[string]bool{}
	checkColumns(p, "inputs", d.Inputs, seen)
	checkColumns(p, "outputs", d.Outputs, seen)
	if len(d.Rows) == 0 || len(d.Rows) > maxRows {
		p.add("decisions.rows", "rows")
	}
	if len(d.Cases) > maxCases {
		p.add("decisions.cases", "cases")
	}
	if d.Hit == Sum {
		for i, c := range d.Outputs {
			if c.Type != Number && c.Type != Money {
				p.add("decisions.sum", "outputs[%d].type", i)
			}
		}
	}
	checkBounds(p, t)
	if len(p.all) > 0 {
		return nil, p.all // the cells of broken columns say nothing
	}
	env, err := environment(d.Inputs)
	if err != nil {
		p.add("decisions.key", "inputs")
		return nil, p.all
	}
	for i, c := range d.Inputs { // a word of the language is no name
		if _, err := env.Compile(c.Key+" == "+c.Key, cel.Bool); err != nil {
			p.add("decisions.key", "inputs[%d].key", i)
		}
	}
	for i, r := range d.Rows {
		t.rows = append(t.rows, compileRow(p, env, d, i, r))
	}
	return t, p.all
}

func checkColumns(p *problems, name string, columns []Column, seen map[string]bool) {
	key := regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)
	if len(columns) == 0 || len(columns) > maxColumns {
		p.add("decisions.columns", "%s", name)
	}
	for i, c := range columns {
		if !key.MatchString(c.Key) || seen[c.Key] {
			p.add("decisions.key", "%s[%d].key", name, i)
		}
		seen[c.Key] = true
		if !slices.Contains([]Type{Number, Money, Text, Choice, YesNo}, c.Type) {
			p.add("decisions.type", "%s[%d].type", name, i)
		}
		if (c.Type == Choice) != (len(c.Options) > 0) || len(c.Options) > maxOptions {
			p.add("decisions.options", "%s[%d].options", name, i)
		}
		if c.Least != nil && c.Most != nil && *c.Least > *c.Most {
			p.add("decisions.range", "%s[%d].least", name, i)
		}
	}
}

func checkBounds(p *problems, t *Table) {
	for i, b := range t.Bounds {
		at := slices.IndexFunc(t.Outputs, func(c Column) bool { return c.Key == b.Output })
		switch {
		case at < 0 || (t.Outputs[at].Type != Number && t.Outputs[at].Type != Money):
			p.add("decisions.bound_output", "bounds[%d].output", i)
		case b.RoundTo < 0 || (b.RoundTo > 0 && !slices.Contains([]Mode{Up, Down, Nearest}, b.Mode)):
			p.add("decisions.round", "bounds[%d].round_to", i)
		case b.Least != nil && b.Most != nil && *b.Least > *b.Most:
			p.add("decisions.range", "bounds[%d].least", i)
		}
		if _, twice := t.bounds[b.Output]; twice {
			p.add("decisions.bound_output", "bounds[%d].output", i)
		}
		t.bounds[b.Output] = b
	}
}

func environment(inputs []Column) (*cel.Env, error) {
	vars := map[string]cel.Type{}
	for _, c := range inputs {
		vars[c.Key] = celType(c.Type)
	}
	return cel.NewEnv(vars)
}

func celType(t Type) cel.Type {
	switch t {
	case Number, Money:
		return cel.Int
	case YesNo:
		return cel.Bool
	case Text, Choice:
		return cel.String
	}
	return ""
}

func compileRow(p *problems, env *cel.Env, d Decision, i int, r Row) (out row) {
	if len(r.When) != len(d.Inputs) || len(r.Then) != len(d.Outputs) {
		p.add("decisions.cells", "rows[%d]", i)
		return out
	}
	for j, cell := range r.When {
		if formula, ok := strings.CutPrefix(strings.TrimSpace(cell), "="); ok && !isNumber(formula) {
			program, err := env.Compile(formula, cel.Bool)
			if err != nil {
				p.add("decisions.formula", "rows[%d].when[%d]", i, j)
			}
			out.when = append(out.when, cellTest{formula: program})
			continue
		}
		t, err := readTest(cell, d.Inputs[j])
		if err != nil {
			p.add("decisions.cell", "rows[%d].when[%d]", i, j)
		}
		out.when = append(out.when, cellTest{test: t})
	}
	for j, cell := range r.Then {
		if formula, ok := strings.CutPrefix(strings.TrimSpace(cell), "="); ok {
			program, err := env.Compile(formula, celType(d.Outputs[j].Type))
			if err != nil {
				p.add("decisions.formula", "rows[%d].then[%d]", i, j)
			}
			out.then = append(out.then, answer{formula: program})
			continue
		}
		v, err := readValue(cell, d.Outputs[j])
		if err != nil {
			p.add("decisions.cell", "rows[%d].then[%d]", i, j)
		}
		out.then = append(out.then, answer{value: v})
	}
	return out
}

// isNumber reports whether "= 5" is meant: a test, not a formula.
func isNumber(s string) bool {
	_, err := readNumber(s)
	return err == nil
}
