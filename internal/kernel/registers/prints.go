// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/yaml"
)

// Print is a paper that is made of a record: a sheet that says what stands in
// it, or a certificate, which has a number and can be checked by everybody.
type Print struct {
	ID          string    `json:"id"`
	Name        i18n.Text `json:"name"`
	Certificate bool      `json:"certificate,omitempty"`
	Words       i18n.Text `json:"words,omitzero"`   // what it says above the fields
	Fields      []string  `json:"fields,omitempty"` // in this order; none: all that the printer sees
	States      []string  `json:"states,omitempty"` // of the life cycle in which it is printed; empty: in all
	Layout      string    `json:"layout,omitempty"` // LayoutDiploma; empty: label and value, line by line
}

// maxPrints bounds the papers of a register.
const maxPrints = 10

func (r *reader) print(n *yaml.Node) Print {
	m := r.mapping(n, "", Keys()["prints"]...)
	return Print{
		ID: r.str(m["id"], ""), Name: r.text(m["name"], ""), Certificate: r.boolean(m["certificate"], ""),
		Words: r.text(m["words"], ""), Fields: r.strs(m["fields"]), States: r.strs(m["states"]), Layout: r.str(m["layout"], ""),
	}
}

// prints checks the papers of a file. A certificate says what it certifies; a
// sheet is not about personal data, which nobody reads without a purpose.
func (c *checker) prints(d Definition) {
	if len(d.Prints) > maxPrints {
		c.add(d.line, "", "registers.definition.too_many_prints", fmt.Sprint(len(d.Prints)))
	}
	seen := map[string]bool{}
	for _, p := range d.Prints {
		add := func(code, value string) { c.add(d.line, "", "registers.definition."+code, value) }
		if !validSlug(p.ID) || seen[p.ID] {
			add("print_id", p.ID)
		}
		if seen[p.ID] = true; p.Name.VI == "" {
			add("print_name", p.ID)
		}
		if p.Certificate && len(p.Fields) == 0 {
			add("print_fields", p.ID)
		}
		if p.Layout != "" && (p.Layout != LayoutDiploma || !p.Certificate) {
			add("print_layout", p.Layout)
		}
		for _, s := range p.States {
			if _, ok := d.State(s); !ok {
				add("unknown_state", s)
			}
		}
		for _, key := range p.Fields {
			f, ok := d.Field(key)
			switch {
			case !ok || f.Hidden:
				add("unknown_field", key)
			case !f.printed() || !p.Certificate && f.personal():
				add("print_field", key)
			}
		}
	}
}

// LayoutDiploma is a certificate that hangs on a wall: on its side, framed, the
// first field with a value in large letters and the others as sentences below.
const LayoutDiploma = "diploma"

// Open reports whether the paper is made of a record in a state.
func (p Print) Open(state string) bool { return len(p.States) == 0 || slices.Contains(p.States, state) }

// printed reports whether a field stands on a line of a paper.
func (f Field) printed() bool { return f.Type != Shape && f.Type != Files && f.Type != Group }

// Print returns a paper of the file; false where there is none.
func (d Definition) Print(id string) (Print, bool) {
	i := slices.IndexFunc(d.Prints, func(p Print) bool { return p.ID == id })
	if i < 0 {
		return Print{}, false
	}
	return d.Prints[i], true
}

// Printed returns the fields of a paper that the actor sees. Of a certificate it
// is all of them or, with false, none: half a certificate certifies something else.
func (s Standing) Printed(p Print) (fields []Field, ok bool) {
	if len(p.Fields) == 0 {
		return slices.DeleteFunc(s.Fields(View), func(f Field) bool { return f.personal() || !f.printed() }), true
	}
	for _, key := range p.Fields {
		if f, there := s.Definition.Field(key); there && !f.Hidden && s.Reaches(View, key) {
			fields = append(fields, f)
		}
	}
	if p.Certificate && len(fields) < len(p.Fields) {
		return nil, false
	}
	return fields, true
}

// MayCertify reports whether the actor may issue and withdraw certificates of a
// record: those who may let it hold, or where nobody must, those who may change it.
func (k *Keeper) MayCertify(ctx context.Context, q db.Querier, s Standing, record string) error {
	act := Amend
	if s.Definition.Approval {
		act = Approve
	}
	_, err := s.reached(ctx, q, act, record)
	return err
}

// Held says what became of what a paper says.
type Held struct {
	There bool // the record is in the register
	Same  bool // the fields have the values that they had
}

// Holds compares a record with what it was at a version, in some fields. It is
// the program that looks, whoever asks: the answer names no value.
func (k *Keeper) Holds(ctx context.Context, q db.Querier, register, record string, version int64, fields []string) (h Held, err error) {
	defer errs.Wrap(&err, "whether record %s of register %s is as it was", record, register)

	now, err := k.get(ctx, q, access.All(), register, record, true)
	if errors.Is(err, ErrNotFound) {
		return Held{}, nil
	}
	if err != nil {
		return Held{}, err
	}
	h = Held{There: true, Same: true}
	if now.Version == version {
		return h, nil
	}
	d, err := k.Definition(ctx, q, register)
	if err != nil {
		return Held{}, err
	}
	was, err := k.then(ctx, q, d, record, version, fields)
	if err != nil {
		return Held{}, err
	}
	for _, key := range fields {
		h.Same = h.Same && Same(now.Values[key], was[key])
	}
	return h, nil
}
