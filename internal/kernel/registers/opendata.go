// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/yaml"
)

// OpenData is what a register publishes as a dataset: to everybody, and to be used
// again. It shows nothing that everybody does not see in the register.
type OpenData struct {
	Title     i18n.Text    `json:"title"`
	About     i18n.Text    `json:"about"`
	Licence   string       `json:"licence"`   // as SPDX names it, or an address
	Refreshed string       `json:"refreshed"` // one of Refreshings
	Fields    []string     `json:"fields"`
	Where     []OpenFilter `json:"where,omitempty"` // all must hold; none: all that everybody sees

	line int
}

// OpenFilter is a condition, as lists know it.
type OpenFilter struct {
	Field  string   `json:"field"`
	Op     Op       `json:"op"`
	Values []string `json:"values,omitempty"`
}

// Refreshings are how often a dataset can be refreshed, in the words of DCAT.
func Refreshings() []string {
	return []string{"continual", "daily", "weekly", "monthly", "quarterly", "annual", "irregular"}
}

// openKeys is what each mapping of open data may hold.
func openKeys(all map[string][]string) map[string][]string {
	all["open_data"] = []string{"title", "about", "licence", "refreshed", "fields", "where"}
	all["open_data.where"] = []string{"field", "op", "values"}
	return all
}

func (r *reader) openData(n *yaml.Node) *OpenData {
	if n == nil {
		return nil
	}
	m := r.mapping(n, "", Keys()["open_data"]...)
	one := OpenData{
		line: n.Line, Title: r.text(m["title"], ""), About: r.text(m["about"], ""), Licence: r.str(m["licence"], ""),
		Refreshed: r.str(m["refreshed"], ""), Fields: r.strs(m["fields"]),
	}
	for _, n := range r.sequence(m["where"], "") {
		w := r.mapping(n, "", Keys()["open_data.where"]...)
		one.Where = append(one.Where, OpenFilter{Field: r.str(w["field"], ""), Op: Op(r.str(w["op"], "")), Values: r.strs(w["values"])})
	}
	return &one
}

// openData checks what a register publishes. A personal field, or one that everybody
// does not see, is refused, whatever else the file says.
func (c *checker) openData(d Definition) {
	v := d.Dataset
	if v == nil {
		return
	}
	add := func(code, value string) { c.add(v.line, "", "registers.definition."+code, value) }
	if v.Title.VI == "" || v.Title.EN == "" || v.About.VI == "" || v.About.EN == "" {
		add("open_words", d.ID)
	}
	if v.Licence == "" {
		add("open_licence", "")
	}
	if !slices.Contains(Refreshings(), v.Refreshed) {
		add("open_refreshed", v.Refreshed)
	}
	if len(v.Fields) == 0 {
		add("open_fields", "")
	}
	seen := map[string]bool{}
	for _, key := range v.Fields {
		if seen[key] {
			add("twice", key)
		}
		seen[key] = true
		c.opened(d, key)
	}
	for _, w := range v.Where {
		f, ok := d.Field(w.Field)
		if !ok || f.Hidden {
			add("unknown_field", w.Field)
			continue
		}
		c.opened(d, w.Field) // who knows how records were chosen knows what they hold
		switch w.Op {
		case Is:
			if !slices.Contains(d.List.Filters, w.Field) || len(w.Values) == 0 || len(f.Options) > 0 && slices.ContainsFunc(w.Values, func(s string) bool { return !f.option(s) }) {
				add("open_where", w.Field)
			}
		case From, To:
			if !slices.Contains(d.List.sorts(), w.Field) || len(w.Values) != 1 {
				add("open_where", w.Field)
			}
		case Empty, Has, Within, On:
			add("open_where", w.Field)
		default:
			add("open_where", w.Field)
		}
	}
}

// opened checks that everybody may see a field, and that it is no personal data.
func (c *checker) opened(d Definition, key string) {
	add := func(code string) { c.add(d.Dataset.line, "", "registers.definition."+code, key) }
	f, ok := d.Field(key)
	switch {
	case !ok || f.Hidden:
		add("unknown_field")
	case f.personal() || slices.ContainsFunc(f.Fields, Field.personal):
		add("open_personal")
	case f.Type == Files:
		add("open_files")
	case !slices.ContainsFunc(d.Rights, func(r Right) bool { return r.Public && r.Allows(View) && r.Shows(key) }):
		add("open_hidden")
	}
}

// unlined is open data without the line of its file.
func (v *OpenData) unlined() *OpenData {
	if v == nil {
		return nil
	}
	c := *v
	c.line = 0
	return &c
}

// opened adds what changes in what is published: it shows nothing that everybody did
// not see, but may hand on more of it.
func (p *Plan) opened() {
	if reflect.DeepEqual(p.old.Dataset.unlined(), p.def.Dataset.unlined()) {
		return
	}
	c := Change{Kind: Relabel, Label: p.def.Title, Aspect: "open_data", From: p.old.Dataset.columns(), To: p.def.Dataset.columns()}
	if len(p.published()) > 0 {
		c.Kind = WidenField
	}
	p.add(c)
}

func (v *OpenData) columns() string {
	if v == nil {
		return ""
	}
	return strings.Join(v.Fields, ", ")
}

// Published returns the registers that publish something, by id, each as everybody
// may see it, whoever asks.
func (k *Keeper) Published(ctx context.Context, q db.Querier) (all []Standing, err error) {
	defer errs.Wrap(&err, "published registers")

	found, err := k.Standings(ctx, q, identity.Actor{})
	if kind := errs.KindOf(err); err != nil && kind != errs.Forbidden && kind != errs.Unauthenticated {
		return nil, err
	}
	for _, s := range found {
		if s.Definition.Dataset != nil {
			all = append(all, s)
		}
	}
	return all, nil
}

// Opening is what is asked of a register for its dataset.
func (d Definition) Opening() (ask Ask) {
	for _, w := range d.Dataset.Where {
		ask.Where = append(ask.Where, Condition{Field: w.Field, Op: w.Op, Values: w.Values})
	}
	return ask
}

// FeedLast is the last change of a register that has its place, and when it was; zero
// where it is no longer kept.
func (k *Keeper) FeedLast(ctx context.Context, q db.Querier, register string) (place int64, at db.Time, err error) {
	defer errs.Wrap(&err, "last change of register %s", register)

	if _, place, err = feedEnds(ctx, q, register); err != nil {
		return 0, at, err
	}
	found, err := db.All(ctx, q, db.Column[db.Time], `SELECT at FROM registers_changes WHERE register = $1 AND place = $2`, register, place)
	if len(found) > 0 {
		at = found[0]
	}
	return place, at, err
}
