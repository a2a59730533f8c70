// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func book(t *testing.T, change func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	change(f)
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func TestMergedCellsAreFilled(t *testing.T) {
	t.Parallel()
	tables, err := Read(book(t, func(f *excelize.File) {
		must(t, f.SetCellValue("Sheet1", "A1", "  Bước   1 "), f.MergeCell("Sheet1", "A1", "A3"), f.SetCellValue("Sheet1", "B3", 0.5),
			f.SetCellFormula("Sheet1", "C1", "1+1"))
		_, err := f.NewSheet("ẩn")
		must(t, err, f.SetSheetVisible("ẩn", false))
	}))
	if err != nil || len(tables) != 1 {
		t.Fatalf("%d tables, %v", len(tables), err)
	}
	s := tables[0]
	if s.At(0, 0) != "Bước 1" || s.At(2, 0) != "Bước 1" || s.At(2, 1) != "0.5" || s.At(9, 9) != "" || s.Copy(0, 0) || !s.Copy(2, 0) || s.Copy(2, 1) {
		t.Errorf("%+v", s)
	}
	if Cell(6, 0) != "A7" || Cell(0, 27) != "AB1" {
		t.Errorf("%s %s", Cell(6, 0), Cell(0, 27))
	}
}

func TestCSV(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"commas": "a,\"b,c\"\n\nd,e\n", "semicolons": "\xef\xbb\xbfa;\"b,c\"\r\n\r\nd;e\r\n", "tabs": "a\t\"b,c\"\n\nd\te",
		"utf16": "\xff\xfea\x00\t\x00b\x00,\x00c\x00\n\x00\n\x00d\x00\t\x00e\x00",
	} {
		all, err := Read([]byte(text))
		if err != nil || all[0].At(0, 1) != "b,c" || all[0].At(2, 0) != "d" || all[0].At(2, 1) != "e" {
			t.Errorf("%s: %+v %v", name, all, err)
		}
	}
}

func TestBadFilesAreRefused(t *testing.T) {
	t.Parallel()
	bomb := func(n int) []byte {
		var out bytes.Buffer
		z := zip.NewWriter(&out)
		w, err := z.Create("xl/worksheets/sheet1.xml")
		must(t, err)
		for range n {
			_, err := w.Write(make([]byte, 1<<20))
			must(t, err)
		}
		must(t, z.Close())
		return out.Bytes()
	}
	for name, v := range map[string]struct {
		data []byte
		want error
	}{
		"old":    {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1xx"), ErrOld},
		"bomb":   {bomb(210), ErrTooLarge},
		"cut":    {book(t, func(*excelize.File) {})[:500], ErrUnread},
		"no xml": {bomb(1), ErrUnread},
		"latin":  {[]byte("B\xfcc;2"), ErrNotText},
		"zeros":  {[]byte("a\x00b"), ErrNotText},
		"large":  {make([]byte, MaxFile+1), ErrTooLarge},
		"wide":   {[]byte(strings.Repeat("a,", maxColumns+1)), ErrTooLarge},
	} {
		if _, err := Read(v.data); !errors.Is(err, v.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhatIsWrittenRunsNoFormula(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"=1+1": "'=1+1", "+84 909": "'+84 909", "@x": "'@x", "-cmd|x": "'-cmd|x", "\t=1": "'\t=1", " =1": "' =1", "＝1": "'＝1",
		"-5": "-5", "-1.234,5": "-1.234,5", "Đoàn": "Đoàn", "": "", "a=b": "a=b",
	} {
		if got := Harmless(cell); got != want {
			t.Errorf("%q became %q", cell, got)
		}
	}
	var out bytes.Buffer
	must(t, WriteCSV(&out, [][]string{{"Tên", "=cmd"}}))
	if out.String() != "\xef\xbb\xbfTên,'=cmd\r\n" {
		t.Errorf("%q", out.String())
	}
	out.Reset()
	must(t, WriteXLSX(&out, "Bảng", []Column{{Title: "Tên", Width: 30}, {Title: "Số"}}, [][]any{{"=1+1", 3}, {nil, 2.5}}))
	f, err := excelize.OpenReader(bytes.NewReader(out.Bytes()))
	must(t, err)
	defer func() { _ = f.Close() }()
	if formula, err := f.GetCellFormula("Bảng", "A2"); formula != "" || err != nil {
		t.Errorf("a text became the formula %q, %v", formula, err)
	}
	all, err := Read(out.Bytes())
	if err != nil || all[0].At(1, 0) != "=1+1" || all[0].At(2, 1) != "2.5" || all[0].Name != "Bảng" {
		t.Errorf("%+v %v", all, err)
	}
	if err := WriteXLSX(&out, "x", nil, [][]any{{struct{}{}}}); !errors.Is(err, ErrUndefined) {
		t.Errorf("%v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("a,b\n1,2"))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(_ *testing.T, data []byte) { _, _ = Read(data) })
}
