// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/norm"
)

// mark prints the mark before the text, so that the text stays readable. The
// large one is drawn as shapes: as letters it would come between the lines when
// a program or a screen reader reads the page.
func (d *Doc) mark() {
	if d.o.Mark == "" {
		return
	}
	small := Style{Size: 8, Bold: true, Color: Red}
	d.put(d.o.Mark, d.Left(), d.o.Size.H-d.o.Margins.Bottom/2-small.lead()/2, d.Width(), Center, small)
	w, h := d.o.Size.W, d.o.Size.H
	text := norm.NFC.String(d.o.Mark)
	style := Style{Size: 44, Bold: true, Color: Pale}
	diagonal := 0.86 * math.Hypot(w, h)
	style.Size = min(style.Size, style.Size*diagonal/d.measure(text, style))
	width := d.measure(text, style)
	if d.err != nil || !d.check(text, style) {
		return
	}
	r, g, b := style.Color.rgb()
	d.op("q")
	before := d.ink
	d.fill(r, g, b)
	sin, cos := math.Sincos(math.Atan2(h, w))
	cx, cy := w/2*mm, h/2*mm // turned around the middle of the page
	d.op("cm", cos, sin, -sin, cos, cx-cos*cx+sin*cy, cy-sin*cx-cos*cy)
	d.outline(text, w/2-width/2, h/2+style.Size/mm*0.32, style)
	d.op("Q")
	d.ink = before
}

// outline fills the shapes of a line of text whose baseline begins at x, y.
func (d *Doc) outline(text string, x, y float64, s Style) {
	const grid = 1000 // units per em that shapes are asked in
	var buf sfnt.Buffer
	shapes := d.fonts[s.key()].shapes
	unit := s.Size / mm / grid / 64
	at := func(p fixed.Point26_6) (px, py float64) {
		return (x + float64(p.X)*unit) * mm, d.up(y + float64(p.Y)*unit)
	}
	for _, r := range text {
		glyph, err := shapes.GlyphIndex(&buf, r)
		if err != nil {
			d.err = ErrGlyph.Because(err)
			return
		}
		segments, err := shapes.LoadGlyph(&buf, glyph, fixed.I(grid), nil)
		if err != nil {
			d.err = ErrFont.Because(err)
			return
		}
		var px, py float64
		for i, seg := range segments {
			ax, ay := at(seg.Args[0])
			bx, by := at(seg.Args[1])
			cx, cy := at(seg.Args[2])
			switch seg.Op {
			case sfnt.SegmentOpMoveTo:
				if i > 0 {
					d.op("h")
				}
				d.op("m", ax, ay)
				px, py = ax, ay
			case sfnt.SegmentOpLineTo:
				d.op("l", ax, ay)
				px, py = ax, ay
			case sfnt.SegmentOpQuadTo: // as a curve of the third degree
				d.op("c", px+(ax-px)*2/3, py+(ay-py)*2/3, bx+(ax-bx)*2/3, by+(ay-by)*2/3, bx, by)
				px, py = bx, by
			case sfnt.SegmentOpCubeTo:
				d.op("c", ax, ay, bx, by, cx, cy)
				px, py = cx, cy
			}
		}
		if len(segments) > 0 {
			d.op("f")
		}
		advance, err := shapes.GlyphAdvance(&buf, glyph, fixed.I(grid), font.HintingNone)
		if err != nil {
			d.err = ErrFont.Because(err)
			return
		}
		x += float64(advance) * unit
	}
}
