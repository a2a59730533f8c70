// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registeredit

import (
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/modules/authoring/internal/core/formedit"
	"tinhso.vn/internal/modules/authoring/internal/core/tree"
	"tinhso.vn/internal/platform/yaml"
)

// Measure is a figure that a plan asks for, as it stands.
type Measure struct {
	ID, Of, Against, Plan string
	Name, Unit            tree.Words
	Share                 bool
	Where                 []Filter // without an operation: each field has one of some values
	Targets               []Target
}

// Target is what was aimed at by the end of a year, as it stands.
type Target struct{ Year, Value, Source string }

// What a measure says of the records.
const (
	Counted = "count" // how many there are
	Summed  = "sum"   // what a number of theirs comes to
	Shared  = "share" // how many of all meet the conditions, in percent
	Ratio   = "ratio" // one sum in percent of another
)

// MeasureKinds are what a measure can say.
func MeasureKinds() []string { return []string{Counted, Summed, Shared, Ratio} }

// Kind is what the measure says.
func (m Measure) Kind() string {
	switch {
	case m.Share:
		return Shared
	case m.Against != "":
		return Ratio
	case m.Of != "":
		return Summed
	}
	return Counted
}

// sharedBy is by how many fields a share is counted at most, and the years are
// those of targets, as kernel/registers has them.
const (
	sharedBy    = 2
	firstTarget = 2000
	lastTarget  = 2100
)

func readMeasures(root *tree.Node) (all []Measure) {
	for _, n := range tree.List(root, "measures") {
		m := Measure{
			ID: tree.Text(n, "id"), Name: tree.GetWords(n, "name"), Unit: tree.GetWords(n, "unit"), Of: tree.Text(n, "of"), Against: tree.Text(n, "against"),
			Plan: tree.Text(n, "plan"), Share: tree.True(n, "share"),
		}
		for _, w := range tree.List(n, "where") {
			m.Where = append(m.Where, Filter{Field: tree.Text(w, "field"), Values: tree.Texts(w, "is")})
		}
		for _, t := range tree.List(n, "targets") {
			m.Targets = append(m.Targets, Target{tree.Text(t, "year"), tree.Text(t, "value"), tree.Text(t, "source")})
		}
		all = append(all, m)
	}
	return all
}

// Summable reports whether a number of the field can be added up for everybody
// who sees it.
func (f Field) Summable() bool {
	return slices.Contains([]string{"integer", "decimal", "money"}, f.Type) && !f.Private()
}

// MeasuredBy returns the fields by whose values it can be ticked what is counted.
func (r Register) MeasuredBy() []Field {
	return slices.DeleteFunc(r.Known(), func(f Field) bool { return !f.Ticked() })
}

// addMeasure adds a measure behind the others.
func (e *edit) addMeasure() error {
	e.at = PartMeasures
	if len(e.before.Measures) >= maxMeasures {
		return tree.Refuse("new_name_vi", tree.CodeMany)
	}
	n := tree.Mapping()
	var taken []string
	for _, m := range e.before.Measures {
		taken = append(taken, m.ID)
	}
	tree.PutText(n, "id", measureID(e.op.Words("new_name").VI, taken))
	e.measure(n, "new_")
	if len(e.wrong) > 0 {
		return nil
	}
	list := tree.Ensure(e.item.Root(), "measures")
	tree.Insert(list, len(list.Content), n)
	e.at = PartMeasures + strconv.Itoa(len(list.Content)-1)
	return nil
}

// measureID proposes an id for a name.
func measureID(name string, taken []string) string {
	base := formedit.Slug(name, nil)
	base = strings.TrimRight(base[:min(len(base), maxKey-len("-20"))], "-")
	id := base
	for n := 2; slices.Contains(taken, id); n++ {
		id = base + "-" + strconv.Itoa(n)
	}
	return id
}

func (e *edit) setMeasure() error {
	n, _, _ := e.here(PartMeasures)
	if n == nil || strings.Contains(e.op.At, ".") {
		return tree.Refuse("at", tree.CodeGone)
	}
	e.measure(n, "")
	return nil
}

// measure writes what a measure says; every problem is told at its input.
func (e *edit) measure(n *tree.Node, prefix string) {
	name, unit, kind := e.op.Words(prefix+"name"), e.op.Words(prefix+"unit"), e.op.Line(prefix+"kind")
	of, against := e.op.Line(prefix+"of"), e.op.Line(prefix+"against")
	if name.VI == "" {
		e.say(prefix+"name_vi", tree.CodeNeeded)
	}
	if !slices.Contains(MeasureKinds(), kind) {
		e.say(prefix+"kind", tree.CodeChoice)
	}
	if unit.VI == "" && (kind == Counted || kind == Summed) {
		e.say(prefix+"unit_vi", tree.CodeNeeded)
	}
	if kind != Summed && kind != Ratio {
		of = ""
	} else if f, ok := e.before.Field(of); !ok || f.Hidden || !f.Summable() {
		e.say(prefix+"of", "authoring.register.measure_number")
	}
	if kind != Ratio {
		against = ""
	} else if f, ok := e.before.Field(against); !ok || f.Hidden || !f.Summable() || !e.alikeNumbers(of, against) {
		e.say(prefix+"against", "authoring.register.measure_alike")
	}
	tree.PutWords(n, "name", name)
	tree.PutWords(n, "unit", unit)
	tree.PutText(n, "of", of)
	tree.PutText(n, "against", against)
	tree.PutTrue(n, "share", kind == Shared)
	tree.PutText(n, "plan", e.op.Line(prefix+"plan"))
	e.ticked(n, prefix, e.before.MeasuredBy(), "is")
	if by := len(tree.List(n, "where")); kind == Shared && (by == 0 || by > sharedBy) {
		e.say(prefix+"kind", "authoring.register.measure_share")
	}
}

// alikeNumbers reports whether one number can stand in percent of another.
func (e *edit) alikeNumbers(of, against string) bool {
	a, _ := e.before.Field(of)
	b, _ := e.before.Field(against)
	return of != against && digits(a) == digits(b) && a.Measure == b.Measure
}

func digits(f Field) string {
	if f.Scale == "0" {
		return ""
	}
	return f.Scale
}

// ticked writes the conditions of the fields whose values were asked, and leaves
// all others as they are. The values stand under key.
func (e *edit) ticked(n *tree.Node, prefix string, fields []Field, key string) {
	for _, f := range fields {
		name := prefix + Tick(f.Key)
		if !e.op.Has(name) {
			continue
		}
		values := slices.DeleteFunc(f.Values(), func(v string) bool { return !slices.Contains(e.op.Values[name], v) })
		list := tree.Get(n, "where")
		at := -1
		if list != nil {
			at = slices.IndexFunc(list.Content, func(w *tree.Node) bool {
				return tree.Text(w, "field") == f.Key && (key == "is" || tree.Text(w, "op") == "is")
			})
		}
		switch {
		case at < 0 && len(values) > 0:
			w := tree.Mapping()
			w.Style = yaml.FlowStyle
			tree.PutText(w, "field", f.Key)
			if key != "is" {
				tree.PutText(w, "op", "is")
			}
			tree.PutTexts(w, key, values)
			list = tree.Ensure(n, "where")
			tree.Insert(list, len(list.Content), w)
		case at >= 0 && len(values) > 0 && !sameValues(tree.Texts(list.Content[at], key), values):
			tree.PutTexts(list.Content[at], key, values)
		case at >= 0 && len(values) == 0:
			if tree.Take(list, at); len(list.Content) == 0 {
				tree.Put(n, "where", nil)
			}
		}
	}
}

// sameValues reports whether two lists hold the same, in whatever order.
func sameValues(a, b []string) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(v string) bool { return !slices.Contains(b, v) })
}

func (e *edit) addTarget() error {
	n, _, _ := e.here(PartMeasures)
	if n == nil || strings.Contains(e.op.At, ".") {
		return tree.Refuse("at", tree.CodeGone)
	}
	t := tree.Mapping()
	t.Style = yaml.FlowStyle
	all := readMeasures(e.item.Root())[number(e.op.At[1:])].Targets
	if len(all) >= maxTargets {
		e.say("new_year", tree.CodeMany)
	}
	if e.target(t, "new_", all); len(e.wrong) > 0 {
		return nil
	}
	list := tree.Ensure(n, "targets")
	tree.Insert(list, len(list.Content), t)
	e.at = e.op.At + "." + strconv.Itoa(len(list.Content)-1)
	return nil
}

func (e *edit) setTarget() error {
	n, list, at := e.here(PartMeasures)
	if n == nil || !strings.Contains(e.op.At, ".") {
		return tree.Refuse("at", tree.CodeGone)
	}
	var others []Target
	for i, t := range list.Content {
		if i != at {
			others = append(others, Target{Year: tree.Text(t, "year")})
		}
	}
	e.target(n, "", others)
	return nil
}

// target writes what was aimed at, in a year of which none of the others is.
func (e *edit) target(n *tree.Node, prefix string, others []Target) {
	year, value := e.op.Line(prefix+"year"), e.op.Line(prefix+"value")
	y, err := strconv.Atoi(year)
	switch {
	case err != nil || y < firstTarget || y > lastTarget:
		e.say(prefix+"year", "authoring.register.target_year")
	case slices.ContainsFunc(others, func(t Target) bool { return t.Year == year }):
		e.say(prefix+"year", tree.CodeTaken, "key", year)
	}
	if v, err := strconv.Atoi(value); err != nil || v < 0 {
		e.say(prefix+"value", tree.CodeNumber)
	}
	tree.PutWhole(n, "year", year)
	tree.PutWhole(n, "value", value)
	tree.PutText(n, "source", e.op.Line(prefix+"source"))
}

// removeMeasure takes a measure or one of its targets away; an empty list goes
// with its last part.
func (e *edit) removeMeasure(list *tree.Node, at int, deep bool) {
	tree.Take(list, at)
	if len(list.Content) > 0 {
		return
	}
	if !deep {
		tree.Put(e.item.Root(), "measures", nil)
		return
	}
	outer, _, _ := cut(e.op.At[1:])
	tree.Put(e.list(PartMeasures).Content[outer], "targets", nil)
}
