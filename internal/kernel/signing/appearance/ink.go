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

// fill inks closed shapes together; what two of them cover is covered once,
// and a hole is a shape that turns the other way.
func (c *canvas) fill(shapes func(r *vector.Rasterizer)) {
	size := c.img.Bounds().Size()
	r := vector.NewRasterizer(size.X, size.Y)
	r.DrawOp = draw.Over
	shapes(r)
	r.Draw(c.img, c.img.Bounds(), image.NewUniform(c.ink), image.Point{})
}

// ring draws a circle line.
func (c *canvas) ring(center point, radius, thickness float64) {
	c.fill(func(r *vector.Rasterizer) {
		circle(r, center, radius+thickness/2, 1)
		circle(r, center, radius-thickness/2, -1)
	})
}

func circle(r *vector.Rasterizer, center point, radius, turn float64) {
	const steps = 360
	for i := range steps {
		a := turn * 2 * math.Pi * float64(i) / steps
		x, y := float32((center.x+radius*math.Cos(a))*dots), float32((center.y+radius*math.Sin(a))*dots)
		if i == 0 {
			r.MoveTo(x, y)
			continue
		}
		r.LineTo(x, y)
	}
	r.ClosePath()
}

// polygon fills a shape given by its corners.
func (c *canvas) polygon(corners []point) {
	c.fill(func(r *vector.Rasterizer) {
		for i, p := range corners {
			if i == 0 {
				r.MoveTo(float32(p.x*dots), float32(p.y*dots))
				continue
			}
			r.LineTo(float32(p.x*dots), float32(p.y*dots))
		}
		r.ClosePath()
	})
}

// stroke draws a pen line through points, thickest in its middle.
func (c *canvas) stroke(path []point, thickness float64) {
	var left, right []point
	for i := range path {
		a, b := path[max(i-1, 0)], path[min(i+1, len(path)-1)]
		dx, dy := b.x-a.x, b.y-a.y
		l := math.Max(math.Hypot(dx, dy), 1e-9)
		half := thickness / 2 * (0.25 + 0.75*math.Sin(math.Pi*float64(i)/float64(len(path)-1)))
		left = append(left, point{path[i].x - dy/l*half, path[i].y + dx/l*half})
		right = append(right, point{path[i].x + dy/l*half, path[i].y - dx/l*half})
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
	at := func(p fixed.Point26_6) (float32, float32) {
		to := place(float64(p.X)/64/grid*size, float64(p.Y)/64/grid*size)
		return float32(to.x * dots), float32(to.y * dots)
	}
	c.fill(func(r *vector.Rasterizer) {
		for _, s := range segments {
			ax, ay := at(s.Args[0])
			bx, by := at(s.Args[1])
			cx, cy := at(s.Args[2])
			switch s.Op {
			case sfnt.SegmentOpMoveTo:
				r.ClosePath()
				r.MoveTo(ax, ay)
			case sfnt.SegmentOpLineTo:
				r.LineTo(ax, ay)
			case sfnt.SegmentOpQuadTo:
				r.QuadTo(ax, ay, bx, by)
			case sfnt.SegmentOpCubeTo:
				r.CubeTo(ax, ay, bx, by, cx, cy)
			}
		}
		r.ClosePath()
	})
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
