// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package papers

import (
	"strings"

	"tinhso.vn/internal/platform/pdf"
)

// Diploma is a certificate that hangs on a wall: one page on its side, framed. It
// says what it is and for whom in large letters, and how it is checked.
type Diploma struct {
	Author   string // who issues it
	Title    string // what it is
	Lead     string // before the name
	Name     string // for whom
	Facts    []Pair // below the name, each a line
	Number   string
	Foot     []string // how to rely on it
	Address  string   // as QR, where it can be checked
	Language string   // "vi" when empty
}

// Diploma draws d. What does not fit on the page is set smaller, once: a text that
// is too long even then goes on to another page.
func (p Press) Diploma(d Diploma) (Paper, error) {
	if err := need("title", d.Title, "author", d.Author, "name", d.Name); err != nil {
		return Paper{}, err
	}
	paper, fits, err := p.diploma(d, 1)
	if err == nil && !fits {
		paper, _, err = p.diploma(d, 0.8)
	}
	return paper, err
}

func (p Press) diploma(d Diploma, scale float64) (Paper, bool, error) {
	const edge, gap, side = 9, 2.4, 26
	a4 := pdf.A4()
	sh := &sheet{scale: scale, areas: make(map[Area]pdf.Rect), Doc: pdf.New(pdf.Options{
		Fonts: p.Fonts, Size: pdf.Size{W: a4.H, H: a4.W}, Margins: pdf.Margins{Top: 20, Right: 30, Bottom: 46, Left: 30},
		Made: p.Made, Title: readable(d.Title), Author: readable(d.Author), Language: d.Language, Mark: p.Mark,
	})}
	sh.Frame(edge, edge, a4.H-2*edge, a4.W-2*edge, 1.2)
	sh.Frame(edge+gap, edge+gap, a4.H-2*(edge+gap), a4.W-2*(edge+gap), 0.3)
	centre := func(text string, style pdf.Style, before float64) {
		if text != "" {
			sh.Paragraph(readable(text), pdf.Para{Style: style, Align: pdf.Center, Before: before * scale})
		}
	}
	centre(nation, sh.bold(13), 0)
	centre(motto, sh.bold(14), 0.5)
	under := sh.Measure(motto, sh.bold(14))
	middle := sh.Left() + sh.Width()/2
	sh.Rule(middle-under/2, middle+under/2, sh.Y()+0.8, 0.25)
	centre(strings.ToUpper(d.Author), sh.bold(12), 6)
	title := sh.bold(28)
	title.Color = pdf.Red
	centre(strings.ToUpper(d.Title), title, 5)
	centre(d.Lead, sh.italic(14), 3)
	centre(d.Name, sh.bold(22), 4)
	sh.Skip(3 * scale)
	for _, f := range d.Facts {
		if f.Value != "" {
			centre(f.Label+": "+f.Value, sh.style(13), 1.2)
		}
	}
	fits := sh.Page() == 1
	foot := a4.W - edge - gap - side - 6
	if d.Address != "" {
		sh.QR(d.Address, sh.Left(), foot, side)
	}
	y, width := foot+2, sh.Width()-side-8
	if d.Number != "" {
		y, _ = sh.Box(readable(d.Number), sh.Left()+side+8, y, width, pdf.Para{Style: sh.bold(12)})
	}
	for _, line := range d.Foot {
		y, _ = sh.Box(readable(line), sh.Left()+side+8, y+1, width, pdf.Para{Style: sh.italic(10)})
	}
	paper, err := sh.finish()
	return paper, fits, err
}
