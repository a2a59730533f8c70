// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"fmt"
	"slices"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/yaml"
)

// LifeKey is the key of the field that holds where a record stands in its life. A
// register with a life cycle has it beside the fields of its file: it is listed,
// filtered and shown as any choice, by the same rights, and only moves change it.
const LifeKey = "life"

// Life is the life cycle of the records of a register.
type Life struct {
	Name     i18n.Text   `json:"name"` // of the field; empty: trạng thái
	States   []LifeState `json:"states"`
	Moves    []Move      `json:"moves"`
	Existing string      `json:"existing,omitempty"` // of records that are older than the life cycle; empty: the first that is live
}

// LifeKind says what a state means, whatever its name.
type LifeKind string

// The kinds of states.
const (
	Draft     LifeKind = "draft"
	Live      LifeKind = "live"
	Suspended LifeKind = "suspended"
	Over      LifeKind = "ended"
)

func lifeKinds() []LifeKind { return []LifeKind{Draft, Live, Suspended, Over} }

// LifeState is one state. The first of a life cycle is that of new records.
type LifeState struct {
	ID     string    `json:"id"`
	Name   i18n.Text `json:"name"`
	Kind   LifeKind  `json:"kind"`
	Locks  []string  `json:"locks,omitempty"`  // fields that nobody changes in it
	Locked bool      `json:"locked,omitempty"` // nobody changes any field in it

	line int
}

// locks reports whether a field cannot be changed in the state.
func (s LifeState) locks(field string) bool { return s.Locked || slices.Contains(s.Locks, field) }

// Move is one way from state to state: an act of its own.
type Move struct {
	ID     string    `json:"id"`
	Name   i18n.Text `json:"name"`
	From   []string  `json:"from"`
	To     string    `json:"to"`
	May    []string  `json:"may"`            // ids of rights: one of them must reach the record
	Asks   []string  `json:"asks,omitempty"` // fields that must have a value; who moves may enter them, locked or not
	Reason bool      `json:"reason,omitempty"`
	Other  bool      `json:"other_person,omitempty"` // nobody who has written the record since another person last looked at it

	line int
}

// State returns a state of the life cycle.
func (d Definition) State(id string) (LifeState, bool) {
	if d.Life == nil {
		return LifeState{}, false
	}
	i := slices.IndexFunc(d.Life.States, func(s LifeState) bool { return s.ID == id })
	if i < 0 {
		return LifeState{}, false
	}
	return d.Life.States[i], true
}

// move returns a move of the life cycle.
func (d Definition) move(id string) (Move, bool) {
	if d.Life == nil {
		return Move{}, false
	}
	i := slices.IndexFunc(d.Life.Moves, func(m Move) bool { return m.ID == id })
	if i < 0 {
		return Move{}, false
	}
	return d.Life.Moves[i], true
}

// Entered reports whether people enter the field: it is neither computed nor the
// state of a life cycle.
func (f Field) Entered() bool { return f.Compute == "" && !f.Life }

// initial is the state of new records; empty where there is no life cycle.
func (d Definition) initial() string {
	if d.Life == nil || len(d.Life.States) == 0 {
		return ""
	}
	return d.Life.States[0].ID
}

// existing is the state of records that were there before the life cycle.
func (l Life) existing() string {
	if l.Existing != "" {
		return l.Existing
	}
	for _, s := range l.States {
		if s.Kind == Live {
			return s.ID
		}
	}
	return l.States[0].ID // Check wants one that is live
}

// born puts a new record into the first state.
func (d Definition) born(values map[string]any) {
	if state := d.initial(); state != "" {
		values[LifeKey] = state
	}
}

// life reads the life cycle and adds its field and its filter.
func (r *reader) life(d *Definition, n *yaml.Node) {
	if n == nil {
		return
	}
	m := r.mapping(n, "", Keys()["life"]...)
	l := Life{Name: r.text(m["name"], ""), Existing: r.str(m["existing"], "")}
	for _, one := range r.sequence(m["states"], "") {
		s := r.mapping(one, "", Keys()["life.states"]...)
		l.States = append(l.States, LifeState{
			ID: r.str(s["id"], ""), Name: r.text(s["name"], ""), Kind: LifeKind(r.str(s["kind"], "")), Locks: r.strs(s["locks"]),
			Locked: r.boolean(s["locked"], ""), line: one.Line,
		})
	}
	for _, one := range r.sequence(m["moves"], "") {
		v := r.mapping(one, "", Keys()["life.moves"]...)
		l.Moves = append(l.Moves, Move{
			ID: r.str(v["id"], ""), Name: r.text(v["name"], ""), From: r.strs(v["from"]), To: r.str(v["to"], ""), May: r.strs(v["may"]), Asks: r.strs(v["asks"]),
			Reason: r.boolean(v["reason"], ""), Other: r.boolean(v["other_person"], ""), line: one.Line,
		})
	}
	d.Life = &l
	f := Field{Key: LifeKey, Label: l.Name, Type: Choice, Life: true, line: n.Line}
	if f.Label.VI == "" {
		f.Label = i18n.Text{VI: "Trạng thái", EN: "State"}
	}
	for _, s := range l.States {
		f.Options = append(f.Options, Option{Value: s.ID, Label: s.Name})
	}
	d.Fields = append(d.Fields, f)
	if !slices.Contains(d.List.Filters, LifeKey) {
		d.List.Filters = append(d.List.Filters, LifeKey)
	}
}

// lifeKeys is what each mapping of a life cycle may hold.
func lifeKeys(all map[string][]string) map[string][]string {
	all["valid"] = []string{"from", "until", "soon"}
	all["life"] = []string{"name", "states", "moves", "existing"}
	all["life.states"] = []string{"id", "name", "kind", "locks", "locked"}
	all["life.moves"] = []string{"id", "name", "from", "to", "may", "asks", "reason", "other_person"}
	return all
}

// life checks the life cycle and what rights say of it.
func (c *checker) life(d Definition) {
	for _, r := range d.Rights {
		for _, s := range r.States {
			if _, ok := d.State(s); !ok {
				c.add(r.line, "", "registers.definition.unknown_state", s)
			}
		}
		if len(r.States) > 0 && r.Allows(Approve) {
			c.add(r.line, "", "registers.definition.right_states", r.ID)
		}
	}
	if d.Life == nil {
		return
	}
	field, _ := d.Field(LifeKey)
	line := field.line
	live := false
	seen := map[string]bool{}
	for _, s := range d.Life.States {
		switch {
		case !validSlug(s.ID) || s.Name.VI == "":
			c.add(s.line, "", "registers.definition.life_state", s.ID)
		case seen[s.ID]:
			c.add(s.line, "", "registers.definition.twice", s.ID)
		}
		seen[s.ID] = true
		live = live || s.Kind == Live
		if !slices.Contains(lifeKinds(), s.Kind) {
			c.add(s.line, "", "registers.definition.life_kind", string(s.Kind))
		}
		c.known(d, s.line, s.Locks)
	}
	if len(d.Life.States) < 2 || len(d.Life.States) > maxStates || len(d.Life.Moves) > maxMoves || !live {
		c.add(line, "", "registers.definition.life_states", fmt.Sprint(len(d.Life.States)))
	}
	if d.Life.Existing != "" && !seen[d.Life.Existing] {
		c.add(line, "", "registers.definition.unknown_state", d.Life.Existing)
	}
	c.moves(d, seen)
}

// The limits of a life cycle.
const (
	maxStates = 20
	maxMoves  = 40
)

func (c *checker) known(d Definition, line int, keys []string) {
	for _, key := range keys {
		if f, ok := d.Field(key); !ok || f.Hidden || !f.Entered() {
			c.add(line, "", "registers.definition.unknown_field", key)
		}
	}
}

func (c *checker) moves(d Definition, states map[string]bool) {
	reached, seen := map[string]bool{d.initial(): true, d.Life.Existing: true}, map[string]bool{}
	for _, m := range d.Life.Moves {
		add := func(code, value string) { c.add(m.line, "", "registers.definition."+code, value) }
		switch {
		case !validSlug(m.ID) || m.Name.VI == "":
			add("life_move", m.ID)
		case seen[m.ID]:
			add("twice", m.ID)
		}
		seen[m.ID] = true
		for _, s := range append(slices.Clone(m.From), m.To) {
			if !states[s] {
				add("unknown_state", s)
			}
		}
		if len(m.From) == 0 || slices.Contains(m.From, m.To) {
			add("life_move_from", m.ID)
		}
		reached[m.To] = true
		if len(m.May) == 0 || d.Approval && !m.Other {
			add("life_move_may", m.ID)
		}
		for _, id := range m.May {
			i := slices.IndexFunc(d.rights(), func(r Right) bool { return r.ID == id })
			if i < 0 || d.rights()[i].Public || !d.rights()[i].Shows(LifeKey) {
				add("life_move_right", id)
			}
		}
		c.known(d, m.line, m.Asks)
	}
	for _, s := range d.Life.States {
		if !reached[s.ID] {
			c.add(s.line, "", "registers.definition.life_unreached", s.ID)
		}
	}
}
