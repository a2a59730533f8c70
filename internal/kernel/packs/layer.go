// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import (
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
func Layered() []string {
	return []string{"procedures", "forms", "flows", "decisions", "templates", "registers"}
}

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
	if slices.Contains(Layered(), list) { // a change of a whole catalogue asks for thousands
		return path.Join(LayerName, list, id+".yaml")
	}
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

	own := maps.Clone(files)
	maps.DeleteFunc(own, func(name string, _ []byte) bool { return !strings.HasPrefix(name, LayerName+"/") })
	items, problems, err := ReadLayer(under, own)
	problems = slices.DeleteFunc(problems, func(p Problem) bool { return strings.HasPrefix(p.Code, "overlay.") })
	if err == nil && len(problems) > 0 {
		err = Problems(problems)
	}
	return items, err
}

// ReadLayer returns the items that files of a layer (local/flows/x.yaml) touch,
// whole as they are when the files lie over under, and the mistakes of the
// files: how they are written, not what they mean.
func ReadLayer(under *Set, files map[string][]byte) (items []Draft, problems []Problem, err error) {
	fsys, err := FromFiles(files)
	if err != nil {
		return nil, nil, err
	}
	b := newBook()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if name == LayerName+"/pack.yaml" {
			continue
		}
		folder := folderOf(name, LayerName)
		if path.Ext(name) != ".yaml" || !slices.Contains(Layered(), folder) {
			b.addAt(name, 1, "", "file.unexpected", strings.TrimPrefix(name, LayerName+"/"))
			continue
		}
		root, _, _ := parse(fsys, name, LayerName, b)
		if root == nil {
			continue
		}
		own := lists{}
		collect(own, file{path: name, root: root}, LayerName, b)
		for _, list := range sortedKeys(own) {
			for _, over := range own[list] {
				item, wanted, err := under.laid(list, over, b)
				if err != nil {
					return nil, nil, err
				}
				if wanted {
					items = append(items, item)
				}
			}
		}
	}
	return items, b.sorted(), nil
}

// laid is an item of the set with another over it.
func (s *Set) laid(list string, over *yaml.Node, b *book) (d Draft, wanted bool, err error) {
	if gone := removed(over); gone != "" {
		if _, there := s.item(list, gone); !there {
			b.add(over, gone, "overlay.missing", gone)
			return d, false, nil
		}
		return Draft{List: list, ID: gone}, true, nil
	}
	id := identity(over)
	if !ValidID(id) || child(over, "id") == nil {
		b.add(over, "", "item.no_id")
		return d, false, nil
	}
	whole := over
	if base, there := s.item(list, id); there {
		whole = overlayMap(base, over, b)
	}
	text, err := yaml.Text(plainly(whole))
	return Draft{List: list, ID: id, Text: text}, err == nil, err
}
