// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/platform/db"
)

// compare adds the changes from the definition in force to the new one, in the
// order of the new file, then what the file no longer names, then indexes.
func (p *Plan) compare(ctx context.Context, q db.Querier, actual map[string]string) error {
	dialect := q.Dialect()
	for _, f := range p.def.Fields {
		old, known := p.old.Field(f.Key)
		if known {
			if err := p.field(ctx, q, old, f); err != nil {
				return err
			}
			continue
		}
		if f.Compute != "" && p.Rows > 0 {
			if err := p.compute(ctx, q, Field{}, f); err != nil {
				return err
			}
		}
		c := Change{Kind: AddField, Field: f.Key, Label: f.Label, Aspect: string(f.Type), To: describe(f)}
		if gone := missing(f.stored(), actual); len(gone) < len(f.stored()) {
			p.refuse(f, "table", "registers.reason.column_exists", "", f.base())
			continue
		}
		for _, col := range f.stored() {
			c.SQL = append(c.SQL, p.def.add(dialect, col))
		}
		p.add(c)
	}
	for _, f := range p.old.Fields {
		if _, named := p.def.Field(f.Key); !named && !f.Hidden {
			p.add(Change{Kind: HideField, Field: f.Key, Label: f.Label})
		}
	}
	if p.old.Title != p.def.Title {
		p.add(Change{Kind: Relabel, Label: p.def.Title, Aspect: "title", From: p.old.Title.VI, To: p.def.Title.VI})
	}
	if !slices.Equal(p.old.List.Columns, p.def.List.Columns) {
		p.add(Change{
			Kind: Relabel, Label: p.def.Title, Aspect: "list",
			From: strings.Join(p.old.List.Columns, ", "), To: strings.Join(p.def.List.Columns, ", "),
		})
	}
	p.rules()
	p.rights()
	p.lifecycle()
	p.reports()
	p.measured()
	p.likenesses()
	p.publicPage()
	p.aims()
	p.catalogued()
	p.kept()
	p.opened()
	p.columns(dialect, actual)
	if err := p.words(ctx, q); err != nil {
		return err
	}
	return p.indexes(ctx, q)
}

// field adds what changes in a field that was there before, hidden or not.
func (p *Plan) field(ctx context.Context, q db.Querier, old, f Field) error {
	change := func(k Kind, aspect, from, to string) {
		p.add(Change{Kind: k, Field: f.Key, Label: f.Label, Aspect: aspect, From: from, To: to})
	}
	if old.Type != f.Type && !widens(old.Type, f.Type) {
		c := p.refuse(f, "type", "registers.reason.type", string(old.Type), string(f.Type))
		return p.inTheWay(ctx, q, c, ident(old.presence())+` IS NOT NULL`)
	}
	switch {
	case old.Hidden && !f.Hidden:
		change(ShowField, "", old.HiddenSince, "")
	case !old.Hidden && f.Hidden:
		change(HideField, "", "", "")
	}
	if old.Type != f.Type && f.Type != Decimal { // a decimal has its scale told
		change(WidenField, "type", string(old.Type), string(f.Type))
	}
	for _, step := range []func(context.Context, db.Querier, Field, Field) error{p.scale, p.limit, p.required, p.options, p.belonging, p.compute} {
		if err := step(ctx, q, old, f); err != nil {
			return err
		}
	}
	if was, is := class(old), class(f); was != is {
		k := Relabel
		if is == None || was == Sensitive { // more people may read it
			k = WidenField
		}
		change(k, "personal", string(was), string(is))
	}
	if old.Label != f.Label || old.Hint != f.Hint {
		change(Relabel, "label", old.Label.VI, f.Label.VI)
	}
	return nil
}

func class(f Field) Class {
	if f.Personal == "" {
		if f.sealed() {
			return Basic
		}
		return None
	}
	return f.Personal
}

// widens reports whether every value of one type is one of the other.
func widens(from, to Type) bool {
	return from == Line && to == LongText || from == Integer && to == Decimal || from == Date && to == DatePartial
}

// scale rewrites decimals exactly: 12.5 is kept as 1250 and then as 12500.
func (p *Plan) scale(ctx context.Context, q db.Querier, old, f Field) error {
	if f.Type != Decimal || old.Type == f.Type && old.Scale == f.Scale {
		return nil
	}
	from, to, col := strconv.Itoa(old.Scale), strconv.Itoa(f.Scale), ident(f.base())
	if f.Scale < old.Scale {
		c := p.refuse(f, "scale", "registers.reason.narrower", from, to)
		return p.inTheWay(ctx, q, c, fmt.Sprintf(`%s %% %d <> 0`, col, power(old.Scale-f.Scale)))
	}
	factor := power(f.Scale - old.Scale)
	blocked, err := p.blocking(ctx, q, fmt.Sprintf(`%s > %d OR %s < -%d`, col, maxInteger/factor, col, maxInteger/factor))
	if err != nil {
		return err
	}
	switch {
	case blocked.RowCount > 0:
		c := p.refuse(f, "scale", "registers.reason.too_large", from, to)
		c.Rows, c.RowCount = blocked.Rows, blocked.RowCount
	case p.Rows > maxRewrite:
		c := p.refuse(f, "scale", "registers.reason.too_many_rows", from, to)
		c.RowCount = p.Rows
	default:
		c := Change{Kind: WidenField, Field: f.Key, Label: f.Label, Aspect: "scale", From: from, To: to, RowCount: p.Rows}
		// A unique index is checked row by row: 1 becomes 10 while another 10 is not yet 100.
		var again []string
		for _, x := range p.old.indexes() {
			if slices.Contains(x.columns, f.base()) {
				c.SQL = append(c.SQL, x.drop(p.old))
				again = append(again, x.create(p.old))
			}
		}
		c.SQL = append(c.SQL, fmt.Sprintf(`UPDATE %s SET %s = %s * %d WHERE %s IS NOT NULL`, ident(p.def.Table()), col, col, factor, col))
		c.SQL = append(c.SQL, again...)
		p.add(c)
		p.refill(f)
	}
	return nil
}

func (p *Plan) limit(ctx context.Context, q db.Querier, old, f Field) error {
	was, is := old.limit(), f.limit()
	if was == is || !f.textual() && !f.numeric() && f.Type != Files && f.Type != Group {
		return nil
	}
	from, to := strconv.FormatInt(was, 10), strconv.FormatInt(is, 10)
	if is > was {
		p.add(Change{Kind: WidenField, Field: f.Key, Label: f.Label, Aspect: "max", From: from, To: to})
		return nil
	}
	c := p.refuse(f, "max", "registers.reason.narrower", from, to)
	if f.textual() {
		return p.inTheWay(ctx, q, c, fmt.Sprintf(`LENGTH(%s) > %d`, ident(f.base()), is))
	}
	if whole := is; whole <= maxInteger/power(old.Scale) {
		return p.inTheWay(ctx, q, c, fmt.Sprintf(`%s > %d`, ident(f.base()), whole*power(old.Scale)))
	}
	return nil
}

func (p *Plan) required(ctx context.Context, q db.Querier, old, f Field) error {
	switch {
	case old.Required == f.Required, old.Hidden: // of one that comes back, as of a new one: what is written from now on
		return nil
	case !f.Required:
		p.add(Change{Kind: WidenField, Field: f.Key, Label: f.Label, Aspect: "required"})
		return nil
	}
	blocked, err := p.blocking(ctx, q, ident(old.presence())+` IS NULL`)
	if err != nil {
		return err
	}
	if blocked.RowCount == 0 { // every record has a value: no record is refused
		p.add(Change{Kind: Relabel, Field: f.Key, Label: f.Label, Aspect: "required"})
		return nil
	}
	c := p.refuse(f, "required", "registers.reason.required", "", "")
	c.Rows, c.RowCount = blocked.Rows, blocked.RowCount
	return nil
}

func (p *Plan) options(ctx context.Context, q db.Querier, old, f Field) error {
	var gone, come []string
	for _, o := range old.Options {
		if !f.option(o.Value) {
			gone = append(gone, o.Value)
		}
	}
	for _, o := range f.Options {
		if !old.option(o.Value) {
			come = append(come, o.Value)
		}
	}
	if len(gone) > 0 {
		c := p.refuse(f, "options", "registers.reason.option_gone", strings.Join(gone, ", "), "")
		marks, args := make([]string, len(gone)), make([]any, len(gone))
		for i, v := range gone {
			marks[i], args[i] = fmt.Sprintf("$%d", i+1), v
		}
		return p.inTheWay(ctx, q, c, ident(f.base())+` IN (`+strings.Join(marks, ", ")+`)`, args...)
	}
	if len(come) > 0 {
		p.add(Change{Kind: WidenField, Field: f.Key, Label: f.Label, Aspect: "options", To: strings.Join(come, ", ")})
	} else if !slices.Equal(old.Options, f.Options) {
		p.add(Change{Kind: Relabel, Field: f.Key, Label: f.Label, Aspect: "options"})
	}
	return nil
}

// columns adds the computed columns that the new definition needs.
func (p *Plan) columns(dialect db.Dialect, actual map[string]string) {
	for _, f := range p.def.Fields {
		old, known := p.old.Field(f.Key)
		had := p.old.computed(old)
		for _, col := range p.def.computed(f) {
			if known && slices.Contains(had, col) {
				continue
			}
			c := Change{Kind: AddIndex, Field: f.Key, Label: f.Label, Aspect: "search"}
			if strings.HasSuffix(col.name, "_sort") {
				c.Aspect = "sort"
			}
			if _, there := actual[col.name]; !there { // it stays where an earlier version needed it
				c.SQL = append(c.SQL, p.def.add(dialect, col))
			}
			if known {
				c.RowCount = p.Rows
				p.refill(f)
			}
			p.add(c)
		}
		if known && old.Searchable && !f.Searchable {
			p.add(Change{Kind: DropIndex, Field: f.Key, Label: f.Label, Aspect: "search"})
		}
	}
}

func (p *Plan) refill(f Field) {
	if !slices.ContainsFunc(p.fill, func(x Field) bool { return x.Key == f.Key }) {
		p.fill = append(p.fill, f)
	}
}

// indexes adds and drops indexes. A unique one is refused while records have
// the same value.
func (p *Plan) indexes(ctx context.Context, q db.Querier) error {
	next := p.def.follow(p.old, "")
	has := func(all []index, x index) bool {
		return slices.ContainsFunc(all, func(y index) bool { return y.name(p.def) == x.name(p.def) })
	}
	before, after := p.old.indexes(), next.indexes()
	for _, x := range before {
		if !has(after, x) {
			f, _ := next.Field(x.field)
			p.add(Change{Kind: DropIndex, Field: x.field, Label: p.label(f), Aspect: x.aspect, SQL: []string{x.drop(p.old)}})
		}
	}
	for _, x := range after {
		if has(before, x) {
			continue
		}
		f, _ := next.Field(x.field)
		if blocked, err := p.duplicates(ctx, q, x); err != nil {
			return err
		} else if blocked.RowCount > 0 {
			c := p.refuse(f, x.aspect, "registers.reason.duplicates", "", strings.Join(p.def.Key, ", "))
			c.Rows, c.RowCount = blocked.Rows, blocked.RowCount
			continue
		}
		p.add(Change{
			Kind: AddIndex, Field: x.field, Label: p.label(f), Aspect: x.aspect,
			SQL: []string{x.create(p.def)},
		})
	}
	return nil
}
