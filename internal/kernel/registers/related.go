// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"fmt"
	"strings"
)

// maxRelated bounds the lists that stand under a record.
const maxRelated = 6

// Relation is a field of another register that points to the records of this one.
type Relation struct{ Register, Field string }

// Relations returns what the file says of the registers that point here: whether
// they are there, and whether somebody sees them, is asked when a record is shown.
func (d Definition) Relations() (all []Relation) {
	for _, said := range d.Related {
		if register, field, ok := strings.Cut(said, "."); ok {
			all = append(all, Relation{register, field})
		}
	}
	return all
}

func (c *checker) related(d Definition) {
	if len(d.Related) > maxRelated {
		c.add(d.line, "", "registers.definition.related", fmt.Sprint(len(d.Related)))
	}
	for _, said := range d.Related {
		register, field, ok := strings.Cut(said, ".")
		if !ok || !validID(register) || !validSlug(field) {
			c.add(d.line, "", "registers.definition.related", said)
		}
	}
}
