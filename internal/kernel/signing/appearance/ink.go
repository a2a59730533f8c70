// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package appearance draws what a signature looks like on paper: a blue
// signature, a red seal, the number and the date that a records clerk gives.
// It makes pictures and small pages; it signs nothing. A real agency brings
// the pictures of its own seal and signatures; those drawn here say that they
// are simulated.
package appearance

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
	"golang.org/x/text/unicode/norm"

	"tinhso.vn/internal/platform/errs"
)

// ErrFont says that the font cannot be read.
var ErrFont = errs.New(errs.Internal, "appearance.font")

// dots is the resolution of pictures, dots per millimetre (about 300 dpi).
const dots = 12

const grid = 1000 // units per em that shapes are asked in

type point struct{ x, y float64 }

// canvas is a transparent picture measured in millimetres.
type canvas struct {
	img  *image.NRGBA
	ink  color.NRGBA
	font *sfnt.Font
	buf  sfnt.Buffer
	err  error
}

func newCanvas(w, h float64, ttf []byte, ink color.NRGBA) *canvas {
	c := &canvas{img: image.NewNRGBA(image.Rect(0, 0, int(math.Round(w*dots)), int(math.Round(h*dots)))), ink: ink}
	f, err := sfnt.Parse(ttf)
	if err != nil {
		c.err = ErrFont.Because(err)
	}
	c.font = f
	return c
}

// path is a list of closed shapes.
type path []segment

type segment struct {
	op   sfnt.SegmentOp
	args [3]point
}

func (p *path) move(to point) { *p = append(*p, segment{sfnt.SegmentOpMoveTo, [3]point{to}}) }

func (p *path) line(to point) { *p = append(*p, segment{sfnt.SegmentOpLineTo, [3]point{to}}) }

// points is how many arguments a segment has.
func points(op sfnt.SegmentOp) int {
	switch op {
	case sfnt.SegmentOpMoveTo, sfnt.SegmentOpLineTo:
		return 1
	case sfnt.SegmentOpQuadTo:
		return 2
	case sfnt.SegmentOpCubeTo:
		return 3
	default:
		return 0
	}
}

// fill inks shapes together; what two of them cover is covered once, and a
// hole is a shape that turns the other way. Only the part of the picture that
// the shapes touch is looked at.
func (c *canvas) fill(p path) {
	box := image.Rectangle{}
	for _, s := range p {
		for _, a := range s.args[:points(s.op)] {
			x, y := int(math.Floor(a.x*dots)), int(math.Floor(a.y*dots))
			box = box.Union(image.Rect(x-1, y-1, x+2, y+2))
		}
	}
	box = box.Intersect(c.img.Bounds())
	if box.Empty() {
		return
	}
	r := vector.NewRasterizer(box.Dx(), box.Dy())
	r.DrawOp = draw.Over
	for _, s := range p {
		var at [6]float32
		for i, a := range s.args {
			at[2*i], at[2*i+1] = float32(a.x*dots-float64(box.Min.X)), float32(a.y*dots-float64(box.Min.Y))
		}
		switch s.op {
		case sfnt.SegmentOpMoveTo:
			r.ClosePath()
			r.MoveTo(at[0], at[1])
		case sfnt.SegmentOpLineTo:
			r.LineTo(at[0], at[1])
		case sfnt.SegmentOpQuadTo:
			r.QuadTo(at[0], at[1], at[2], at[3])
		case sfnt.SegmentOpCubeTo:
			r.CubeTo(at[0], at[1], at[2], at[3], at[4], at[5])
		}
	}
	r.ClosePath()
	r.Draw(c.img, box, image.NewUniform(c.ink), image.Point{})
}

// ring draws a circle line.
func (c *canvas) ring(center point, radius, thickness float64) {
	var p path
	p.circle(center, radius+thickness/2, 1)
	p.circle(center, radius-thickness/2, -1)
	c.fill(p)
}

func (p *path) circle(center point, radius, turn float64) {
	const steps = 360
	p.move(point{center.x + radius, center.y})
	for i := 1; i < steps; i++ {
		a := turn * 2 * math.Pi * float64(i) / steps
		p.line(point{center.x + radius*math.Cos(a), center.y + radius*math.Sin(a)})
	}
}

// polygon fills a shape given by its corners.
func (c *canvas) polygon(corners []point) {
	var p path
	for i, corner := range corners {
		if i == 0 {
			p.move(corner)
			continue
		}
		p.line(corner)
	}
	c.fill(p)
}

// stroke draws a pen line through points, thickest in its middle.
func (c *canvas) stroke(line []point, thickness float64) {
	var left, right []point
	for i := range line {
		a, b := line[max(i-1, 0)], line[min(i+1, len(line)-1)]
		dx, dy := b.x-a.x, b.y-a.y
		l := math.Max(math.Hypot(dx, dy), 1e-9)
		half := thickness / 2 * (0.25 + 0.75*math.Sin(math.Pi*float64(i)/float64(len(line)-1)))
		left = append(left, point{line[i].x - dy/l*half, line[i].y + dx/l*half})
		right = append(right, point{line[i].x + dy/l*half, line[i].y - dx/l*half})
	}
	for i := 1; i < len(left); i++ { // piece by piece: a line that crosses itself leaves no holes
		c.polygon([]point{left[i-1], left[i], right[i], right[i-1]})
	}
}

// width returns how wide text is at a size, in millimetres.
func (c *canvas) width(text string, size float64) float64 {
	total := 0.0
	for _, r := range norm.NFC.String(text) {
		total += c.advance(r, size)
	}
	return total
}

func (c *canvas) advance(r rune, size float64) float64 {
	if c.err != nil {
		return 0
	}
	g, err := c.font.GlyphIndex(&c.buf, r)
	if err != nil {
		c.err = ErrFont.Because(err)
		return 0
	}
	a, err := c.font.GlyphAdvance(&c.buf, g, fixed.I(grid), font.HintingNone)
	if err != nil {
		c.err = ErrFont.Because(err)
		return 0
	}
	return float64(a) / 64 / grid * size
}

// glyph draws a letter of size millimetres; place moves a point of the letter,
// measured from its origin, to the picture.
func (c *canvas) glyph(letter rune, size float64, place func(x, y float64) point) {
	if c.err != nil {
		return
	}
	g, err := c.font.GlyphIndex(&c.buf, letter)
	if err != nil {
		c.err = ErrFont.Because(err)
		return
	}
	segments, err := c.font.LoadGlyph(&c.buf, g, fixed.I(grid), nil)
	if err != nil {
		c.err = ErrFont.Because(err)
		return
	}
	var p path
	for _, s := range segments {
		to := segment{op: s.Op}
		for i, a := range s.Args {
			to.args[i] = place(float64(a.X)/64/grid*size, float64(a.Y)/64/grid*size)
		}
		p = append(p, to)
	}
	c.fill(p)
}

func (c *canvas) png() ([]byte, error) {
	if c.err != nil {
		return nil, c.err
	}
	var out bytes.Buffer
	if err := png.Encode(&out, c.img); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
