// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Problem is one mistake of a definition.
type Problem struct {
	Line  int    // of the file; 0 where the definition came from elsewhere
	Field string // key of the field; empty where it is about the register
	Code  string // the translation key
	Value string // what was wrong
}

// Error is the mistake on one line.
func (p Problem) Error() string {
	return fmt.Sprintf("%d: %s %s %q", p.Line, p.Field, p.Code, p.Value)
}

// derived are the endings of columns that are made from a field's value.
func derived() []string {
	return []string{
		"_folded", "_sort", "_sealed", "_index", "_lat", "_lon", "_code", "_commune", "_west", "_south", "_east", "_north",
	}
}

// reserved are the names by which a record says what is true of every record.
func reserved() []string {
	return []string{"id", "unit_id", "version", "state", "created_at", "updated_at", "created_by", "updated_by"}
}

const (
	small   = "abcdefghijklmnopqrstuvwxyz"
	letters = small + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	figures = "0123456789"
)

// spelled reports whether a name of 1 to 40 signs begins with one of first and
// goes on with those of rest. A large file has thousands of them.
func spelled(s, first, rest string) bool {
	return s != "" && len(s) <= maxSlug && strings.Contains(first, s[:1]) && strings.Trim(s[1:], rest) == ""
}

// validSlug is the only form of a name that ever reaches a statement.
func validSlug(s string) bool { return spelled(s, small, small+figures+"_") }

func validID(s string) bool {
	return len(s) <= maxSlug && regexp.MustCompile(`^[a-z][a-z0-9]*([_-][a-z0-9]+)*$`).MatchString(s)
}

func validOption(s string) bool {
	return spelled(s, letters+figures, letters+figures+"._-")
}

// Check returns all mistakes of a definition, in the order of the file.
func (d Definition) Check() []Problem {
	c := &checker{}
	if !validID(d.ID) || !validSlug(d.slug()) {
		c.add(d.line, "", "registers.definition.id", d.ID)
	}
	if strings.HasSuffix(d.slug(), "_history") { // the name of another register's history
		c.add(d.line, "", "registers.definition.reserved", d.ID)
	}
	if d.Title.VI == "" {
		c.add(d.line, "", "registers.definition.title", "")
	}
	if d.Version < 1 {
		c.add(d.line, "", "registers.definition.version", fmt.Sprint(d.Version))
	}
	if len(d.Visible()) == 0 {
		c.add(d.line, "", "registers.definition.no_fields", "")
	}
	if len(d.Fields) > maxFields {
		c.add(d.line, "", "registers.definition.too_many_fields", fmt.Sprint(len(d.Fields)))
	}
	seen := map[string]bool{}
	for _, f := range d.Fields {
		if seen[f.Key] {
			c.add(f.line, f.Key, "registers.definition.twice", f.Key)
		}
		seen[f.Key] = true
		c.field(f)
	}
	c.key(d)
	c.list(d)
	c.codes(d)
	if d.Approval && !slices.ContainsFunc(d.Rights, func(r Right) bool { return r.Allows(Approve) }) {
		c.add(d.line, "", "registers.definition.approval", d.ID)
	}
	c.rules(d)
	c.rights(d)
	c.life(d)
	c.valid(d)
	c.layer(d)
	c.prints(d)
	c.reports(d)
	c.measures(d)
	c.duplicates(d)
	c.spoken(d)
	c.public(d)
	c.search(d)
	c.home(d)
	c.related(d)
	c.purpose(d)
	c.database(d)
	c.retention(d)
	c.openData(d)
	return c.problems
}

type checker struct{ problems []Problem }

func (c *checker) add(line int, field, code, value string) {
	c.problems = append(c.problems, Problem{Line: line, Field: field, Code: code, Value: value})
}

func (c *checker) field(f Field) {
	add := func(code, value string) { c.add(f.line, f.Key, "registers.definition."+code, value) }
	if !validSlug(f.Key) {
		add("key", f.Key)
	}
	if slices.Contains(reserved(), f.Key) ||
		slices.ContainsFunc(derived(), func(end string) bool { return strings.HasSuffix(f.Key, end) }) {
		add("reserved", f.Key)
	}
	if f.Label.VI == "" {
		add("label", "")
	}
	if !slices.Contains(types(), f.Type) {
		add("type", string(f.Type))
	}
	if !slices.Contains([]Class{"", None, Basic, Sensitive}, f.Personal) {
		add("personal", string(f.Personal))
	}
	if f.sealed() && f.Personal == None {
		add("personal_identifier", string(f.Type))
	}
	many := f.Type == Files || f.Type == Group
	switch {
	case f.Max < 0, f.Type == Line && f.Max > maxLine, f.Type == LongText && f.Max > maxLong, f.numeric() && f.Max > maxInteger,
		f.Type == Files && f.Max > maxFiles, f.Type == Group && f.Max > maxRows:
		add("max", fmt.Sprint(f.Max))
	case f.Max != 0 && !f.textual() && !f.numeric() && !many:
		add("max_type", string(f.Type))
	}
	if f.Scale < 0 || f.Scale > maxScale || f.Scale != 0 && f.Type != Decimal {
		add("scale", fmt.Sprint(f.Scale))
	}
	if f.Unique && (!f.exactable() || f.Type == Boolean || f.Type == Line && f.limit() > maxIndexed) {
		add("unique", string(f.Type))
	}
	if f.Searchable && !f.textual() {
		add("searchable", string(f.Type))
	}
	c.options(f)
	c.belongings(f)
	c.serial(f)
}

func (c *checker) options(f Field) {
	if (f.Type == Choice || f.Type == Choices) != (len(f.Options) > 0) {
		c.add(f.line, f.Key, "registers.definition.options", string(f.Type))
	}
	seen := map[string]bool{}
	for _, o := range f.Options {
		switch {
		case !validOption(o.Value) || o.Label.VI == "":
			c.add(f.line, f.Key, "registers.definition.option", o.Value)
		case seen[o.Value]:
			c.add(f.line, f.Key, "registers.definition.twice", o.Value)
		}
		seen[o.Value] = true
	}
}

func (c *checker) key(d Definition) {
	length, seen := int64(0), map[string]bool{}
	for _, key := range d.Key {
		f, ok := d.Field(key)
		switch {
		case !ok || f.Hidden:
			c.add(d.line, "", "registers.definition.unknown_field", key)
		case seen[key]:
			c.add(d.line, "", "registers.definition.twice", key)
		case !f.Required, !f.exactable(), f.Type == Boolean:
			c.add(f.line, key, "registers.definition.key_field", key)
		case f.Type == Line:
			length += f.limit()
		}
		seen[key] = true
	}
	if length > maxIndexed {
		c.add(d.line, "", "registers.definition.key_long", fmt.Sprint(length))
	}
}

func (c *checker) list(d Definition) {
	for _, key := range d.List.Columns {
		if f, ok := d.Field(key); !ok || f.Hidden {
			c.add(d.line, "", "registers.definition.unknown_field", key)
		}
	}
	for _, key := range d.List.Filters {
		f, ok := d.Field(key)
		switch {
		case !ok || f.Hidden:
			c.add(d.line, "", "registers.definition.unknown_field", key)
		case f.Type == LongText || f.Type == Choices || f.Type == Files || f.Type == Group || f.Type == Line && f.limit() > maxIndexed:
			c.add(d.line, "", "registers.definition.filter", key)
		}
	}
	for _, key := range d.List.sorts() {
		f, ok := d.Field(key)
		switch {
		case !ok || f.Hidden:
			c.add(d.line, "", "registers.definition.unknown_field", key)
		case !f.sortable():
			c.add(d.line, "", "registers.definition.sort", key)
		}
	}
}
