// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// parse gives every value the one form it is kept in and returns all that is
// wrong, in the order of the fields. Present says which fields have a value
// already, so that a change need not name them again.
func (d Definition) parse(values map[string]any, present map[string]bool) (map[string]any, []errs.Field) {
	var problems []errs.Field
	parsed := map[string]any{}
	known := map[string]bool{}
	for _, f := range d.Visible() {
		known[f.Key] = true
		given, named := values[f.Key]
		v, code := f.parse(given)
		switch {
		case named && f.Compute != "":
			problems = append(problems, f.problem("computed"))
		case named && f.Life:
			problems = append(problems, f.problem("moved"))
		case code != "":
			problems = append(problems, f.problem(code))
		case v == nil && f.Required && (named || !present[f.Key]):
			problems = append(problems, f.problem("required"))
		case named:
			parsed[f.Key] = v
		}
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if !known[key] { // hidden fields are not there for whoever writes
			problems = append(problems, errs.Field{Name: key, Code: "registers.value.unknown"})
		}
	}
	return parsed, problems
}

func (f Field) problem(code string) errs.Field {
	args := map[string]any{"label": f.Label}
	switch code {
	case "too_long", "too_large":
		args["max"] = f.limit()
	case "decimal":
		args["scale"] = f.Scale
	}
	return errs.Field{Name: f.Key, Code: "registers.value." + code, Args: args}
}

// parse returns the value in the form it is kept in, nil for none, or the code
// of what is wrong.
func (f Field) parse(v any) (any, string) {
	if s, ok := v.(string); ok {
		if s = text.NFC(s); s == "" {
			return nil, ""
		}
		v = s
	}
	if v == nil {
		return nil, ""
	}
	switch f.Type {
	case Line, LongText:
		return f.parseText(v)
	case Integer, Money:
		return f.parseInteger(v)
	case Decimal:
		return f.parseDecimal(v)
	case Boolean:
		return parseBoolean(v)
	case Place:
		return parsePoint(v)
	case Choices:
		return f.parseChoices(v)
	case Org:
		return parseOrg(v)
	case Person:
		return parseHuman(v)
	case Address:
		return parseLocation(v)
	case Shape:
		return parseShape(v)
	case Files:
		return f.parseFiles(v)
	case Group:
		return f.parseGroup(v)
	case Date, DatePartial, Choice, Code, Unit, Number, Phone, Email, Reference:
		s, ok := v.(string)
		if !ok {
			return nil, "shape"
		}
		return f.parseWord(s)
	}
	return nil, "shape"
}

// Kept returns a value, as it was typed or read from JSON, in the form it is kept
// in; nil for none, and where it makes no sense.
func (f Field) Kept(v any) any {
	kept, code := f.parse(v)
	if code != "" {
		return nil
	}
	return kept
}

func (f Field) parseText(v any) (any, string) {
	s, ok := v.(string)
	switch {
	case !ok:
		return nil, "shape"
	case f.Type == Line:
		s = text.Line(s)
	}
	if int64(utf8.RuneCountInString(s)) > f.limit() {
		return nil, "too_long"
	}
	if f.Pattern != "" {
		if whole, err := regexp.Compile(`^(?:` + f.Pattern + `)$`); err != nil || !whole.MatchString(s) {
			return nil, "pattern"
		}
	}
	return s, ""
}

func (f Field) parseInteger(v any) (any, string) {
	var n int64
	switch v := v.(type) {
	case int:
		n = int64(v)
	case int64:
		n = v
	case string, json.Number:
		var err error
		if n, err = strconv.ParseInt(strings.TrimSpace(asString(v)), 10, 64); err != nil {
			return nil, "integer"
		}
	default:
		return nil, "integer"
	}
	if n > f.limit() || n < -maxInteger {
		return nil, "too_large"
	}
	return n, ""
}

func asString(v any) string {
	if n, ok := v.(json.Number); ok {
		return n.String()
	}
	s, _ := v.(string)
	return s
}

func (f Field) parseDecimal(v any) (any, string) {
	switch x := v.(type) {
	case int:
		v = strconv.Itoa(x)
	case int64:
		v = strconv.FormatInt(x, 10)
	case string, json.Number:
	default: // a float is not exact
		return nil, "decimal"
	}
	n, ok := unscaled(asString(v), f.Scale)
	switch {
	case !ok:
		return nil, "decimal"
	case f.Max > 0 && n/power(f.Scale) >= f.Max && n > f.Max*power(f.Scale):
		return nil, "too_large"
	}
	return decimal(n, f.Scale), ""
}

func parseBoolean(v any) (any, string) {
	switch v {
	case true, "true":
		return true, ""
	case false, "false":
		return false, ""
	}
	return nil, "boolean"
}

// parsePoint reads a Point, or "10.386200, 105.435100": latitude first.
func parsePoint(v any) (any, string) {
	p, ok := v.(Point)
	if s, isText := v.(string); isText {
		lat, lon, both := strings.Cut(s, ",")
		var okLat, okLon bool
		p.Lat, okLat = unscaled(strings.TrimSpace(lat), 6)
		p.Lon, okLon = unscaled(strings.TrimSpace(lon), 6)
		ok = both && okLat && okLon
	}
	if !ok || p.Lat < -90_000_000 || p.Lat > 90_000_000 || p.Lon < -180_000_000 || p.Lon > 180_000_000 {
		return nil, "point"
	}
	return p, ""
}

// parseWord reads the types whose values are one word.
func (f Field) parseWord(s string) (any, string) {
	switch f.Type {
	case Date:
		if !isDate("2006-01-02", s) {
			return nil, "date"
		}
	case DatePartial:
		if !isDate("2006", s) && !isDate("2006-01", s) && !isDate("2006-01-02", s) {
			return nil, "date_partial"
		}
	case Choice:
		if !f.option(s) {
			return nil, "choice"
		}
	case Number:
		if s = strings.ReplaceAll(s, " ", ""); !regexp.MustCompile(`^\d{12}$`).MatchString(s) {
			return nil, "person_number"
		}
	case Phone:
		s = strings.NewReplacer(" ", "", ".", "", "-", "", "(", "", ")", "").Replace(s)
		if national, ok := strings.CutPrefix(s, "+84"); ok { // one number has one form, so that it is found
			s = "0" + national
		}
		if !regexp.MustCompile(`^(0\d{9,10}|1[89]00\d{4,6}|\+\d{8,15})$`).MatchString(s) {
			return nil, "phone"
		}
	case Email:
		if s = strings.ToLower(strings.TrimSpace(s)); len(s) > 254 || !regexp.MustCompile(`^[^\s@<>"]+@[^\s@<>".]+(\.[^\s@<>".]+)+$`).MatchString(s) {
			return nil, "email"
		}
	case Unit, Code, Reference: // whether there is such a one is asked in the transaction
		if len(s) > 100 {
			return nil, string(f.Type)
		}
	case Line, LongText, Integer, Decimal, Money, Boolean, Place, Choices, Org, Person, Address, Shape, Files, Group: // not words
	}
	return s, ""
}

func isDate(layout, s string) bool {
	_, err := time.Parse(layout, s)
	return err == nil && len(s) == len(layout)
}
