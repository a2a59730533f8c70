// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import "slices"

// Rename is a field that the file no longer names, with a new one of its type:
// perhaps it was renamed, and its values would stay behind.
type Rename struct{ From, To string }

// Renames returns what a plan has to ask about. A field that the file hides on
// purpose is no question.
func (p Plan) Renames() (all []Rename) {
	if p.From == 0 {
		return nil
	}
	var fresh []Field
	for _, f := range p.def.Visible() {
		if _, known := p.old.Field(f.Key); !known {
			fresh = append(fresh, f)
		}
	}
	for _, f := range p.old.Visible() {
		if _, named := p.def.Field(f.Key); named {
			continue
		}
		i := slices.IndexFunc(fresh, func(one Field) bool { return one.Type == f.Type && one.Label == f.Label })
		if i < 0 {
			i = slices.IndexFunc(fresh, func(one Field) bool { return one.Type == f.Type })
		}
		if i >= 0 {
			all = append(all, Rename{f.Key, fresh[i].Key})
			fresh = slices.Delete(fresh, i, i+1)
		}
	}
	return all
}
