// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package papers

import (
	"strings"
	"unicode"

	"tinhso.vn/internal/platform/pdf"
)

// Statement is what the installation itself states, without an agency: the
// result of a check. Its texts come in the reader's language.
type Statement struct {
	Author   string // who states it
	Title    string
	Verdict  string // one line, large
	Lead     string // what it means
	Facts    []Pair
	Parts    []Part
	Foot     []string // how to rely on it
	Address  string   // as QR, where it can be checked again
	Caption  string   // beside the QR
	Language string   // "vi" when empty
}

// Part is a titled group of facts.
type Part struct {
	Title string
	Facts []Pair
}

// Statement draws s. Letters that the fonts lack become question marks: names
// come from outside.
func (p Press) Statement(s Statement) (Paper, error) {
	if err := need("title", s.Title, "author", s.Author, "verdict", s.Verdict); err != nil {
		return Paper{}, err
	}
	sh := &sheet{scale: 1, areas: make(map[Area]pdf.Rect), Doc: pdf.New(pdf.Options{
		Fonts: p.Fonts, Size: pdf.A4(), Margins: pdf.Margins{Top: 18, Right: 18, Bottom: 18, Left: 25},
		Made: p.Made, Title: readable(s.Title), Author: readable(s.Author), Language: s.Language, Mark: p.Mark, Numbers: true,
	})}
	const side = 30
	top := sh.Y()
	width := sh.Width() - side - 4
	if s.Address != "" {
		sh.QR(s.Address, sh.Left()+sh.Width()-side, top-3, side)
	}
	y, _ := sh.Box(readable(s.Author), sh.Left(), top, width, pdf.Para{Style: sh.style(11)})
	y, _ = sh.Box(readable(s.Title), sh.Left(), y+1.5, width, pdf.Para{Style: sh.bold(16)})
	if s.Caption != "" {
		y, _ = sh.Box(readable(s.Caption), sh.Left(), y+1.5, width, pdf.Para{Style: sh.italic(10)})
	}
	sh.MoveTo(max(y, top+side-3) + 2)
	sh.Rule(sh.Left(), sh.Left()+sh.Width(), sh.Y(), 0.3)
	sh.Paragraph(readable(s.Verdict), pdf.Para{Style: sh.bold(15), Before: 4})
	if s.Lead != "" {
		sh.Paragraph(readable(s.Lead), pdf.Para{Style: sh.style(12), Before: 1.5})
	}
	sh.Skip(3)
	sh.pairs(s.Facts)
	for _, part := range s.Parts {
		sh.Need(24)
		sh.Paragraph(readable(part.Title), pdf.Para{Style: sh.bold(13), Before: 5})
		sh.Skip(1)
		sh.pairs(part.Facts)
	}
	sh.Skip(5)
	for _, line := range s.Foot {
		sh.Paragraph(readable(line), pdf.Para{Style: sh.italic(10), Before: 1})
	}
	return sh.finish()
}

// pairs draws facts in two columns.
func (s *sheet) pairs(facts []Pair) {
	label := s.Width() * 0.32
	para := func(bold bool) pdf.Para {
		if bold {
			return pdf.Para{Style: s.bold(11)}
		}
		return pdf.Para{Style: s.style(11)}
	}
	for _, f := range facts {
		if f.Value == "" {
			continue
		}
		l, v := readable(f.Label), readable(f.Value)
		s.Need(max(s.Height(l, label-3, para(true)), s.Height(v, s.Width()-label, para(false))) + 2)
		y := s.Y() + 1.2
		a, _ := s.Box(l, s.Left(), y, label-3, para(true))
		b, _ := s.Box(v, s.Left()+label, y, s.Width()-label, para(false))
		s.MoveTo(max(a, b) + 0.6)
	}
}

// readable replaces what the serif of papers has no letters for, and breaks
// words that no line holds.
func readable(text string) string {
	run := 0
	var out strings.Builder
	for _, r := range text {
		switch {
		case r == '\n':
			run = -1
		case unicode.IsSpace(r):
			r, run = ' ', -1
		case r < 0x20 || r == 0x7f || r > 0x2122 || (r >= 0x250 && !unicode.In(r, unicode.Latin) && (r < 0x2010 || r > 0x2026)):
			r = '?'
		}
		if run++; run > 64 {
			out.WriteByte(' ')
			run = 1
		}
		out.WriteRune(r)
	}
	return out.String()
}
