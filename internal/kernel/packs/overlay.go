// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import (
	"slices"

	"tinhso.vn/internal/platform/yaml"
)

// lists is the merged content: list name → items in order, as mapping nodes.
type lists map[string][]*yaml.Node

// overlayAll lays the packs over one another. Within one pack an id stands
// once; a later pack's item changes the fields it names.
func overlayAll(chain []source, b *book) lists {
	all := lists{}
	for _, s := range chain {
		own := lists{}
		for _, f := range s.files {
			if f.root != nil {
				collect(own, f, s.meta.Name, b)
			}
		}
		for _, name := range sortedKeys(own) {
			all[name] = overlayList(all[name], own[name], b)
		}
	}
	all["units"] = addDivisions(all["units"], all["divisions"], b)
	return all
}

// collect sorts the lists of one file by name, with the file's defaults under each item.
func collect(own lists, f file, pack string, b *book) {
	folder := folderOf(f.path, pack)
	var defaults *yaml.Node
	for i := 0; i+1 < len(f.root.Content); i += 2 {
		if f.root.Content[i].Value == "defaults" {
			defaults = f.root.Content[i+1]
			if defaults.Kind != yaml.MappingNode {
				b.add(defaults, "", "yaml.mapping")
				defaults = nil
			}
		}
	}
	for i := 0; i+1 < len(f.root.Content); i += 2 {
		key, value := f.root.Content[i], f.root.Content[i+1]
		switch {
		case key.Value == "defaults":
		case !slices.Contains(folders()[folder], key.Value):
			b.unknown(key, "", append(slices.Clone(folders()[folder]), "defaults"))
		case value.Kind != yaml.SequenceNode:
			b.add(value, "", "yaml.list", key.Value)
		default:
			for _, item := range value.Content {
				if item.Kind != yaml.MappingNode {
					b.add(item, "", "yaml.mapping")
					continue
				}
				if defaults != nil && removed(item) == "" && ordering(item) == nil {
					item = overlayMap(defaults, item, b)
				}
				own[key.Value] = append(own[key.Value], item)
			}
		}
	}
}

func folderOf(path, pack string) string {
	rel := path[len(pack)+1:]
	for i := range rel {
		if rel[i] == '/' {
			return rel[:i]
		}
	}
	return ""
}

// overlayList lays items over base by identity. A removal takes an item away.
func overlayList(base, over []*yaml.Node, b *book) []*yaml.Node {
	out := slices.Clone(base)
	at := map[string]int{}
	for i, n := range out {
		at[identity(n)] = i
	}
	seen := map[string]bool{}
	var order *yaml.Node
	for _, n := range over {
		if ids := ordering(n); ids != nil {
			order = ids
			continue
		}
		if gone := removed(n); gone != "" {
			i, ok := at[gone]
			if !ok || out[i] == nil {
				b.add(n, gone, "overlay.missing", gone)
				continue
			}
			out[i] = nil
			continue
		}
		id := identity(n)
		if id == "" {
			b.add(n, "", "item.no_id")
			continue
		}
		if seen[id] {
			b.add(n, id, "item.duplicate", id)
			continue
		}
		seen[id] = true
		if i, ok := at[id]; ok && out[i] != nil {
			out[i] = overlayMap(out[i], n, b)
			continue
		}
		at[id] = len(out)
		out = append(out, n)
	}
	return arrange(slices.DeleteFunc(out, func(n *yaml.Node) bool { return n == nil }), order, b)
}

// arrange puts the items that order names in front, in its order; the others
// follow as they stood.
func arrange(items []*yaml.Node, order *yaml.Node, b *book) []*yaml.Node {
	if order == nil {
		return items
	}
	rest, out := slices.Clone(items), make([]*yaml.Node, 0, len(items))
	for _, id := range order.Content {
		i := slices.IndexFunc(rest, func(n *yaml.Node) bool { return identity(n) == id.Value })
		if i < 0 {
			b.add(id, "", "overlay.order", id.Value)
			continue
		}
		out = append(out, rest[i])
		rest = slices.Delete(rest, i, i+1)
	}
	return append(out, rest...)
}

// ordering returns the identities in the order that the items of a list get:
// `- order: [second, first]`; nil where n is something else.
func ordering(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.MappingNode && len(n.Content) == 2 && n.Content[0].Value == "order" && n.Content[1].Kind == yaml.SequenceNode {
		return n.Content[1]
	}
	return nil
}

// overlayMap lays the fields of over on base: null removes a field, mappings
// are laid over field by field, lists whose items carry an identity item by
// item, everything else is replaced.
func overlayMap(base, over *yaml.Node, b *book) *yaml.Node {
	out := *over
	out.Content = slices.Clone(base.Content)
	for i := 0; i+1 < len(over.Content); i += 2 {
		key, value := over.Content[i], over.Content[i+1]
		j := index(out.Content, key.Value)
		switch {
		case isNull(value):
			if j >= 0 {
				out.Content = slices.Delete(out.Content, j, j+2)
			}
		case j < 0:
			out.Content = append(out.Content, key, value)
		default:
			out.Content[j], out.Content[j+1] = key, overlayValue(out.Content[j+1], value, b)
		}
	}
	b.origins[&out] = b.origins[over]
	return &out
}

func overlayValue(base, over *yaml.Node, b *book) *yaml.Node {
	switch {
	case base.Kind == yaml.MappingNode && over.Kind == yaml.MappingNode:
		return overlayMap(base, over, b)
	case keyed(base) && keyed(over):
		out := *over
		out.Content = overlayList(base.Content, over.Content, b)
		b.origins[&out] = b.origins[over]
		return &out
	}
	return over
}

// identity is the value an item is known by: its id, a field's key, a day.
func identity(n *yaml.Node) string {
	for _, name := range []string{"id", "key", "date"} {
		if v := child(n, name); v != nil && v.Kind == yaml.ScalarNode {
			return v.Value
		}
	}
	return ""
}

// removed returns the identity an item takes away: `- old-paper: null`.
func removed(n *yaml.Node) string {
	if n.Kind == yaml.MappingNode && len(n.Content) == 2 && isNull(n.Content[1]) {
		return n.Content[0].Value
	}
	return ""
}

// keyed reports whether every item of a list carries an identity or takes one away.
func keyed(n *yaml.Node) bool {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		return false
	}
	for _, item := range n.Content {
		if item.Kind != yaml.MappingNode || (identity(item) == "" && removed(item) == "" && ordering(item) == nil) {
			return false
		}
	}
	return true
}

func child(n *yaml.Node, name string) *yaml.Node {
	if n.Kind != yaml.MappingNode {
		return nil
	}
	if i := index(n.Content, name); i >= 0 {
		return n.Content[i+1]
	}
	return nil
}

func index(content []*yaml.Node, name string) int {
	for i := 0; i+1 < len(content); i += 2 {
		if content[i].Value == name {
			return i
		}
	}
	return -1
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

func sortedKeys(m lists) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
