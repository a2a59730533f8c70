// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"reflect"
	"slices"
	"strconv"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/yaml"
)

// PlanMeasure is a figure that a plan asks a register for: how many records there are,
// what a number of theirs comes to, or how many of all meet a condition, beside what
// was aimed at.
type PlanMeasure struct {
	ID      string    `json:"id"`
	Name    i18n.Text `json:"name"`
	Unit    i18n.Text `json:"unit"`              // of the figure; of shares it is percent
	Of      string    `json:"of,omitempty"`      // a number that is added up; empty: the records themselves
	Against string    `json:"against,omitempty"` // of which sum that of Of is a share, in percent
	Where   []Meets   `json:"where,omitempty"`   // all of them
	Share   bool      `json:"share,omitempty"`   // those of Where, of all records, in percent
	Plan    string    `json:"plan,omitempty"`    // which plan asks for it, as people call it
	Targets []Target  `json:"targets,omitempty"`

	line int
}

// Meets is a condition on a record: that a field has one of some values.
type Meets struct {
	Field string   `json:"field"`
	Is    []string `json:"is"`
}

// Target is what was aimed at by the end of a year.
type Target struct {
	Year   int    `json:"year"`
	Value  int64  `json:"value"`
	Source string `json:"source,omitempty"`
}

// The bounds of what a file says of its measures.
const (
	maxMeasures = 20
	maxTargets  = 20
	firstTarget = 2000
	lastTarget  = 2100
	sharedScale = 1 // digits of a percentage
	sharedBy    = 2 // conditions of a share
)

func measureKeys(all map[string][]string) map[string][]string {
	all[""] = append(all[""], "measures")
	all["measures"] = []string{"id", "name", "unit", "of", "against", "where", "share", "plan", "targets"}
	all["measures.where"] = []string{"field", "is"}
	all["measures.targets"] = []string{"year", "value", "source"}
	return all
}

func (r *reader) measure(n *yaml.Node) PlanMeasure {
	m := r.mapping(n, "", Keys()["measures"]...)
	v := PlanMeasure{
		line: n.Line, ID: r.str(m["id"], ""), Name: r.text(m["name"], ""), Unit: r.text(m["unit"], ""),
		Of: r.str(m["of"], ""), Against: r.str(m["against"], ""), Share: r.boolean(m["share"], ""), Plan: r.str(m["plan"], ""),
	}
	for _, one := range r.sequence(m["where"], "") {
		w := r.mapping(one, "", Keys()["measures.where"]...)
		v.Where = append(v.Where, Meets{Field: r.str(w["field"], ""), Is: r.strs(w["is"])})
	}
	for _, one := range r.sequence(m["targets"], "") {
		t := r.mapping(one, "", Keys()["measures.targets"]...)
		v.Targets = append(v.Targets, Target{Year: int(r.integer(t["year"], "")), Value: r.integer(t["value"], ""), Source: r.str(t["source"], "")})
	}
	return v
}

// measures checks what the file says of its measures: as somebody who sees all of it.
// Nothing personal decides what is counted.
func (c *checker) measures(d Definition) {
	if len(d.Measures) > maxMeasures {
		c.add(d.line, "", "registers.definition.too_many_measures", strconv.Itoa(len(d.Measures)))
	}
	whole := Standing{Definition: d, Holds: []Hold{{Right: Right{May: []Act{View}}}}}
	seen := map[string]bool{}
	for _, v := range d.Measures {
		add := func(code, value string) { c.add(v.line, "", "registers.definition."+code, value) }
		if !validID(v.ID) || seen[v.ID] {
			add("measure_id", v.ID)
		}
		seen[v.ID] = true
		if v.Name.VI == "" || !v.Percent() && v.Unit.VI == "" {
			add("measure_words", v.ID)
		}
		if v.Of != "" && !whole.measured(v.Of) {
			add("measure_of", v.Of)
		}
		if v.Against != "" && !whole.comparable(v.pivot()) {
			add("measure_of", v.Against)
		}
		if v.Share && (len(v.Where) == 0 || len(v.Where) > sharedBy || v.Of != "") {
			add("measure_share", v.ID)
		}
		for i, w := range v.Where {
			if !whole.decides(w) || slices.ContainsFunc(v.Where[:i], func(o Meets) bool { return o.Field == w.Field }) {
				add("measure_where", w.Field)
			}
		}
		years := map[int]bool{}
		for _, t := range v.Targets {
			if t.Year < firstTarget || t.Year > lastTarget || t.Value < 0 || years[t.Year] {
				add("measure_target", strconv.Itoa(t.Year))
			}
			years[t.Year] = true
		}
		if len(v.Targets) > maxTargets {
			add("measure_target", strconv.Itoa(len(v.Targets)))
		}
	}
}

// Percent reports whether the figure is a percentage.
func (v PlanMeasure) Percent() bool { return v.Share || v.Against != "" }

// pivot counts what the measure looks at. A share is counted by the fields of its
// conditions: of records on which they are not shown nothing is known, and they are no
// part of the whole either. Other figures are counted by unit, since that is always shown.
func (v PlanMeasure) pivot() Pivot {
	p := Pivot{Rows: UnitField, Of: v.Of, Against: v.Against}
	if v.Of != "" {
		p.How = Sum
	}
	if v.Share && len(v.Where) > 0 {
		p.Rows = v.Where[0].Field
		if len(v.Where) > 1 {
			p.Columns = v.Where[1].Field
		}
	}
	return p
}

// decides reports whether a condition is one by which records can be counted: on a
// choice, code, unit or yes and no that is not personal.
func (s Standing) decides(w Meets) bool {
	if _, ok := s.dimension(w.Field); !ok || len(w.Is) == 0 {
		return false
	}
	f, named := s.Definition.Field(w.Field)
	if !named {
		return w.Field == UnitField
	}
	if f.personal() || f.Type == Date || f.Type == DatePartial {
		return false
	}
	known := func(v string) bool {
		return slices.ContainsFunc(f.Options, func(o Option) bool { return o.Value == v })
	}
	return f.Type != Choice || !slices.ContainsFunc(w.Is, func(v string) bool { return !known(v) })
}

// Measured is a measure with what it comes to.
type Measured struct {
	PlanMeasure

	Value int64 // times ten to Scale
	Scale int
	Of    int     // records that were looked at
	Goal  *Target // of this year, or the last one before, or else the first behind; nil: there is none
}

// Reached is the value in percent of the goal, rounded down; false where there is none.
func (m Measured) Reached() (percent int, ok bool) {
	if m.Goal == nil || m.Goal.Value == 0 {
		return 0, false
	}
	aim := m.Goal.Value
	for range m.Scale {
		aim *= 10
	}
	return int(m.Value * 100 / aim), true
}

// PlanMeasures returns the measures of the file of which the actor sees all fields, as
// they stand of the records that the actor sees.
func (k *Keeper) PlanMeasures(ctx context.Context, q db.Querier, s Standing, year int) (all []Measured, err error) {
	defer errs.Wrap(&err, "measures of register %s", s.Definition.ID)

	for _, v := range s.Definition.Measures {
		unseen := slices.ContainsFunc(v.Where, func(w Meets) bool { return !s.decides(w) })
		if unseen || v.Of != "" && !s.measured(v.Of) || v.Against != "" && !s.measured(v.Against) {
			continue
		}
		m := Measured{PlanMeasure: v, Goal: v.goal(year)}
		counted, err := k.comesTo(ctx, q, s, v.pivot(), v.Where)
		if err != nil {
			return nil, err
		}
		m.Value, m.Of = int64(counted.Count), counted.Count
		switch {
		case v.Share:
			whole, err := k.comesTo(ctx, q, s, v.pivot(), nil)
			if err != nil {
				return nil, err
			}
			m.Of, m.Scale = whole.Count, sharedScale
			if whole.Count > 0 {
				m.Value = int64(counted.Count) * 1000 / int64(whole.Count)
			}
		case v.Against != "":
			m.Of, m.Scale, m.Value = counted.Filled, sharedScale, 0
			if counted.Beside > 0 {
				m.Value = counted.Sum * 1000 / counted.Beside
			}
		case v.Of != "":
			f, _ := s.Definition.Field(v.Of)
			m.Value, m.Of = counted.Sum, counted.Filled
			if f.Type == Decimal {
				m.Scale = f.Scale
			}
		}
		all = append(all, m)
	}
	return all, nil
}

func (k *Keeper) comesTo(ctx context.Context, q db.Querier, s Standing, p Pivot, where []Meets) (Figure, error) {
	var ask Ask
	for _, w := range where {
		ask.Where = append(ask.Where, Condition{Field: w.Field, Op: Is, Values: w.Is})
	}
	t, err := k.Tabulate(ctx, q, s, ask, p)
	return t.All, err
}

// goal is the target by which a year is judged.
func (v PlanMeasure) goal(year int) *Target {
	sorted := slices.Clone(v.Targets)
	slices.SortFunc(sorted, func(a, b Target) int { return a.Year - b.Year })
	for i := len(sorted) - 1; i >= 0; i-- {
		if sorted[i].Year <= year || i == 0 {
			return &sorted[i]
		}
	}
	return nil
}

// Line is where it stands in its file; 0 where it came from elsewhere.
func (v PlanMeasure) Line() int { return v.line }

// measured adds what changes in the measures.
func (p *Plan) measured() {
	bare := func(all []PlanMeasure) []PlanMeasure {
		all = slices.Clone(all)
		for i := range all {
			all[i].line = 0
		}
		return all
	}
	if was, is := bare(p.old.Measures), bare(p.def.Measures); len(was)+len(is) > 0 && !reflect.DeepEqual(was, is) {
		p.add(Change{Kind: Relabel, Label: p.def.Title, Aspect: "measures", From: strconv.Itoa(len(was)), To: strconv.Itoa(len(is))})
	}
}
