// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package mapping reads the file that says what the tables of an older system mean:
// which column is which field, which old status, unit and procedure is which of ours,
// how dates and letters are written. It finds every mistake with its line.
package mapping

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/shape"
	"tinhso.vn/internal/platform/text"
	"tinhso.vn/internal/platform/yaml"
)

// FileName is how a mapping is called in the folder of a dump.
const FileName = "mapping.yaml"

// Font is how the letters of a column are written.
type Font string

// The fonts.
const (
	Unicode       Font = "unicode"
	TCVN3         Font = "tcvn3"          // .VnTime
	TCVN3Capitals Font = "tcvn3-capitals" // .VnTimeH
	VNI           Font = "vni"            // VNI-Times
)

// Text returns what a text of this font says, composed.
func (f Font) Text(s string) string {
	switch f {
	case TCVN3:
		return text.FromTCVN3(s)
	case TCVN3Capitals:
		return text.FromTCVN3Capitals(s)
	case VNI:
		return text.FromVNI(s)
	case Unicode:
	}
	return s
}

// Column is where a field stands.
type Column struct {
	Name  string
	Font  Font
	Dates []string // as Go writes layouts
}

// Table is a file of the dump.
type Table struct {
	Name, File, Sheet string
	Single            bool // each letter is a byte
	Comma             rune
	Columns           map[string]Column
	SQL               string // table of a dump in SQL; empty: the file is the table
	Joins             []Join
	Rest              bool // columns that are no field go to the annex
	RestFont          Font
	Path              string // below the address of the older system that is asked; empty: File lies there
	Rows              string // where in an answer the rows stand; empty: it is a list of rows
	Paging            Paging
	Under             string // folder in that of the dump, in which the file lies; empty: beside the mapping
}

// Join puts the row of another table beside each row: its columns are Name.Column.
type Join struct {
	Name, On, Key string // On is a column of the first, Key one of the other
	Table         Table
}

// File is a mapping.
type File struct {
	Title                                               string
	Units, Procedures, Statuses, Channels, Kinds, Steps map[string]string
	Papers                                              map[string]string
	UnitKinds, Posts                                    map[string]string            // old kind of unit → ours; old post → role here
	Answers                                             map[string]map[string]string // of an old procedure, or of "*": column → field
	Contents                                            string                       // folder of the files; empty: their contents do not come
	Seconds, Wait                                       int                          // of the interface: limit of an answer; milliseconds between two
	ContentPath                                         string                       // below the address of the older system, for contents of files; empty: they are not asked for
	Largest                                             int                          // file that is asked for, in MB
	Tables                                              map[string]Table
	Sum                                                 string // of its text
}

// Mistake is something wrong with a mapping; Code is the key of a message.
type Mistake struct {
	Line int
	Path string // tables.dossiers.columns.status
	Code string
	Args map[string]any
}

// Read reads a mapping; with mistakes the File is not to be used.
func Read(content []byte) (f File, wrong []Mistake) {
	var root yaml.Node
	if err := yaml.Unmarshal(content, &root); err != nil || len(root.Content) != 1 {
		why := "?"
		if err != nil {
			why = err.Error()
		}
		return f, []Mistake{{Line: 1, Code: "moving.map.unread", Args: map[string]any{"why": why}}}
	}
	r := reader{}
	top := r.mapping(root.Content[0], "", Shape())
	sum := sha256.Sum256(content)
	f = File{Sum: hex.EncodeToString(sum[:]), Title: r.plain(top["title"]), Tables: map[string]Table{}}
	for name, to := range map[string]*map[string]string{
		"units": &f.Units, "procedures": &f.Procedures, "statuses": &f.Statuses, "channels": &f.Channels, "kinds": &f.Kinds, "steps": &f.Steps, "papers": &f.Papers,
		"unit_kinds": &f.UnitKinds, "posts": &f.Posts,
	} {
		*to = r.free(top[name], name)
	}
	f.Contents, f.Answers = r.plain(top["contents"]), map[string]map[string]string{}
	for from, field := range r.free(top["answers"], "answers") {
		procedure, column, ok := strings.Cut(from, ".")
		if !ok {
			r.add(top["answers"], join("answers", from), "moving.map.answer", "value", from)
			continue
		}
		if f.Answers[procedure] == nil {
			f.Answers[procedure] = map[string]string{}
		}
		f.Answers[procedure][column] = field
	}
	r.asking(&f, top["api"])
	common := r.layouts(top["dates"], "dates")
	if tables := top["tables"]; tables != nil {
		for name, node := range r.mapping(tables, "tables", shapeOf(Shape(), "tables")) {
			f.Tables[name] = r.table(node, name, common)
		}
	}
	r.sense(f, top)
	slices.SortStableFunc(r.wrong, func(a, b Mistake) int { return a.Line - b.Line })
	return f, r.wrong
}

func shapeOf(s *shape.Shape, field string) *shape.Shape {
	f, _ := s.Field(field)
	return f.Of
}

type reader struct{ wrong []Mistake }

func (r *reader) add(n *yaml.Node, path, code string, args ...any) {
	m := Mistake{Path: path, Code: code, Args: map[string]any{}}
	if n != nil {
		m.Line = n.Line
	}
	for i := 0; i+1 < len(args); i += 2 {
		if name, ok := args[i].(string); ok {
			m.Args[name] = args[i+1]
		}
	}
	r.wrong = append(r.wrong, m)
}

// mapping returns the values of a mapping by key and reports what does not fit its shape.
func (r *reader) mapping(n *yaml.Node, path string, s *shape.Shape) map[string]*yaml.Node {
	all := map[string]*yaml.Node{}
	if n.Kind != yaml.MappingNode {
		r.add(n, path, "moving.map.not_mapping")
		return all
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		field, known := s.Field(key.Value)
		at := join(path, key.Value)
		switch {
		case !known:
			r.add(key, at, "moving.map.unknown_key", "key", key.Value, "near", shape.Nearest(key.Value, s.Names()))
			continue
		case all[key.Value] != nil:
			r.add(key, at, "moving.map.twice", "key", key.Value)
			continue
		}
		all[key.Value] = value
		if field.Kind == shape.Plain {
			r.fits(value, at, field)
		}
	}
	for _, f := range s.Fields {
		if f.Required && all[f.Name] == nil {
			r.add(n, join(path, f.Name), "moving.map.missing", "key", f.Name)
		}
	}
	return all
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func (r *reader) fits(n *yaml.Node, path string, f shape.Field) {
	switch {
	case n.Kind != yaml.ScalarNode || n.Value == "" && f.Required:
		r.add(n, path, "moving.map.not_plain")
	case len(f.Values) > 0 && !slices.Contains(f.Values, n.Value):
		r.add(n, path, "moving.map.not_one_of", "value", n.Value, "of", strings.Join(f.Values, ", "))
	case f.Pattern != "" && !regexp.MustCompile("^(?:"+f.Pattern+")$").MatchString(n.Value):
		r.add(n, path, "moving.map.pattern", "value", n.Value)
	}
}

func (*reader) plain(n *yaml.Node) string {
	if n == nil || n.Kind != yaml.ScalarNode {
		return ""
	}
	return n.Value
}

func (r *reader) free(n *yaml.Node, path string) map[string]string {
	all := map[string]string{}
	if n == nil {
		return all
	}
	if n.Kind != yaml.MappingNode {
		r.add(n, path, "moving.map.not_mapping")
		return all
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := text.Line(n.Content[i].Value), n.Content[i+1]
		if _, twice := all[key]; twice {
			r.add(n.Content[i], path, "moving.map.twice", "key", key)
		}
		if value.Kind != yaml.ScalarNode || value.Value == "" {
			r.add(value, join(path, key), "moving.map.not_plain")
			continue
		}
		all[key] = value.Value
	}
	return all
}

// layouts reads layouts of dates: dd/MM/yyyy HH:mm:ss.
func (r *reader) layouts(n *yaml.Node, path string) (all []string) {
	if n == nil {
		return nil
	}
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		r.add(n, path, "moving.map.not_list")
		return nil
	}
	for _, one := range n.Content {
		layout, ok := Layout(one.Value)
		if !ok {
			r.add(one, path, "moving.map.layout", "value", one.Value)
			continue
		}
		all = append(all, layout)
	}
	return all
}

// Layout turns dd/MM/yyyy HH:mm:ss into what package time calls a layout; false where
// day, month or year is missing or a letter means nothing.
func Layout(s string) (string, bool) {
	out := strings.NewReplacer("yyyy", "2006", "yy", "06", "MM", "01", "M", "1", "dd", "02", "d", "2", "HH", "15", "H", "15", "mm", "04", "ss", "05", "T", "T").Replace(s)
	day := strings.Contains(s, "d") && strings.Contains(s, "M") && strings.Contains(s, "yy")
	return out, day && strings.Trim(out, "0123456789/-.: T") == ""
}

// Date reads a date by the first layout that fits. It is a moment in Viet Nam.
func (c Column) Date(s string) (time.Time, bool) {
	for _, l := range append(slices.Clone(c.Dates), "2006-01-02 15:04", time.DateOnly) { // as days of an XLSX come
		if t, err := time.ParseInLocation(l, s, clock.Vietnam()); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func (r *reader) table(n *yaml.Node, name string, dates []string) Table {
	path := join("tables", name)
	s := tables()[name]
	parts := r.mapping(n, path, s)
	t := r.file(parts, name)
	r.where(n, path, parts, &t)
	t.Rest, t.RestFont = r.plain(parts["rest"]) == "keep", Font(r.plain(parts["rest_font"]))
	t.Joins = r.joins(parts["join"], join(path, "join"), shapeOf(s, "join"))
	if parts["columns"] == nil {
		return t
	}
	for field, node := range r.mapping(parts["columns"], join(path, "columns"), shapeOf(s, "columns")) {
		at := join(join(path, "columns"), field)
		of := r.mapping(node, at, column())
		c := Column{Name: r.plain(of["column"]), Font: Font(r.plain(of["font"])), Dates: dates}
		if own := r.layouts(of["dates"], join(at, "dates")); len(own) > 0 {
			c.Dates = own
		}
		if c.Font == "" {
			c.Font = Unicode
		}
		t.Columns[field] = c
	}
	return t
}

// file reads where a table lies and how it is written.
func (r *reader) file(parts map[string]*yaml.Node, name string) Table {
	t := Table{
		Name: name, File: r.plain(parts["file"]), Sheet: r.plain(parts["sheet"]), Single: r.plain(parts["encoding"]) == "single", Comma: ',',
		SQL: r.plain(parts["table"]), Columns: map[string]Column{},
	}
	switch c := r.plain(parts["comma"]); c {
	case "tab":
		t.Comma = '\t'
	case ";", "|":
		t.Comma = rune(c[0])
	}
	if sql := strings.HasSuffix(strings.ToLower(t.File), ".sql"); sql != (t.SQL != "") {
		r.add(parts["file"], join(join("tables", name), "table"), "moving.map.table")
	}
	return t
}

func (r *reader) joins(n *yaml.Node, path string, s *shape.Shape) (all []Join) {
	if n == nil {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		r.add(n, path, "moving.map.not_list")
		return nil
	}
	for _, one := range n.Content {
		parts := r.mapping(one, path, s)
		all = append(all, Join{Name: r.plain(parts["name"]), On: r.plain(parts["on"]), Key: r.plain(parts["key"]), Table: r.file(parts, r.plain(parts["name"]))})
	}
	return all
}

// sense reports what cannot be meant.
func (r *reader) sense(f File, top map[string]*yaml.Node) {
	each := func(table string, see func(path string, value *yaml.Node)) {
		n := top[table]
		if n == nil || n.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			see(join(table, n.Content[i].Value), n.Content[i+1])
		}
	}
	each("statuses", func(path string, v *yaml.Node) {
		n, err := strconv.Atoi(v.Value)
		switch {
		case n == 6:
			r.add(v, path, "moving.map.status_paying")
		case err != nil || n < 1 || n > 10:
			r.add(v, path, "moving.map.status", "value", v.Value)
		}
	})
	each("channels", func(path string, v *yaml.Node) {
		if n, err := strconv.Atoi(v.Value); err != nil || n < 1 || n > 3 {
			r.add(v, path, "moving.map.channel", "value", v.Value)
		}
	})
	each("kinds", func(path string, v *yaml.Node) {
		if v.Value != "individual" && v.Value != "organisation" {
			r.add(v, path, "moving.map.kind", "value", v.Value)
		}
	})
	if _, files := f.Tables[Files]; f.Contents != "" && (!files || f.Tables[Files].Columns[Path].Name == "") {
		r.add(top["contents"], "contents", "moving.map.no_path")
	}
	r.together(f, top)
	r.asksContents(f, top["api"])
	if d, ok := f.Tables[Dossiers]; ok {
		_, submitted := d.Columns[Submitted]
		_, accepted := d.Columns[Accepted]
		if !submitted && !accepted {
			r.add(top["tables"], "tables.dossiers.columns", "moving.map.no_day")
		}
	}
}

// together reports tables that mean nothing without others: dossiers without persons or
// statuses. A mapping without dossiers has lists of units, procedures or officials.
func (r *reader) together(f File, top map[string]*yaml.Node) {
	lists := 0
	for _, name := range []string{Units, Procedures, Officials} {
		if _, there := f.Tables[name]; there {
			lists++
		}
	}
	_, dossiers := f.Tables[Dossiers]
	_, persons := f.Tables[Persons]
	switch {
	case top["tables"] == nil: // said already
	case !dossiers && (persons || lists == 0):
		r.add(top["tables"], "tables.dossiers", "moving.map.missing", "key", Dossiers)
	case dossiers && !persons:
		r.add(top["tables"], "tables.persons", "moving.map.missing", "key", Persons)
	case dossiers && top["statuses"] == nil:
		r.add(top["tables"], "statuses", "moving.map.missing", "key", "statuses")
	}
	if o, there := f.Tables[Officials]; there && len(f.Posts) == 0 && len(o.Columns) > 0 {
		r.add(top["tables"], "posts", "moving.map.missing", "key", "posts")
	}
}
