// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package pdf_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"tinhso.vn/internal/platform/pdf"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

func options(t *testing.T) pdf.Options {
	t.Helper()
	return pdf.Options{
		Fonts: pdftest.Fonts(t), Size: pdf.A4(), Margins: pdf.Margins{Top: 20, Right: 20, Bottom: 20, Left: 30},
		Made: time.Date(2026, 11, 21, 7, 30, 0, 0, time.UTC), Title: "Giấy thử", Numbers: true,
	}
}

func finish(t *testing.T, d *pdf.Doc) []byte {
	t.Helper()
	out, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// marks returns every Vietnamese letter with its marks, small and large.
func marks() string {
	var all []string
	for _, base := range []string{"a", "ă", "â", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "y"} {
		row := ""
		for _, tone := range []string{"", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"} {
			row += norm.NFC.String(base+tone) + norm.NFC.String(strings.ToUpper(base)+tone)
		}
		all = append(all, row)
	}
	return strings.Join(append(all, "đĐ"), " ")
}

func TestVietnameseIsReadBack(t *testing.T) {
	t.Parallel()
	for _, s := range []pdf.Style{{Size: 13}, {Size: 13, Bold: true}, {Size: 13, Italic: true}, {Size: 13, Bold: true, Italic: true}} {
		d := pdf.New(options(t))
		d.Paragraph(norm.NFD.String(marks()), pdf.Para{Style: s})
		read := strings.Join(strings.Fields(pdftest.Text(t, finish(t, d))), " ")
		if read != marks() {
			t.Errorf("style %+v: read %q, want %q", s, read, marks())
		}
	}
}

func TestSameCallsSameBytes(t *testing.T) {
	t.Parallel()
	draw := func() []byte {
		d := pdf.New(options(t))
		d.Paragraph("Ủy ban nhân dân", pdf.Para{Style: pdf.Style{Size: 14, Bold: true}, Align: pdf.Center})
		d.Paragraph(strings.Repeat("Căn cứ Luật Tổ chức chính quyền địa phương; ", 9), pdf.Para{Style: pdf.Style{Size: 13, Italic: true}, Align: pdf.Justify})
		d.QR("https://example.test/tra-cuu", 30, 200, 25)
		d.Code128("H01.12-261121-0001", 80, 200, 60, 12)
		return finish(t, d)
	}
	first := draw()
	for range 3 {
		if !bytes.Equal(first, draw()) {
			t.Fatal("the same calls gave other bytes")
		}
	}
}

func TestTableGoesOnWithItsHead(t *testing.T) {
	t.Parallel()
	d := pdf.New(options(t))
	table := pdf.Table{Columns: []pdf.Column{{Title: "TT", Share: 1, Align: pdf.Center}, {Title: "Thành phần hồ sơ", Share: 8}}, Style: pdf.Style{Size: 12}}
	for i := range 90 {
		table.Rows = append(table.Rows, []string{fmt.Sprint(i + 1), fmt.Sprintf("Giấy tờ số %d của hồ sơ", i+1)})
	}
	table.Rows = append(table.Rows, []string{"91", strings.Repeat("một dòng rất dài ", 900)})
	d.Table(table)
	pages := strings.Split(strings.TrimSuffix(pdftest.Text(t, finish(t, d)), "\f"), "\f")
	if len(pages) < 4 {
		t.Fatalf("%d pages, want at least 4", len(pages))
	}
	for i, page := range pages {
		if !strings.Contains(page, "Thành phần hồ sơ") {
			t.Errorf("page %d has no head:\n%s", i+1, page)
		}
		if got := strings.HasPrefix(strings.TrimSpace(page), fmt.Sprint(i+1)+"\n"); got != (i > 0) {
			t.Errorf("page %d: numbered %v:\n%s", i+1, got, page)
		}
	}
	all := strings.Join(pages, "")
	for i := range 90 {
		if n := strings.Count(all, fmt.Sprintf("Giấy tờ số %d của", i+1)); n != 1 {
			t.Errorf("row %d is there %d times", i+1, n)
		}
	}
	if n := strings.Count(strings.Join(strings.Fields(all), " "), "rất"); n != 900 {
		t.Errorf("the long row has %d of its 900 words", n)
	}
}

func TestUnknownSignIsRefused(t *testing.T) {
	t.Parallel()
	d := pdf.New(options(t))
	d.Paragraph("Nguyễn 😀", pdf.Para{Style: pdf.Style{Size: 13}})
	if _, err := d.Bytes(); !errors.Is(err, pdf.ErrGlyph) {
		t.Errorf("got %v, want %v", err, pdf.ErrGlyph)
	}
	o := options(t)
	o.Fonts.Bold = []byte("no font")
	d = pdf.New(o)
	d.Line("A", 0, 0, 10, pdf.Left, pdf.Style{Size: 13, Bold: true})
	if _, err := d.Bytes(); !errors.Is(err, pdf.ErrFont) {
		t.Errorf("got %v, want %v", err, pdf.ErrFont)
	}
}

func TestAreaIsInPoints(t *testing.T) {
	t.Parallel()
	d := pdf.New(options(t))
	d.NextPage()
	got := d.Area(25.4, 25.4, 50.8, 12.7)
	want := pdf.Rect{Page: 2, X: 72, Y: 297*72/25.4 - 108, W: 144, H: 36}
	near := func(a, b float64) bool { return a-b < 1e-9 && b-a < 1e-9 }
	if got.Page != want.Page || !near(got.X, want.X) || !near(got.Y, want.Y) || !near(got.W, want.W) || !near(got.H, want.H) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestMarkIsOnEveryPage(t *testing.T) {
	t.Parallel()
	o := options(t)
	o.Mark = "MÔ PHỎNG – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"
	d := pdf.New(o)
	d.NextPage()
	out, err := pdftest.Run(t, "poppler-utils", "pdftotext", "-layout", pdftest.Save(t, finish(t, d)), "-")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(strings.Join(strings.Fields(out), ""), "GIÁTRỊPHÁPLÝ"); n != 2 {
		t.Errorf("the mark is on %d of 2 pages:\n%s", n, out)
	}
}
