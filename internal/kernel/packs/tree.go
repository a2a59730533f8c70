// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/platform/yaml"
)

// maxFile bounds one file: a pack is written by people.
const maxFile = 4 << 20

// Kind says what a pack is for; packs are laid over one another in this order.
type Kind string

// The kinds of pack.
const (
	National Kind = "national"
	Sector   Kind = "sector"
	Province Kind = "province"
	Local    Kind = "local" // what a province has written in the browser, over its own pack
)

func kindRank(k Kind) int { return slices.Index([]Kind{National, Sector, Province, Local}, k) }

// Meta is pack.yaml.
type Meta struct {
	Name     string
	Title    Text
	Kind     Kind
	Uses     []string
	Clock    time.Time // a province of the past starts here; zero means now
	Banner   Text      // shown on every page: "demonstration", "a year replayed"
	TimeZone string
	Origin   Origin
}

type file struct {
	path string
	sum  string
	root *yaml.Node // a mapping

	content []byte
}

type source struct {
	meta  Meta
	root  *yaml.Node // of pack.yaml; nil where it could not be read
	files []file     // without pack.yaml's content, but with its sum
	drawn []drawn

	tables []file // CSV of kernel/geo
}

// drawn is a process as a file of BPMN.
type drawn struct {
	file
	text []byte
}

// folders says which lists may stand in which folder; "" is the pack's root.
func folders() map[string][]string {
	return map[string][]string{
		"":           {"abolished_papers", "paper_types", "watch", "retention", "sign_in", "purposes", "privacy_terms", "synonyms", "report_layouts", "indicators"},
		"units":      {"units", "divisions"},
		"legal":      {"legal"},
		"catalogues": {"catalogues"},
		"roles":      {"roles", "permissions"},
		"procedures": {"procedures"},
		"forms":      {"forms"},
		"flows":      {"flows"},
		"templates":  {"templates"},
		"calendar":   {"calendars"},
		"accounts":   {"accounts"},
		"registers":  {"registers"},
		"trust":      {"authorities"},
		"decisions":  {"decisions"},
		"notices":    {"notices", "quiet_hours"},
		"phrases":    {"phrases"},
		"scores":     {"scores"},
		"bundles":    {"bundles"},
		"lookups":    {"lookups"},
		areasFolder:  nil,
	}
}

// readChain reads the pack and what it uses, each once, national first.
func readChain(fsys fs.FS, name string, b *book) []source {
	var chain []source
	state := map[string]int{} // 1: being read, 2: read
	var visit func(name string, from Origin)
	visit = func(name string, from Origin) {
		switch state[name] {
		case 1:
			b.addOrigin(from, name, "pack.cycle", name)
			return
		case 2:
			return
		}
		state[name] = 1
		defer func() { state[name] = 2 }()
		if !b.shapes.packName.MatchString(name) {
			b.addOrigin(from, name, "pack.missing", name)
			return
		}
		if _, err := fs.Stat(fsys, path.Join(name, "pack.yaml")); err != nil {
			b.addOrigin(from, name, "pack.missing", name)
			return
		}
		s := readPack(fsys, name, b)
		for _, used := range s.meta.Uses {
			visit(used, s.meta.Origin)
		}
		chain = append(chain, s)
	}
	visit(name, Origin{File: path.Join(name, "pack.yaml"), Line: 1})
	last := len(chain) - 1
	for i, s := range chain {
		if i < last && kindRank(s.meta.Kind) > kindRank(chain[last].meta.Kind) {
			b.addOrigin(chain[last].meta.Origin, "", "pack.uses_above", s.meta.Name)
		}
	}
	slices.SortStableFunc(chain, func(x, y source) int {
		return cmp.Compare(kindRank(x.meta.Kind), kindRank(y.meta.Kind))
	})
	return chain
}

func readPack(fsys fs.FS, name string, b *book) source {
	s := source{meta: Meta{Name: name, Kind: Province, Origin: Origin{Pack: name, File: name + "/pack.yaml", Line: 1}}}
	err := fs.WalkDir(fsys, name, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel := strings.TrimPrefix(strings.TrimPrefix(p, name), "/")
		if d.IsDir() {
			if _, known := folders()[rel]; !known {
				b.addAt(p, 1, "", "file.unexpected", rel)
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(p) == ".bpmn" && path.Dir(rel) == "flows" {
			s.draw(fsys, p, b)
			return nil
		}
		if path.Ext(p) == ".csv" && path.Dir(rel) == areasFolder {
			s.table(fsys, p, b)
			return nil
		}
		if path.Ext(p) != ".yaml" {
			if !strings.HasSuffix(p, ".md") && !strings.HasPrefix(path.Base(p), ".") {
				b.addAt(p, 1, "", "file.unexpected", rel)
			}
			return nil
		}
		root, sum, content := parse(fsys, p, name, b)
		if rel == "pack.yaml" {
			s.files = append(s.files, file{path: p, sum: sum, content: content})
			if root != nil {
				s.meta, s.root = readMeta(root, name, b), root
			}
			return nil
		}
		s.files = append(s.files, file{path: p, sum: sum, root: root, content: content})
		return nil
	})
	if err != nil {
		b.addAt(name, 1, "", "file.unreadable", err.Error())
	}
	return s
}

// draw keeps a process that is drawn.
func (s *source) draw(fsys fs.FS, p string, b *book) {
	text, err := fs.ReadFile(fsys, p)
	if err != nil {
		b.addAt(p, 1, "", "file.unreadable", err.Error())
		return
	}
	sum := sha256.Sum256(text)
	s.drawn = append(s.drawn, drawn{file{path: p, sum: hex.EncodeToString(sum[:])}, text})
}

// parse reads one file as a mapping, notes where each node stands and refuses
// what would make a file read differently from how it looks.
func parse(fsys fs.FS, p, pack string, b *book) (root *yaml.Node, sum string, data []byte) {
	f := parsedOf(fsys, p)
	if f.code != "" {
		b.addAt(p, f.line, "", f.code, f.args...)
		return nil, f.sum, f.content
	}
	b.mark(f.root, place{pack: pack, file: p})
	if f.root.Kind != yaml.MappingNode {
		b.add(f.root, "", "yaml.mapping")
		return nil, f.sum, f.content
	}
	return f.root, f.sum, f.content
}

// parseFile reads one file as one document of YAML.
func parseFile(fsys fs.FS, p string) (f parsed) {
	wrong := func(line int, code string, args ...string) parsed {
		f.line, f.code, f.args = line, code, args
		return f
	}
	if info, err := fs.Stat(fsys, p); err == nil && info.Size() > maxFile { // before it fills the memory
		return wrong(1, "file.too_large")
	}
	var err error
	if f.content, err = fs.ReadFile(fsys, p); err != nil {
		return wrong(1, "file.unreadable", err.Error())
	}
	digest := sha256.Sum256(f.content)
	f.sum = hex.EncodeToString(digest[:])
	if line, code := misencoded(f.content); code != "" {
		return wrong(line, code)
	}
	dec := yaml.NewDecoder(bytes.NewReader(f.content))
	var doc, more yaml.Node
	if err := dec.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			return wrong(1, "file.empty")
		}
		if line := tabbed(f.content); line > 0 {
			return wrong(line, "yaml.tab")
		}
		line, text := yamlError(err)
		return wrong(line, "yaml.syntax", text)
	}
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		return wrong(max(more.Line, 1), "yaml.documents")
	}
	f.root = doc.Content[0]
	return f
}

// mark notes the file of n and of all under it.
func (b *book) mark(n *yaml.Node, at place) {
	b.origins[n] = at
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		b.add(n, "", "yaml.alias")
	}
	if n.Kind == yaml.MappingNode {
		seen := map[string]bool{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			if seen[key.Value] {
				b.addAt(at.file, key.Line, "", "yaml.duplicate_key", key.Value)
			}
			seen[key.Value] = true
		}
	}
	for _, child := range n.Content {
		b.mark(child, at)
	}
}

func yamlError(err error) (line int, text string) {
	text = strings.TrimPrefix(err.Error(), "yaml: ")
	m := regexp.MustCompile(`^line (\d+): (.*)$`).FindStringSubmatch(text)
	if m == nil {
		return 1, text
	}
	line, _ = strconv.Atoi(m[1]) // the expression matched digits
	return line, m[2]
}

func readMeta(root *yaml.Node, name string, b *book) Meta {
	r := newRecord(root, name, PackFile(), b)
	m := Meta{
		Name:     r.str("name", required),
		Title:    r.text("title", required),
		Kind:     Kind(r.oneOf("kind", required, string(National), string(Sector), string(Province), string(Local))),
		Uses:     r.strs("uses"),
		Clock:    r.moment("clock"),
		Banner:   r.text("banner"),
		TimeZone: r.shape("time_zone", b.shapes.zone),
		Origin:   b.origin(root),
	}
	if m.Name != name {
		r.problem("name", "pack.name", name)
	}
	if m.TimeZone == "" {
		m.TimeZone = "Asia/Ho_Chi_Minh"
	}
	r.done()
	m.Name = name
	return m
}
