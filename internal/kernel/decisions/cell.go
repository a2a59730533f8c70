// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package decisions

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/platform/text"
)

var errCell = errors.New("decisions.cell")

// test is what a cell asks of the value of its column.
type test struct {
	any  bool
	not  bool
	each []part // one of them must hold
}

// part is one value or one range of a test.
type part struct {
	text     string // of Text, Choice
	yes      bool   // of YesNo
	low      int64
	high     int64
	openLow  bool // the low end is not in the range
	openHigh bool
	noLow    bool
	noHigh   bool
}

// readTest reads a cell such as "-", "5", ">= 3", "2..5", "(2..5]", "a, b" or
// "không(a)". Numbers may have the dots of thousands.
func readTest(cell string, c Column) (t test, err error) {
	cell = strings.TrimSpace(cell)
	if cell == "" || cell == "-" || cell == "–" {
		return test{any: true}, nil
	}
	for _, word := range []string{"not(", "không("} {
		if rest, ok := strings.CutPrefix(strings.ToLower(cell), word); ok && strings.HasSuffix(rest, ")") {
			t.not, cell = true, cell[len(cell)-len(rest):len(cell)-1]
			break
		}
	}
	for _, one := range split(cell) {
		p, err := readPart(strings.TrimSpace(one), c)
		if err != nil {
			return t, err
		}
		t.each = append(t.each, p)
	}
	return t, nil
}

// split cuts at commas that stand in no quotes.
func split(cell string) (all []string) {
	quoted, from := false, 0
	for i, r := range cell {
		switch {
		case r == '"':
			quoted = !quoted
		case (r == ',' || r == ';') && !quoted:
			all = append(all, cell[from:i])
			from = i + 1
		}
	}
	return append(all, cell[from:])
}

func readPart(s string, c Column) (p part, err error) {
	switch c.Type {
	case Number, Money:
		return readRange(s)
	case YesNo:
		p.yes, err = readYes(s)
		return p, err
	case Text, Choice:
		p.text = strings.TrimSpace(strings.Trim(s, "\""))
		if p.text == "" {
			return p, errCell
		}
		if c.Type == Choice {
			p.text, err = readOption(p.text, c)
		}
		return p, err
	}
	return p, errCell
}

// readRange reads "5", "< 5", "<= 5", "> 5", ">= 5", "2..5", "[2..5)".
func readRange(s string) (p part, err error) {
	for _, sign := range []string{"<=", "≤", ">=", "≥", "<", ">", "="} {
		rest, ok := strings.CutPrefix(s, sign)
		if !ok {
			continue
		}
		n, err := readNumber(rest)
		switch sign {
		case "<=", "≤", "<":
			return part{high: n, openHigh: sign == "<", noLow: true}, err
		case ">=", "≥", ">":
			return part{low: n, openLow: sign == ">", noHigh: true}, err
		}
		return part{low: n, high: n}, err
	}
	if low, high, ok := strings.Cut(s, ".."); ok {
		p.openLow, p.openHigh = strings.HasPrefix(low, "("), strings.HasSuffix(high, ")")
		a, err := readNumber(strings.TrimLeft(low, "[("))
		b, err2 := readNumber(strings.TrimRight(high, "])"))
		p.low, p.high = a, b
		if p.low > p.high {
			return p, errCell
		}
		return p, errors.Join(err, err2)
	}
	n, err := readNumber(s)
	return part{low: n, high: n}, err
}

// readNumber reads a whole number, also with the dots or spaces of thousands
// and the unit of money behind: "1.500.000 đồng".
func readNumber(s string) (int64, error) {
	s = strings.TrimSpace(s)
	for _, unit := range []string{"đồng", "VND", "đ"} {
		if rest, ok := strings.CutSuffix(s, unit); ok {
			s = strings.TrimSpace(rest)
			break
		}
	}
	groups := strings.FieldsFunc(s, func(r rune) bool { return r == '.' || r == ' ' || r == '\u00a0' })
	if len(groups) == 0 {
		return 0, errCell
	}
	for i, g := range groups {
		if i > 0 && len(g) != 3 { // 1.5 is no whole number
			return 0, errCell
		}
	}
	if len(groups) > 1 && len(strings.TrimPrefix(groups[0], "-")) > 3 {
		return 0, errCell
	}
	n, err := strconv.ParseInt(strings.Join(groups, ""), 10, 64)
	if err != nil {
		return 0, errCell
	}
	return n, nil
}

func readYes(s string) (bool, error) {
	switch text.Fold(s) {
	case "co", "yes", "true", "x":
		return true, nil
	case "khong", "no", "false":
		return false, nil
	}
	return false, errCell
}

// readOption finds an option by its value or by its words.
func readOption(s string, c Column) (string, error) {
	i := slices.IndexFunc(c.Options, func(o Option) bool {
		return o.Value == s || text.Fold(o.Label.VI) == text.Fold(s) || (o.Label.EN != "" && text.Fold(o.Label.EN) == text.Fold(s))
	})
	if i < 0 {
		return "", errCell
	}
	return c.Options[i].Value, nil
}

// holds reports whether a value passes; it is of the Go type of the column.
func (t test) holds(value any) bool {
	if t.any {
		return true
	}
	return slices.ContainsFunc(t.each, func(p part) bool { return p.holds(value) }) != t.not
}

func (p part) holds(value any) bool {
	switch v := value.(type) {
	case bool:
		return v == p.yes
	case string:
		return text.Fold(v) == text.Fold(p.text)
	case int64:
		low := p.noLow || v > p.low || (v == p.low && !p.openLow)
		high := p.noHigh || v < p.high || (v == p.high && !p.openHigh)
		return low && high
	}
	return false
}

// readValue reads a value of a column as it is written in a cell.
func readValue(s string, c Column) (any, error) {
	s = strings.TrimSpace(s)
	switch c.Type {
	case Number, Money:
		return readNumber(s)
	case YesNo:
		return readYes(s)
	case Choice:
		return readOption(strings.Trim(s, "\""), c)
	case Text:
		return strings.Trim(s, "\""), nil
	}
	return nil, errCell
}
