// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/platform/db"
)

// FileVersion is the version of the file that is in force. It is less than Version
// where the register went back to an earlier one.
func (d Definition) FileVersion() int {
	if d.File > 0 {
		return d.File
	}
	return d.Version
}

// goBack plans for a file whose version is not above all there were: one that was
// in force before, or, after that, one that is newer than it. It returns the
// reason why not; empty: it can be done.
func (p *Plan) goBack(ctx context.Context, q db.Querier) (reason string, err error) {
	type past struct{ sum, raw string }
	all, err := db.All(ctx, q, func(r db.Row) (x past, err error) {
		err = r.Scan(&x.sum, &x.raw)
		return x, err
	}, `SELECT sha256, definition FROM registers_definitions WHERE id = $1 ORDER BY version`, p.def.ID)
	if err != nil {
		return "", err
	}
	file, known, other := p.def.Version, false, false
	for _, x := range all {
		var d struct{ Version, File int }
		if err := json.Unmarshal([]byte(x.raw), &d); err != nil {
			return "", err
		}
		if d.File == 0 {
			d.File = d.Version
		}
		known = known || x.sum == p.sum
		other = other || d.File == file && x.sum != p.sum
	}
	switch older := file < p.old.FileVersion(); {
	case !known && older: // a file that nobody has seen is not an earlier one, whatever its number
		return "registers.reason.older_version", nil
	case !known && other:
		return "registers.reason.same_version", nil
	case older:
		p.add(Change{Kind: Relabel, Label: p.def.Title, Aspect: "back", From: strconv.Itoa(p.old.FileVersion()), To: strconv.Itoa(file)})
		p.ease()
	}
	p.def.Version, p.def.File = p.old.Version+1, file
	p.To = p.def.Version
	return "", nil
}

// ease keeps as wide what a later file has made wider: values may be there that an
// earlier one does not know.
func (p *Plan) ease() {
	p.def.Fields = slices.Clone(p.def.Fields)
	for i, f := range p.def.Fields {
		old, ok := p.old.Field(f.Key)
		if !ok {
			continue
		}
		eased := f.eased(old)
		if stays := f.stays(eased); stays != "" {
			p.add(Change{Kind: Relabel, Field: f.Key, Label: f.Label, Aspect: "stays", From: stays})
		}
		p.def.Fields[i] = eased
	}
	if p.def.Life != nil && p.old.Life != nil {
		life := *p.def.Life
		life.States = slices.Clone(life.States)
		for _, s := range p.old.Life.States {
			if _, ok := p.def.State(s.ID); !ok {
				life.States = append(life.States, s)
			}
		}
		p.def.Life = &life
	}
}

// eased is a field of an earlier file with what a later one has made wider.
func (f Field) eased(old Field) Field {
	if widens(f.Type, old.Type) {
		f.Type, f.Scale = old.Type, old.Scale
	}
	if f.Type == Decimal && old.Type == Decimal {
		f.Scale = max(f.Scale, old.Scale)
	}
	if old.limit() > f.limit() {
		f.Max = old.Max
	}
	if !old.Hidden && !old.Required {
		f.Required = false
	}
	f.Options = slices.Clone(f.Options)
	for _, o := range old.Options {
		if !f.option(o.Value) {
			f.Options = append(f.Options, o)
		}
	}
	f.Fields = slices.Clone(f.Fields)
	for _, inner := range old.Fields {
		if i := slices.IndexFunc(f.Fields, func(x Field) bool { return x.Key == inner.Key }); i >= 0 {
			f.Fields[i] = f.Fields[i].eased(inner)
		} else {
			inner.Required = false
			f.Fields = append(f.Fields, inner)
		}
	}
	return f
}

// stays names what of a field stays as a later file had it.
func (f Field) stays(eased Field) string {
	var all []string
	if f.Type != eased.Type {
		all = append(all, string(eased.Type))
	}
	if f.Scale != eased.Scale {
		all = append(all, "scale "+strconv.Itoa(eased.Scale))
	}
	if f.Max != eased.Max {
		all = append(all, "max "+strconv.FormatInt(eased.limit(), 10))
	}
	if f.Required != eased.Required {
		all = append(all, "required: false")
	}
	for _, o := range eased.Options[len(f.Options):] {
		all = append(all, o.Value)
	}
	for _, inner := range eased.Fields[len(f.Fields):] {
		all = append(all, inner.Key)
	}
	return strings.Join(all, ", ")
}
