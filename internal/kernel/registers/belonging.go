// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"fmt"
	"regexp"
	"slices"
)

// maxPattern and maxMeasure bound what a field says of its values, in bytes.
const (
	maxPattern = 200
	maxMeasure = 20
)

// belongings checks what only some types have: a measure, a pattern, another
// register, fields of its own.
func (c *checker) belongings(f Field) {
	add := func(code, value string) { c.add(f.line, f.Key, "registers.definition."+code, value) }
	if f.Measure != "" && (!f.numeric() || f.Type == Money || len(f.Measure) > maxMeasure) {
		add("measure", f.Measure)
	}
	if f.Pattern != "" {
		if _, err := regexp.Compile(f.Pattern); err != nil || f.Type != Line || len(f.Pattern) > maxPattern {
			add("pattern", f.Pattern)
		}
	}
	if (f.Type == Code) != (f.Catalogue != "") || f.Catalogue != "" && !validID(f.Catalogue) {
		add("catalogue", f.Catalogue)
	}
	if (f.Type == Reference) != (f.Register != "") || f.Register != "" && !validID(f.Register) {
		add("register", f.Register)
	}
	if (f.Type == Group) != (len(f.Fields) > 0) {
		add("group", string(f.Type))
	}
	seen := map[string]bool{}
	for _, inner := range f.Fields {
		if seen[inner.Key] {
			c.add(inner.line, f.Key, "registers.definition.twice", inner.Key)
		}
		seen[inner.Key] = true
		if inner.sealed() || inner.Personal == Sensitive || inner.structured() {
			c.add(inner.line, f.Key, "registers.definition.group_field", inner.Key)
		}
		c.field(inner)
	}
}

func (c *checker) rights(d Definition) {
	if len(d.Rights) > maxRights {
		c.add(d.line, "", "registers.definition.too_many_rights", fmt.Sprint(len(d.Rights)))
	}
	seen := map[string]bool{}
	for _, r := range d.Rights {
		add := func(code, value string) { c.add(r.line, "", "registers.definition."+code, value) }
		switch {
		case !validSlug(r.ID):
			add("right_id", r.ID)
		case seen[r.ID]:
			add("twice", r.ID)
		}
		seen[r.ID] = true
		if r.Name.VI == "" {
			add("right_name", r.ID)
		}
		c.who(d, r)
		if !r.Allows(View) { // nobody does something with what they do not see
			add("right_view", r.ID)
		}
		for _, act := range r.May {
			if !slices.Contains(Acts(), act) {
				add("right_act", string(act))
			}
		}
		if len(r.Only) > 0 && len(r.Except) > 0 {
			add("right_fields", r.ID)
		}
		for _, key := range slices.Concat(r.Only, r.Except) {
			if f, ok := d.Field(key); !ok || f.Hidden {
				add("unknown_field", key)
			}
		}
		for _, key := range r.Units {
			if f, ok := d.Field(key); !ok || f.Hidden || f.Type != Unit {
				add("right_unit", key)
			}
		}
	}
}

// who checks that a right says for whom it is, once.
func (c *checker) who(d Definition, r Right) {
	add := func(code, value string) { c.add(r.line, "", "registers.definition."+code, value) }
	ways := 0
	for _, is := range []bool{len(r.Roles) > 0, r.Owner != "", r.Public} {
		if is {
			ways++
		}
	}
	if ways != 1 || (r.Everywhere || len(r.Units) > 0) && len(r.Roles) == 0 {
		add("right_who", r.ID)
	}
	if r.Owner != "" {
		if f, ok := d.Field(r.Owner); !ok || f.Hidden || f.Type != Number && f.Type != Person && f.Type != Org {
			add("right_owner", r.Owner)
		}
	}
	if r.Owner != "" && r.Allows(Add) && (d.Home == "" || d.Approval) {
		add("right_home", r.ID)
	}
	if !r.Public {
		return
	}
	for _, act := range r.May {
		if act != View && act != Export {
			add("right_public_act", string(act))
		}
	}
	for _, f := range d.Visible() {
		if r.Shows(f.Key) && f.personal() {
			add("right_public_field", f.Key)
		}
	}
}
