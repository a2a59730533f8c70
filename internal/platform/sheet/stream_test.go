// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package sheet_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/sheet/sheettest"
)

// all reads a table as texts of rows, "row: a|b".
func all(t *testing.T, data []byte, w sheet.Way) (rows []string, err error) {
	t.Helper()
	r, err := sheet.Open(bytes.NewReader(data), int64(len(data)), w)
	if err != nil {
		return nil, err
	}
	for r.Read() {
		var cells []string
		for _, c := range r.Row() {
			cells = append(cells, c.Text)
		}
		rows = append(rows, fmt.Sprintf("%d: %s", r.At(), strings.Join(cells, "|")))
	}
	return rows, r.Err()
}

func look(t *testing.T, data []byte) sheet.Way {
	t.Helper()
	w, _, err := sheet.Look(bytes.NewReader(data), int64(len(data)))
	ok(t, err)
	return w
}

func ok(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func TestEveryEncodingIsFoundOut(t *testing.T) {
	t.Parallel()
	const table = "Số hiệu;Tên chợ;Địa chỉ\r\nC1;\"Chợ Mường Khương; khu B\";đường Nguyễn Huệ, ấp Thới Hòa\r\n\r\nC2;Chợ Bảo Thắng;phường Mỹ Thới\r\n"
	want := []string{"0: Số hiệu|Tên chợ|Địa chỉ", "1: C1|Chợ Mường Khương; khu B|đường Nguyễn Huệ, ấp Thới Hòa", "3: C2|Chợ Bảo Thắng|phường Mỹ Thới"}
	for _, e := range sheet.Encodings() {
		data := sheettest.Encode(t, table, e)
		w := look(t, data)
		if w.Encoding != e || w.Comma != ';' || w.Quote != '"' {
			t.Errorf("%s is taken for %+v", e, w)
		}
		if rows, err := all(t, data, w); err != nil || !reflect.DeepEqual(rows, want) {
			t.Errorf("%s: %q %v", e, rows, err)
		}
	}
	marked := append([]byte("\xef\xbb\xbf"), table...)
	if rows, err := all(t, marked, look(t, marked)); err != nil || !reflect.DeepEqual(rows, want) {
		t.Errorf("with a mark: %q %v", rows, err)
	}
	bare := sheettest.Encode(t, table, sheet.UTF16LE)[2:]
	if w := look(t, bare); w.Encoding != sheet.UTF16LE {
		t.Errorf("UTF-16 without a mark is taken for %+v", w)
	}
	other := sheet.Way{Encoding: sheet.TCVN3, Comma: ';', Quote: '"'} // whoever chooses otherwise gets it
	if rows, err := all(t, sheettest.Encode(t, table, sheet.Windows1258), other); err != nil || reflect.DeepEqual(rows, want) {
		t.Errorf("%q %v", rows, err)
	}
}

func TestSeparatorsAndQuotes(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		text string
		way  sheet.Way
		want string
	}{
		"commas":          {"a,b\n\"x, \"\"y\"\"\",2\n", sheet.Way{Comma: ',', Quote: '"'}, `1: x, "y"|2`},
		"tabs":            {"a\tb\nx, y\t2\n", sheet.Way{Comma: '\t', Quote: '"'}, "1: x, y|2"},
		"pipes":           {"a|b\nx, y|2", sheet.Way{Comma: '|', Quote: '"'}, "1: x, y|2"},
		"single quotes":   {"a,b\n'x, y',2\n'u, v',3\n", sheet.Way{Comma: ',', Quote: '\''}, "1: x, y|2"},
		"decimal commas":  {"a;b;c\n1,5;2,5;3,5\n1,5;2,5;3,5\n", sheet.Way{Comma: ';', Quote: '"'}, "1: 1,5|2,5|3,5"},
		"inches":          {"a,b\n5\" ống,2\n", sheet.Way{Comma: ',', Quote: '"'}, `1: 5" ống|2`},
		"a line in cells": {"a,b\n\"x\r\ny\",2\n", sheet.Way{Comma: ',', Quote: '"'}, "1: x\r\ny|2"},
		"old Macs":        {"a,b\rx,2\r", sheet.Way{Comma: ',', Quote: '"'}, "1: x|2"},
	} {
		w := look(t, []byte(tt.text))
		tt.way.Encoding = sheet.UTF8
		rows, err := all(t, []byte(tt.text), w)
		if w != tt.way || err != nil || len(rows) < 2 || rows[1] != tt.want {
			t.Errorf("%s: %+v %q %v", name, w, rows, err)
		}
	}
}

// office makes a book as offices do: merged cells, formulas, days, a hidden sheet.
func office(t *testing.T) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	day, err := f.NewStyle(&excelize.Style{CustomNumFmt: new("dd/mm/yyyy")})
	ok(t, err)
	_, err = f.NewSheet("Dữ liệu")
	ok(t, err)
	_, err = f.NewSheet("ẩn")
	ok(t, err, f.SetSheetVisible("ẩn", false))
	s := "Dữ liệu"
	ok(t, f.SetSheetRow(s, "A3", &[]any{"Xã", "Số", "Ngày", "Đúng", "Tính"}),
		f.SetCellValue(s, "A4", "Xã Đông"), f.MergeCell(s, "A4", "A5"), f.SetCellValue(s, "B4", 1234.5), f.SetCellValue(s, "C4", time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)),
		f.SetCellStyle(s, "C4", "C4", day), f.SetCellValue(s, "D4", true), f.SetCellFormula(s, "E4", "B4*2"),
		f.SetCellValue(s, "B5", 0.1+0.2), f.SetCellValue(s, "C5", "21/11/2026"))
	var out bytes.Buffer
	ok(t, f.Write(&out))
	return out.Bytes()
}

func TestBooks(t *testing.T) {
	t.Parallel()
	data := office(t)
	w, sheets, err := sheet.Look(bytes.NewReader(data), int64(len(data)))
	if err != nil || !w.XLSX || !reflect.DeepEqual(sheets, []string{"Sheet1", "Dữ liệu"}) {
		t.Fatalf("%+v %q %v", w, sheets, err)
	}
	w.Sheet = "Dữ liệu"
	r, err := sheet.Open(bytes.NewReader(data), int64(len(data)), w)
	ok(t, err)
	var got [][]sheet.Value
	for r.Read() {
		got = append(got, r.Row())
	}
	ok(t, r.Err())
	if r.Merged() != 1 || len(got) != 3 || r.At() != 4 {
		t.Fatalf("%d merged, row %d, %+v", r.Merged(), r.At(), got)
	}
	want := []sheet.Value{{Text: "Xã Đông"}, {Text: "1234.5", Kind: sheet.Number}, {Text: "2026-11-21", Kind: sheet.Day}, {Text: "true", Kind: sheet.Truth}, {Text: "#?", Kind: sheet.Fault}}
	if !reflect.DeepEqual(got[1], want) {
		t.Errorf("%+v", got[1])
	}
	if !got[2][0].Merged || got[2][0].Text != "Xã Đông" || got[2][1].Text != "0.3" || got[2][2].Kind != sheet.Text {
		t.Errorf("%+v", got[2])
	}
	w.Sheet = "ẩn"
	if _, err := sheet.Open(bytes.NewReader(data), int64(len(data)), w); !errors.Is(err, sheet.ErrSheet) {
		t.Errorf("a hidden sheet: %v", err)
	}
	if day, is := sheet.SerialDay("46347"); day != "2026-11-21" && !is {
		t.Errorf("%s", day)
	}
}

// A book of Unicode that was typed in a font of TCVN3 says nonsense until its
// letters are turned.
func TestFontsOfTCVN3InBooks(t *testing.T) {
	t.Parallel()
	var said []rune
	for _, b := range sheettest.Encode(t, "Chợ Bảo Thắng, xã Mường Khương", sheet.TCVN3) {
		said = append(said, rune(b))
	}
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	ok(t, f.SetSheetRow("Sheet1", "A1", &[]any{string(said), 2}))
	var out bytes.Buffer
	ok(t, f.Write(&out))
	w := look(t, out.Bytes())
	rows, err := all(t, out.Bytes(), w)
	if w.Encoding != sheet.TCVN3 || err != nil || rows[0] != "0: Chợ Bảo Thắng, xã Mường Khương|2" {
		t.Errorf("%+v %q %v", w, rows, err)
	}
}

func TestBadFilesAreRefusedRowByRow(t *testing.T) {
	t.Parallel()
	bomb := func(n int, text string) []byte {
		var out bytes.Buffer
		z := zip.NewWriter(&out)
		for name, content := range map[string]string{
			"xl/workbook.xml":            `<workbook><sheets><sheet name="S" r:id="r1"/></sheets></workbook>`,
			"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>`,
		} {
			w, err := z.Create(name)
			ok(t, err)
			_, err = io.WriteString(w, content)
			ok(t, err)
		}
		w, err := z.Create("xl/worksheets/sheet1.xml")
		ok(t, err)
		for range n {
			_, err := io.WriteString(w, text)
			ok(t, err)
		}
		ok(t, z.Close())
		return out.Bytes()
	}
	mega := strings.Repeat(" ", 1<<20)
	for name, tt := range map[string]struct {
		data []byte
		want error
	}{
		"a bomb":           {bomb(200, mega), sheet.ErrTooLarge},
		"one endless text": {bomb(10, mega+"x"), sheet.ErrTooLarge},
		"old":              {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), sheet.ErrOld},
		"an archive":       {bomb(0, "")[:40], sheet.ErrUnread},
		"a picture":        {[]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01"), nil},
		"an open quote":    {[]byte("a,b\n\"" + strings.Repeat("x", 5<<20)), sheet.ErrTooLarge},
		"too wide":         {[]byte(strings.Repeat("a,", 600)), sheet.ErrTooLarge},
	} {
		w, _, err := sheet.Look(bytes.NewReader(tt.data), int64(len(tt.data)))
		if err == nil {
			_, err = all(t, tt.data, w)
		}
		if err == nil || tt.want != nil && !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// zeros is an endless table that nobody keeps.
type zeros struct{ row []byte }

func (z zeros) ReadAt(p []byte, at int64) (int, error) {
	for i := range p {
		p[i] = z.row[(at+int64(i))%int64(len(z.row))]
	}
	return len(p), nil
}

func TestALargeTableTakesNoMemory(t *testing.T) { //nolint:paralleltest // it measures
	row := []byte("C0001;Chợ Mường Khương;Số 12, đường Nguyễn Huệ;1.234,5;21/11/2026\n")
	size := int64(len(row)) * 200_000
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	r, err := sheet.Open(zeros{row}, size, sheet.Way{Encoding: sheet.UTF8, Comma: ';', Quote: '"'})
	ok(t, err)
	n := 0
	for r.Read() {
		if n++; n%50_000 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&after)
			if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 2<<20 {
				t.Fatalf("after %d rows there are %d bytes more", n, grown)
			}
		}
	}
	if ok(t, r.Err()); n != 200_000 {
		t.Errorf("%d rows", n)
	}
}

func TestWhatIsWrittenRowByRow(t *testing.T) {
	t.Parallel()
	write := func(w sheet.Writer, err error) {
		t.Helper()
		ok(t, err, w.Write("Tên", "Số"), w.Write("=1+1", int64(-3)), w.Write("<Chợ & \"x\">\n2", 2.5), w.Write(nil, true), w.Write("0012"), w.Close())
		if err := w.Write(struct{}{}); !errors.Is(err, sheet.ErrUndefined) {
			t.Errorf("%v", err)
		}
	}
	var out bytes.Buffer
	write(sheet.NewXLSX(&out, "Sổ chợ: [1]"))
	f, err := excelize.OpenReader(bytes.NewReader(out.Bytes()))
	ok(t, err)
	defer func() { _ = f.Close() }()
	name := f.GetSheetName(0)
	rows, err := f.GetRows(name)
	if err != nil || name != "Sổ chợ   1" || rows[1][0] != "=1+1" || rows[1][1] != "-3" || rows[2][0] != "<Chợ & \"x\">\n2" || rows[4][0] != "0012" {
		t.Errorf("%q: %q %v", name, rows, err)
	}
	if formula, err := f.GetCellFormula(name, "A2"); formula != "" || err != nil {
		t.Errorf("a text became the formula %q", formula)
	}
	if got, err := all(t, out.Bytes(), look(t, out.Bytes())); err != nil || len(got) != 5 || got[1] != "1: =1+1|-3" {
		t.Errorf("%q %v", got, err)
	}
	out.Reset()
	write(sheet.NewCSV(&out, true))
	if out.String() != "\xef\xbb\xbfTên,Số\r\n'=1+1,-3\r\n\"<Chợ & \"\"x\"\">\r\n2\",2.5\r\n,true\r\n0012\r\n" {
		t.Errorf("%q", out.String())
	}
	out.Reset()
	if _, err := sheet.NewCSV(&out, false); err != nil || out.Len() > 0 {
		t.Errorf("%q %v", out.String(), err)
	}
}
