// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/platform/yaml"
)

// Doc is an item that a page reads and writes field by field. What it does not
// touch stays as it was.
type Doc struct{ node *yaml.Node }

// ReadDoc reads an item; packs.ErrItem.
func ReadDoc(id string, text []byte) (Doc, error) {
	n, err := packs.ParseItem(id, text)
	return Doc{n}, err
}

// NewDoc is an empty mapping.
func NewDoc() Doc { return Doc{&yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}} }

// Text writes the item.
func (d Doc) Text() ([]byte, error) { return yaml.Text(d.node) }

func (d Doc) find(name string) int {
	if d.node == nil || d.node.Kind != yaml.MappingNode {
		return -1
	}
	for i := 0; i+1 < len(d.node.Content); i += 2 {
		if d.node.Content[i].Value == name {
			return i + 1
		}
	}
	return -1
}

func (d Doc) value(name string) *yaml.Node {
	if i := d.find(name); i >= 0 {
		return d.node.Content[i]
	}
	return nil
}

// Has reports whether a field is there.
func (d Doc) Has(name string) bool { return d.find(name) >= 0 }

// Str returns one value as it is written; empty where there is none.
func (d Doc) Str(name string) string {
	if v := d.value(name); v != nil && v.Kind == yaml.ScalarNode {
		return v.Value
	}
	return ""
}

// Words returns a text in two languages.
func (d Doc) Words(name string) packs.Text {
	v := d.value(name)
	switch {
	case v == nil:
		return packs.Text{}
	case v.Kind == yaml.MappingNode:
		return packs.Text{VI: Doc{v}.Str("vi"), EN: Doc{v}.Str("en")}
	}
	return packs.Text{VI: v.Value}
}

// Strs returns a list of values; one value is a list of one.
func (d Doc) Strs(name string) (all []string) {
	v := d.value(name)
	switch {
	case v == nil:
	case v.Kind == yaml.ScalarNode:
		all = []string{v.Value}
	case v.Kind == yaml.SequenceNode:
		for _, n := range v.Content {
			all = append(all, n.Value)
		}
	}
	return all
}

// Sub returns a mapping in a field; an empty one, not kept, where there is none.
func (d Doc) Sub(name string) Doc {
	if v := d.value(name); v != nil && v.Kind == yaml.MappingNode {
		return Doc{v}
	}
	return NewDoc()
}

// Subs returns the mappings of a list.
func (d Doc) Subs(name string) (all []Doc) {
	if v := d.value(name); v != nil && v.Kind == yaml.SequenceNode {
		for _, n := range v.Content {
			all = append(all, Doc{n})
		}
	}
	return all
}

func (d Doc) set(name string, v *yaml.Node) {
	i := d.find(name)
	switch {
	case v == nil && i >= 0:
		d.node.Content = append(d.node.Content[:i-1:i-1], d.node.Content[i+1:]...)
	case v == nil:
	case i >= 0:
		d.node.Content[i] = v
	default:
		key := &yaml.Node{}
		key.SetString(name)
		d.node.Content = append(d.node.Content, key, v)
	}
}

// Drop takes a field away.
func (d Doc) Drop(name string) { d.set(name, nil) }

// SetStr writes a text; an empty one takes the field away.
func (d Doc) SetStr(name, s string) {
	if strings.TrimSpace(s) == "" {
		d.Drop(name)
		return
	}
	d.set(name, str(s))
}

// SetRaw writes a number, a day or true, as it was typed: what is none of these
// is found when the province is checked. An empty one takes the field away.
func (d Doc) SetRaw(name, s string) {
	s = strings.TrimSpace(s)
	if s == "" {
		d.Drop(name)
		return
	}
	n := &yaml.Node{Kind: yaml.ScalarNode, Value: s}
	if _, err := strconv.Atoi(s); err == nil {
		n.Tag = "!!int"
	} else if s == "true" || s == "false" {
		n.Tag = "!!bool"
	} else {
		n = str(s)
	}
	d.set(name, n)
}

// SetBool writes true, or takes the field away.
func (d Doc) SetBool(name string, is bool) {
	if !is {
		d.Drop(name)
		return
	}
	d.SetRaw(name, "true")
}

// SetWords writes a text in two languages; without Vietnamese and English the
// field is taken away.
func (d Doc) SetWords(name string, t packs.Text) {
	t.VI, t.EN = strings.TrimSpace(t.VI), strings.TrimSpace(t.EN)
	if t.IsZero() {
		d.Drop(name)
		return
	}
	if t.EN == "" {
		d.set(name, str(t.VI))
		return
	}
	words := NewDoc()
	words.SetStr("vi", t.VI)
	words.SetStr("en", t.EN)
	words.node.Style = yaml.FlowStyle
	if strings.Contains(t.VI+t.EN, "\n") {
		words.node.Style = 0
	}
	d.set(name, words.node)
}

// SetStrs writes a list of values; an empty one takes the field away.
func (d Doc) SetStrs(name string, all []string) {
	n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Style: yaml.FlowStyle}
	for _, s := range all {
		n.Content = append(n.Content, str(s))
	}
	if len(all) == 0 {
		n = nil
	}
	d.set(name, n)
}

// SetSub writes a mapping; an empty one takes the field away.
func (d Doc) SetSub(name string, sub Doc) {
	if len(sub.node.Content) == 0 {
		d.Drop(name)
		return
	}
	d.set(name, sub.node)
}

// SetSubs writes a list of mappings; an empty one takes the field away.
func (d Doc) SetSubs(name string, all []Doc) {
	n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	for _, sub := range all {
		n.Content = append(n.Content, sub.node)
	}
	if len(all) == 0 {
		n = nil
	}
	d.set(name, n)
}

// Copy returns a copy that shares nothing with d.
func (d Doc) Copy() Doc { return Doc{copyOf(d.node)} }

func copyOf(n *yaml.Node) *yaml.Node {
	out := *n
	out.Content = make([]*yaml.Node, len(n.Content))
	for i, c := range n.Content {
		out.Content[i] = copyOf(c)
	}
	return &out
}

func str(s string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(strings.ReplaceAll(s, "\r\n", "\n"))
	return n
}
