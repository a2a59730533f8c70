// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Widening is one thing that somebody may do once a plan is applied and may not
// do today, with the fields it is about.
type Widening struct {
	Role       string // a role; empty for owners and everybody, and where a permission for all registers says who
	Owner      string // the field of whom the record is about
	Public     bool
	Everywhere bool   // whatever the unit
	Unit       string // the field of a unit that brings a record within reach; empty: the unit of the record
	State      string // of the life cycle; empty: in all
	Act        Act
	Fields     []string // keys, in the order of the file
}

// Widenings returns what the rights of a plan allow more than today, over the
// fields that are there today; of a new register, all that they allow.
func (p Plan) Widenings() []Widening {
	var fields []Field
	var states []string
	was := map[string]bool{}
	for _, f := range p.def.Visible() {
		if old, ok := p.old.Field(f.Key); p.From == 0 || ok && !old.Hidden {
			fields = append(fields, f)
		}
	}
	if p.From > 0 {
		states = allStates(p.old.Life, p.def.Life)
		was = p.old.reach(fields, states)
	}
	is := p.def.reach(fields, states)
	all := map[string]*Widening{}
	for what := range maps.Keys(is) {
		if was[what] {
			continue
		}
		part := strings.Split(what, " / ") // who, unit, act, field, and perhaps the state
		state := ""
		if len(part) > 4 {
			if state = part[4]; is[strings.Join(part[:4], " / ")] && !was[strings.Join(part[:4], " / ")] {
				continue // it is told for all states
			}
		}
		id := strings.Join([]string{part[0], part[1], part[2], state}, " / ")
		if all[id] == nil {
			all[id] = &Widening{Unit: part[1], Act: Act(part[2]), State: state}
			all[id].who(part[0])
		}
		all[id].Fields = append(all[id].Fields, part[3])
	}
	var out []Widening
	for _, id := range slices.Sorted(maps.Keys(all)) {
		one := *all[id]
		slices.SortFunc(one.Fields, func(a, b string) int { return cmp.Compare(p.place(a), p.place(b)) })
		out = append(out, one)
	}
	slices.SortStableFunc(out, func(a, b Widening) int {
		return cmp.Or(-cmp.Compare(one(a.Public), one(b.Public)), cmp.Compare(a.Role, b.Role), cmp.Compare(slices.Index(Acts(), a.Act), slices.Index(Acts(), b.Act)))
	})
	return out
}

// who reads for whom something is from how reach writes it.
func (w *Widening) who(s string) {
	s, w.Everywhere = strings.CutSuffix(s, " everywhere")
	switch {
	case s == "*":
		w.Public = true
	case strings.HasPrefix(s, "@"):
		w.Owner = s[1:]
	default:
		w.Role = s
	}
}

func one(is bool) int {
	if is {
		return 1
	}
	return 0
}

// place is where a field stands in the file.
func (p Plan) place(key string) int {
	return slices.IndexFunc(p.def.Fields, func(f Field) bool { return f.Key == key })
}
