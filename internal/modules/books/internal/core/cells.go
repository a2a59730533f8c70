// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/text"
)

// Problem is one thing that is wrong with a row of a table.
type Problem struct {
	Column int            `json:"column"` // from 0; -1: of no column
	Field  string         `json:"field"`
	Code   string         `json:"code"`
	Args   map[string]any `json:"args,omitempty"`
	Right  string         `json:"right,omitempty"` // what would be right, where it can be said
}

// cells turns the cells of a table into what a register takes, by the same words
// as the forms. It remembers what it has asked.
type cells struct {
	svc   *Service
	q     db.Querier
	st    registers.Standing
	m     Matching
	units map[string][]string // ids by folded name
	said  map[string]string   // what texts that point elsewhere mean
}

// reader returns what reads the cells of an import.
func (s *Service) cells(ctx context.Context, st registers.Standing, m Matching) (*cells, error) {
	c := &cells{svc: s, q: s.db, st: st, m: m, units: map[string][]string{}, said: map[string]string{}}
	all, err := s.units(ctx)
	if err != nil {
		return nil, err
	}
	own, err := s.own(ctx, st)
	if err != nil && len(all) == 0 {
		return nil, err
	}
	seen := map[orgs.ID]bool{}
	for _, u := range append(all, own...) {
		if seen[u.ID] {
			continue
		}
		seen[u.ID] = true
		for _, name := range []string{u.Name.VI, u.Name.EN} {
			if name != "" {
				c.units[text.Fold(name)] = append(c.units[text.Fold(name)], string(u.ID))
			}
		}
	}
	return c, nil
}

// entry reads a row.
func (c *cells) entry(ctx context.Context, n int64, row []sheet.Value) (e registers.Entry, problems []Problem, err error) {
	e = registers.Entry{N: n, Unit: c.m.Unit, Values: map[string]any{}}
	parts := map[string]map[string]any{}
	for i, target := range c.m.Fields {
		if target == "" || i >= len(row) || strings.TrimSpace(row[i].Text) == "" {
			continue // an empty cell says nothing: a value that is there stays
		}
		if row[i].Kind == sheet.Fault {
			problems = append(problems, Problem{Column: i, Field: target, Code: "books.import.fault"})
			continue
		}
		if target == unitTarget {
			if e.Unit = c.unit(row[i].Text); e.Unit == "" {
				problems = append(problems, Problem{Column: i, Field: target, Code: "registers.value.unit"})
			}
			continue
		}
		key, part, parted := strings.Cut(target, "/")
		f, ok := c.st.Definition.Field(key)
		if !ok || f.Hidden {
			continue // the register has changed since: the field is not there any more
		}
		if parted {
			if parts[key] == nil {
				parts[key] = map[string]any{}
			}
			parts[key][part] = c.part(f, part, row[i])
			continue
		}
		v, code, right, err := c.value(ctx, f, row[i])
		if err != nil {
			return e, nil, err
		}
		if code != "" {
			problems = append(problems, Problem{Column: i, Field: key, Code: code, Right: right})
			continue
		}
		e.Values[key] = v
	}
	for key, all := range parts {
		f, _ := c.st.Definition.Field(key) // found above
		v, code, right := c.joined(f, all)
		if code != "" {
			problems = append(problems, Problem{Column: c.m.column(key), Field: key, Code: code, Right: right})
			continue
		}
		e.Values[key] = v
	}
	return e, problems, err
}

// unit is the id of the unit that is called so, where one is.
func (c *cells) unit(said string) string {
	said = text.Line(said)
	if found := c.units[text.Fold(said)]; len(found) == 1 {
		return found[0]
	}
	for _, ids := range c.units {
		for _, one := range ids {
			if one == said {
				return one
			}
		}
	}
	return ""
}

// part is a value of one of several columns of a field.
func (c *cells) part(f registers.Field, part string, v sheet.Value) any {
	said := text.Line(v.Text)
	switch {
	case f.Type == registers.Place && v.Kind != sheet.Number:
		return number(said)
	case part == "born" && v.Kind == sheet.Text:
		return day(said)
	case part == "sex":
		switch text.Fold(said) {
		case "nam", "male":
			return "male"
		case "nu", "female":
			return "female"
		}
	}
	return said
}

// joined is the value of a field that has several columns.
func (c *cells) joined(f registers.Field, parts map[string]any) (v any, code, right string) {
	if f.Type != registers.Place {
		return parts, "", ""
	}
	lat, _ := parts["lat"].(string)
	lon, _ := parts["lon"].(string)
	return c.point(f, lat+", "+lon)
}

// value reads one cell; or says what is wrong with it that the register could not
// say, and what would be right.
func (c *cells) value(ctx context.Context, f registers.Field, v sheet.Value) (value any, code, right string, err error) {
	said := text.NFC(v.Text)
	if f.Type != registers.LongText {
		said = text.Line(said)
	}
	switch f.Type { //nolint:exhaustive // the others are as they are
	case registers.Date:
		value, right = date(v, said)
		if right != "" {
			return nil, "registers.value.date", right, nil
		}
		return value, "", "", nil
	case registers.DatePartial:
		if v.Kind == sheet.Text {
			return day(said), "", "", nil
		}
		return strings.TrimSuffix(said, " 00:00"), "", "", nil
	case registers.Integer, registers.Money:
		if v.Kind != sheet.Number {
			said = number(currency(said))
		}
		if whole, _, cut := strings.Cut(said, "."); cut {
			return nil, "registers.value.integer", whole, nil
		}
		return said, "", "", nil
	case registers.Decimal:
		if v.Kind != sheet.Number {
			said = number(said)
		}
		return said, "", "", nil
	case registers.Boolean:
		return truth(said), "", "", nil
	case registers.Choice:
		one := choice(f, said)
		return one, "", "", nil
	case registers.Choices:
		var all []string
		for one := range strings.FieldsFuncSeq(said, func(r rune) bool { return r == ',' || r == ';' || r == '|' || r == '\n' }) {
			all = append(all, choice(f, strings.TrimSpace(one)))
		}
		return all, "", "", nil
	case registers.Unit:
		if one := c.unit(said); one != "" {
			return one, "", "", nil
		}
		return nil, "registers.value.unit", "", nil
	case registers.Code, registers.Reference:
		value, err = c.called(ctx, f, said)
		return value, "", "", err
	case registers.Number, registers.Phone:
		if lost(f, v) {
			return nil, "books.import.zero_lost", "0" + said, nil
		}
	case registers.Place:
		value, code, right = c.point(f, said)
		return value, code, right, nil
	}
	return said, "", "", nil
}

// called asks once what a text means that points elsewhere.
func (c *cells) called(ctx context.Context, f registers.Field, said string) (string, error) {
	name := f.Key + "\x00" + said
	if means, ok := c.said[name]; ok {
		return means, nil
	}
	means, err := c.svc.keeper.Called(ctx, c.q, c.st, f, said)
	if err == nil && len(c.said) < 50_000 {
		c.said[name] = means
	}
	return means, err
}

// lost reports whether a sheet has taken the zero before a number.
func lost(f registers.Field, v sheet.Value) bool {
	return v.Kind == sheet.Number && (f.Type == registers.Number && len(v.Text) == 11 || f.Type == registers.Phone && len(v.Text) == 9)
}

// point reads latitude and longitude. Within Vietnam the one is never the other:
// where they seem to have changed places, the author is asked.
func (c *cells) point(f registers.Field, said string) (v any, code, right string) {
	first, second, both := strings.Cut(strings.ReplaceAll(said, ";", ","), ",")
	first, second = strings.TrimSpace(first), strings.TrimSpace(second)
	if !both {
		return said, "", ""
	}
	if c.m.swapped(f.Key) {
		return second + ", " + first, "", ""
	}
	if within(first, 100, 120) && within(second, 6, 25) {
		return nil, "books.import.swapped", second + ", " + first
	}
	return first + ", " + second, "", ""
}

// within reports whether a text is a number from low to high.
func within(said string, low, high float64) bool {
	n, err := strconv.ParseFloat(said, 64)
	return err == nil && n >= low && n <= high
}

// date reads a day; right is what a day that has none might mean.
func date(v sheet.Value, said string) (read, right string) {
	if v.Kind == sheet.Number {
		if day, ok := sheet.SerialDay(v.Text); ok {
			return strings.SplitN(day, " ", 2)[0], ""
		}
	}
	if v.Kind == sheet.Day {
		return strings.SplitN(said, " ", 2)[0], ""
	}
	if t, err := time.Parse("1/2/2006", said); err == nil && t.Day() > 12 { // month before day
		return "", t.Format("02/01/2006")
	}
	if t, err := time.Parse("2/1/06", said); err == nil { // which century?
		return "", t.Format("02/01/2006")
	}
	return day(said), ""
}

// day reads 21/11/2026, 21-11-2026, 21.11.2026, 11/2026 and 2026.
func day(said string) string {
	one := strings.NewReplacer("-", "/", ".", "/").Replace(said)
	for _, layout := range []struct{ typed, kept string }{{"2/1/2006", "2006-01-02"}, {"1/2006", "2006-01"}, {"2006/1/2", "2006-01-02"}} {
		if t, err := time.Parse(layout.typed, one); err == nil {
			return t.Format(layout.kept)
		}
	}
	if t, err := time.Parse("ngày 2 tháng 1 năm 2006", strings.ToLower(said)); err == nil {
		return t.Format("2006-01-02")
	}
	return said
}

// currency takes the word for đồng away.
func currency(said string) string {
	for _, word := range []string{"đồng", "đ", "₫", "VNĐ", "VND"} {
		said = strings.TrimSpace(strings.TrimSuffix(said, word))
	}
	return said
}

// number reads 1.234.567,89: the point groups, the comma divides. Where only
// points stand and none groups three digits, it divides.
func number(said string) string {
	said = strings.NewReplacer(" ", "", "\u00a0", "").Replace(said)
	if strings.Count(said, ",") > 1 && strings.Count(said, ".") <= 1 { // 1,234,567.89
		return strings.ReplaceAll(said, ",", "")
	}
	if strings.Contains(said, ",") || grouped(said) {
		said = strings.ReplaceAll(said, ".", "")
		return strings.Replace(said, ",", ".", 1)
	}
	return said
}

// grouped reports whether points stand before every three digits: 1.234.567.
func grouped(said string) bool {
	parts := strings.Split(strings.TrimPrefix(said, "-"), ".")
	for i, part := range parts {
		if strings.Trim(part, "0123456789") != "" || part == "" || i > 0 && len(part) != 3 || i == 0 && len(part) > 3 {
			return false
		}
	}
	return len(parts) > 1
}

// truth reads có and không, and what else people write for them.
func truth(said string) string {
	switch text.Fold(said) {
	case "co", "dung", "x", "1", "yes", "true", "v", "✓":
		return "true"
	case "khong", "sai", "0", "no", "false":
		return "false"
	}
	return said
}

// choice is the option that is meant by its value or its label.
func choice(f registers.Field, said string) string {
	for _, o := range f.Options {
		if o.Value == said {
			return said
		}
	}
	for _, o := range f.Options {
		if folded := text.Fold(said); text.Fold(o.Label.VI) == folded || o.Label.EN != "" && text.Fold(o.Label.EN) == folded || text.Fold(o.Value) == folded {
			return o.Value
		}
	}
	return said
}
