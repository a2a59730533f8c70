// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/platform/db"
)

// reach is everything that the rights of a definition allow, as who, act and
// field in one text each.
func (d Definition) reach(fields []Field, states []string) map[string]bool {
	all := map[string]bool{}
	for _, r := range d.rights() {
		var who []string
		for _, role := range r.Roles {
			who = append(who, string(role))
		}
		switch {
		case r.Public:
			who = []string{"*"}
		case r.Owner != "":
			who = []string{"@" + r.Owner}
		case len(d.Rights) == 0:
			who = []string{"registers." + r.ID}
		}
		if r.Everywhere {
			for i := range who {
				who[i] += " everywhere"
			}
		}
		for _, w := range who {
			for _, by := range append([]string{""}, r.Units...) {
				for _, act := range r.May {
					for _, f := range fields {
						if r.Shows(f.Key) {
							r.mark(all, []string{w, by, string(act), f.Key}, states)
						}
					}
				}
			}
		}
	}
	return all
}

// mark adds one thing that a right allows: in the states that it is for.
func (r Right) mark(all map[string]bool, what, states []string) {
	if len(r.States) == 0 {
		all[strings.Join(what, " / ")] = true
	} else {
		states = r.States
	}
	for _, s := range states {
		all[strings.Join(append(slices.Clone(what), s), " / ")] = true
	}
}

// rights says which rights allow more than before and which less: over the
// fields that were there, for a new field is told by itself.
func (p *Plan) rights() {
	var fields []Field
	for _, f := range p.def.Visible() {
		if old, ok := p.old.Field(f.Key); ok && !old.Hidden {
			fields = append(fields, f)
		}
	}
	states := allStates(p.old.Life, p.def.Life)
	was, is := p.old.reach(fields, states), p.def.reach(fields, states)
	more := slices.DeleteFunc(slices.Sorted(maps.Keys(is)), func(s string) bool { return was[s] })
	less := slices.DeleteFunc(slices.Sorted(maps.Keys(was)), func(s string) bool { return is[s] })
	if len(more) > 0 {
		p.add(Change{Kind: WidenField, Label: p.def.Title, Aspect: "rights", To: some(more)})
	}
	if len(less) > 0 {
		p.add(Change{Kind: Relabel, Label: p.def.Title, Aspect: "rights", From: some(less)})
	}
}

// some is a list as a plan shows it: the first of it and how many more.
func some(all []string) string {
	if len(all) > 2*shown {
		all = append(all[:2*shown:2*shown], "…")
	}
	return strings.Join(all, "; ")
}

// belonging adds what changes in what a field points to or consists of. Where it
// has values they must still mean the same.
func (p *Plan) belonging(ctx context.Context, q db.Querier, old, f Field) error {
	for _, x := range []struct{ aspect, was, is string }{{"measure", old.Measure, f.Measure}, {"pattern", old.Pattern, f.Pattern}} {
		if x.was != x.is {
			p.add(Change{Kind: Relabel, Field: f.Key, Label: f.Label, Aspect: x.aspect, From: x.was, To: x.is})
		}
	}
	for _, x := range []struct{ aspect, was, is string }{{"catalogue", old.Catalogue, f.Catalogue}, {"register", old.Register, f.Register}} {
		if x.was == x.is {
			continue
		}
		c := p.refuse(f, x.aspect, "registers.reason.points_elsewhere", x.was, x.is)
		if err := p.inTheWay(ctx, q, c, ident(old.presence())+` IS NOT NULL`); err != nil {
			return err
		}
	}
	return p.group(ctx, q, old, f)
}

// group lets a group take further fields, and no field change its type or go.
func (p *Plan) group(ctx context.Context, q db.Querier, old, f Field) error {
	if f.Type != Group {
		return nil
	}
	var gone, come []string
	for _, was := range old.Fields {
		if !slices.ContainsFunc(f.Fields, func(is Field) bool { return is.Key == was.Key && is.Type == was.Type && is.limit() >= was.limit() }) {
			gone = append(gone, was.Key)
		}
	}
	for _, is := range f.Fields {
		if !slices.ContainsFunc(old.Fields, func(was Field) bool { return was.Key == is.Key }) {
			come = append(come, is.Key)
		}
	}
	if len(gone) > 0 {
		c := p.refuse(f, "group", "registers.reason.group_field", strings.Join(gone, ", "), "")
		return p.inTheWay(ctx, q, c, ident(old.presence())+` IS NOT NULL`)
	}
	if len(come) > 0 {
		p.add(Change{Kind: WidenField, Field: f.Key, Label: f.Label, Aspect: "group", To: strings.Join(come, ", ")})
	}
	return nil
}

// compute says that a field is made in another way: every record is made anew.
func (p *Plan) compute(_ context.Context, _ db.Querier, old, f Field) error {
	if old.Compute == f.Compute {
		return nil
	}
	p.add(Change{Kind: Relabel, Field: f.Key, Label: f.Label, Aspect: "compute", From: old.Compute, To: f.Compute, RowCount: p.Rows})
	p.remake = p.remake || f.Compute != ""
	return nil
}

// rules says that the rules of a register change: for what is written from now on.
func (p *Plan) rules() {
	if slices.EqualFunc(p.old.Rules, p.def.Rules, func(a, b Rule) bool {
		a.line, b.line = 0, 0
		return a == b
	}) {
		return
	}
	p.add(Change{Kind: Relabel, Label: p.def.Title, Aspect: "checks", From: strconv.Itoa(len(p.old.Rules)), To: strconv.Itoa(len(p.def.Rules))})
}
