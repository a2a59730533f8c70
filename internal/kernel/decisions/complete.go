// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package decisions

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/platform/errs"
)

// maxTried bounds how many combinations are tried for gaps and overlaps, and
// maxTold how many are told.
const (
	maxTried = 50_000
	maxTold  = 5
)

// complete looks for values for which no row holds, or in a unique table more
// than one: it tries what lies at and beside every border that the tests name.
// Text that is free, and formulas, are tried only at the values the tests name.
func (t *Table) complete() (found []errs.Field) {
	values := make([][]any, len(t.Inputs))
	total := 1
	for j, c := range t.Inputs {
		values[j] = t.borders(j, c)
		total *= max(1, len(values[j]))
		if total > maxTried {
			return nil // too many to try; the cases beside the table stay
		}
	}
	given := map[string]any{}
	told := map[string]int{}
	for n := range total {
		rest := n
		for j, c := range t.Inputs {
			given[c.Key] = values[j][rest%len(values[j])]
			rest /= len(values[j])
		}
		_, err := t.Decide(given)
		code := ""
		switch {
		case errors.Is(err, ErrNoRow):
			code = "decisions.gap"
		case errors.Is(err, ErrTwo):
			code = "decisions.overlap"
		case errors.Is(err, ErrAnswer):
			code = "decisions.no_answer_for"
		}
		if code != "" && told[code] < maxTold {
			told[code]++
			found = append(found, errs.Field{Name: "rows", Code: code, Args: map[string]any{"given": t.written(given)}})
		}
	}
	return found
}

// borders returns the values of a column worth trying.
func (t *Table) borders(j int, c Column) (all []any) {
	switch c.Type {
	case YesNo:
		return []any{true, false}
	case Choice:
		for _, o := range c.Options {
			all = append(all, o.Value)
		}
		return all
	case Text:
		for _, r := range t.rows {
			for _, p := range r.when[j].each {
				all = append(all, p.text)
			}
		}
		return append(all, "~")
	case Number, Money:
	}
	numbers := []int64{0, 1}
	if c.Least != nil {
		numbers = []int64{*c.Least}
	}
	if c.Most != nil {
		numbers = append(numbers, *c.Most)
	}
	for _, r := range t.rows {
		for _, p := range r.when[j].each {
			for _, n := range []int64{p.low, p.high} {
				numbers = append(numbers, n-1, n, n+1)
			}
		}
	}
	slices.Sort(numbers)
	for _, n := range slices.Compact(numbers) {
		if fits(n, c) && (n >= 0 || c.Least != nil) { // less than nothing is asked about only where it is said
			all = append(all, n)
		}
	}
	return all
}

// written writes values as an official reads them: "số trang = 3; nơi nộp = trực tuyến".
func (t *Table) written(given map[string]any) string {
	parts := make([]string, len(t.Inputs))
	for j, c := range t.Inputs {
		parts[j] = c.Label.VI + " = " + write(given[c.Key], c)
	}
	return strings.Join(parts, "; ")
}

// write writes a value as it stands in a cell.
func write(value any, c Column) string {
	switch v := value.(type) {
	case int64:
		return strconv.FormatInt(v, 10)
	case bool:
		if v {
			return "có"
		}
		return "không"
	case string:
		for _, o := range c.Options {
			if o.Value == v && o.Label.VI != "" {
				return o.Label.VI
			}
		}
		return v
	}
	return ""
}

// wrongCases tries the cases beside the table.
func (t *Table) wrongCases() (found []errs.Field) {
	for i, one := range t.Cases {
		add := func(code string, args map[string]any) {
			found = append(found, errs.Field{Name: fmt.Sprintf("cases[%d]", i), Code: code, Args: args})
		}
		given, err := t.Given(one.Given)
		if err != nil || len(one.Want) == 0 {
			add("decisions.case_given", map[string]any{"name": one.Name})
			continue
		}
		r, err := t.Decide(given)
		if err != nil {
			add("decisions.case_none", map[string]any{"name": one.Name})
			continue
		}
		for key, want := range one.Want {
			at := slices.IndexFunc(t.Outputs, func(c Column) bool { return c.Key == key })
			if at < 0 {
				add("decisions.case_given", map[string]any{"name": one.Name})
				continue
			}
			v, err := readValue(want, t.Outputs[at])
			if err != nil || v != r.Out[key] {
				add("decisions.case_wrong", map[string]any{"name": one.Name, "want": want, "got": write(r.Out[key], t.Outputs[at])})
			}
		}
	}
	return found
}
