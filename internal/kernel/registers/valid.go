// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"slices"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/yaml"
)

// ValidKey is the field by which a list is held to what was valid on a day, in a
// register that says when its records are (Definition.Valid).
const ValidKey = "valid"

// On is the way of comparing of ValidKey: that day, 2026-11-21.
const On Op = "on"

// Valid says which fields hold the first and the last day on which a record is
// valid. Without a value there is no such bound. When something was known is
// another question: the history answers it.
type Valid struct {
	From  string `json:"from"`
	Until string `json:"until,omitempty"` // empty: nothing ends
	Soon  int    `json:"soon,omitempty"`  // days before the end in which it is told that it comes; 0: it is not
}

// maxSoon bounds how long before its end a record is told of, in days.
const maxSoon = 1_000

func (v Valid) fields() []string {
	if v.Until == "" {
		return []string{v.From}
	}
	return []string{v.From, v.Until}
}

func (r *reader) valid(n *yaml.Node) *Valid {
	if n == nil {
		return nil
	}
	m := r.mapping(n, "", Keys()["valid"]...)
	return &Valid{From: r.str(m["from"], ""), Until: r.str(m["until"], ""), Soon: int(r.integer(m["soon"], ""))}
}

func (c *checker) valid(d Definition) {
	if d.Valid == nil {
		return
	}
	if _, taken := d.Field(ValidKey); taken {
		c.add(d.line, ValidKey, "registers.definition.reserved", ValidKey)
	}
	for _, key := range d.Valid.fields() {
		if f, ok := d.Field(key); !ok || f.Hidden || f.Type != Date || f.personal() {
			c.add(d.line, "", "registers.definition.valid", key)
		}
	}
	if v := d.Valid; v.Soon < 0 || v.Soon > maxSoon || v.Soon > 0 && !slices.Contains(d.List.sorts(), v.Until) {
		c.add(d.line, "", "registers.definition.valid_soon", v.Until) // what ends is found in the order of its end
	}
	if d.Valid.From == d.Valid.Until {
		c.add(d.line, "", "registers.definition.valid", d.Valid.Until)
	}
}

// validField is what a problem of the day is told of.
func validField() Field {
	return Field{Key: ValidKey, Label: i18n.Text{VI: "Ngày có hiệu lực", EN: "The day"}}
}

// validOn holds a list to what was valid on a day, or says what is wrong.
func (s Standing) validOn(act Act, c Condition, args []any) (cond string, with []any, code string) {
	v := s.Definition.Valid
	if slices.ContainsFunc(v.fields(), func(key string) bool { return !s.Reaches(act, key) }) {
		return "", nil, "unknown" // what is not shown is not there
	}
	if c.Op != On || len(c.Values) != 1 || !isDate("2006-01-02", c.Values[0]) {
		return "", nil, "date"
	}
	args = append(args, c.Values[0])
	from := ident("f_" + v.From)
	cond = `(` + from + ` IS NULL OR ` + from + ` <= ` + mark(args) + `)`
	if v.Until != "" {
		until := ident("f_" + v.Until)
		cond += ` AND (` + until + ` IS NULL OR ` + until + ` >= ` + mark(args) + `)`
	}
	return cond, args, ""
}
