// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"sync"

	"golang.org/x/image/font/sfnt"
)

// Fonts holds one TrueType family with all Vietnamese marks. Whoever draws more
// than one document reads it once, with Read.
type Fonts struct {
	Regular, Bold, Italic, BoldItalic []byte

	shelf *shelf
}

// shelf is what documents share, also at the same time.
type shelf struct {
	faces   map[string]*face // by the key of a style
	writers sync.Pool        // of *zlib.Writer

	mu       sync.Mutex
	pictures map[[sha256.Size]byte]*drawing // by the hash of the PNG; nothing in one changes any more
}

// maxPictures bounds the memory: seals and signatures come again and again.
const maxPictures = 300

// picture returns a PNG as a document holds it.
func (s *shelf) picture(raw []byte) (*drawing, error) {
	key := sha256.Sum256(raw)
	s.mu.Lock()
	p := s.pictures[key]
	s.mu.Unlock()
	if p != nil {
		return p, nil
	}
	p, err := readPNG(raw)
	if err != nil {
		return nil, err
	}
	if p.colours = s.compress(p.colours); p.seen != nil {
		p.seen = s.compress(p.seen)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pictures == nil || len(s.pictures) >= maxPictures {
		s.pictures = map[[sha256.Size]byte]*drawing{}
	}
	s.pictures[key] = p
	return p, nil
}

// face is a font that was read; nothing in it changes any more.
type face struct {
	tables  map[string][]byte
	shapes  *sfnt.Font
	glyphs  map[rune]uint16 // of the signs most papers are written with
	long    int             // glyphs with a width of their own
	units   int             // per em
	offsets []uint32        // of glyphs in glyf
}

// Read reads every font of the family. Documents that are drawn with what it
// returns, also at the same time, do not read them again; their bytes are those of
// documents drawn with fonts that were not read before. A font that is missing is
// an error only where it is used.
func (f Fonts) Read() (Fonts, error) {
	f.shelf = newShelf()
	for _, key := range []string{"", "B", "I", "BI"} {
		ttf := f.of(key)
		if len(ttf) == 0 {
			continue
		}
		one, err := readFace(ttf)
		if err != nil {
			return Fonts{}, err
		}
		f.shelf.faces[key] = one
	}
	return f, nil
}

func newShelf() *shelf {
	return &shelf{faces: map[string]*face{}, writers: sync.Pool{New: func() any {
		w, err := zlib.NewWriterLevel(io.Discard, zlib.BestSpeed)
		if err != nil {
			return nil // there is this level
		}
		return w
	}}}
}

// compress packs a stream: quickly, papers are kept encrypted one by one.
func (s *shelf) compress(data []byte) []byte {
	var out bytes.Buffer
	w, _ := s.writers.Get().(*zlib.Writer)
	w.Reset(&out)
	_, _ = w.Write(data) // into memory
	_ = w.Close()
	s.writers.Put(w)
	return out.Bytes()
}

// of returns the font of a style.
func (f Fonts) of(key string) []byte {
	switch key {
	case "B":
		return f.Bold
	case "I":
		return f.Italic
	case "BI":
		return f.BoldItalic
	}
	return f.Regular
}

// face returns the font of a style, read.
func (f Fonts) face(key string) (*face, error) {
	if f.shelf != nil && f.shelf.faces[key] != nil {
		return f.shelf.faces[key], nil
	}
	return readFace(f.of(key))
}

func readFace(ttf []byte) (*face, error) {
	shapes, err := sfnt.Parse(ttf)
	if err != nil {
		return nil, ErrFont.Because(err)
	}
	f := &face{tables: map[string][]byte{}, shapes: shapes, glyphs: map[rune]uint16{}}
	for i := range int(be(ttf, 4)) { // sfnt.Parse has looked at the head
		at := 12 + 16*i
		from, size := int(be32(ttf, at+8)), int(be32(ttf, at+12))
		if from < 0 || size < 0 || from+size > len(ttf) {
			return nil, ErrFont.Because(fmt.Errorf("a table lies outside of the font"))
		}
		f.tables[string(ttf[at:at+4])] = ttf[from : from+size : from+size]
	}
	for name, least := range map[string]int{"head": 54, "hhea": 36, "maxp": 32, "glyf": 1, "OS/2": 78, "post": 16} {
		if len(f.tables[name]) < least {
			return nil, ErrFont.Because(fmt.Errorf("no TrueType font with shapes: table %q", name))
		}
	}
	f.units, f.long = int(be(f.tables["head"], 18)), int(be(f.tables["hhea"], 34))
	n := int(be(f.tables["maxp"], 4))
	if f.long < 1 || f.long > n || f.units == 0 || len(f.tables["hmtx"]) < f.long*4+(n-f.long)*2 {
		return nil, ErrFont.Because(fmt.Errorf("the widths are not whole"))
	}
	if err := f.index(n); err != nil {
		return nil, ErrFont.Because(err)
	}
	var buf sfnt.Buffer
	for _, span := range common() {
		for r := span[0]; r <= span[1]; r++ {
			if glyph, err := shapes.GlyphIndex(&buf, r); err == nil && glyph != 0 {
				f.glyphs[r] = uint16(glyph)
			}
		}
	}
	return f, nil
}

// index reads where the shape of each glyph lies.
func (f *face) index(n int) error {
	loca, long := f.tables["loca"], be(f.tables["head"], 50) == 1
	step := map[bool]int{true: 4, false: 2}[long]
	if len(loca) < (n+1)*step {
		return fmt.Errorf("the index of shapes is not whole")
	}
	f.offsets = make([]uint32, n+1)
	for i := range f.offsets {
		if f.offsets[i] = be32or16(loca, i, long); i > 0 && f.offsets[i] < f.offsets[i-1] || int(f.offsets[i]) > len(f.tables["glyf"]) {
			return fmt.Errorf("shape %d lies outside of the font", i)
		}
	}
	return nil
}

func be32or16(loca []byte, i int, long bool) uint32 {
	if long {
		return be32(loca, 4*i)
	}
	return uint32(be(loca, 2*i)) * 2
}

func be(b []byte, at int) uint16   { return binary.BigEndian.Uint16(b[at:]) }
func be32(b []byte, at int) uint32 { return binary.BigEndian.Uint32(b[at:]) }

// common returns the signs that most papers are written with, from and to: Latin
// letters with the marks of Vietnamese and its neighbours, dashes, quotation marks.
// They are looked up once; others whenever they come.
func common() [][2]rune {
	return [][2]rune{{' ', '~'}, {'\u00a0', 'ɏ'}, {'Ḁ', 'ỿ'}, {'‐', '⁞'}, {'₠', '₿'}}
}

// glyph returns the shape of a sign; 0: there is none.
func (f *face) glyph(r rune) uint16 {
	if g, known := f.glyphs[r]; known {
		return g
	}
	var buf sfnt.Buffer
	g, err := f.shapes.GlyphIndex(&buf, r)
	if err != nil {
		return 0
	}
	return uint16(g)
}

// width returns how wide a glyph is, in thousandths of the size.
func (f *face) width(glyph uint16) int {
	return int(math.Round(1000 / float64(f.units) * float64(be(f.tables["hmtx"], 4*min(int(glyph), f.long-1)))))
}

// metric returns how a glyph stands in the table of widths of a font: width, bearing.
func (f *face) metric(glyph uint16) []byte {
	hmtx := f.tables["hmtx"]
	if int(glyph) < f.long {
		return hmtx[4*int(glyph) : 4*int(glyph)+4]
	}
	at := 4*f.long + 2*(int(glyph)-f.long)
	return append(bytes.Clone(hmtx[4*f.long-4:4*f.long-2]), hmtx[at:at+2]...)
}

// measure returns how wide a text is, in thousandths of the size.
func (f *face) measure(text string) (w int) {
	for _, r := range text {
		w += f.width(f.glyph(r))
	}
	return w
}
