// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import (
	"bytes"
	"maps"
	"path"
	"slices"
	"strings"

	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/yaml"
)

// LayerName is the pack of the local layer: what a province has written in the
// browser, laid over its own pack.
const LayerName = "local"

// Layered are the lists of which a local layer may hold items.
func Layered() []string { return []string{"procedures", "forms", "flows", "decisions", "templates"} }

// Top returns the pack to read of kept files: the layer where there is one.
func Top(files map[string][]byte, pack string) string {
	if _, there := files[LayerName+"/pack.yaml"]; there {
		return LayerName
	}
	return pack
}

// WithoutLayer returns files without those of the local layer.
func WithoutLayer(files map[string][]byte) map[string][]byte {
	out := maps.Clone(files)
	maps.DeleteFunc(out, func(p string, _ []byte) bool { return strings.HasPrefix(p, LayerName+"/") })
	return out
}

// HasLayer reports whether a local layer lies in the set.
func (s *Set) HasLayer() bool {
	return slices.ContainsFunc(s.Packs, func(m Meta) bool { return m.Kind == Local })
}

func layerFile(list, id string) string {
	folder := list
	for _, l := range Lists() {
		if l.Name == list {
			folder = l.Folder
		}
	}
	return path.Join(LayerName, folder, id+".yaml")
}

// Layer writes the files of a local layer over pack: for each item the smallest
// overlay that makes it of what lies in under, the set without any layer. Where
// nothing differs there are no files.
func Layer(under *Set, items []Draft) (files map[string][]byte, err error) {
	defer errs.Wrap(&err, "write the local layer over %s", under.Meta.Name)

	files = map[string][]byte{}
	for _, d := range items {
		base, there := under.item(d.List, d.ID)
		var over *yaml.Node
		switch {
		case len(d.Text) == 0 && !there:
			continue
		case len(d.Text) == 0:
			over = removal(d.ID)
		default:
			whole, err := ParseItem(d.ID, d.Text)
			if err != nil {
				return nil, err
			}
			if over = whole; there {
				over = OverlayOf(base, whole)
			}
			if over == nil {
				continue
			}
		}
		text, err := yaml.Text(mappingOf(d.List, sequence(over)))
		if err != nil {
			return nil, err
		}
		files[d.File()] = text
	}
	if len(files) == 0 {
		return files, nil
	}
	files[LayerName+"/pack.yaml"] = []byte("name: " + LayerName + "\ntitle: {vi: \"Phần do tỉnh soạn trên trình duyệt\", en: \"What the province has written in the browser\"}\n" +
		"kind: local\nuses: [" + under.Meta.Name + "]\n")
	return files, nil
}

func (s *Set) item(list, id string) (*yaml.Node, bool) {
	for _, n := range s.merged[list] {
		if identity(n) == id {
			return plainly(n), true
		}
	}
	return nil, false
}

// LayerItems returns the items that the local layer among files touches, whole
// as they are when the layer lies over under; what is no longer there to be
// taken away or put in order is left out. It is how a layer comes to lie over a
// newer pack.
func LayerItems(under *Set, files map[string][]byte) (items []Draft, err error) {
	defer errs.Wrap(&err, "read the local layer")

	for _, name := range slices.Sorted(maps.Keys(files)) {
		if !strings.HasPrefix(name, LayerName+"/") || name == LayerName+"/pack.yaml" || path.Ext(name) != ".yaml" {
			continue
		}
		var doc yaml.Node
		if err := yaml.NewDecoder(bytes.NewReader(files[name])).Decode(&doc); err != nil {
			return nil, err
		}
		b := newBook() // what it would say is said again when the set is read
		own := lists{}
		collect(own, file{path: name, root: doc.Content[0]}, LayerName, b)
		for _, list := range sortedKeys(own) {
			for _, over := range own[list] {
				if gone := removed(over); gone != "" {
					if _, there := under.item(list, gone); there {
						items = append(items, Draft{List: list, ID: gone})
					}
					continue
				}
				id := identity(over)
				whole := over
				if base, there := under.item(list, id); there {
					whole = overlayMap(base, over, b)
				}
				text, err := yaml.Text(plainly(whole))
				if err != nil {
					return nil, err
				}
				items = append(items, Draft{List: list, ID: id, Text: text})
			}
		}
	}
	return items, nil
}
