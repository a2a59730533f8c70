// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"bytes"
	"fmt"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/sfnt"
)

// Fonts holds one TrueType family with all Vietnamese marks. Whoever draws more
// than one document reads it once, with Read.
type Fonts struct {
	Regular, Bold, Italic, BoldItalic []byte

	read map[string]*face // by the key of a style; nothing in it changes any more
}

// face is a font that was read.
type face struct {
	all    []byte // the font
	common []byte // the font with the signs of common alone: reading it takes the library a tenth of the time
	shapes *sfnt.Font
	signs  map[rune]bool // that common has
}

// Read reads every font of the family. Documents that are drawn with what it
// returns, also at the same time, do not read them again; their bytes are those of
// documents drawn with fonts that were not read before. A font that is missing is an error only where it is used.
func (f Fonts) Read() (Fonts, error) {
	f.read = map[string]*face{}
	for _, key := range []string{"", "B", "I", "BI"} {
		ttf := f.of(key)
		if len(ttf) == 0 {
			continue
		}
		one, err := readFace(ttf)
		if err != nil {
			return Fonts{}, err
		}
		f.read[key] = one
	}
	return f, nil
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
	if one, known := f.read[key]; known {
		return one, nil
	}
	return readFace(f.of(key))
}

func readFace(ttf []byte) (one *face, err error) {
	shapes, err := sfnt.Parse(ttf)
	if err != nil {
		return nil, ErrFont.Because(err)
	}
	defer func() { // the library trusts fonts
		if p := recover(); p != nil {
			err = ErrFont.Because(fmt.Errorf("a broken font: %v", p))
		}
	}()
	one = &face{all: bytes.Clone(ttf), shapes: shapes, signs: map[rune]bool{}}
	var buf sfnt.Buffer
	var set []rune
	for _, span := range common() {
		for r := span[0]; r <= span[1]; r++ {
			if glyph, err := shapes.GlyphIndex(&buf, r); err == nil && glyph != 0 {
				set, one.signs[r] = append(set, r), true
			}
		}
	}
	one.common = fpdf.UTF8CutFont(bytes.Clone(ttf), string(set))
	return one, nil
}

// common returns the signs that official papers are written with, from and to:
// Latin letters with the marks of Vietnamese and its neighbours, and what stands
// between words. A line with another sign is set in the whole font.
func common() [][2]rune {
	return [][2]rune{
		{' ', '~'},
		{'\u00a0', 'ɏ'}, // Latin letters with marks
		{'Ḁ', 'ỿ'},      // the marks of Vietnamese
		{'‐', '⁯'},      // dashes, quotation marks, dots
		{'₠', '₿'},
		{'№', '№'},
		{'←', '↓'},
		{'−', '−'},
		{'≤', '≥'},
		{'☐', '☒'},
	}
}

// commonOnly reports whether a text has no sign but those of common.
func (f *face) commonOnly(text string) bool {
	for _, r := range text {
		if !f.signs[r] {
			return false
		}
	}
	return true
}
