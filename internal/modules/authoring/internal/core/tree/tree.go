// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package tree holds one item of a pack as the nodes of its YAML, so that an
// edit of one value leaves all others as they were written, also those that the
// editor knows nothing of. It does not know what an item means.
package tree

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/platform/text"
	"tinhso.vn/internal/platform/yaml"
)

// Node is a part of an item.
type Node = yaml.Node

// MaxBytes is how long the text of an item may be, and maxDepth how deep its
// parts may lie in one another.
const (
	MaxBytes = 1 << 20
	maxDepth = 20
)

// ErrShape says that a text is not one plain mapping of YAML.
var ErrShape = errors.New("not one mapping of YAML")

// Item is one item of a pack. The zero value is not usable.
type Item struct{ root *Node }

// Parse reads the text of an item: one mapping, without anchors, aliases,
// merges and keys written twice, as packs demand.
func Parse(src []byte) (Item, error) {
	if len(src) > MaxBytes {
		return Item{}, fmt.Errorf("%w: %d bytes", ErrShape, len(src))
	}
	d := yaml.NewDecoder(bytes.NewReader(src))
	var doc, more Node
	if err := d.Decode(&doc); err != nil {
		return Item{}, fmt.Errorf("%w: %w", ErrShape, err)
	}
	if err := d.Decode(&more); !errors.Is(err, io.EOF) {
		return Item{}, fmt.Errorf("%w: a second document", ErrShape)
	}
	if len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		return Item{}, ErrShape
	}
	if err := plain(doc.Content[0], 0); err != nil {
		return Item{}, err
	}
	return Item{doc.Content[0]}, nil
}

// plain refuses what would make a text read differently from how it looks.
func plain(n *Node, depth int) error {
	if n.Kind == yaml.AliasNode || n.Anchor != "" || depth > maxDepth {
		return fmt.Errorf("%w: line %d", ErrShape, n.Line)
	}
	if n.Kind == yaml.MappingNode {
		seen := map[string]bool{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			if key.Kind != yaml.ScalarNode || seen[key.Value] {
				return fmt.Errorf("%w: line %d", ErrShape, key.Line)
			}
			seen[key.Value] = true
		}
	}
	for _, child := range n.Content {
		if err := plain(child, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// Of returns an item of a mapping that was read already; ErrShape.
func Of(n *Node) (Item, error) {
	if n == nil || n.Kind != yaml.MappingNode {
		return Item{}, ErrShape
	}
	return Item{Copy(n)}, nil
}

// Bytes writes the item.
func (i Item) Bytes() ([]byte, error) { return yaml.Marshal(i.root) }

// Root is the mapping of the item; who changes it changes the item.
func (i Item) Root() *Node { return i.root }

// Clone returns a copy that shares nothing.
func (i Item) Clone() Item { return Item{Copy(i.root)} }

// Decode reads the item into a value with yaml tags.
func (i Item) Decode(into any) error { return i.root.Decode(into) }

// Copy returns a copy of a node that shares nothing.
func Copy(n *Node) *Node {
	if n == nil {
		return nil
	}
	out := *n
	out.Content = make([]*Node, len(n.Content))
	for i, child := range n.Content {
		out.Content[i] = Copy(child)
	}
	return &out
}

// Get returns the value of a key of a mapping, nil where it is absent or null.
func Get(n *Node, key string) *Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			if v := n.Content[i+1]; v.Kind != yaml.ScalarNode || v.Tag != "!!null" {
				return v
			}
			return nil
		}
	}
	return nil
}

// At follows a path such as steps[0].fields[2]; nil where it leads nowhere.
func (i Item) At(path string) *Node {
	n := i.root
	if path == "" {
		return n
	}
	for part := range strings.SplitSeq(path, ".") {
		key, rest, indexed := strings.Cut(part, "[")
		if n = Get(n, key); n == nil {
			return nil
		}
		if !indexed {
			continue
		}
		at, err := strconv.Atoi(strings.TrimSuffix(rest, "]"))
		if err != nil || n.Kind != yaml.SequenceNode || at < 0 || at >= len(n.Content) {
			return nil
		}
		n = n.Content[at]
	}
	return n
}

// Text returns a scalar as a text; empty where there is none.
func Text(n *Node, key string) string {
	if v := Get(n, key); v != nil && v.Kind == yaml.ScalarNode {
		return v.Value
	}
	return ""
}

// True reports whether a value is true.
func True(n *Node, key string) bool { return Text(n, key) == "true" }

// Words is a text in Vietnamese and, where somebody wrote it, in English.
type Words struct{ VI, EN string }

// ReadWords reads a Vietnamese string or {vi, en}.
func ReadWords(v *Node) Words {
	switch {
	case v == nil:
		return Words{}
	case v.Kind == yaml.ScalarNode:
		return Words{VI: v.Value}
	}
	return Words{VI: Text(v, "vi"), EN: Text(v, "en")}
}

// GetWords reads the words of a key.
func GetWords(n *Node, key string) Words { return ReadWords(Get(n, key)) }

// List returns the parts of a list; none where it is absent.
func List(n *Node, key string) []*Node {
	if v := Get(n, key); v != nil && v.Kind == yaml.SequenceNode {
		return v.Content
	}
	return nil
}

// Texts returns a list of scalars, or a single one as a list of one.
func Texts(n *Node, key string) (all []string) {
	v := Get(n, key)
	switch {
	case v == nil:
		return nil
	case v.Kind == yaml.ScalarNode:
		return []string{v.Value}
	}
	for _, one := range v.Content {
		all = append(all, one.Value)
	}
	return all
}

// Scalar returns a node of a text as an input sends it: in composed Unicode.
func Scalar(s string) *Node {
	return &Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text.NFC(s)}
}

// Mapping returns an empty mapping.
func Mapping() *Node { return &Node{Kind: yaml.MappingNode, Tag: "!!map"} }

// Sequence returns a list.
func Sequence(all ...*Node) *Node {
	return &Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: all}
}

// Put sets the value of a key; nil takes the key away. A new key goes to the end.
func Put(n *Node, key string, v *Node) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value != key {
			continue
		}
		if v == nil {
			n.Content = slices.Delete(n.Content, i, i+2)
			return
		}
		if old := n.Content[i+1]; !Same(old, v) { // comments beside a value that stays, stay
			n.Content[i+1] = v
		}
		return
	}
	if v != nil {
		n.Content = append(n.Content, Scalar(key), v)
	}
}

// Same reports whether two nodes mean the same in the same order.
func Same(a, b *Node) bool {
	if a.Kind != b.Kind || a.Value != b.Value || len(a.Content) != len(b.Content) || a.ShortTag() != b.ShortTag() {
		return false
	}
	for i := range a.Content {
		if !Same(a.Content[i], b.Content[i]) {
			return false
		}
	}
	return true
}

// PutText sets a text; an empty one takes the key away.
func PutText(n *Node, key, value string) {
	if strings.TrimSpace(value) == "" {
		Put(n, key, nil)
		return
	}
	if Get(n, key) != nil && Text(n, key) == text.NFC(value) {
		return // it may be written as a number
	}
	Put(n, key, Scalar(value))
}

// PutWhole sets a whole number as one; what is no number stays text, for the
// checks to name.
func PutWhole(n *Node, key, value string) {
	value = strings.TrimSpace(value)
	if v, err := strconv.Atoi(value); err == nil && strconv.Itoa(v) == value {
		if Text(n, key) != value || Get(n, key).ShortTag() == "!!str" {
			Put(n, key, &Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: value})
		}
		return
	}
	PutText(n, key, value)
}

// PutTrue sets a key to true, or takes it away. An explicit false stays false.
func PutTrue(n *Node, key string, yes bool) {
	switch {
	case yes == True(n, key):
	case yes:
		Put(n, key, &Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "true"})
	default:
		Put(n, key, nil)
	}
}

// Phrase returns the node of a text in two languages; nil where nothing is said.
func Phrase(w Words) *Node {
	w = Words{VI: strings.TrimSpace(text.NFC(w.VI)), EN: strings.TrimSpace(text.NFC(w.EN))}
	switch {
	case w == Words{}:
		return nil
	case w.EN == "":
		return Scalar(w.VI)
	}
	m := Mapping()
	m.Style = yaml.FlowStyle
	PutText(m, "vi", w.VI)
	PutText(m, "en", w.EN)
	return m
}

// PutWords sets a text in two languages.
func PutWords(n *Node, key string, w Words) {
	now := GetWords(n, key)
	if now.VI == text.NFC(w.VI) && now.EN == text.NFC(w.EN) && Get(n, key) != nil {
		return
	}
	Put(n, key, Phrase(w))
}

// PutPhrases sets a list of texts; an empty one takes the key away.
func PutPhrases(n *Node, key string, all []Words) {
	var nodes []*Node
	old := List(n, key)
	for i, w := range all {
		if i < len(old) && ReadWords(old[i]) == w {
			nodes = append(nodes, old[i])
		} else if p := Phrase(w); p != nil {
			nodes = append(nodes, p)
		}
	}
	if len(nodes) == 0 {
		Put(n, key, nil)
		return
	}
	Put(n, key, Sequence(nodes...))
}

// PutTexts sets a list of plain texts; an empty one takes the key away.
func PutTexts(n *Node, key string, all []string) {
	if slices.Equal(all, Texts(n, key)) {
		return
	}
	var nodes []*Node
	for _, s := range all {
		nodes = append(nodes, Scalar(s))
	}
	if len(nodes) == 0 {
		Put(n, key, nil)
		return
	}
	seq := Sequence(nodes...)
	seq.Style = yaml.FlowStyle
	Put(n, key, seq)
}

// Ensure returns the list of a key, made where there is none.
func Ensure(n *Node, key string) *Node {
	if v := Get(n, key); v != nil && v.Kind == yaml.SequenceNode {
		return v
	}
	v := Sequence()
	Put(n, key, v)
	return v
}

// Insert puts a part into a list; at beyond its end appends.
func Insert(list *Node, at int, part *Node) {
	list.Content = slices.Insert(list.Content, min(max(at, 0), len(list.Content)), part)
	list.Style &^= yaml.FlowStyle
}

// Take removes a part of a list and returns it; nil where there is none.
func Take(list *Node, at int) *Node {
	if list == nil || at < 0 || at >= len(list.Content) {
		return nil
	}
	part := list.Content[at]
	list.Content = slices.Delete(list.Content, at, at+1)
	return part
}

// Move changes the place of a part by so many; false where it cannot go.
func Move(list *Node, at, by int) bool {
	to := at + by
	if list == nil || by == 0 || at < 0 || to < 0 || at >= len(list.Content) || to >= len(list.Content) {
		return false
	}
	Insert(list, to, Take(list, at))
	return true
}
