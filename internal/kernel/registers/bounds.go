// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import "slices"

// bounded compares by the column a list is sorted by: its bytes stand in the
// order of the values.
func (f Field) bounded(d Definition, c Condition, args []any) (string, []any, string) {
	if !slices.Contains(d.List.sorts(), f.Key) || len(c.Values) != 1 {
		return "", nil, "not_indexed"
	}
	given := c.Values[0]
	var raw any = given
	if f.numeric() {
		parsed, code := f.parse(given)
		if code != "" || parsed == nil {
			return "", nil, "shape"
		}
		raw = f.raw(parsed)[0]
	}
	if f.Type == Date || f.Type == DatePartial { // bytes of what is no day would stand somewhere too, and count wrongly
		if _, code := (Field{Type: DatePartial}).parseWord(given); code != "" {
			return "", nil, code
		}
	}
	col := column{f.base() + "_sort", keyColumn}
	key := compute(f, col, raw)
	by := ` >= `
	if c.Op == To {
		by = ` <= `
		if !f.numeric() {
			key += "\x7f" // 2026-11 holds all days of the month
		}
	}
	args = append(args, key)
	cond := ident(col.name) + by + mark(args)
	if c.Op == To { // what has no value is not before
		cond += ` AND ` + ident(col.name) + ` <> ''`
	}
	return cond, args, ""
}

// ends are the bounds that a list is held to, by field, as they are compared.
type ends map[string]struct{ from, to string }

// crossed reports whether a bound leaves nothing between itself and the other
// one of its field: who asks so has mistaken one for the other, and an empty list
// would say that there are no such records.
func (e ends) crossed(c Condition, args []any) bool {
	both, key := e[c.Field], ""
	if c.Op == From || c.Op == To {
		key, _ = args[len(args)-1].(string) // bounded wrote it last
	}
	if c.Op == From {
		both.from = key
	}
	if c.Op == To {
		both.to = key
	}
	e[c.Field] = both
	return both.to != "" && both.from > both.to
}
