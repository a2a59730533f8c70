// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/text"
)

// unitName returns the name of a unit in the reader's language.
type unitName func(id string) string

// show writes a value of a field as people read it, with its measure; empty for none.
func show(p page.Page, f registers.Field, v any, unit unitName) string {
	said := bare(p, f, v, unit)
	if said != "" && f.Measure != "" {
		said += "\u00a0" + f.Measure
	}
	return said
}

// bare writes a value without its measure.
func bare(p page.Page, f registers.Field, v any, unit unitName) string {
	switch v := v.(type) {
	case nil:
		return ""
	case bool:
		return p.T("books.bool." + strconv.FormatBool(v))
	case int64:
		if f.Type == registers.Money {
			return p.Money(v)
		}
		return p.Number(v)
	case registers.Point:
		return point(v)
	case []string:
		said := make([]string, len(v))
		for i, one := range v {
			said[i] = option(p, f, one)
		}
		return strings.Join(said, ", ")
	case registers.Organisation:
		return join(", ", v.Name, v.TaxCode)
	case registers.Human:
		return join(", ", v.Name, turn(v.Born), v.Number)
	case registers.Location:
		return join(", ", v.Line, v.Commune)
	case registers.Geometry:
		return p.T("books.shape")
	case []registers.File:
		names := make([]string, len(v))
		for i, one := range v {
			names[i] = one.Name
		}
		return strings.Join(names, ", ")
	case []registers.Row:
		return p.T("books.rows", "n", len(v))
	case string:
		return showText(p, f, v, unit)
	}
	return fmt.Sprint(v)
}

// measured is the label of a field with its measure: where the value stands alone.
func measured(p page.Page, f registers.Field) string {
	if f.Measure == "" {
		return p.Text(f.Label)
	}
	return p.Text(f.Label) + " (" + f.Measure + ")"
}

// join puts the words that are not empty together.
func join(by string, words ...string) string {
	return strings.Join(slices.DeleteFunc(words, func(s string) bool { return s == "" }), by)
}

func option(p page.Page, f registers.Field, value string) string {
	for _, o := range f.Options {
		if o.Value == value {
			return p.Text(o.Label)
		}
	}
	return value
}

func showText(p page.Page, f registers.Field, v string, unit unitName) string {
	switch f.Type { //nolint:exhaustive // the others are as they are
	case registers.Date, registers.DatePartial:
		return turn(v)
	case registers.Decimal:
		whole, rest, _ := strings.Cut(v, ".")
		n, err := strconv.ParseInt(whole, 10, 64)
		if err != nil {
			return v
		}
		said := p.Number(n)
		if n == 0 && strings.HasPrefix(whole, "-") {
			said = "-" + said
		}
		if rest = strings.TrimRight(rest, "0"); rest == "" {
			return said
		}
		if p.Lang() == i18n.EN {
			return said + "." + rest
		}
		return said + "," + rest
	case registers.Choice:
		return option(p, f, v)
	case registers.Unit:
		return unit(v)
	case registers.Code:
		return unit(pointed(f, v))
	}
	return v
}

// turn writes 2026-11-21 as 21/11/2026, 2026-11 as 11/2026, and back.
func turn(date string) string {
	from, to := "-", "/"
	if strings.Contains(date, "/") {
		from, to = to, from
	}
	parts := strings.Split(date, from)
	for i, j := 0, len(parts)-1; i < j; i, j = i+1, j-1 {
		parts[i], parts[j] = parts[j], parts[i]
	}
	return strings.Join(parts, to)
}

func point(v registers.Point) string {
	degrees := func(n int64) string {
		sign := ""
		if n < 0 {
			sign, n = "-", -n
		}
		return fmt.Sprintf("%s%d.%06d", sign, n/1_000_000, n%1_000_000)
	}
	return degrees(v.Lat) + ", " + degrees(v.Lon)
}

// fill writes a value as it stands in a form: what read understands.
func fill(f registers.Field, v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case registers.Point:
		return point(v)
	case []string:
		return strings.Join(v, ",")
	case registers.Geometry:
		return v.JSON
	case []registers.Row:
		raw, err := json.Marshal(v)
		if err != nil {
			return ""
		}
		return string(raw)
	case registers.Organisation, registers.Human, registers.Location:
		raw, err := json.Marshal(v)
		if err != nil {
			return ""
		}
		return string(raw)
	case string:
		switch f.Type { //nolint:exhaustive // the others are as they are
		case registers.Date, registers.DatePartial:
			return turn(v)
		case registers.Decimal:
			return strings.Replace(v, ".", ",", 1)
		}
		return v
	}
	return fmt.Sprint(v)
}

// read turns what was typed into what the register takes. What it cannot read
// it leaves: the register says what is wrong.
func read(f registers.Field, typed string) any {
	typed = text.NFC(typed)
	if f.Type != registers.LongText {
		typed = text.Line(typed)
	}
	switch f.Type { //nolint:exhaustive // the others are as they are
	case registers.Date, registers.DatePartial:
		return date(typed)
	case registers.Integer, registers.Money:
		typed = strings.TrimSuffix(strings.TrimSuffix(typed, "đồng"), "đ")
		return number(typed)
	case registers.Decimal:
		return number(typed)
	}
	return typed
}

// date reads 21/11/2026, 5/2/2026, 11/2026 and 2026; years come last.
func date(typed string) string {
	for _, layout := range []struct{ typed, kept string }{{"2/1/2006", "2006-01-02"}, {"1/2006", "2006-01"}} {
		if t, err := time.Parse(layout.typed, typed); err == nil {
			return t.Format(layout.kept)
		}
	}
	return typed
}

// number reads 1.234.567,89: the point groups, the comma divides. Where only
// points stand and none groups three digits, it divides.
func number(typed string) string {
	typed = strings.ReplaceAll(typed, " ", "")
	if strings.Contains(typed, ",") || regexp.MustCompile(`^-?\d{1,3}(\.\d{3})+$`).MatchString(typed) {
		typed = strings.ReplaceAll(typed, ".", "")
		return strings.Replace(typed, ",", ".", 1)
	}
	return typed
}

// day writes a day that is kept as 2026-11-21.
func day(p page.Page, kept string) string {
	return bare(p, registers.Field{Type: registers.Date}, kept, nil)
}
