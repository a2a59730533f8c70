// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"strconv"

	"tinhso.vn/internal/platform/qr"
)

// op adds an operator to the page, with its numbers: lengths in millimetres and
// heights from the top are in points and from below by then.
func (d *Doc) op(name string, numbers ...float64) {
	page := d.pages[len(d.pages)-1]
	out := page.AvailableBuffer()
	for _, v := range numbers {
		out = append(num(out, v), ' ')
	}
	page.Write(append(append(out, name...), '\n'))
}

// up turns a height from the top, in millimetres, into points from below.
func (d *Doc) up(y float64) float64 { return (d.o.Size.H - y) * mm }

// fill makes a colour that of letters and areas.
func (d *Doc) fill(r, g, b int) {
	out := num(nil, float64(r)/255)
	out = num(append(out, ' '), float64(g)/255)
	out = num(append(out, ' '), float64(b)/255)
	if ink := string(append(out, " rg"...)); ink != d.ink {
		d.ink = ink
		d.op(ink)
	}
}

// area adds a rectangle to the path; its corner is the upper left.
func (d *Doc) area(x, y, w, h float64) { d.op("re", x*mm, d.up(y+h), w*mm, h*mm) }

// Rule draws a black line of thickness millimetres from x1 to x2 at height y.
func (d *Doc) Rule(x1, x2, y, thickness float64) {
	if d.err != nil {
		return
	}
	d.op("w", thickness*mm)
	d.op("m", x1*mm, d.up(y))
	d.op("l", x2*mm, d.up(y))
	d.op("S")
}

// Dots draws a dotted line from x1 to x2 at height y: a place to write.
func (d *Doc) Dots(x1, x2, y float64) {
	if d.err != nil {
		return
	}
	d.op("[0.567 2.551] 0 d") // 0.2 mm and 0.9 mm
	d.Rule(x1, x2, y, 0.2)
	d.op("[] 0 d")
}

// Frame draws a black rectangle.
func (d *Doc) Frame(x, y, w, h, thickness float64) {
	if d.err != nil {
		return
	}
	d.op("w", thickness*mm)
	d.area(x, y, w, h)
	d.op("S")
}

// Picture draws a PNG, transparent where it is, into the rectangle.
func (d *Doc) Picture(png []byte, x, y, w, h float64) {
	if d.err != nil {
		return
	}
	p, err := d.shelf.picture(png)
	if err != nil {
		d.err = err
		return
	}
	d.pictures = append(d.pictures, p)
	d.op("q")
	d.op("cm", w*mm, 0, 0, h*mm, x*mm, d.up(y+h))
	d.op("/P" + strconv.Itoa(len(d.pictures)) + " Do")
	d.op("Q")
}

// QR draws the QR code of content as a square of the given side, quiet zone
// included.
func (d *Doc) QR(content string, x, y, side float64) {
	if d.err != nil {
		return
	}
	code, err := qr.Encode(content)
	if err != nil {
		d.err = err
		return
	}
	step := side / float64(len(code)+8)
	d.white(x, y, side, side)
	for row, modules := range code {
		d.bars(modules, x+4*step, y+float64(row+4)*step, step, step)
	}
	d.op("f")
}

// Code128 draws the bars of content into the rectangle, quiet zone included.
func (d *Doc) Code128(content string, x, y, w, h float64) {
	if d.err != nil {
		return
	}
	code, err := qr.Code128(content)
	if err != nil {
		d.err = err
		return
	}
	step := w / float64(len(code)+20)
	d.white(x, y, w, h)
	d.bars(code, x+10*step, y, step, h)
	d.op("f")
}

// white covers a place and leaves the ink black.
func (d *Doc) white(x, y, w, h float64) {
	d.fill(255, 255, 255)
	d.area(x, y, w, h)
	d.op("f")
	d.fill(0, 0, 0)
}

// bars adds neighbours as one rectangle: seams between them would be seen.
func (d *Doc) bars(dark []bool, x, y, step, h float64) {
	for i := 0; i < len(dark); {
		n := i
		for n < len(dark) && dark[n] {
			n++
		}
		if n == i {
			i++
			continue
		}
		d.area(x+float64(i)*step, y, float64(n-i)*step, h)
		i = n
	}
}
