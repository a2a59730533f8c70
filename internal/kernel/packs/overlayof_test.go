// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path"
	"strings"
	"testing"

	"tinhso.vn/internal/platform/yaml"
)

// maker writes random items, much alike, so that most parts can be laid over.
type maker struct{ r *rand.Rand }

func (m maker) node(depth int) *yaml.Node {
	switch m.r.IntN(6) {
	case 0:
		return sequence(scalar("x"), scalar(fmt.Sprint(m.r.IntN(3))))
	case 1:
		return mappingOf("vi", scalar(fmt.Sprint("chữ ", m.r.IntN(3))))
	case 2, 3:
		if depth > 0 {
			return m.list(depth - 1)
		}
	case 4:
		if depth > 0 {
			return m.fields(depth - 1)
		}
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: fmt.Sprint(m.r.IntN(3))}
}

func (m maker) fields(depth int) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	for _, name := range []string{"name", "note", "papers", "steps", "order", "null"} {
		if m.r.IntN(3) > 0 {
			n.Content = append(n.Content, scalar(name), m.node(depth))
		}
	}
	m.r.Shuffle(len(n.Content)/2, func(i, j int) {
		n.Content[2*i], n.Content[2*j] = n.Content[2*j], n.Content[2*i]
		n.Content[2*i+1], n.Content[2*j+1] = n.Content[2*j+1], n.Content[2*i+1]
	})
	return n
}

// list is one whose items are known by a key, in any order; now and then empty.
func (m maker) list(depth int) *yaml.Node {
	n := sequence()
	for _, i := range m.r.Perm(5) {
		if m.r.IntN(2) > 0 {
			item := m.fields(depth)
			item.Content = append([]*yaml.Node{scalar("key"), scalar(fmt.Sprint("k", i))}, item.Content...)
			n.Content = append(n.Content, item)
		}
	}
	return n
}

func (m maker) item() *yaml.Node {
	n := m.fields(2)
	n.Content = append([]*yaml.Node{scalar("id"), scalar("x")}, n.Content...)
	return n
}

func written1(t *testing.T, n *yaml.Node) []byte {
	t.Helper()
	text, err := yaml.Text(n)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestWhatIsLaidOverMakesTheWhole is the promise of a local layer: base with
// OverlayOf(base, whole) over it is whole, through files and back.
func TestWhatIsLaidOverMakesTheWhole(t *testing.T) {
	t.Parallel()
	ordered := 0
	for seed := range uint64(1_200) {
		m := maker{rand.New(rand.NewPCG(seed, 4))}
		base, whole := plainly(m.item()), plainly(m.item())
		over := OverlayOf(base, whole)
		if over == nil {
			if !same(base, whole) {
				t.Fatalf("seed %d: nothing to lay over", seed)
			}
			continue
		}
		text := written1(t, over)
		ordered += bytes.Count(text, []byte("- order: ["))
		var read yaml.Node
		if err := yaml.Unmarshal(text, &read); err != nil {
			t.Fatal(err)
		}
		b := newBook()
		if got := overlayMap(base, read.Content[0], b); !same(got, whole) || len(b.problems) > 0 {
			t.Fatalf("seed %d: %v\nbase\n%s\nover\n%s\ngot\n%s\nwant\n%s", seed, b.problems, written1(t, base), text, written1(t, got), written1(t, whole))
		}
	}
	if ordered < 100 {
		t.Errorf("only %d lists changed their order", ordered)
	}
}

func TestAnOverlayIsSmall(t *testing.T) {
	t.Parallel()
	const base = "id: x\nname: {vi: Tên, en: Name}\npapers:\n  - {id: a, copy: 1}\n  - {id: b, copy: 1}\n  - {id: c, copy: 1}\nnote: cũ\n"
	for want, whole := range map[string]string{
		"":                            base,
		"id: x\nname:\n  en: Title\n": strings.Replace(base, "en: Name", "en: Title", 1),
		"id: x\nnote: null\n":         strings.Replace(base, "note: cũ\n", "", 1),
		"id: x\npapers:\n  - id: b\n    copy: 2\n":                         strings.Replace(base, "id: b, copy: 1", "id: b, copy: 2", 1),
		"id: x\npapers:\n  - b: null\n":                                    strings.Replace(base, "  - {id: b, copy: 1}\n", "", 1),
		"id: x\npapers:\n  - order: [b, a, c]\n":                           strings.Replace(strings.Replace(base, "id: a", "id: b", 1), "id: b, copy: 1}\n  - {id: c", "id: a, copy: 1}\n  - {id: c", 1),
		"id: x\npapers:\n  - {id: d, copy: 1}\n  - order: [a, d, b, c]\n":  strings.Replace(base, "  - {id: b", "  - {id: d, copy: 1}\n  - {id: b", 1),
		"id: x\npapers:\n  - id: a\n    note: mới\n  - {id: e, copy: 1}\n": strings.Replace(strings.Replace(base, "id: a, copy: 1", "id: a, copy: 1, note: mới", 1), "note: cũ", "  - {id: e, copy: 1}\nnote: cũ", 1),
	} {
		a, err := ParseItem("x", []byte(base))
		if err != nil {
			t.Fatal(err)
		}
		b, err := ParseItem("x", []byte(whole))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if over := OverlayOf(a, b); over != nil {
			got = string(written1(t, over))
		}
		if got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
}

func TestWhatIsNoItemIsRefused(t *testing.T) {
	t.Parallel()
	bomb := "id: x\na: &a [l]\n"
	for i := range 8 {
		bomb += fmt.Sprintf("%c: &%c [*%c, *%c, *%c]\n", 'b'+i, 'b'+i, 'a'+i, 'a'+i, 'a'+i)
	}
	for name, text := range map[string]string{
		"empty": "", "a list": "- id: x\n", "another id": "id: y\n", "no id": "name: x\n", "two documents": "id: x\n---\nid: x\n", "a bomb": bomb,
		"an alias": "id: &i x\nname: *i\n", "a merge": "id: x\nbase: {k: 1}\n<<: {k: 2}\n", "twice": "id: x\nname: a\nname: b\n", "no YAML": "id: [x\n",
		"too large": "id: x\nname: " + strings.Repeat("x", MaxItem), "too deep": "id: x\na: " + strings.Repeat("[", 40) + strings.Repeat("]", 40),
		"a key that is a list": "id: x\n[a, b]: c\n", "known by its key": "key: x\n",
	} {
		if _, err := ParseItem("x", []byte(text)); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	for _, id := range []string{"../x", "a/b", "", "A", "a..b", strings.Repeat("a", 121), "a\n", "-a"} {
		if ValidID(id) {
			t.Errorf("%q is an id", id)
		}
	}
}

// TestALayerSurvivesANewerPack lays a layer over the shipped packs, exports and
// reads it again, puts it into the province's own pack, and lays it over a newer one.
func TestALayerSurvivesANewerPack(t *testing.T) {
	t.Parallel()
	const province = "an-giang"
	under, err := Load(os.DirFS("../../../packs"), province)
	if err != nil {
		t.Fatal(err)
	}
	change := func(list, id, old, now string) Draft {
		t.Helper()
		text, there := under.ItemText(list, id)
		if !there || !bytes.Contains(text, []byte(old)) {
			t.Fatalf("%s %s has no %q:\n%s", list, id, old, text)
		}
		return Draft{list, id, bytes.Replace(text, []byte(old), []byte(now), 1)}
	}
	text, _ := under.ItemText("procedures", "dang-ky-khai-tu")
	added := bytes.Replace(text, []byte("id: dang-ky-khai-tu\n"), []byte("id: moi\nsame_because: Cùng một việc\n"), 1)
	items := []Draft{
		change("procedures", "dang-ky-khai-tu", "online: full", "online: partial"),
		change("flows", "ban-le-ruou", "hours: 36", "hours: 35"),
		{"procedures", "moi", added},
		{"procedures", "dang-ky-thuong-tru", nil},
	}
	lay := func(files map[string][]byte, top string) *Set {
		t.Helper()
		fsys, err := FromFiles(files)
		if err != nil {
			t.Fatal(err)
		}
		set, err := Load(fsys, top)
		if err != nil {
			t.Fatal(err)
		}
		return set
	}
	layer, err := Layer(under, items)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(layer["local/flows/ban-le-ruou.yaml"]); got != "flows:\n  - id: ban-le-ruou\n    steps:\n      - id: tham-dinh\n        hours: 35\n" {
		t.Errorf("the layer says more than it must:\n%s", got)
	}
	files := maps.Clone(under.Files())
	maps.Copy(files, layer)
	set := lay(files, Top(files, province))
	if set.Meta.Name != province || !set.HasLayer() || under.HasLayer() {
		t.Errorf("the province is %q", set.Meta.Name)
	}
	if found := Diff(under, set); len(found) != 4 {
		t.Errorf("%d differences: %+v", len(found), found)
	}
	again := lay(set.Files(), LayerName) // exported and applied
	if again.Fingerprint() != set.Fingerprint() || len(Diff(set, again)) != 0 {
		t.Error("an export is another pack")
	}
	committed := maps.Clone(under.Files()) // put into the province's own pack
	for name, content := range layer {
		if path.Base(name) != "pack.yaml" {
			committed[province+"/"+strings.TrimSuffix(strings.TrimPrefix(name, LayerName+"/"), ".yaml")+".local.yaml"] = content
		}
	}
	own := lay(committed, province)
	if found := Diff(set, own); len(found) != 0 {
		t.Errorf("put into the province's pack it says something else: %+v", found)
	}
	left, err := LayerItems(own, files)
	if err != nil {
		t.Fatal(err)
	}
	if rest, err := Layer(own, left); err != nil || len(rest) != 0 {
		t.Errorf("what the pack says by itself is still in the layer: %v %v", rest, err)
	}
	newer := maps.Clone(under.Files()) // a pack that changes another field of the same item
	newer[province+"/flows/newer.yaml"] = []byte("flows:\n  - id: ban-le-ruou\n    steps:\n      - {id: ky, hours: 7}\n")
	above := lay(newer, province)
	kept, err := LayerItems(above, files)
	if err != nil {
		t.Fatal(err)
	}
	if layer, err = Layer(above, kept); err != nil {
		t.Fatal(err)
	}
	maps.Copy(newer, layer)
	f, _ := lay(newer, LayerName).Flow("ban-le-ruou")
	if f.Steps[1].Hours != 35 || f.Steps[3].Hours != 7 {
		t.Errorf("hours %d and %d", f.Steps[1].Hours, f.Steps[3].Hours)
	}
}

// TestMistakesOfADraftSayWhereTheyAre puts drafts with mistakes into a pack.
func TestMistakesOfADraftSayWhereTheyAre(t *testing.T) {
	t.Parallel()
	fsys := os.DirFS("../../../packs")
	set, err := Load(fsys, "an-giang")
	if err != nil {
		t.Fatal(err)
	}
	text, _ := set.ItemText("procedures", "giay-phep-ban-le-ruou")
	wrong := bytes.ReplaceAll(text, []byte("form: ban-le-ruou\n"), []byte("form: khong-co\n"))
	wrong = bytes.Replace(wrong, []byte("original: 1"), []byte("original: mot"), 1)
	wrong = append(wrong, "colour: red\nvalid_from: mai\n"...)
	_, _, problems := ReadWith(fsys, "an-giang", []Draft{{"procedures", "giay-phep-ban-le-ruou", wrong}, {"flows", "ban-le-ruou", []byte("id: ban-le-ruou\ntitle: x\n")}})
	said := map[string]bool{}
	for _, p := range problems {
		if strings.HasSuffix(p.ID, "ban-le-ruou") && p.List != "" {
			said[p.List+" "+p.Path+" "+p.Code] = true
		}
	}
	for _, want := range []string{
		"procedures form procedure.form", "procedures papers[0].original value.integer", "procedures colour key.unknown", "procedures valid_from value.date",
		"flows version field.required", "flows steps field.required", "flows steps flow.empty",
	} {
		if !said[want] {
			t.Errorf("%q is not among %v", want, said)
		}
	}
}
