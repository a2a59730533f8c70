// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package pdf

// Shapes draws a paragraph as shapes where Paragraph would put letters.
func Shapes(o Options, text string, size float64) *Doc {
	d, s := New(o), Style{Size: size}
	y := d.Y()
	for _, line := range d.wrap(text, d.Width(), 0, s) {
		d.fill(0, 0, 0)
		d.outline(line, d.Left(), y+s.lead()*0.5+size/mm*0.32, s)
		y += s.lead()
	}
	return d
}
