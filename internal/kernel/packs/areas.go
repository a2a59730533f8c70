// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"path"

	"tinhso.vn/internal/kernel/geo"
)

// areasFolder holds the tables of administrative units: CSV, for they are long.
const areasFolder = "geo"

// table keeps a table of administrative units.
func (s *source) table(fsys fs.FS, p string, b *book) {
	if info, err := fs.Stat(fsys, p); err == nil && info.Size() > maxFile {
		b.addAt(p, 1, "", "file.too_large")
		return
	}
	content, err := fs.ReadFile(fsys, p)
	if err != nil {
		b.addAt(p, 1, "", "file.unreadable", err.Error())
		return
	}
	if line, code := misencoded(content); code != "" {
		b.addAt(p, line, "", code)
		return
	}
	sum := sha256.Sum256(content)
	s.tables = append(s.tables, file{path: p, sum: hex.EncodeToString(sum[:]), content: content})
}

// checkAreas lets kernel/geo read the tables. A pack lays a whole table over the
// one of the same name below it.
func checkAreas(s *Set, b *book) {
	last, above := map[string]string{}, map[string]int{}
	for i, p := range s.Packs {
		above[p.Name] = i
	}
	for p := range s.Areas {
		name := path.Base(p)
		if had, ok := last[name]; !ok || above[path.Dir(path.Dir(had))] < above[path.Dir(path.Dir(p))] {
			last[name] = p
		}
	}
	for p := range s.Areas {
		if last[path.Base(p)] != p {
			delete(s.Areas, p)
		}
	}
	_, wrong := geo.Read(s.Areas)
	for _, m := range wrong {
		b.addAt(m.File, m.Line, "", "area.row", m.Why)
	}
}
