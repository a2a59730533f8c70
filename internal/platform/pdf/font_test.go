// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package pdf_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/platform/pdf"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

func read(t *testing.T, f pdf.Fonts) pdf.Fonts {
	t.Helper()
	f, err := f.Read()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// paper draws something with every style, a table, a mark and a code.
func paper(t *testing.T, f pdf.Fonts, n int, words string) []byte {
	t.Helper()
	o := options(t)
	o.Fonts, o.Mark = f, "MÔ PHỎNG – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"
	d := pdf.New(o)
	d.Paragraph("ỦY BAN NHÂN DÂN", pdf.Para{Style: pdf.Style{Size: 14, Bold: true}, Align: pdf.Center})
	d.Paragraph(strings.Repeat("Căn cứ Luật Tổ chức chính quyền địa phương; ", 9), pdf.Para{Style: pdf.Style{Size: 13, Italic: true}, Align: pdf.Justify})
	d.Paragraph(fmt.Sprint(words, " ", n), pdf.Para{Style: pdf.Style{Size: 13}})
	d.Line("Nơi nhận:", 30, 200, 60, pdf.Left, pdf.Style{Size: 12, Bold: true, Italic: true})
	d.Table(pdf.Table{Columns: []pdf.Column{{Title: "TT", Share: 1}, {Title: "Giấy tờ", Share: 8}}, Rows: [][]string{{"1", marks()}}, Style: pdf.Style{Size: 12}})
	d.QR("https://example.test/tra-cuu", 30, 220, 25)
	return finish(t, d)
}

// A document is the same, byte by byte, whether its fonts were read before or are
// read for it.
func TestReadFontsGiveTheSameBytes(t *testing.T) {
	t.Parallel()
	shared := read(t, pdftest.Fonts(t))
	for n, words := range []string{"Bà Nguyễn Thị Ánh – “hộ nghèo” 1.250.000 ₫", marks(), "Số 12/2026 ≤ 5 ₫ → không − có"} {
		want := paper(t, shared, n, words)
		if got := paper(t, pdftest.Fonts(t), n, words); !bytes.Equal(got, want) {
			t.Errorf("%q: read for it, %d bytes; before, %d", words, len(got), len(want))
		}
	}
}

// The letters of a document are drawn as those of the font: every line looks as it
// does in a picture of the same text drawn as shapes.
func TestEmbeddedLettersLookAsTheirShapes(t *testing.T) {
	t.Parallel()
	out, err := pdftest.Run(t, "poppler-utils", "pdffonts", pdftest.Save(t, paper(t, read(t, pdftest.Fonts(t)), 1, marks())))
	if err != nil || strings.Count(out, "CID TrueType") != 4 || strings.Count(out, strings.Repeat("yes ", 3)) != 4 {
		t.Errorf("not every font is embedded, cut and readable:\n%s %v", out, err)
	}
	if strings.Contains(out, "Error") || strings.Contains(out, "Warning") {
		t.Errorf("a reader complains:\n%s", out)
	}
	o := options(t)
	d := pdf.New(o)
	d.Paragraph(marks(), pdf.Para{Style: pdf.Style{Size: 20}})
	letters := picture(t, finish(t, d))
	if shapes := picture(t, finish(t, pdf.Shapes(o, marks(), 20))); !alike(letters, shapes) {
		t.Error("letters and shapes look different")
	}
}

// alike compares two pictures by how dark their parts are: a missing mark shows,
// the smoothing of an edge does not.
func alike(a, b []byte) bool {
	const part = 3 * 827 * 64 // two lines of an A4 page at 100 dots to the inch
	if len(a) != len(b) {
		return false
	}
	ink := func(p []byte) (n int) {
		for _, v := range p {
			n += 255 - int(v)
		}
		return n
	}
	for i := 0; i+part <= len(a); i += part {
		if x, y := ink(a[i:i+part]), ink(b[i:i+part]); max(x-y, y-x) > 2000+max(x, y)/8 {
			return false
		}
	}
	return ink(a) > 100_000
}

func picture(t *testing.T, document []byte) []byte {
	t.Helper()
	out := filepath.Join(t.TempDir(), "page")
	if said, err := pdftest.Run(t, "poppler-utils", "pdftoppm", "-r", "100", "-singlefile", pdftest.Save(t, document), out); err != nil || said != "" {
		t.Fatal(said, err)
	}
	picture, err := os.ReadFile(out + ".ppm")
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

// Many may draw with the same fonts at the same time, also with signs that few lines have.
func TestFontsAreShared(t *testing.T) {
	t.Parallel()
	fonts := read(t, pdftest.Fonts(t))
	words := []string{"Hồ sơ của bà Ánh", "Ω và π là chữ Hy Lạp"}
	var want [2][]byte
	for i := range want {
		want[i] = paper(t, fonts, 7, words[i])
	}
	if text := pdftest.Text(t, want[1]); !strings.Contains(text, words[1]) {
		t.Errorf("the rare signs are lost:\n%s", text)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for i := range 4 {
				if got := paper(t, fonts, 7, words[i%2]); !bytes.Equal(got, want[i%2]) {
					t.Error("at the same time the bytes are others")
				}
			}
		})
	}
	all.Wait()
}

func TestBrokenFontIsRefused(t *testing.T) {
	t.Parallel()
	fonts := pdftest.Fonts(t)
	for what, ttf := range map[string][]byte{"no font": []byte("no font"), "half a font": fonts.Bold[:len(fonts.Bold)/3]} {
		if _, err := (pdf.Fonts{Regular: fonts.Regular, Bold: ttf}).Read(); !errors.Is(err, pdf.ErrFont) {
			t.Errorf("%s: %v", what, err)
		}
	}
	some, err := pdf.Fonts{Regular: fonts.Regular}.Read()
	if err != nil {
		t.Fatal(err)
	}
	o := options(t)
	o.Fonts = some
	d := pdf.New(o)
	d.Paragraph("A", pdf.Para{Style: pdf.Style{Size: 13, Bold: true}})
	if _, err := d.Bytes(); !errors.Is(err, pdf.ErrFont) {
		t.Errorf("drawn with a font that is missing: %v", err)
	}
}

// BenchmarkPaper is what one paper costs with fonts that were read, and without.
func BenchmarkPaper(b *testing.B) {
	fonts, err := pdftest.Fonts(b).Read()
	if err != nil {
		b.Fatal(err)
	}
	draw := func(b *testing.B, f pdf.Fonts) {
		b.Helper()
		b.ReportAllocs()
		o := pdf.Options{Fonts: f, Size: pdf.A4(), Margins: pdf.Margins{Top: 20, Right: 20, Bottom: 20, Left: 30}, Made: time.Unix(1, 0)}
		for b.Loop() {
			d := pdf.New(o)
			for _, s := range []pdf.Style{{Size: 13}, {Size: 13, Bold: true}, {Size: 13, Italic: true}} {
				d.Paragraph(marks(), pdf.Para{Style: s})
			}
			if _, err := d.Bytes(); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Run("read", func(b *testing.B) { draw(b, fonts) })
	b.Run("unread", func(b *testing.B) { draw(b, pdftest.Fonts(b)) })
}
