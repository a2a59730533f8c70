// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package papers_test

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"os"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/platform/pdf/pdftest"
	"tinhso.vn/internal/platform/preview"
)

// TestMain lets this binary be the process that opens scans.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "preview" {
		os.Exit(preview.Main())
	}
	os.Exit(m.Run())
}

// What is printed as a separator is known again after it was scanned, and a paper
// that was scanned is a document of A4 with a place for the seal.
func TestASeparatorIsKnownAgain(t *testing.T) {
	t.Parallel()
	press := papers.Press{Fonts: pdftest.Fonts(t), Made: time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)}
	separator, err := press.Separator()
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	runner := preview.Runner{Command: []string{self, "preview"}, Timeout: time.Minute}
	var first preview.Sheet
	n, err := runner.Sheets(t.Context(), preview.PDF, bytes.NewReader(separator.PDF), 1, func(s preview.Sheet) error {
		first = s
		return nil
	})
	if err != nil || n != 1 || first.Code != papers.SeparatorCode || first.Blank() {
		t.Fatalf("%d sheets, %+v: %v", n, first.Code, err)
	}
	if first.Width != 1653 || first.Height != 2338 {
		t.Errorf("%d × %d", first.Width, first.Height)
	}
	img := image.NewRGBA(image.Rect(0, 0, 400, 500))
	draw.Draw(img, img.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(img, image.Rect(100, 100, 300, 300), image.NewUniform(color.Black), image.Point{}, draw.Src)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	copied, err := press.Scanned(papers.Scanned{Title: "Giấy khai sinh", Agency: "UBND", Pages: []papers.ScannedPage{{b.Bytes(), 400, 500}, {b.Bytes(), 400, 500}}})
	if err != nil {
		t.Fatal(err)
	}
	if place := copied.Areas[papers.AreaSeal]; place.Page != 1 || place.X < 300 || place.Y < 700 {
		t.Errorf("the seal stands at %+v", place)
	}
	var sheets []preview.Sheet
	n, err = runner.Sheets(t.Context(), preview.PDF, bytes.NewReader(copied.PDF), 2, func(s preview.Sheet) error {
		sheets = append(sheets, s)
		return nil
	})
	if err != nil || n != 2 || len(sheets) != 1 || sheets[0].Page != 2 || sheets[0].Blank() || sheets[0].DPI != 400*72*100/59528 {
		t.Errorf("%d sheets, %+v: %v", n, len(sheets), err)
	}
}
