// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package papers

import "tinhso.vn/internal/platform/pdf"

// Sign is what hangs at a place: its name and a large QR code that opens its page.
type Sign struct {
	Author   string
	Title    string
	Lead     string
	Address  string // as QR
	Caption  string // what the code is for
	Second   string // the same in another language
	Language string // "vi" when empty
}

// Sign draws s on one sheet of A5.
func (p Press) Sign(s Sign) (Paper, error) {
	if err := need("title", s.Title, "author", s.Author, "address", s.Address, "caption", s.Caption); err != nil {
		return Paper{}, err
	}
	sh := &sheet{scale: 1, areas: make(map[Area]pdf.Rect), Doc: pdf.New(pdf.Options{
		Fonts: p.Fonts, Size: pdf.A5(), Margins: pdf.Margins{Top: 14, Right: 14, Bottom: 14, Left: 14},
		Made: p.Made, Title: readable(s.Title), Author: readable(s.Author), Language: s.Language, Mark: p.Mark,
	})}
	centred := func(text string, style pdf.Style, before float64) {
		if text != "" {
			sh.Paragraph(readable(text), pdf.Para{Style: style, Align: pdf.Center, Before: before})
		}
	}
	centred(s.Author, sh.style(10), 0)
	sh.Skip(2)
	sh.Rule(sh.Left()+sh.Width()/4, sh.Left()+sh.Width()*3/4, sh.Y(), 0.4)
	centred(s.Title, sh.bold(20), 5)
	centred(s.Lead, sh.style(11), 1.5)
	const side = 84
	sh.Skip(6)
	sh.QR(s.Address, sh.Left()+(sh.Width()-side)/2, sh.Y(), side)
	sh.MoveTo(sh.Y() + side)
	centred(s.Caption, sh.bold(14), 4)
	centred(s.Second, sh.italic(12), 1)
	centred(s.Address, sh.style(9), 3)
	return sh.finish()
}
