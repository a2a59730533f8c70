// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packcheck

import (
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/registers"
)

// strangers are what a register names and the packs do not have: roles of its
// rights, registers that its fields point to, catalogues that are no list of codes;
// and references that must all be there before any of them can.
func (c *checker) strangers(d registers.Definition) (problems []registers.Problem) {
	add := func(field, code, value string) {
		problems = append(problems, registers.Problem{Field: field, Code: "registers.definition." + code, Value: value})
	}
	for _, r := range d.Rights {
		for _, role := range r.Roles {
			if known, ok := c.set.Role(string(role)); !ok || known.Citizen {
				add("", "no_role", string(role))
			}
		}
	}
	law := func(line int, id string) {
		if id != "" && !slices.ContainsFunc(c.set.Legal, func(l packs.LegalDoc) bool { return l.ID == id }) {
			problems = append(problems, registers.Problem{Line: line, Code: "registers.definition.no_basis", Value: id})
		}
	}
	if r := d.Retention; r != nil {
		law(r.Line(), r.Basis)
	}
	if v := d.Purpose; v != nil {
		for _, id := range v.Basis {
			law(v.Line(), id)
		}
	}
	for _, f := range d.Visible() {
		if f.Register != "" && !c.has(f.Register, false) {
			add(f.Key, "no_register", f.Register)
		}
		if f.Catalogue != "" && !c.has(f.Catalogue, true) {
			add(f.Key, "no_catalogue", f.Catalogue)
		}
		if f.Required {
			if way := c.circle(d.ID, points(f), []string{d.ID}); way != nil {
				add(f.Key, "circle", strings.Join(way, " → "))
			}
		}
	}
	return problems
}

// points is the register that a field points to; empty: none.
func points(f registers.Field) string {
	if f.Register != "" {
		return f.Register
	}
	return f.Catalogue
}

// circle follows required references from a register, and returns the way by which
// they lead back to where it began: nobody could ever add the first record. Nil where
// they do not.
func (c *checker) circle(begin, at string, way []string) []string {
	if at == "" || slices.Contains(way[1:], at) { // a circle that does not touch the beginning is told where it is
		return nil
	}
	way = append(slices.Clip(way), at)
	if at == begin {
		return way
	}
	r, ok := c.set.Register(at)
	if !ok {
		return nil
	}
	def, _ := registers.Decode(r.Definition) // its mistakes are told where it is checked
	for _, f := range def.Visible() {
		if f.Required {
			if found := c.circle(begin, points(f), way); found != nil {
				return found
			}
		}
	}
	return nil
}

// has reports whether the packs have a register; of codes, where that is asked.
func (c *checker) has(id string, codes bool) bool {
	r, ok := c.set.Register(id)
	return ok && (!codes || child(r.Definition, "codes") != nil)
}
