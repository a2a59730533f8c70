// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"image"
	"image/png"
	"strconv"
	"time"
	"unicode/utf16"

	"golang.org/x/text/unicode/norm"
)

// file is a PDF that is being written: objects one behind the other, and the table
// of where each begins (ISO 32000-1, 7.5). Numbers of objects are given in the order
// in which they are asked for.
type file struct {
	out     bytes.Buffer
	offsets []int // by number - 1
	shelf   *shelf
}

// next gives the number of an object that is written later.
func (f *file) next() int {
	f.offsets = append(f.offsets, 0)
	return len(f.offsets)
}

func (f *file) object(number int, format string, args ...any) {
	f.offsets[number-1] = f.out.Len()
	fmt.Fprintf(&f.out, "%d 0 obj\n", number)
	fmt.Fprintf(&f.out, format, args...)
	f.out.WriteString("\nendobj\n")
}

// stream writes an object with data, which are packed. What its dictionary says
// beside that begins with a space.
func (f *file) stream(number int, data []byte, more string) {
	f.packed(number, f.shelf.compress(data), more)
}

// packed is stream of data that are packed already.
func (f *file) packed(number int, packed []byte, more string) {
	f.offsets[number-1] = f.out.Len()
	fmt.Fprintf(&f.out, "%d 0 obj\n<</Length %d /Filter /FlateDecode%s>>\nstream\n", number, len(packed), more)
	f.out.Write(packed)
	f.out.WriteString("\nendstream\nendobj\n")
}

// Bytes returns the finished document. Nothing may be drawn afterwards.
func (d *Doc) Bytes() ([]byte, error) {
	if d.err != nil {
		return nil, d.err
	}
	f := &file{shelf: d.shelf}
	f.out.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	catalog, pages, resources, info := f.next(), f.next(), f.next(), f.next()
	var fonts, pictures, kids bytes.Buffer
	for _, u := range d.order {
		n := f.next()
		fmt.Fprintf(&fonts, " /%s %d 0 R", u.name, n)
		if err := f.font(n, u); err != nil {
			return nil, err
		}
	}
	for i, p := range d.pictures {
		n := f.next()
		fmt.Fprintf(&pictures, " /P%d %d 0 R", i+1, n)
		f.picture(n, p)
	}
	box := fmt.Sprintf("%.2f %.2f", d.o.Size.W*mm, d.o.Size.H*mm)
	for _, content := range d.pages {
		page, text := f.next(), f.next()
		fmt.Fprintf(&kids, " %d 0 R", page)
		f.object(page, "<</Type /Page /Parent %d 0 R /MediaBox [0 0 %s] /Resources %d 0 R /Contents %d 0 R>>", pages, box, resources, text)
		f.stream(text, content.Bytes(), "")
	}
	f.object(catalog, "<</Type /Catalog /Pages %d 0 R /Lang %s /ViewerPreferences <</DisplayDocTitle true>>>>", pages, words(d.language()))
	f.object(pages, "<</Type /Pages /Kids [%s ] /Count %d>>", kids.Bytes(), len(d.pages))
	f.object(resources, "<</ProcSet [/PDF /Text /ImageB /ImageC] /Font <<%s >> /XObject <<%s >>>>", fonts.Bytes(), pictures.Bytes())
	made := d.o.Made.UTC().Format("(D:20060102150405Z)")
	f.object(info, "<</Producer (tinhso) /Title %s /Author %s /CreationDate %s /ModDate %s>>", words(d.o.Title), words(d.o.Author), made, made)
	return f.finish(catalog, info), nil
}

// finish writes the table of objects. The name of the file is the hash of what it holds.
func (f *file) finish(catalog, info int) []byte {
	hash := sha256.Sum256(f.out.Bytes())
	table := f.out.Len()
	fmt.Fprintf(&f.out, "xref\n0 %d\n0000000000 65535 f \n", len(f.offsets)+1)
	for _, at := range f.offsets {
		fmt.Fprintf(&f.out, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&f.out, "trailer\n<</Size %d /Root %d 0 R /Info %d 0 R /ID [<%x> <%x>]>>\nstartxref\n%d\n%%%%EOF\n",
		len(f.offsets)+1, catalog, info, hash[:16], hash[:16], table)
	return f.out.Bytes()
}

// words is a text string: UTF-16 with its mark, as hexadecimal digits.
func words(text string) []byte {
	out := []byte("<feff")
	for _, unit := range utf16.Encode([]rune(norm.NFC.String(text))) {
		out = fmt.Appendf(out, "%04x", unit)
	}
	return append(out, '>')
}

// font embeds the signs that were drawn, with what each means for whoever copies
// text or has it read aloud.
func (f *file) font(number int, u *used) error {
	program, err := u.subset()
	if err != nil {
		return err
	}
	below, described, data, meant := f.next(), f.next(), f.next(), f.next()
	name := "TINHSO+" + u.name
	f.object(number, "<</Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /Identity-H /DescendantFonts [%d 0 R] /ToUnicode %d 0 R>>", name, below, meant)
	widths := []byte{}
	for i := range u.signs {
		widths = strconv.AppendInt(append(widths, ' '), int64(u.width(u.glyphs[i])), 10)
	}
	f.object(below, "<</Type /Font /Subtype /CIDFontType2 /BaseFont /%s /CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>>"+
		" /FontDescriptor %d 0 R /CIDToGIDMap /Identity /W [0 [%s ]]>>", name, described, widths)
	head, os2, across := u.tables["head"], u.tables["OS/2"], u.tables["hhea"]
	em := func(table []byte, at int) int {
		return int(int16(be(table, at))) * 1000 / u.units //nolint:gosec // signed in the font
	}
	high := 700
	if be(os2, 0) >= 2 && len(os2) >= 90 {
		high = em(os2, 88)
	}
	lean := int(int32(be32(u.tables["post"], 4))) >> 16       //nolint:gosec // signed in the font
	thick := 50 + int(be(os2, 4))*int(be(os2, 4))/(65*65)*2/3 // as fonts of this weight are
	f.object(described, "<</Type /FontDescriptor /FontName /%s /Flags 4 /FontBBox [%d %d %d %d] /ItalicAngle %d /Ascent %d /Descent %d /CapHeight %d /StemV %d /FontFile2 %d 0 R>>",
		name, em(head, 36), em(head, 38), em(head, 40), em(head, 42), lean, em(across, 4), em(across, 6), high, thick, data)
	f.stream(data, program, fmt.Sprintf(" /Length1 %d", len(program)))
	f.stream(meant, u.meanings(), "")
	return nil
}

// meanings is the table from the numbers of signs to what they are.
func (u *used) meanings() []byte {
	const most = 100 // in one list
	out := []byte("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n" +
		"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n")
	for from := 1; from < len(u.signs); from += most {
		part := u.signs[from:min(from+most, len(u.signs))]
		out = fmt.Appendf(out, "%d beginbfchar\n", len(part))
		for i, r := range part {
			out = fmt.Appendf(out, "<%04x> <%04x>\n", from+i, r)
		}
		out = append(out, "endbfchar\n"...)
	}
	return append(out, "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"...) //nolint:dupword // PostScript
}

// drawing is a picture: its colours, and how much of each point is seen; packed once
// it lies on the shelf.
type drawing struct {
	w, h          int
	colours, seen []byte
	photo         []byte // a JPEG as it is, instead of colours
	gray          bool   // of photo
}

func readPNG(raw []byte) (*drawing, error) {
	img, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("pdf: a picture: %w", err)
	}
	b := img.Bounds()
	p := &drawing{w: b.Dx(), h: b.Dy()}
	p.colours, p.seen = make([]byte, 0, p.w*p.h*3), make([]byte, 0, p.w*p.h)
	whole := true
	var last [3]byte
	add := func(r, g, b, a byte) {
		if a > 0 { // what is not seen goes on with the colour before: it takes no room
			last = [3]byte{r, g, b}
		}
		p.colours, p.seen = append(p.colours, last[:]...), append(p.seen, a)
		whole = whole && a == 0xff
	}
	if plain, ok := img.(*image.NRGBA); ok {
		for i := 0; i+3 < len(plain.Pix); i += 4 {
			add(plain.Pix[i], plain.Pix[i+1], plain.Pix[i+2], plain.Pix[i+3])
		}
	} else {
		for y := b.Min.Y; y < b.Max.Y; y++ {
			for x := b.Min.X; x < b.Max.X; x++ {
				r, g, bl, a := img.At(x, y).RGBA()
				if a > 0 {
					r, g, bl = r*0xffff/a, g*0xffff/a, bl*0xffff/a
				}
				add(byte(r>>8), byte(g>>8), byte(bl>>8), byte(a>>8)) //nolint:gosec // 16 bits each
			}
		}
	}
	if whole {
		p.seen = nil
	}
	return p, nil
}

func (f *file) picture(number int, p *drawing) {
	size := fmt.Sprintf(" /Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8", p.w, p.h)
	if p.photo != nil {
		f.photo(number, p, size)
		return
	}
	more := size + " /ColorSpace /DeviceRGB"
	if p.seen != nil {
		mask := f.next()
		more += fmt.Sprintf(" /SMask %d 0 R", mask)
		defer f.packed(mask, p.seen, size+" /ColorSpace /DeviceGray")
	}
	f.packed(number, p.colours, more)
}

// num adds a number of a page: three places, none that say nothing.
func num(out []byte, v float64) []byte {
	out = strconv.AppendFloat(out, v, 'f', 3, 64)
	for out[len(out)-1] == '0' {
		out = out[:len(out)-1]
	}
	if out[len(out)-1] == '.' {
		out = out[:len(out)-1]
	}
	return out
}

// unset is the day of a document to which nobody gave one; it is an error.
func unset(t time.Time) error {
	if t.IsZero() {
		return fmt.Errorf("pdf: the day of creation is missing")
	}
	return nil
}
