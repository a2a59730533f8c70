// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packcheck

import "tinhso.vn/internal/kernel/registers"

// strangers are what a register names and the packs do not have: roles of its
// rights, registers that its fields point to, catalogues that are no list of codes.
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
	for _, f := range d.Visible() {
		if f.Register != "" && !c.has(f.Register, false) {
			add(f.Key, "no_register", f.Register)
		}
		if f.Catalogue != "" && !c.has(f.Catalogue, true) {
			add(f.Key, "no_catalogue", f.Catalogue)
		}
	}
	return problems
}

// has reports whether the packs have a register; of codes, where that is asked.
func (c *checker) has(id string, codes bool) bool {
	r, ok := c.set.Register(id)
	return ok && (!codes || child(r.Definition, "codes") != nil)
}
