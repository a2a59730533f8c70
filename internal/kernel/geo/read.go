// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package geo

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/platform/text"
)

// The files of a table. Lines that begin with # say what holds for all rows:
// source, valid_from, valid_to, basis.
const (
	fileProvinces = "provinces.csv"
	fileDistricts = "districts.csv"
	fileCommunes  = "communes.csv"
	fileOld       = "old.csv"
	fileOlder     = "older.csv"
	fileLineage   = "lineage.csv"
	fileProvinceL = "province-lineage.csv"
)

// Mistake is a row that does not hold.
type Mistake struct {
	File string
	Line int
	Why  string // for who writes tables, in English
}

// Table is what a set of files says.
type Table struct {
	units []Unit
	links []rawLink
}

// rawLink joins units by code; old is looked for among those that end before day.
type rawLink struct {
	level    Level
	old, new string
	older    int // index of an old unit without a code, +1
	kind     Kind
	main     bool
	verified bool
	day      string
	basis    string
}

// sheet is a CSV file that is being read.
type sheet struct {
	file   string
	meta   map[string]string
	column map[string]int
	rows   [][]string
	lines  []int
}

// Read understands files by their names; those it does not know are mistakes, as
// is every row that does not hold. Without files the table is empty.
func Read(files map[string][]byte) (Table, []Mistake) {
	r := &reader{sheets: map[string]sheet{}}
	want := map[string][]string{
		fileProvinces: {"from", "to", "code", "name", "basis", "status"}, fileDistricts: {"code", "province", "name"},
		fileCommunes: {"code", "province", "name", "lat", "lon", "status"}, fileOld: {"code", "district", "name"},
		fileOlder: {"name", "district", "province", "new"}, fileLineage: {"old", "new", "kind", "status", "main"}, fileProvinceL: {"old", "new"},
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		columns, known := want[path.Base(name)]
		if !known {
			r.wrong = append(r.wrong, Mistake{name, 1, "no table is called so"})
			continue
		}
		r.sheets[path.Base(name)] = r.open(name, files[name], columns)
	}
	if len(r.sheets) == 0 {
		return Table{}, r.wrong
	}
	r.provinces()
	r.districts()
	r.communes()
	r.old()
	r.older()
	r.lineage()
	return Table{units: r.units, links: r.links}, r.wrong
}

type reader struct {
	sheets map[string]sheet
	units  []Unit
	links  []rawLink
	wrong  []Mistake
}

func (r *reader) open(name string, data []byte, columns []string) sheet {
	s := sheet{file: name, meta: map[string]string{}, column: map[string]int{}}
	for line := range strings.Lines(string(data)) {
		if !strings.HasPrefix(line, "#") {
			break
		}
		if k, v, ok := strings.Cut(strings.TrimSpace(line[1:]), ": "); ok {
			s.meta[k] = v
		}
	}
	c := csv.NewReader(bytes.NewReader(data))
	c.Comment, c.ReuseRecord = '#', false
	for {
		row, err := c.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		line, _ := c.FieldPos(0)
		if err != nil {
			r.wrong = append(r.wrong, Mistake{name, max(line, 1), err.Error()})
			break
		}
		if len(s.column) == 0 {
			for i, head := range row {
				s.column[head] = i
			}
			continue
		}
		s.rows, s.lines = append(s.rows, row), append(s.lines, line)
	}
	for _, head := range columns {
		if _, ok := s.column[head]; !ok {
			r.wrong = append(r.wrong, Mistake{name, 1, "column " + head + " is missing"})
			s.rows = nil
		}
	}
	return s
}

func (s sheet) each(f func(at func(string) string, line int)) {
	for i, row := range s.rows {
		f(func(column string) string { return row[s.column[column]] }, s.lines[i])
	}
}

func (r *reader) fail(s sheet, line int, format string, args ...any) {
	r.wrong = append(r.wrong, Mistake{s.file, line, fmt.Sprintf(format, args...)})
}

// digits reports whether s is a code of n digits.
func digits(s string, n int) bool { return len(s) == n && strings.Trim(s, "0123456789") == "" }

// both is the status of what two sources agree on.
const both = "both"

func (r *reader) add(s sheet, line int, u Unit, length int) {
	if !digits(u.Code, length) {
		r.fail(s, line, "%q is no code of %d digits", u.Code, length)
		return
	}
	if u.Name == "" || u.Name != text.Line(u.Name) {
		r.fail(s, line, "the name %q is empty or not composed", u.Name)
		return
	}
	r.units = append(r.units, u)
}

func (r *reader) provinces() {
	s := r.sheets[fileProvinces]
	s.each(func(at func(string) string, line int) {
		r.add(s, line, Unit{
			Code: at("code"), Level: Province, Name: at("name"), From: at("from"), To: at("to"), Basis: at("basis"), Verified: at("status") == both,
		}, 2)
	})
}

func (r *reader) districts() {
	s := r.sheets[fileDistricts]
	s.each(func(at func(string) string, line int) {
		r.add(s, line, Unit{Code: at("code"), Level: District, Name: at("name"), Parent: at("province"), To: s.meta["valid_to"], Verified: true}, 3)
	})
}

func (r *reader) communes() {
	s := r.sheets[fileCommunes]
	s.each(func(at func(string) string, line int) {
		lat, err1 := strconv.ParseFloat(at("lat"), 64)
		lon, err2 := strconv.ParseFloat(at("lon"), 64)
		if err := errors.Join(err1, err2); err != nil || lat < -90 || lat > 90 || lon < -180 || lon > 180 {
			r.fail(s, line, "%s, %s is no point", at("lat"), at("lon"))
			return
		}
		r.add(s, line, Unit{
			Code: at("code"), Level: Commune, Name: at("name"), Parent: at("province"), From: s.meta["valid_from"], Basis: s.meta["basis"],
			Verified: at("status") == both, Lat: lat, Lon: lon,
		}, 5)
	})
}

func (r *reader) old() {
	s := r.sheets[fileOld]
	s.each(func(at func(string) string, line int) {
		r.add(s, line, Unit{Code: at("code"), Level: Commune, Name: at("name"), Parent: at("district"), To: s.meta["valid_to"], Verified: true}, 5)
	})
}

// older reads units that are known by their names only.
func (r *reader) older() {
	s := r.sheets[fileOlder]
	district, province := map[string]string{}, map[string]string{}
	for _, u := range r.units {
		switch {
		case u.Level == Province && u.From == "":
			province[u.Code] = u.Name
		case u.Level == District:
			district[u.Name+", "+province[u.Parent]] = u.Code
		}
	}
	seen := map[string]int{}
	s.each(func(at func(string) string, line int) {
		under := at("district") + ", " + at("province")
		code, ok := district[under]
		if !ok {
			r.fail(s, line, "no district is called %s", under)
			return
		}
		key := at("name") + ", " + under
		if seen[key] == 0 {
			r.units = append(r.units, Unit{Level: Commune, Name: at("name"), Parent: code, To: s.meta["valid_to"]})
			seen[key] = len(r.units)
		}
		r.links = append(r.links, rawLink{level: Commune, older: seen[key], new: at("new"), kind: Merge, day: r.sheets[fileLineage].meta["day"]})
	})
}

func (r *reader) lineage() {
	s := r.sheets[fileLineage]
	known := []string{string(Keep), string(Rename), string(Merge), string(Split)}
	s.each(func(at func(string) string, line int) {
		if !slices.Contains(known, at("kind")) {
			r.fail(s, line, "no kind is called %q", at("kind"))
			return
		}
		level := Commune
		if len(at("old")) == 3 {
			level = District
		}
		r.links = append(r.links, rawLink{
			level: level, old: at("old"), new: at("new"), kind: Kind(at("kind")), main: at("main") != "", verified: at("status") == both,
			day: s.meta["day"], basis: s.meta["basis"],
		})
	})
	s = r.sheets[fileProvinceL]
	into := map[string]int{}
	s.each(func(at func(string) string, _ int) { into[at("new")]++ })
	s.each(func(at func(string) string, _ int) {
		kind := Keep
		if into[at("new")] > 1 {
			kind = Merge
		}
		r.links = append(r.links, rawLink{level: Province, old: at("old"), new: at("new"), kind: kind, verified: true, day: s.meta["day"], basis: s.meta["basis"]})
	})
}
