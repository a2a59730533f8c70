// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/yaml"
)

// Duplicates says which records of a register may be the same thing twice.
type Duplicates struct {
	Rules     []Likeness `json:"rules"`
	Elsewhere bool       `json:"elsewhere,omitempty"` // who enters one is told that there is another, though they may not see it
}

// Likeness is one way in which two records may be the same: all of its fields match.
type Likeness struct {
	Name   i18n.Text `json:"name"`
	Fields []Match   `json:"fields"`
	Blocks bool      `json:"blocks,omitempty"` // such a record is refused; else its author is only told

	line int
}

// Match says how one field of two records is compared.
type Match struct {
	Field  string   `json:"field"`
	As     Sameness `json:"as,omitempty"`     // empty: Exactly
	Within int64    `json:"within,omitempty"` // of Near: metres
}

// Sameness is a way of comparing two values. Fields without a value match nothing.
type Sameness string

// The ways of comparing.
const (
	Exactly Sameness = "same"   // as they are kept, in capital or small letters; of a person the number, of an organisation the tax code
	Folded  Sameness = "folded" // without marks and capitals; of a person and an organisation the name
	Alike   Sameness = "alike"  // as Folded, as it sounds, but for one word that is missing or spelled otherwise
	SameDay Sameness = "day"    // dates, as far as both are known; of a person when they were born
	Near    Sameness = "near"   // points no farther apart than Within
)

// The bounds of what a file says of duplicates.
const (
	maxLikenesses = 6
	maxMatches    = 6
	maxNear       = 10_000 // metres
)

func (r *reader) duplicates(n *yaml.Node) *Duplicates {
	if n == nil {
		return nil
	}
	m := r.mapping(n, "", Keys()["duplicates"]...)
	d := &Duplicates{Elsewhere: r.boolean(m["elsewhere"], "")}
	for _, n := range r.sequence(m["rules"], "") {
		m := r.mapping(n, "", Keys()["duplicates.rules"]...)
		one := Likeness{line: n.Line, Name: r.text(m["name"], ""), Blocks: r.boolean(m["blocks"], "")}
		for _, n := range r.sequence(m["fields"], "") {
			m := r.mapping(n, "", Keys()["duplicates.rules.fields"]...)
			one.Fields = append(one.Fields, Match{Field: r.str(m["field"], ""), As: Sameness(r.str(m["as"], "")), Within: r.integer(m["within"], "")})
		}
		d.Rules = append(d.Rules, one)
	}
	return d
}

// duplicates checks the rules: of fields that people enter, each compared in a way
// that its type knows, and none so wide that everything is suspected.
func (c *checker) duplicates(d Definition) {
	if d.Duplicates == nil {
		return
	}
	if n := len(d.Duplicates.Rules); n == 0 || n > maxLikenesses {
		c.add(d.line, "", "registers.definition.duplicates_rules", strconv.Itoa(n))
	}
	if d.Codes != nil { // an entry of a list ends; it is not merged
		c.add(d.line, "", "registers.definition.duplicates_codes", d.ID)
	}
	for _, one := range d.Duplicates.Rules {
		add := func(code, value string) { c.add(one.line, "", "registers.definition."+code, value) }
		if one.Name.VI == "" {
			add("duplicates_name", "")
		}
		if n := len(one.Fields); n == 0 || n > maxMatches {
			add("duplicates_fields", strconv.Itoa(n))
		}
		firm, fuzzy, seen := 0, 0, map[string]bool{}
		for _, m := range one.Fields {
			f, ok := d.Field(m.Field)
			switch {
			case !ok || f.Hidden || !f.Entered():
				add("unknown_field", m.Field)
				continue
			case seen[m.Field+string(m.as())]:
				add("twice", m.Field)
			case !f.comparable(m.as()):
				add("duplicates_as", m.Field+": "+string(m.as()))
			case (m.as() == Near) != (m.Within > 0) || m.Within > maxNear:
				add("duplicates_within", fmt.Sprint(m.Within))
			}
			if seen[m.Field+string(m.as())] = true; m.as() == Alike {
				fuzzy++
			} else if f.Type != Boolean && f.Type != Choice {
				firm++
			}
		}
		if fuzzy > 1 || firm == 0 && len(one.Fields) > 0 { // half the province has a name like another
			add("duplicates_wide", one.Name.VI)
		}
	}
}

func (m Match) as() Sameness {
	if m.As == "" {
		return Exactly
	}
	return m.As
}

// comparable reports whether values of the field can be compared so.
func (f Field) comparable(as Sameness) bool {
	switch as {
	case Exactly:
		return f.Type != LongText && f.Type != Shape && f.Type != Files && f.Type != Group
	case Folded, Alike:
		return f.Type == Line || f.Type == Person || f.Type == Org || f.Type == Address
	case SameDay:
		return f.Type == Date || f.Type == DatePartial || f.Type == Person
	case Near:
		return f.Type == Place
	}
	return false
}

// keys are the fields that a rule compares.
func (l Likeness) keys() []string {
	all := make([]string, len(l.Fields))
	for i, m := range l.Fields {
		all[i] = m.Field
	}
	return all
}

// likenesses says that other records are suspected from now on.
func (p *Plan) likenesses() {
	was, is := p.old.Duplicates.bare(), p.def.Duplicates.bare()
	if reflect.DeepEqual(was, is) {
		return
	}
	if is != nil && is.Elsewhere && (was == nil || !was.Elsewhere) {
		p.add(Change{Kind: WidenField, Label: p.def.Title, Aspect: "elsewhere"})
	}
	p.add(Change{Kind: Relabel, Label: p.def.Title, Aspect: "duplicates", From: was.count(), To: is.count()})
}

// bare are the rules without the lines of their file.
func (d *Duplicates) bare() *Duplicates {
	if d == nil {
		return nil
	}
	c := *d
	c.Rules = slices.Clone(d.Rules)
	for i := range c.Rules {
		c.Rules[i].line = 0
	}
	return &c
}

func (d *Duplicates) count() string {
	if d == nil {
		return "0"
	}
	return strconv.Itoa(len(d.Rules))
}
