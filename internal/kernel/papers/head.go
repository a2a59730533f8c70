// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package papers

import (
	"strings"

	"golang.org/x/text/unicode/norm"

	"tinhso.vn/internal/platform/pdf"
)

// Agency is who issues a paper.
type Agency struct {
	Parent string // cơ quan chủ quản, "" for none
	Name   string // cơ quan ban hành
}

// sheet is one document of this package being drawn. Sizes of letters are
// those of Annex I for A4, scaled down for A5.
type sheet struct {
	*pdf.Doc
	scale float64
	areas map[Area]pdf.Rect
}

func (s *sheet) style(size float64) pdf.Style { return pdf.Style{Size: size * s.scale} }

func (s *sheet) bold(size float64) pdf.Style { return pdf.Style{Size: size * s.scale, Bold: true} }

func (s *sheet) italic(size float64) pdf.Style { return pdf.Style{Size: size * s.scale, Italic: true} }

func (s *sheet) keep(a Area, x, y, w, h float64) { s.areas[a] = s.Area(x, y, w, h) }

// columns returns the two columns of the head: agency left, state right. The
// right one is as wide as the national name needs.
func (s *sheet) columns() (left, leftWidth, right, rightWidth float64) {
	rightWidth = s.Measure(nation, s.bold(12)) + 1
	leftWidth = s.Width() - rightWidth - 4
	return s.Left(), leftWidth, s.Left() + s.Width() - rightWidth, rightWidth
}

const (
	nation = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
	motto  = "Độc lập - Tự do - Hạnh phúc"
)

// head draws boxes 1 and 2 and returns the height below each.
func (s *sheet) head(a Agency) (left, right float64) {
	lx, lw, rx, rw := s.columns()
	top := s.Y()
	s.Line(nation, rx, top, rw, pdf.Center, s.bold(12))
	right, _ = s.Box(motto, rx, top+5*s.scale, rw, pdf.Para{Style: s.bold(13), Align: pdf.Center})
	width := s.Measure(motto, s.bold(13))
	s.Rule(rx+(rw-width)/2, rx+(rw+width)/2, right+0.8, 0.25)
	left = top
	if a.Parent != "" {
		left, _ = s.Box(s.name(a.Parent, lw, s.style(12)), lx, left, lw, pdf.Para{Style: s.style(12), Align: pdf.Center})
	}
	left, _ = s.Box(s.name(a.Name, lw, s.bold(12)), lx, left, lw, pdf.Para{Style: s.bold(12), Align: pdf.Center})
	s.Rule(lx+lw*0.3, lx+lw*0.7, left+0.8, 0.25)
	return left + 2, right + 2
}

// name writes an agency's name in capitals; a people's committee that needs two
// lines is broken before its place, as people write it.
func (s *sheet) name(name string, w float64, style pdf.Style) string {
	const committee = "ỦY BAN NHÂN DÂN "
	name = strings.ToUpper(norm.NFC.String(name))
	if rest, ok := strings.CutPrefix(name, committee); ok && s.Measure(name, style) > w {
		return committee + "\n" + s.Balance(rest, w, style)
	}
	return s.Balance(name, w, style)
}

// piece is a part of a line: text, or a place kept free.
type piece struct {
	text string
	area Area
	free float64 // width of the place in millimetres
}

// room is how wide a free place for so many figures is: no wider, so that the line has
// no holes when they are filled in.
func (s *sheet) room(figures int, style pdf.Style) float64 {
	return s.Measure(strings.Repeat("0", figures), style) + 2*aside
}

// aside is how far a free place keeps from what stands beside it, in millimetres.
const aside = 0.2

// pieces draws parts one after the other, centred in w, and keeps the places.
func (s *sheet) pieces(parts []piece, x, y, w float64, style pdf.Style) {
	total := 0.0
	width := make([]float64, len(parts))
	for i, p := range parts {
		width[i] = p.free
		if p.area == "" {
			width[i] = s.Measure(p.text, style)
		}
		total += width[i]
	}
	x += (w - total) / 2
	for i, p := range parts {
		if p.area == "" {
			s.Line(p.text, x, y, width[i], pdf.Left, style)
		} else {
			s.keep(p.area, x+aside, y-0.3, p.free-2*aside, style.Size*0.46)
		}
		x += width[i]
	}
}

// signed draws boxes 7a to 7c and 8 in the column at x and returns the bottom.
func (s *sheet) signed(by Signer, x, w float64) float64 {
	y := s.Y()
	for _, line := range []string{by.Form, by.Post} {
		if line != "" {
			y, _ = s.Box(strings.ToUpper(line), x, y, w, pdf.Para{Style: s.bold(13), Align: pdf.Center})
		}
	}
	const usual, sh = 42.0, 27.0
	sw := min(60, (w/s.scale+usual)/2+2) // as far to the right as there is room: the small text stands clear of the seal
	seal := by.SealSize
	if seal == 0 {
		seal = sealSize
	}
	y += 2
	space := max(sh, seal) * s.scale
	sx, sy := x+(w-usual*s.scale)/2-2, y+(space-sh*s.scale)/2
	s.keep(AreaSignature, sx, sy, sw*s.scale, sh*s.scale)
	s.keep(AreaSeal, sx+sw*s.scale/3-seal*s.scale, y+(space-seal*s.scale)/2, seal*s.scale, seal*s.scale)
	y += space + 1
	y, _ = s.Box(by.Name, x, y, w, pdf.Para{Style: s.bold(13), Align: pdf.Center})
	return y
}

// sealSize is the diameter, in millimetres, of the round seal when the agency
// states none.
const sealSize = 36

// Signer is who signs a paper, as it is printed.
type Signer struct {
	Form     string  // "TM. ỦY BAN NHÂN DÂN", "KT. GIÁM ĐỐC", … or ""
	Post     string  // "CHỦ TỊCH"
	Name     string  // with rank or title before it where one belongs
	SealSize float64 // diameter of the agency's seal in millimetres, 0 for 36
}
