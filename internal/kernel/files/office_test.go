// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package files

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

type part struct{ name, content string }

func zipOf(t *testing.T, parts ...part) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, p := range parts {
		to, err := w.Create(p.name)
		if err == nil {
			_, err = io.WriteString(to, p.content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestDocumentsThatDoHarmAreRefused(t *testing.T) {
	t.Parallel()
	s, dir := store(t)
	letter := part{"word/document.xml", "<w:document/>"}
	with := func(parts ...part) string { return zipOf(t, append([]part{letter}, parts...)...) }
	sheet := zipOf(t, part{"xl/workbook.xml", "<workbook/>"})
	many := make([]part, maxParts)
	for i := range many {
		many[i] = part{"p/" + strconv.Itoa(i), ""}
	}
	long := make([]part, 300)
	for i := range long {
		long[i] = part{strconv.Itoa(i) + strings.Repeat("x", 20_000), ""}
	}
	var wide strings.Builder
	for _, u := range utf16.Encode([]rune(`<Override ContentType="application/vnd.ms-office.vbaProject"/>`)) {
		wide.WriteByte(byte(u))
		wide.WriteByte(byte(u >> 8))
	}
	good := with()
	broken := []byte(with(part{"a.xml", "the content"}))
	broken[bytes.Index(broken, []byte("a.xml"))+8] ^= 0x40
	for name, v := range map[string]struct {
		file, content string
		want          error
		kind          Type
	}{
		"letter":                    {"a.docx", good, nil, DOCX},
		"letter with a chart":       {"a.docx", with(part{"word/embeddings/sheet.xlsx", sheet}), nil, DOCX},
		"open document":             {"a.odt", zipOf(t, part{"mimetype", officeMimetype}, part{"content.xml", "x"}), nil, ODT},
		"large and dull":            {"a.docx", with(part{"a.xml", strings.Repeat(" ", 30<<20)}), nil, DOCX},
		"open document, macros":     {"a.odt", zipOf(t, part{"mimetype", officeMimetype}, part{"Basic/Standard/Module1.xml", "Sub Main"}), ErrMacro, ""},
		"macros":                    {"a.docx", with(part{"word/vbaProject.bin", "x"}), ErrMacro, ""},
		"macros under another name": {"a.docx", with(part{"[Content_Types].xml", `<Override PartName="/word/x.bin" ContentType="application/vnd.ms-office.vbaProject"/>`}, part{"word/x.bin", "x"}), ErrMacro, ""},
		"macros in UTF-16":          {"a.docx", with(part{"[Content_Types].xml", wide.String()}), ErrMacro, ""},
		"macros by relation":        {"a.docx", with(part{"word/_rels/document.xml.rels", `<Relationship Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="x"/>`}), ErrMacro, ""},
		"macro sheets":              {"a.xlsx", zipOf(t, part{"xl/workbook.xml", "x"}, part{"xl/macrosheets/sheet1.xml", "x"}), ErrMacro, ""},
		"controls":                  {"a.docx", with(part{"word/activeX/activeX1.bin", "x"}), ErrMacro, ""},
		"program":                   {"a.docx", with(part{`word\media\x.EXE`, "MZ"}), ErrMacro, ""},
		"macros in the chart":       {"a.docx", with(part{"word/embeddings/sheet.xlsx", zipOf(t, part{"xl/vbaProject.bin", "x"})}), ErrMacro, ""},
		"bomb":                      {"a.docx", with(part{"a.xml", strings.Repeat(" ", 40<<20)}), ErrBomb, ""},
		"bomb of many parts":        {"a.docx", with(part{"a.xml", strings.Repeat(" ", 20<<20)}, part{"b.xml", strings.Repeat(" ", 20<<20)}), ErrBomb, ""},
		"too many parts":            {"a.docx", with(many...), ErrBomb, ""},
		"directory too large":       {"a.docx", with(long...), ErrBomb, ""},
		"archive inside":            {"a.docx", with(part{"word/media/x.zip", "x"}), ErrBomb, ""},
		"document in the inner one": {"a.docx", with(part{"word/embeddings/a.bin", zipOf(t, part{"b.docx", zipOf(t, letter)})}), ErrBomb, ""},
		"inner one too large":       {"a.docx", with(part{"word/embeddings/a.bin", "PK\x03\x04" + strings.Repeat(" ", maxInner)}), ErrBomb, ""},
		"one name twice":            {"a.docx", with(part{"WORD/document.xml", "another"}), ErrDocumentBroken, ""},
		"broken":                    {"a.docx", string(broken), ErrDocumentBroken, ""},
		"cut off":                   {"a.docx", good[:len(good)-10], ErrDocumentBroken, ""},
		"an archive":                {"a.zip", zipOf(t, part{"a.txt", "x"}), ErrTypeRefused, ""},
		"a broken archive":          {"a.zip", good[:20], ErrTypeRefused, ""},
	} {
		before := len(blobs(t, dir))
		st, kept, err := stage(t, s, v.file, v.content)
		if !errors.Is(err, v.want) || (err == nil) != (v.want == nil) || st.Type != v.kind || err == nil && kept != v.content {
			t.Errorf("%s: %q %v, want %q %v", name, st.Type, err, v.kind, v.want)
		}
		if left := len(blobs(t, dir)) - before; (left == 1) != (v.want == nil) {
			t.Errorf("%s: %d files left", name, left)
		}
	}
}
