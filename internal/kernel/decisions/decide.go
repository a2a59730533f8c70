// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package decisions

import (
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/platform/cel"
)

// Result is what a table decided and why.
type Result struct {
	Decision string         `json:"decision"`
	Version  int            `json:"version"`
	Given    map[string]any `json:"given"`
	Out      map[string]any `json:"out"`  // by the key of the output: int64, string or bool
	Rows     []int          `json:"rows"` // that held and counted, from 0
	Why      []Reason       `json:"why"`
}

// Reason is one step of the way to an output. A row that was looked at and did
// not hold is not told: there may be thousands.
type Reason struct {
	Row     int    `json:"row"`              // from 0; -1 for what happened at the end
	Output  string `json:"output,omitempty"` // key
	Formula string `json:"formula,omitempty"`
	Value   any    `json:"value"`           // of the output after this step
	Step    Step   `json:"step"`            // what happened
	Legal   string `json:"legal,omitempty"` // what the row rests on
}

// Step says what happened to an output.
type Step string

// The steps.
const (
	Stated   Step = "stated"   // the row states it
	Computed Step = "computed" // the formula of the row gives it
	Added    Step = "added"    // added up from several rows
	Rounded  Step = "rounded"
	Raised   Step = "raised"  // to the least
	Lowered  Step = "lowered" // to the most
)

// Given reads values as they are written in cells; ErrGiven says which is wrong.
func (t *Table) Given(cells map[string]string) (map[string]any, error) {
	out := map[string]any{}
	for _, c := range t.Inputs {
		v, err := readValue(cells[c.Key], c)
		if err != nil {
			return nil, ErrGiven.With("input", c.Key)
		}
		out[c.Key] = v
	}
	return out, nil
}

// Decide returns what comes out of the values given: int64, string or bool for
// each input. The errors are ErrGiven, ErrNoRow, ErrTwo and ErrAnswer.
func (t *Table) Decide(given map[string]any) (r Result, err error) {
	r = Result{Decision: t.ID, Version: t.Version, Given: given, Out: map[string]any{}, Rows: []int{}, Why: []Reason{}}
	for _, c := range t.Inputs {
		if !fits(given[c.Key], c) {
			return r, ErrGiven.With("input", c.Key)
		}
	}
	for i, row := range t.rows {
		holds, err := row.holds(t.Inputs, given)
		switch {
		case err != nil:
			return r, ErrAnswer.With("row", i+1).Because(err)
		case !holds:
			continue
		case t.Hit == Unique && len(r.Rows) == 1:
			return r, ErrTwo.With("rows", []int{r.Rows[0] + 1, i + 1})
		}
		r.Rows = append(r.Rows, i)
		if err := t.take(&r, i, row, given); err != nil {
			return r, err
		}
		if t.Hit == First {
			break
		}
	}
	if len(r.Rows) == 0 {
		return r, ErrNoRow
	}
	t.bound(&r)
	return r, nil
}

// fits reports whether a value is of a column's type and in its range.
func fits(value any, c Column) bool {
	switch v := value.(type) {
	case int64:
		return (c.Type == Number || c.Type == Money) && (c.Least == nil || v >= *c.Least) && (c.Most == nil || v <= *c.Most)
	case bool:
		return c.Type == YesNo
	case string:
		return c.Type == Text || (c.Type == Choice && slices.ContainsFunc(c.Options, func(o Option) bool { return o.Value == v }))
	}
	return false
}

func (r row) holds(inputs []Column, given map[string]any) (bool, error) {
	for j, when := range r.when {
		if when.formula != nil {
			yes, err := when.formula.True(given)
			if err != nil || !yes {
				return false, err
			}
		} else if !when.test.holds(given[inputs[j].Key]) {
			return false, nil
		}
	}
	return true, nil
}

// take brings the outputs of a row into the result.
func (t *Table) take(r *Result, i int, row row, given map[string]any) error {
	legal := t.Rows[i].Legal
	if legal == "" {
		legal = t.Legal
	}
	for j, a := range row.then {
		c, step, value := t.Outputs[j], Stated, a.value
		why := Reason{Row: i, Output: c.Key, Legal: legal}
		if a.formula != nil {
			var err error
			if value, err = evaluate(a.formula, given, c.Type); err != nil {
				return ErrAnswer.With("row", i+1).Because(err)
			}
			step, why.Formula = Computed, strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(t.Rows[i].Then[j]), "="))
		}
		if before, there := r.Out[c.Key].(int64); there && t.Hit == Sum {
			now, _ := value.(int64)
			if (now > 0 && before+now < before) || (now < 0 && before+now > before) {
				return ErrAnswer.With("row", i+1)
			}
			value, step = before+now, Added
		}
		why.Step, why.Value, r.Out[c.Key] = step, value, value
		r.Why = append(r.Why, why)
	}
	return nil
}

func evaluate(formula *cel.Program, given map[string]any, t Type) (any, error) {
	switch t {
	case Number, Money:
		return formula.Number(given)
	case YesNo:
		return formula.True(given)
	case Text, Choice:
		return formula.Text(given)
	}
	return nil, cel.ErrBad
}

// bound rounds and keeps outputs between their least and most.
func (t *Table) bound(r *Result) {
	for _, c := range t.Outputs {
		b, ok := t.bounds[c.Key]
		n, isNumber := r.Out[c.Key].(int64)
		if !ok || !isNumber {
			continue
		}
		set := func(to int64, step Step) {
			if to != n {
				n = to
				r.Why = append(r.Why, Reason{Row: -1, Output: c.Key, Value: n, Step: step, Legal: t.Legal})
			}
		}
		if b.RoundTo > 1 {
			set(round(n, b.RoundTo, b.Mode), Rounded)
		}
		if b.Least != nil {
			set(max(n, *b.Least), Raised)
		}
		if b.Most != nil {
			set(min(n, *b.Most), Lowered)
		}
		r.Out[c.Key] = n
	}
}

// round rounds to a multiple; what would not fit stays as it is.
func round(n, to int64, mode Mode) int64 {
	rest := n % to
	if rest < 0 {
		rest += to
	}
	down := n - rest
	if rest == 0 || mode == Down || (mode == Nearest && rest < to-rest) || down+to < down {
		return down
	}
	return down + to
}

// Sum writes a formula with the values that were given, as people check it by
// hand: "(4000 + 1000 × (5 - 2)) × 2".
func (r Result) Sum(formula string) string {
	var out, word strings.Builder
	flush := func() {
		if v, ok := r.Given[word.String()].(int64); ok {
			out.WriteString(strconv.FormatInt(v, 10))
		} else {
			out.WriteString(word.String())
		}
		word.Reset()
	}
	for _, c := range formula {
		if c == '_' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') {
			word.WriteRune(c)
			continue
		}
		flush()
		if c == '*' {
			c = '×'
		}
		out.WriteRune(c)
	}
	flush()
	return out.String()
}
