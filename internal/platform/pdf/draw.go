// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"bytes"
	"fmt"

	"codeberg.org/go-pdf/fpdf"

	"tinhso.vn/internal/platform/qr"
)

// Rule draws a black line of thickness millimetres from x1 to x2 at height y.
func (d *Doc) Rule(x1, x2, y, thickness float64) {
	if d.err != nil {
		return
	}
	d.f.SetDrawColor(0, 0, 0)
	d.f.SetLineWidth(thickness)
	d.f.Line(x1, y, x2, y)
}

// Dots draws a dotted line from x1 to x2 at height y: a place to write.
func (d *Doc) Dots(x1, x2, y float64) {
	if d.err != nil {
		return
	}
	d.f.SetDashPattern([]float64{0.2, 0.9}, 0)
	d.Rule(x1, x2, y, 0.2)
	d.f.SetDashPattern([]float64{}, 0)
}

// Frame draws a black rectangle.
func (d *Doc) Frame(x, y, w, h, thickness float64) {
	if d.err != nil {
		return
	}
	d.f.SetDrawColor(0, 0, 0)
	d.f.SetLineWidth(thickness)
	d.f.Rect(x, y, w, h, "D")
}

// Picture draws a PNG, transparent where it is, into the rectangle.
func (d *Doc) Picture(png []byte, x, y, w, h float64) {
	if d.err != nil {
		return
	}
	d.drawn++
	name := fmt.Sprint("picture", d.drawn)
	o := fpdf.ImageOptions{ImageType: "PNG"}
	d.f.RegisterImageOptionsReader(name, o, bytes.NewReader(png))
	d.f.ImageOptions(name, x, y, w, h, false, o, 0, "")
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
	d.f.SetFillColor(255, 255, 255)
	d.f.Rect(x, y, side, side, "F")
	for row, modules := range code {
		d.bars(modules, x+4*step, y+float64(row+4)*step, step, step)
	}
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
	d.f.SetFillColor(255, 255, 255)
	d.f.Rect(x, y, w, h, "F")
	d.bars(code, x+10*step, y, step, h)
}

// bars draws neighbours as one rectangle: seams between them would be seen.
func (d *Doc) bars(dark []bool, x, y, step, h float64) {
	d.f.SetFillColor(0, 0, 0)
	for i := 0; i < len(dark); {
		n := i
		for n < len(dark) && dark[n] {
			n++
		}
		if n == i {
			i++
			continue
		}
		d.f.Rect(x+float64(i)*step, y, float64(n-i)*step, h, "F")
		i = n
	}
}
