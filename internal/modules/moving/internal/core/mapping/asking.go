// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/platform/shape"
	"tinhso.vn/internal/platform/yaml"
)

// Paging is how the pages of a table are asked for.
type Paging struct {
	Page  string // parameter that names the page; empty: there is one page
	First string // what it says of the first
	ByRow bool   // it counts rows, not pages
	Size  string // parameter that says how many rows a page has; empty: the older system knows
	Of    int    // how many
	Next  string // where in an answer the mark of the next page stands; empty: pages are counted until one is empty
	Total string // where in an answer the number of all rows stands; empty: it is not stated
}

// What holds where a mapping says nothing.
const (
	usualSeconds = 30
	usualRows    = 200
	mostSeconds  = 120
	mostWait     = 60_000
	mostRows     = 10_000
	usualLargest = 50
	mostLargest  = 200
)

// Places in a path of contents that stand for what the table of files says.
const (
	PathPlace = "{path}"
	KeyPlace  = "{key}"
)

// Asked reports whether tables come over an interface of the older system.
func (f File) Asked() bool {
	for _, t := range f.Tables {
		if t.Path != "" {
			return true
		}
	}
	return false
}

// Fetches reports whether anything comes over an interface, tables or contents of files.
func (f File) Fetches() bool { return f.Asked() || f.ContentPath != "" }

// HasContents reports whether contents of files come.
func (f File) HasContents() bool { return f.Contents != "" || f.ContentPath != "" }

// Limit is how long an answer may take.
func (f File) Limit() time.Duration { return time.Duration(f.Seconds) * time.Second }

// Pause is how long to wait between two pages.
func (f File) Pause() time.Duration { return time.Duration(f.Wait) * time.Millisecond }

// Below is the mapping of what was read over the interface into a folder in that of the dump.
func (f File) Below(folder string) File {
	tables := map[string]Table{}
	for name, t := range f.Tables {
		if t.Path != "" {
			t.Under, t.File = folder, name+".csv"
		}
		tables[name] = t
	}
	f.Tables = tables
	return f
}

// Place is where the file of a table lies in the folder of the dump.
func (t Table) Place() string { return filepath.Join(t.Under, t.File) }

func asked() *shape.Shape {
	return &shape.Shape{Name: "api", Fields: []shape.Field{
		{Name: "seconds", Kind: shape.Whole, VI: "một lần hỏi được chờ tối đa bao nhiêu giây; bỏ trống: 30", EN: "how many seconds an answer may take; missing: 30"},
		{Name: "wait", Kind: shape.Whole, VI: "nghỉ bao nhiêu mili giây giữa hai trang", EN: "milliseconds between two pages"},
		{Name: "contents", Kind: shape.Plain, Pattern: `/[^\s#]*`, VI: "đường dẫn hỏi nội dung tệp, có {path} hoặc {key} của bảng files: /tep/{path}", EN: "path by which the content of a file is asked for, with {path} or {key} of the table of files: /file/{path}"},
		{Name: "largest", Kind: shape.Whole, VI: "tệp lớn nhất được lấy, MB; bỏ trống: 50", EN: "the largest file that is taken, in MB; missing: 50"},
	}}
}

func paging(table string) *shape.Shape {
	return &shape.Shape{Name: table + ".paging", Fields: []shape.Field{
		{Name: "page", Kind: shape.Plain, Required: true, VI: "tham số chỉ trang", EN: "parameter that names the page"},
		{Name: "first", Kind: shape.Plain, VI: "giá trị của trang đầu; bỏ trống: 1 (đếm dòng: 0); có next: không gửi", EN: "what it says of the first page; missing: 1 (0 where rows are counted); with next: it is not sent"},
		{Name: "by", Kind: shape.Plain, Values: []string{"page", "row"}, VI: "row: tham số đếm dòng, không đếm trang", EN: "row: the parameter counts rows, not pages"},
		{Name: "size", Kind: shape.Plain, VI: "tham số chỉ số dòng của trang", EN: "parameter that says how many rows a page has"},
		{Name: "of", Kind: shape.Whole, VI: "số dòng của trang; bỏ trống: 200", EN: "how many rows; missing: 200"},
		{Name: "next", Kind: shape.Plain, VI: "chỗ trong câu trả lời ghi dấu của trang sau; bỏ trống: đếm trang đến khi trang rỗng", EN: "where in an answer the mark of the next page stands; missing: pages are counted until one is empty"},
		{Name: "total", Kind: shape.Plain, VI: "chỗ trong câu trả lời ghi tổng số dòng", EN: "where in an answer the number of all rows stands"},
	}}
}

// asking reads how the interface is asked.
func (r *reader) asking(f *File, n *yaml.Node) {
	f.Seconds, f.Largest = usualSeconds, usualLargest
	if n == nil {
		return
	}
	parts := r.mapping(n, "api", asked())
	f.Seconds = r.whole(parts["seconds"], "api.seconds", usualSeconds, 1, mostSeconds)
	f.Wait = r.whole(parts["wait"], "api.wait", 0, 0, mostWait)
	f.Largest = r.whole(parts["largest"], "api.largest", usualLargest, 1, mostLargest)
	f.ContentPath = r.plain(parts["contents"])
}

func (r *reader) whole(n *yaml.Node, path string, usual, least, most int) int {
	if n == nil {
		return usual
	}
	said, err := strconv.Atoi(n.Value)
	if err != nil || said < least || said > most {
		r.add(n, path, "moving.map.whole", "value", n.Value, "least", least, "most", most)
		return usual
	}
	return said
}

// where reads whether a table is a file or asked for, and how.
func (r *reader) where(n *yaml.Node, path string, parts map[string]*yaml.Node, t *Table) {
	t.Path, t.Rows = r.plain(parts["path"]), r.plain(parts["rows"])
	switch {
	case t.File == "" && t.Path == "":
		r.add(n, join(path, "file"), "moving.map.missing", "key", "file")
	case t.File != "" && t.Path != "":
		r.add(parts["path"], join(path, "path"), "moving.map.file_or_path")
	case t.Path != "" && parts["join"] != nil:
		r.add(parts["join"], join(path, "join"), "moving.map.no_join")
	}
	if parts["paging"] == nil {
		return
	}
	at := join(path, "paging")
	of := r.mapping(parts["paging"], at, paging(t.Name))
	t.Paging = Paging{
		Page: r.plain(of["page"]), First: r.plain(of["first"]), ByRow: r.plain(of["by"]) == "row", Size: r.plain(of["size"]), Next: r.plain(of["next"]), Total: r.plain(of["total"]),
		Of: r.whole(of["of"], join(at, "of"), usualRows, 1, mostRows),
	}
	if t.Paging.Next != "" {
		return
	}
	usual := 1
	if t.Paging.ByRow {
		usual = 0
	}
	t.Paging.First = strconv.Itoa(r.whole(of["first"], join(at, "first"), usual, 0, mostRows))
}

// asksContents reports what is wrong with how contents of files are asked for.
func (r *reader) asksContents(f File, n *yaml.Node) {
	if f.ContentPath == "" {
		return
	}
	files, there := f.Tables[Files]
	switch {
	case f.Contents != "":
		r.add(n, "api.contents", "moving.map.contents_twice")
	case !strings.Contains(f.ContentPath, PathPlace) && !strings.Contains(f.ContentPath, KeyPlace):
		r.add(n, "api.contents", "moving.map.contents_place", "place", PathPlace+", "+KeyPlace)
	case !there || strings.Contains(f.ContentPath, PathPlace) && files.Columns[Path].Name == "":
		r.add(n, "api.contents", "moving.map.no_path")
	}
}
