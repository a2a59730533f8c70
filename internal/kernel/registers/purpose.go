// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"reflect"
	"slices"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/yaml"
)

// Purpose says what a register has personal data for. Whoever asks to read them is
// shown it, and it stands in the public list of purposes.
type Purpose struct {
	Text  i18n.Text `json:"text"`
	Basis []string  `json:"basis,omitempty"` // legal ids of the packs

	line int
}

// purposeKeys is what the mapping of a purpose may hold.
func purposeKeys(all map[string][]string) map[string][]string {
	all["purpose"] = []string{"text", "basis"}
	return all
}

func (r *reader) purpose(n *yaml.Node) *Purpose {
	if n == nil {
		return nil
	}
	m := r.mapping(n, "", Keys()["purpose"]...)
	return &Purpose{Text: r.text(m["text"], ""), Basis: r.strs(m["basis"]), line: n.Line}
}

// purpose checks that a purpose is said in both languages, and that there is
// something for it. That the laws are there is asked where the packs are checked.
func (c *checker) purpose(d Definition) {
	v := d.Purpose
	if v == nil {
		return
	}
	if v.Text.VI == "" || v.Text.EN == "" {
		c.add(v.line, "", "registers.definition.purpose_words", d.ID)
	}
	if basic, sensitive := d.PersonalFields(); len(basic)+len(sensitive) == 0 {
		c.add(v.line, "", "registers.definition.purpose_of_nothing", d.ID)
	}
}

// Line is where it stands in its file; 0 where it came from elsewhere.
func (v Purpose) Line() int { return v.line }

func (v *Purpose) unlined() *Purpose {
	if v == nil {
		return nil
	}
	return &Purpose{Text: v.Text, Basis: slices.Clone(v.Basis)}
}

// aims adds what changes in what personal data is for.
func (p *Plan) aims() {
	if !reflect.DeepEqual(p.old.Purpose.unlined(), p.def.Purpose.unlined()) {
		p.add(Change{Kind: Relabel, Label: p.def.Title, Aspect: "purpose"})
	}
}

// PersonalFields returns the fields that are read for a purpose only, those of
// groups among them; what is sensitive apart.
func (d Definition) PersonalFields() (basic, sensitive []Field) {
	put := func(f Field) {
		if f.Personal == Sensitive {
			sensitive = append(sensitive, f)
		} else if f.personal() {
			basic = append(basic, f)
		}
	}
	for _, f := range d.Visible() {
		put(f)
		for _, inner := range f.Fields {
			put(inner)
		}
	}
	return basic, sensitive
}

// Purposes returns the registers that say what they have personal data for, by id.
func (k *Keeper) Purposes(ctx context.Context, q db.Querier) (all []Definition, err error) {
	defer errs.Wrap(&err, "purposes of registers")

	defs, err := k.inForce(ctx, q)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(defs, func(d Definition) bool { return d.Purpose == nil }), nil
}
