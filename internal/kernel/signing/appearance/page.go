// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package appearance

import (
	"time"

	"tinhso.vn/internal/platform/pdf"
)

const mm = 72 / 25.4

// aside is where the lines begin, in parts of the width: the seal covers what is
// left of it.
const aside = 0.36

// Page returns a document of one page as large as place, with the picture and
// below it, clear of the seal, lines of small text: the Appearance of a signature.
// picture may be nil and lines may be empty.
func Page(fonts pdf.Fonts, place pdf.Rect, made time.Time, picture []byte, lines []string) ([]byte, error) {
	d := sheet(fonts, place, made)
	w, h := place.W/mm, place.H/mm
	x := w * aside
	style := pdf.Style{Size: 10, Color: pdf.Blue}
	for _, line := range lines {
		if wide := d.Measure(line, style); wide > w-x {
			style.Size *= (w - x) / wide
		}
	}
	lead := style.Size * 1.15 / mm
	foot := float64(len(lines)) * lead
	if picture != nil {
		d.Picture(picture, 0, 0, w, h-foot)
	}
	for i, line := range lines {
		d.Line(line, x, h-foot+float64(i)*lead, w-x, pdf.Left, style)
	}
	return d.Bytes()
}

// Value returns a document of one page as large as place with one centred
// line: the Appearance of a number or a date.
func Value(fonts pdf.Fonts, place pdf.Rect, made time.Time, text string, style pdf.Style) ([]byte, error) {
	d := sheet(fonts, place, made)
	w, h := place.W/mm, place.H/mm
	if wide := d.Measure(text, style); wide > w {
		style.Size *= w / wide
	}
	d.Line(text, 0, h/2-style.Size*1.15/mm/2, w, pdf.Center, style)
	return d.Bytes()
}

func sheet(fonts pdf.Fonts, place pdf.Rect, made time.Time) *pdf.Doc {
	return pdf.New(pdf.Options{Fonts: fonts, Size: pdf.Size{W: place.W / mm, H: place.H / mm}, Made: made})
}
