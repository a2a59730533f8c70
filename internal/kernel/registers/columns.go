// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/text"
)

// Point is a place on the earth, in millionths of a degree (WGS 84).
type Point struct {
	Lat int64 `json:"lat"`
	Lon int64 `json:"lon"`
}

// sortLength bounds a key by which a list is sorted: PostgreSQL indexes at most
// 2,700 bytes. Records that are the same so far stand as they were added.
const sortLength = 400

// bind returns what the columns of a field hold for a value: first those of the
// value, then the computed ones. Identifiers are sealed for the row.
func (k *Keeper) bind(d Definition, f Field, row string, v any) []any {
	var args []any
	switch {
	case v == nil:
		args = make([]any, len(f.stored()))
	case f.sealed():
		secret, index := f.secret(v)
		args = []any{k.keys.SealText(d.Table(), f.base(), row, secret), nil}
		if index != "" {
			args[1] = k.keys.Index(f.domain(), index)
		}
	default:
		args = f.raw(v)
	}
	for _, c := range d.computed(f) {
		args = append(args, compute(f, c, args[0])) //nolint:makezero // the stored columns first, all NULL
	}
	return args
}

// domain is what kernel/identity calls the same identifier, so that one index
// finds both.
func (f Field) domain() string {
	switch f.Type { //nolint:exhaustive // the others are not sealed
	case Number, Person:
		return "person number"
	case Email:
		return "email"
	}
	return "phone"
}

// secret returns what is sealed of a value, and by what it is found; empty: by
// nothing.
func (f Field) secret(v any) (secret, index string) {
	if h, ok := v.(Human); ok {
		secret, _ = written(h) // strings alone
		return secret, h.Number
	}
	s := fmt.Sprint(v)
	return s, s
}

// raw returns the stored form of a value that is not sealed.
func (f Field) raw(v any) []any {
	switch v := v.(type) {
	case bool:
		if v {
			return []any{int64(1)}
		}
		return []any{int64(0)}
	case Point:
		return []any{v.Lat, v.Lon}
	case []string:
		return []any{"|" + strings.Join(v, "|") + "|"}
	case Organisation:
		if v.TaxCode == "" {
			return []any{v.Name, nil}
		}
		return []any{v.Name, v.TaxCode}
	case Location:
		s, _ := written(v) // strings alone
		return []any{s, v.Commune}
	case Geometry:
		return []any{v.JSON, v.Box.West, v.Box.South, v.Box.East, v.Box.North}
	case []File, []Row:
		s, _ := written(v) // what parse has made
		return []any{s}
	case string:
		if f.Type == Decimal {
			n, _ := unscaled(v, f.Scale) // parse has made it
			return []any{n}
		}
	}
	return []any{v}
}

// compute returns the computed column c of a field whose value is stored as raw.
func compute(f Field, c column, raw any) string {
	if raw == nil {
		return ""
	}
	if n, ok := raw.(int64); ok {
		return fmt.Sprintf("%016x", uint64(n)^(1<<63)) //nolint:gosec // flips the sign, so that bytes stand in the order of numbers
	}
	s := fmt.Sprint(raw)
	if strings.HasSuffix(c.name, "_folded") {
		return text.Fold(s)
	}
	if f.Type == Line {
		s = text.CollationKey(s)
	}
	return s[:min(len(s), sortLength)]
}

// cells receives the stored columns of fields.
type cells struct {
	names []string
	dest  []any
}

func newCells(fields []Field) cells {
	var c cells
	for _, f := range fields {
		for _, col := range f.stored() {
			c.names = append(c.names, col.name)
			if col.typeName() == "bigint" {
				c.dest = append(c.dest, new(*int64))
			} else {
				c.dest = append(c.dest, new(*string))
			}
		}
	}
	return c
}

// raw returns what was read, by column; columns that are NULL are not in it.
func (c cells) raw() map[string]any {
	raw := map[string]any{}
	for i, name := range c.names {
		switch v := c.dest[i].(type) {
		case **int64:
			if *v != nil {
				raw[name] = **v
			}
		case **string:
			if *v != nil {
				raw[name] = **v
			}
		}
	}
	return raw
}

// value makes the value of a field from its stored columns; nil where it has none.
func value(keys *crypt.Keys, d Definition, f Field, row string, raw map[string]any) (any, error) {
	first, ok := raw[f.presence()]
	if !ok {
		return nil, nil //nolint:nilnil // a field without a value is no error
	}
	switch {
	case f.sealed():
		sealed, _ := first.(string)
		opened, err := keys.OpenText(d.Table(), f.base(), row, sealed)
		if err != nil || f.Type != Person {
			return opened, err
		}
		h, _ := as[Human](opened)
		return h, nil
	case f.Type == Choices:
		s, _ := first.(string)
		return strings.Split(strings.Trim(s, "|"), "|"), nil
	case f.Type == Org:
		name, _ := first.(string)
		code, _ := raw[f.base()+"_code"].(string)
		return Organisation{Name: name, TaxCode: code}, nil
	case f.structured():
		s, _ := first.(string)
		return f.read(s)
	case f.Type == Place:
		lat, err := whole(first)
		if err != nil {
			return nil, err
		}
		lon, err := whole(raw[f.base()+"_lon"])
		return Point{Lat: lat, Lon: lon}, err
	case f.Type == Boolean:
		n, err := whole(first)
		return n == 1, err
	case f.Type == Decimal:
		n, err := whole(first)
		return decimal(n, f.Scale), err
	case f.numeric():
		return whole(first)
	}
	return first, nil
}

// whole reads a number from a column or from the JSON of the history.
func whole(v any) (int64, error) {
	switch v := v.(type) {
	case int64:
		return v, nil
	case json.Number:
		return v.Int64()
	}
	return 0, fmt.Errorf("a number is kept as BIGINT, not as %T", v)
}

// decimal writes a scaled number without needless zeros: 1250 at scale 2 is
// "12.5", and stays "12.5" when the scale grows.
func decimal(n int64, scale int) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	digits := fmt.Sprintf("%0*d", scale+1, n)
	whole, rest := digits[:len(digits)-scale], strings.TrimRight(digits[len(digits)-scale:], "0")
	if rest != "" {
		whole += "." + rest
	}
	return sign + whole
}

// unscaled reads a decimal exactly; false where it is none or has more digits
// than the scale keeps.
func unscaled(s string, scale int) (int64, bool) {
	digits, negative := strings.CutPrefix(s, "-")
	whole, rest, point := strings.Cut(digits, ".")
	rest = strings.TrimRight(rest, "0")
	if whole == "" || point && strings.HasSuffix(digits, ".") || len(rest) > scale || len(whole) > 16 ||
		strings.Trim(whole+rest, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(whole+rest+strings.Repeat("0", scale-len(rest)), 10, 64)
	if err != nil || n > maxInteger {
		return 0, false
	}
	if negative {
		n = -n
	}
	return n, true
}
