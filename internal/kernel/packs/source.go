// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/platform/yaml"
)

// Files returns the files of the whole chain as they were read, by path
// (national/units/province.yaml). Do not change them.
func (s *Set) Files() map[string][]byte { return s.files }

// Keepable returns the files of the chain without the accounts of
// demonstrations, whose passwords have no place in a database.
func (s *Set) Keepable() map[string][]byte {
	kept := maps.Clone(s.files)
	maps.DeleteFunc(kept, func(p string, _ []byte) bool { return path.Base(path.Dir(p)) == "accounts" })
	return kept
}

// FromFiles is the file system of kept files.
func FromFiles(files map[string][]byte) (fs.FS, error) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name})
		if err != nil {
			return nil, err
		}
		if _, err := f.Write(files[name]); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	tree, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		return nil, err
	}
	kept := Keep(tree)
	maps.Copy(kept.files, files)
	return kept, nil
}

// Places knows where each part of a pack was written.
type Places struct{ origins map[*yaml.Node]place }

// At returns where a part of an item was written. The path is one of the
// kernel's: steps[2].fields[0].show_when; what is not there is looked for above it.
func (p Places) At(item *yaml.Node, path string) Origin {
	best := p.originOf(item)
	for part := range strings.SplitSeq(path, ".") {
		key, rest, indexed := strings.Cut(part, "[")
		if item = child(item, key); item == nil {
			return best
		}
		if o := p.originOf(item); o.File != "" {
			best = o
		}
		if !indexed {
			continue
		}
		i, err := strconv.Atoi(strings.TrimSuffix(rest, "]"))
		if err != nil || i >= len(item.Content) {
			return best
		}
		item = item.Content[i]
		if o := p.originOf(item); o.File != "" {
			best = o
		}
	}
	return best
}

func (p Places) originOf(n *yaml.Node) Origin {
	if n == nil {
		return Origin{}
	}
	at := p.origins[n]
	return Origin{Pack: at.pack, File: at.file, Line: n.Line}
}

// Untranslated is how many texts of a list have no English.
type Untranslated struct {
	List  string `json:"list"`
	Texts int    `json:"texts"`
}

// Untranslated counts the texts without English, by list. That is a note and
// no mistake: the Vietnamese is shown.
func (s *Set) Untranslated() (all []Untranslated) {
	for _, list := range slices.Sorted(maps.Keys(s.english)) {
		all = append(all, Untranslated{list, s.english[list]})
	}
	return all
}
