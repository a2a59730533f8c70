// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/platform/shape"
	"tinhso.vn/internal/platform/yaml"
)

// Change says what happened to an item or a field.
type Change string

// The kinds of change.
const (
	Added   Change = "added"
	Removed Change = "removed"
	Changed Change = "changed"
)

// Difference is one thing that is not the same in two packs.
type Difference struct {
	List  string `json:"list"` // as in the files: procedures; "pack" for pack.yaml
	Item  string `json:"item"`
	Name  Text   `json:"name"` // of the item
	Kind  Change `json:"kind"`
	Field string `json:"field,omitempty"` // papers[don].copy; empty: the whole item
	Label Text   `json:"label"`           // the field in words
	From  string `json:"from,omitempty"`  // values as they are written; empty: not there
	To    string `json:"to,omitempty"`
}

// Diff compares two packs, each with all that lies under it, item by item and
// field by field: what makes b of a. Where an item stands in its files is no
// difference; accounts of demonstrations are left out.
func Diff(a, b *Set) []Difference {
	d := &differ{}
	d.list, d.item, d.name = "pack", b.Meta.Name, b.Meta.Title
	d.mapping(PackFile(), "", Text{}, a.meta, b.meta)
	for _, l := range Lists() {
		if l.Name == "accounts" {
			continue
		}
		d.list = l.Name
		d.items(l.Item, a.merged[l.Name], b.merged[l.Name])
	}
	d.drawings(a, b)
	return d.found
}

// DiffItem compares two texts of an item of a list; an empty one is not there. ErrItem.
func DiffItem(list, id string, a, b []byte) ([]Difference, error) {
	d := &differ{list: list}
	var nodes [2][]*yaml.Node
	for i, text := range [][]byte{a, b} {
		if len(text) == 0 {
			continue
		}
		n, err := ParseItem(id, text)
		if err != nil {
			return nil, err
		}
		nodes[i] = []*yaml.Node{n}
	}
	for _, l := range Lists() {
		if l.Name == list {
			d.items(l.Item, nodes[0], nodes[1])
		}
	}
	return d.found, nil
}

// drawings compares the processes that are drawn: a drawing is one value.
func (d *differ) drawings(a, b *Set) {
	d.list = "drawings"
	say := func(kind Change, of Drawing) {
		d.item, d.name = of.ID, Text{VI: of.Model.Name, EN: of.Model.Name}
		d.add(kind, "", Text{}, "", "")
	}
	for _, now := range b.Drawings {
		before, there := a.Drawing(now.ID)
		switch {
		case !there:
			say(Added, now)
		case !bytes.Equal(before.Text, now.Text):
			say(Changed, now)
		}
	}
	for _, before := range a.Drawings {
		if _, there := b.Drawing(before.ID); !there {
			say(Removed, before)
		}
	}
}

type differ struct {
	found      []Difference
	list, item string
	name       Text
}

func (d *differ) items(s *shape.Shape, a, b []*yaml.Node) {
	old := map[string]*yaml.Node{}
	for _, n := range a {
		old[identity(n)] = n
	}
	for _, n := range b {
		d.item, d.name = identity(n), nameOf(n)
		before, there := old[d.item]
		if !there {
			d.add(Added, "", Text{}, "", "")
			continue
		}
		delete(old, d.item)
		d.mapping(s, "", Text{}, before, n)
	}
	for _, n := range a {
		if _, gone := old[identity(n)]; gone {
			d.item, d.name = identity(n), nameOf(n)
			d.add(Removed, "", Text{}, "", "")
		}
	}
}

func (d *differ) add(kind Change, field string, label Text, from, to string) {
	d.found = append(d.found, Difference{
		List: d.list, Item: d.item, Name: d.name, Kind: kind, Field: field, Label: label, From: from, To: to,
	})
}

// mapping compares two mappings of a shape, either of which may be absent.
func (d *differ) mapping(s *shape.Shape, at string, label Text, a, b *yaml.Node) {
	for _, f := range s.Fields {
		d.value(f, join(at, f.Name), inside(label, Text{VI: f.VI, EN: f.EN}), valueOf(a, f.Name), valueOf(b, f.Name))
	}
}

func (d *differ) value(f shape.Field, at string, label Text, a, b *yaml.Node) {
	switch {
	case a == nil && b == nil:
		return
	case f.Kind == shape.Mapping && (a == nil || a.Kind == yaml.MappingNode) && (b == nil || b.Kind == yaml.MappingNode):
		d.mapping(f.Of, at, label, a, b)
		return
	case f.Kind == shape.Mappings && f.Of.Identity() != "":
		d.parts(f, at, label, a, b)
		return
	}
	from, to := written(a), written(b)
	if f.Kind == shape.Truth && (from == "false" && to == "" || from == "" && to == "false") {
		return // not said is no
	}
	if from != to {
		d.add(changeOf(from, to), at, label, from, to)
	}
}

// parts compares two lists whose items are known by an identity; another order
// is a difference of the list.
func (d *differ) parts(f shape.Field, at string, label Text, a, b *yaml.Node) {
	old, left := map[string]*yaml.Node{}, []string(nil)
	for _, n := range contentOf(a) {
		old[identity(n)] = n
	}
	seen := map[string]bool{}
	for _, n := range contentOf(b) {
		id := identity(n)
		seen[id] = true
		place, words := at+"["+id+"]", inside(label, Text{VI: "“" + nameOf(n).VI + "”", EN: "“" + nameOf(n).EN + "”"})
		if old[id] == nil {
			d.add(Added, place, words, "", written(n))
			continue
		}
		d.mapping(f.Of, place, words, old[id], n)
	}
	for _, n := range contentOf(a) {
		id := identity(n)
		if !seen[id] {
			d.add(Removed, at+"["+id+"]", inside(label, Text{VI: "“" + nameOf(n).VI + "”", EN: "“" + nameOf(n).EN + "”"}), written(n), "")
			continue
		}
		left = append(left, id)
	}
	order := []string(nil)
	for _, n := range contentOf(b) {
		if old[identity(n)] != nil {
			order = append(order, identity(n))
		}
	}
	if !slices.Equal(left, order) {
		d.add(Changed, at, inside(label, Text{VI: "thứ tự", EN: "order"}), strings.Join(left, ", "), strings.Join(order, ", "))
	}
}

func changeOf(from, to string) Change {
	switch {
	case from == "":
		return Added
	case to == "":
		return Removed
	}
	return Changed
}

func contentOf(n *yaml.Node) []*yaml.Node {
	if n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	return n.Content
}

// at1 is the value of a field; nil where it is absent or null.
func valueOf(n *yaml.Node, name string) *yaml.Node {
	if n == nil {
		return nil
	}
	v := child(n, name)
	if v == nil || isNull(v) {
		return nil
	}
	return v
}

func join(at, name string) string {
	if at == "" || name == "" {
		return at + name
	}
	return at + "." + name
}

func inside(label, part Text) Text {
	if label.IsZero() {
		return part
	}
	return Text{VI: label.VI + ", " + part.VI, EN: label.EN + ", " + part.EN}
}

// nameOf is what an item is called, in the words of its file.
func nameOf(n *yaml.Node) Text {
	for _, key := range []string{"name", "title", "label"} {
		v := valueOf(n, key)
		switch {
		case v == nil:
		case v.Kind == yaml.ScalarNode:
			return Text{VI: v.Value, EN: v.Value}
		case v.Kind == yaml.MappingNode:
			t := Text{}
			if vi := valueOf(v, "vi"); vi != nil {
				t.VI, t.EN = vi.Value, vi.Value
			}
			if en := valueOf(v, "en"); en != nil {
				t.EN = en.Value
			}
			return t
		}
	}
	id := identity(n)
	return Text{VI: id, EN: id}
}

// written is a value on one line, as a person would say it. Mappings come in
// the order of their keys, so that another order is no difference.
func written(n *yaml.Node) string {
	if n == nil || isNull(n) {
		return ""
	}
	switch n.Kind { //nolint:exhaustive // the others are scalars
	case yaml.MappingNode:
		var keys []string
		for i := 0; i+1 < len(n.Content); i += 2 {
			if !isNull(n.Content[i+1]) {
				keys = append(keys, n.Content[i].Value)
			}
		}
		if len(keys) == 1 && keys[0] == "vi" {
			return valueOf(n, "vi").Value
		}
		slices.Sort(keys)
		for i, k := range keys {
			keys[i] = k + ": " + written(valueOf(n, k))
		}
		return "{" + strings.Join(keys, ", ") + "}"
	case yaml.SequenceNode:
		items := make([]string, len(n.Content))
		for i, item := range n.Content {
			items[i] = written(item)
		}
		return "[" + strings.Join(items, ", ") + "]"
	}
	if n.Tag == "!!str" && n.Value == "" {
		return strconv.Quote("")
	}
	return n.Value
}
