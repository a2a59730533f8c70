// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
)

// used is a font of a document: the signs that were drawn with it, numbered as they came.
type used struct {
	*face
	name   string // of the font in the document: F1
	number map[rune]uint16
	signs  []rune   // by number; the first stands for what is missing
	glyphs []uint16 // of the font, by number; parts of composed ones stand behind those of signs
}

func newUsed(f *face, name string) *used {
	return &used{face: f, name: name, number: map[rune]uint16{}, signs: []rune{0}, glyphs: []uint16{0}}
}

// encode adds the numbers of the signs of a text to a string of a page.
func (u *used) encode(out []byte, text string) []byte {
	for _, r := range text {
		n, known := u.number[r]
		if !known {
			n = uint16(len(u.signs)) //nolint:gosec // check has refused what is beyond 16 bits
			u.number[r], u.signs, u.glyphs = n, append(u.signs, r), append(u.glyphs, u.glyph(r))
		}
		out = fmt.Appendf(out, "%04x", n)
	}
	return out
}

// The flags of the parts of a composed glyph.
const (
	partWords    = 0x0001
	partScale    = 0x0008
	partMore     = 0x0020
	partXY       = 0x0040
	partTwoByTwo = 0x0080
	partHints    = 0x0100
)

// subset returns the font with the glyphs that are used, without hints: papers are
// read on screens that smooth letters, and printed.
func (u *used) subset() ([]byte, error) {
	all := slices.Clone(u.glyphs)
	place := map[uint16]uint16{} // of parts, in the new font
	var shapes, widths, index []byte
	for i := 0; i < len(all); i++ { // parts are added on the way
		index = binary.BigEndian.AppendUint32(index, uint32(len(shapes))) //nolint:gosec // smaller than the font
		shape, err := u.shape(all[i], func(part uint16) uint16 {
			n, known := place[part]
			if !known {
				n = uint16(len(all)) //nolint:gosec // fewer than the font has
				place[part], all = n, append(all, part)
			}
			return n
		})
		if err != nil {
			return nil, ErrFont.Because(err)
		}
		shapes = append(shapes, shape...)
		for len(shapes)%4 != 0 {
			shapes = append(shapes, 0)
		}
		widths = append(widths, u.metric(all[i])...)
	}
	index = binary.BigEndian.AppendUint32(index, uint32(len(shapes))) //nolint:gosec // as above
	n := uint16(len(all))                                             //nolint:gosec // as above
	head, across, most := bytes.Clone(u.tables["head"][:54]), bytes.Clone(u.tables["hhea"][:36]), bytes.Clone(u.tables["maxp"][:32])
	binary.BigEndian.PutUint32(head[8:], 0)
	binary.BigEndian.PutUint16(head[50:], 1)
	binary.BigEndian.PutUint16(across[34:], n)
	binary.BigEndian.PutUint16(most[4:], n)
	clear(most[14:28]) // what hints would need
	binary.BigEndian.PutUint16(most[14:], 1)
	return assemble([]string{"glyf", "head", "hhea", "hmtx", "loca", "maxp"}, [][]byte{shapes, head, across, widths, index, most}), nil
}

// shape returns the drawing of a glyph; move says where a part of it stands now.
func (u *used) shape(glyph uint16, move func(uint16) uint16) ([]byte, error) {
	if int(glyph)+1 >= len(u.offsets) {
		return nil, fmt.Errorf("there is no glyph %d", glyph)
	}
	old := u.tables["glyf"][u.offsets[glyph]:u.offsets[glyph+1]]
	switch {
	case len(old) == 0:
		return nil, nil
	case len(old) < 10:
		return nil, fmt.Errorf("glyph %d is cut", glyph)
	}
	if contours := int(int16(be(old, 0))); contours >= 0 { //nolint:gosec // signed in the font
		end := 10 + 2*contours
		if len(old) < end+2 || len(old) < end+2+int(be(old, end)) {
			return nil, fmt.Errorf("glyph %d is cut", glyph)
		}
		return slices.Concat(old[:end], []byte{0, 0}, old[end+2+int(be(old, end)):]), nil
	}
	out, at := bytes.Clone(old), 10
	for {
		if at+6 > len(out) {
			return nil, fmt.Errorf("glyph %d is cut", glyph)
		}
		flags := be(out, at)
		binary.BigEndian.PutUint16(out[at:], flags&^partHints)
		binary.BigEndian.PutUint16(out[at+2:], move(be(out, at+2)))
		at += 6
		if flags&partWords != 0 {
			at += 2
		}
		switch {
		case flags&partScale != 0:
			at += 2
		case flags&partXY != 0:
			at += 4
		case flags&partTwoByTwo != 0:
			at += 8
		}
		if at > len(out) {
			return nil, fmt.Errorf("glyph %d is cut", glyph)
		}
		if flags&partMore == 0 {
			return out[:at], nil
		}
	}
}

// assemble writes a TrueType file of tables, which are sorted by name.
func assemble(names []string, tables [][]byte) []byte {
	power := 1 << int(math.Log2(float64(len(names))))
	var out []byte
	out = binary.BigEndian.AppendUint32(out, 0x00010000)
	for _, v := range []int{len(names), power * 16, int(math.Log2(float64(power))), (len(names) - power) * 16} {
		out = binary.BigEndian.AppendUint16(out, uint16(v)) //nolint:gosec // six tables
	}
	offset, head := len(out)+16*len(names), 0
	for i, name := range names {
		if name == "head" {
			head = offset
		}
		out = append(out, name...)
		for _, v := range []uint32{sum(tables[i]), uint32(offset), uint32(len(tables[i]))} { //nolint:gosec // smaller than the font
			out = binary.BigEndian.AppendUint32(out, v)
		}
		offset += (len(tables[i]) + 3) &^ 3
	}
	for _, t := range tables {
		out = append(out, t...)
		for len(out)%4 != 0 {
			out = append(out, 0)
		}
	}
	binary.BigEndian.PutUint32(out[head+8:], 0xB1B0AFBA-sum(out))
	return out
}

// sum is the checksum of TrueType: the sum of its 32-bit words.
func sum(b []byte) (total uint32) {
	for len(b) >= 4 {
		total, b = total+be32(b, 0), b[4:]
	}
	var rest [4]byte
	copy(rest[:], b)
	return total + be32(rest[:], 0)
}
