// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/modules/moving/internal/core/dump"
	"tinhso.vn/internal/modules/moving/internal/core/mapping"
	"tinhso.vn/internal/modules/moving/movingtest"
)

func good(t *testing.T) (folder, text string) {
	t.Helper()
	folder = t.TempDir()
	if _, err := movingtest.Write(folder, movingtest.Options{Dossiers: 50, Now: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC), Units: []string{"a"}, Procedures: []string{"p"}}); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join(folder, mapping.FileName))
	if err != nil {
		t.Fatal(err)
	}
	return folder, string(raw)
}

// Every mistake is found, with its line and its place.
func TestMistakesOfMappings(t *testing.T) {
	t.Parallel()
	_, text := good(t)
	if _, wrong := mapping.Read([]byte(text)); len(wrong) != 0 {
		t.Fatalf("%+v", wrong)
	}
	lineOf := func(part string) int { return strings.Count(text[:strings.Index(text, part)], "\n") + 1 }
	for _, c := range []struct{ from, to, path, code string }{
		{"title:", "titel:", "titel", "moving.map.unknown_key"},
		{"  Mới nộp: 1", "  Mới nộp: 11", "statuses.Mới nộp", "moving.map.status"},
		{"  Mới nộp: 1", "  Mới nộp: 6", "statuses.Mới nộp", "moving.map.status_paying"},
		{"Bưu chính: 3", "Bưu chính: 4", "channels.Bưu chính", "moving.map.channel"},
		{"font: vni", "font: vnj", "tables.persons.columns.address.font", "moving.map.not_one_of"},
		{"dates: [dd/MM/yyyy]", "dates: [ngày]", "tables.persons.columns.born.dates", "moving.map.layout"},
		{"file: ho_so.csv", "file: ../ho_so.csv", "tables.dossiers.file", "moving.map.pattern"},
		{"      owner: {column: ChuHoSo}\n", "", "tables.dossiers.columns.owner", "moving.map.missing"},
		{"      phone: {column: DienThoai}", "      fone: {column: DienThoai}", "tables.persons.columns.fone", "moving.map.unknown_key"},
	} {
		_, wrong := mapping.Read([]byte(strings.Replace(text, c.from, c.to, 1)))
		at := slices.IndexFunc(wrong, func(m mapping.Mistake) bool { return m.Code == c.code && m.Path == c.path })
		if at < 0 {
			t.Errorf("%s: %+v", c.to, wrong)
			continue
		}
		if c.to != "" && wrong[at].Line != lineOf(c.from) {
			t.Errorf("%s stands in line %d, not %d", c.to, lineOf(c.from), wrong[at].Line)
		}
	}
	if _, wrong := mapping.Read([]byte("a: [")); len(wrong) != 1 || wrong[0].Code != "moving.map.unread" {
		t.Errorf("%+v", wrong)
	}
}

func TestTheSchemaIsOne(t *testing.T) {
	t.Parallel()
	raw, err := mapping.Schema()
	if err != nil {
		t.Fatal(err)
	}
	var s map[string]any
	if err := json.Unmarshal(raw, &s); err != nil || !strings.Contains(string(raw), "tcvn3-capitals") {
		t.Errorf("%v %.200s", err, raw)
	}
}

func TestLayouts(t *testing.T) {
	t.Parallel()
	for layout, said := range map[string]string{
		"dd/MM/yyyy": "05/02/2026", "dd/MM/yyyy HH:mm:ss": "05/02/2026 00:00:00", "yyyy-MM-dd": "2026-02-05", "yyyyMMddHHmmss": "20260205000000", "d/M/yyyy": "5/2/2026", "d/M/yy": "5/2/26",
	} {
		l, ok := mapping.Layout(layout)
		got, read := mapping.Column{Dates: []string{l}}.Date(said)
		if !ok || !read || got.Format(time.DateOnly) != "2026-02-05" {
			t.Errorf("%s: %v %v %v", layout, ok, read, got)
		}
	}
	for _, layout := range []string{"", "MM/yyyy", "dd/MM", "ngày dd/MM/yyyy"} {
		if l, ok := mapping.Layout(layout); ok {
			t.Errorf("%q is %q", layout, l)
		}
	}
}

// A dump is read cell by cell: letters of old fonts are turned, broken ones cost a row.
func TestDumpsAreRead(t *testing.T) {
	t.Parallel()
	folder, text := good(t)
	m, _ := mapping.Read([]byte(text))
	write := func(content string) {
		if err := os.WriteFile(filepath.Join(folder, "cong_dan.csv"), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const head = "\ufeffMaCongDan,HoTen,SoDinhDanh,DienThoai,Email,DiaChi,NgaySinh,Loai\r\n"
	write(head + "1,NguyÔn V¨n An,,,,\"phöôøng Myõ Bình, soá 1\",05/02/1980,0\r\n2,\xe1\xbb,,,,,,0\r\n\r\n3,\"Lª\r\nAn\"  ,,,,,,0")
	rows, err := dump.Open(folder, m.Tables[mapping.Persons])
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for rows.Next() {
		name, err := rows.Get(mapping.Name)
		address, _ := rows.Get(mapping.Address)
		said = append(said, fmt.Sprint(rows.Line(), " ", name, " ", address, " ", err))
	}
	want := []string{"2 Nguyễn Văn An phường Mỹ Bình, số 1 <nil>", "3   broken letters", "5 Lê An  <nil>"}
	if !slices.Equal(said, want) || rows.Err() != nil || rows.Close() != nil {
		t.Errorf("%q, %v", said, rows.Err())
	}
	write("MaCongDan,Ten\r\n1,2")
	if _, err := dump.Open(folder, m.Tables[mapping.Persons]); err == nil || !strings.Contains(err.Error(), "moving.column") {
		t.Errorf("%v", err)
	}
	single := m.Tables[mapping.Persons]
	single.Single = true
	write("MaCongDan,HoTen,SoDinhDanh,DienThoai,Email,DiaChi,NgaySinh,Loai\r\n1,Nguy\xd4n V\xa8n An,,,,,,0")
	if rows, err = dump.Open(folder, single); err != nil || !rows.Next() {
		t.Fatal(err)
	}
	if name, err := rows.Get(mapping.Name); name != "Nguyễn Văn An" || err != nil {
		t.Errorf("%q %v", name, err)
	}
	_ = rows.Close()
}

// Lists need no dossiers; what means nothing without something else is said.
func TestWhatBelongsTogether(t *testing.T) {
	t.Parallel()
	const head = "title: Cũ\ndates: [dd/MM/yyyy]\nunits: {A: a}\nprocedures: {}\n"
	const units = "  units:\n    file: u.csv\n    columns: {key: {column: A}, parent: {column: B}}\n"
	const officials = "  officials:\n    file: o.csv\n    columns: {key: {column: A}, name: {column: B}, unit: {column: C}, post: {column: D}}\n"
	const persons = "  persons:\n    file: p.csv\n    columns: {key: {column: A}, name: {column: B}}\n"
	const files = "  files:\n    file: f.csv\n    columns: {key: {column: A}, dossier: {column: B}, name: {column: C}}\n"
	for _, c := range []struct{ text, path, code string }{
		{head + "tables:\n" + units, "", ""},
		{head + "posts: {X: officer}\ntables:\n" + units + officials, "", ""},
		{head + "tables:\n" + officials, "posts", "moving.map.missing"},
		{head + "tables:\n" + persons, "tables.dossiers", "moving.map.missing"},
		{head + "tables:\n" + files, "tables.dossiers", "moving.map.missing"},
		{head + "api: {contents: /tep}\ntables:\n" + units + files, "api.contents", "moving.map.contents_place"},
		{head + "api: {contents: \"/tep/{path}\"}\ntables:\n" + units + files, "api.contents", "moving.map.no_path"},
		{head + "api: {contents: \"/tep?ma={key}\"}\ntables:\n" + units + files, "", ""},
		{head + "api: {contents: \"/tep/{key}\", largest: 900}\ntables:\n" + units + files, "api.largest", "moving.map.whole"},
	} {
		_, wrong := mapping.Read([]byte(c.text))
		if (c.code == "") != (len(wrong) == 0) || c.code != "" && !slices.ContainsFunc(wrong, func(m mapping.Mistake) bool { return m.Code == c.code && m.Path == c.path }) {
			t.Errorf("want %s %s, got %+v\n%s", c.path, c.code, wrong, c.text)
		}
	}
}
