// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import (
	"slices"

	"tinhso.vn/internal/platform/yaml"
)

// OverlayOf returns the smallest item that makes whole of base when it is laid
// over it; nil where they say the same. Neither holds fields that are null.
func OverlayOf(base, whole *yaml.Node) *yaml.Node {
	fields := overlayFields(base, whole)
	if len(fields) == 0 {
		return nil
	}
	out := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	for _, name := range []string{"id", "key", "date"} { // what it is known by
		if v := child(whole, name); v != nil {
			if index(fields, name) < 0 {
				out.Content = append(out.Content, scalar(name), v)
			}
			break
		}
	}
	out.Content = append(out.Content, fields...)
	return out
}

// overlayFields are the fields, names and values in turn, that make whole of base.
func overlayFields(base, whole *yaml.Node) (fields []*yaml.Node) {
	for i := 0; i+1 < len(whole.Content); i += 2 {
		key, value := whole.Content[i], whole.Content[i+1]
		before := child(base, key.Value)
		switch {
		case before == nil:
			fields = append(fields, key, value)
		case !same(before, value):
			fields = append(fields, key, overlayPart(before, value))
		}
	}
	for i := 0; i+1 < len(base.Content); i += 2 {
		if child(whole, base.Content[i].Value) == nil {
			fields = append(fields, scalar(base.Content[i].Value), null())
		}
	}
	return fields
}

// overlayPart makes value of before; they differ.
func overlayPart(before, value *yaml.Node) *yaml.Node {
	switch {
	case before.Kind == yaml.MappingNode && value.Kind == yaml.MappingNode:
		return &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: overlayFields(before, value)}
	case keyed(before) && keyed(value) && once(before) && once(value):
		return overlayItems(before, value)
	}
	return value
}

func overlayItems(before, value *yaml.Node) *yaml.Node {
	old := map[string]*yaml.Node{}
	for _, n := range before.Content {
		old[identity(n)] = n
	}
	now := map[string]bool{}
	for _, n := range value.Content {
		now[identity(n)] = true
	}
	var order []string // as it comes out by itself
	out := sequence()
	for _, n := range before.Content {
		if id := identity(n); now[id] {
			order = append(order, id)
		} else {
			out.Content = append(out.Content, removal(id))
		}
	}
	for _, n := range value.Content {
		id := identity(n)
		if old[id] == nil {
			order = append(order, id)
			out.Content = append(out.Content, n)
			continue
		}
		if over := OverlayOf(old[id], n); over != nil {
			out.Content = append(out.Content, over)
		}
	}
	wanted := make([]string, len(value.Content))
	for i, n := range value.Content {
		wanted[i] = identity(n)
	}
	if !slices.Equal(order, wanted) {
		ids := sequence()
		for _, id := range wanted {
			ids.Content = append(ids.Content, scalar(id))
		}
		ids.Style = yaml.FlowStyle
		out.Content = append(out.Content, mappingOf("order", ids))
	}
	return out
}

// once reports whether no two items of a list are known by the same.
func once(n *yaml.Node) bool {
	seen := map[string]bool{}
	for _, item := range n.Content {
		id := identity(item)
		if id == "" || seen[id] {
			return false
		}
		seen[id] = true
	}
	return true
}

// same reports whether two parts say the same: the order of fields is no
// difference, the order of items is one.
func same(a, b *yaml.Node) bool {
	if a.Kind != b.Kind {
		return false
	}
	switch a.Kind { //nolint:exhaustive // the others are scalars
	case yaml.MappingNode:
		if len(a.Content) != len(b.Content) {
			return false
		}
		for i := 0; i+1 < len(a.Content); i += 2 {
			v := child(b, a.Content[i].Value)
			if v == nil || !same(a.Content[i+1], v) {
				return false
			}
		}
		return true
	case yaml.SequenceNode:
		return slices.EqualFunc(a.Content, b.Content, same)
	}
	return a.Value == b.Value && a.ShortTag() == b.ShortTag()
}

// SameItem reports whether two texts of an item say the same.
func SameItem(id string, a, b []byte) bool {
	x, err := ParseItem(id, a)
	if err != nil {
		return false
	}
	y, err := ParseItem(id, b)
	return err == nil && same(x, y)
}

// Rebase carries what somebody made of base over to another base: the fields
// that differ between base and whole are laid over now.
func Rebase(id string, base, whole, now []byte) ([]byte, error) {
	var parts [3]*yaml.Node
	for i, text := range [][]byte{base, whole, now} {
		n, err := ParseItem(id, text)
		if err != nil {
			return nil, err
		}
		parts[i] = n
	}
	out := parts[2]
	if over := OverlayOf(parts[0], parts[1]); over != nil {
		out = overlayMap(out, over, newBook())
	}
	return yaml.Text(plainly(out))
}

func scalar(s string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(s)
	return n
}

func null() *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"} }

func sequence(items ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: items}
}

func mappingOf(key string, value *yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: []*yaml.Node{scalar(key), value}}
}

func removal(id string) *yaml.Node { return mappingOf(id, null()) }
