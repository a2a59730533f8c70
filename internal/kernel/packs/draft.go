// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"

	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/yaml"
)

// MaxItem bounds the text of one item, in bytes.
const MaxItem = 512 << 10

// ErrItem means that a text is no item: it is too large, no YAML, no mapping,
// uses anchors, or its id is another than it is kept under.
var ErrItem = errs.New(errs.Invalid, "packs.item")

// Draft is one item as somebody would have it, in place of what the packs say.
type Draft struct {
	List string // procedures, forms, …
	ID   string
	Text []byte // the whole item as YAML; empty: it is taken away
}

// File is where the item would stand in a local layer.
func (d Draft) File() string { return layerFile(d.List, d.ID) }

// ValidID reports whether s can be the id of an item.
func ValidID(s string) bool {
	return len(s) <= 120 && regexp.MustCompile(slugForm).MatchString(s)
}

// putDrafts puts drafts in place of the items there are.
func putDrafts(all lists, drafts []Draft, b *book) {
	for _, d := range drafts {
		at := slices.IndexFunc(all[d.List], func(n *yaml.Node) bool { return identity(n) == d.ID })
		if len(d.Text) == 0 {
			if at >= 0 {
				all[d.List] = slices.Delete(slices.Clone(all[d.List]), at, at+1)
			}
			continue
		}
		file := d.File()
		b.drafted[file] = d.List
		n, err := ParseItem(d.ID, d.Text)
		if err != nil {
			why := err.Error()
			if e, ok := errors.AsType[*errs.Error](err); ok && e.Err != nil {
				why = e.Err.Error()
			}
			b.addAt(file, 1, d.ID, "yaml.syntax", why)
			continue
		}
		b.place(n, place{pack: LayerName, file: file}, "")
		if at >= 0 {
			all[d.List] = slices.Clone(all[d.List])
			all[d.List][at] = n
			continue
		}
		all[d.List] = append(slices.Clone(all[d.List]), n)
	}
}

// place notes the file and the path of n and of all under it.
func (b *book) place(n *yaml.Node, at place, path string) {
	b.origins[n], b.paths[n] = at, path
	switch n.Kind { //nolint:exhaustive // the others hold nothing
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			inner := join(path, n.Content[i].Value)
			b.origins[n.Content[i]], b.paths[n.Content[i]] = at, inner
			b.place(n.Content[i+1], at, inner)
		}
	case yaml.SequenceNode:
		for i, item := range n.Content {
			b.place(item, at, path+"["+strconv.Itoa(i)+"]")
		}
	}
}

// ParseItem reads one item; ErrItem. Fields that are null are left out.
func ParseItem(id string, text []byte) (*yaml.Node, error) {
	if len(text) > MaxItem {
		return nil, ErrItem.Because(errors.New("larger than 512 KB"))
	}
	dec := yaml.NewDecoder(bytes.NewReader(text))
	var doc, more yaml.Node
	if err := dec.Decode(&doc); err != nil {
		return nil, ErrItem.Because(err)
	}
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, ErrItem.Because(errors.New("more than one document"))
	}
	if len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, ErrItem.Because(errors.New("not a mapping"))
	}
	n := doc.Content[0]
	if err := sound(n, 0); err != nil {
		return nil, ErrItem.Because(err)
	}
	if identity(n) != id || child(n, "id") == nil {
		return nil, ErrItem.Because(errors.New("its id is another"))
	}
	return plainly(n), nil
}

// maxDepth is how deep an item may be nested: a form has six levels.
const maxDepth = 20

// sound refuses what would make an item read differently from how it looks.
func sound(n *yaml.Node, depth int) error {
	switch {
	case depth > maxDepth:
		return errors.New("nested too deep")
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		return errors.New("anchors and aliases are not used")
	}
	seen := map[string]bool{}
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 {
			if c.Kind != yaml.ScalarNode || c.Value == "<<" {
				return errors.New("a key is one plain word")
			}
			if seen[c.Value] {
				return errors.New("the key " + strconv.Quote(c.Value) + " is written twice")
			}
			seen[c.Value] = true
		}
		if err := sound(c, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// plainly returns a copy of n without the fields that are null.
func plainly(n *yaml.Node) *yaml.Node {
	out := *n
	out.Content = make([]*yaml.Node, 0, len(n.Content))
	for i := 0; i < len(n.Content); i++ {
		if n.Kind == yaml.MappingNode {
			if i+1 < len(n.Content) && !isNull(n.Content[i+1]) {
				out.Content = append(out.Content, n.Content[i], plainly(n.Content[i+1]))
			}
			i++
			continue
		}
		out.Content = append(out.Content, plainly(n.Content[i]))
	}
	return &out
}

// ItemText writes an item as it stands when everything lies over one another;
// false where the set has none.
func (s *Set) ItemText(list, id string) ([]byte, bool) {
	for _, n := range s.merged[list] {
		if identity(n) == id {
			text, err := yaml.Text(plainly(n))
			return text, err == nil
		}
	}
	return nil, false
}

// ItemIDs returns the ids of a list, in its order.
func (s *Set) ItemIDs(list string) []string {
	out := make([]string, 0, len(s.merged[list]))
	for _, n := range s.merged[list] {
		out = append(out, identity(n))
	}
	return out
}

// fieldOf says at which field a mistake belongs that is told of a whole item.
func fieldOf() map[string]string {
	return map[string]string{
		"procedure.form": "form", "procedure.flow": "flow", "procedure.template": "result_template", "procedure.unit": "authority_unit",
		"procedure.fee_table": "fee.table", "procedure.life_event": "life_events", "procedure.same": "same_because",
		"procedure.incomplete": "form", "procedure.law_period": "legal_bases", "procedure.no_duration": "durations", "legal.unknown": "legal_bases",
		"flow.too_long": "durations", "paper.abolished": "name", "paper.type": "type", "template.placeholder": "body", "template.braces": "body", "flow.empty": "steps",
		"flow.role": "post", "flow.citizen": "post", "flow.no_place": "unit", "flow.unknown_step": "next", "flow.ends_early": "next",
	}
}
