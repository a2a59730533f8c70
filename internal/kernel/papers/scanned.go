// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package papers

import (
	"errors"

	"tinhso.vn/internal/platform/pdf"
)

// SeparatorCode is what the codes of a separator sheet say: who scans a pile puts
// the sheet before each paper, and the program knows where one begins.
const SeparatorCode = "TINHSO/TO-PHAN-CACH/1"

// Separator draws a sheet that is laid between papers before they are scanned. It
// has the same code five times: one that can be read is enough.
func (p Press) Separator() (Paper, error) {
	const title = "Tờ phân cách"
	s := &sheet{scale: 1, areas: make(map[Area]pdf.Rect), Doc: pdf.New(pdf.Options{
		Fonts: p.Fonts, Size: pdf.A4(), Margins: pdf.Margins{Top: 20, Right: 20, Bottom: 20, Left: 20}, Made: p.Made, Title: title, Author: "tinhso",
	})}
	const side, small = 90.0, 42.0
	for _, at := range [][2]float64{{20, 20}, {190 - small, 20}, {20, 277 - small}, {190 - small, 277 - small}} {
		s.QR(SeparatorCode, at[0], at[1], small)
	}
	s.MoveTo(72)
	s.Paragraph("TỜ PHÂN CÁCH", pdf.Para{Style: s.bold(26), Align: pdf.Center})
	s.QR(SeparatorCode, 105-side/2, 92, side)
	s.MoveTo(92 + side + 6)
	s.Paragraph("Đặt tờ này trước mỗi giấy tờ rồi quét cả tập.", pdf.Para{Style: s.style(15), Align: pdf.Center})
	s.Paragraph("Tờ này không vào kho; dùng lại được nhiều lần.", pdf.Para{Style: s.style(13), Align: pdf.Center, Before: 2})
	return s.finish()
}

// ScannedPage is one page of a paper that was scanned.
type ScannedPage struct {
	JPEG          []byte
	Width, Height int // pixels
}

// Scanned is a paper that was scanned, as an electronic copy.
type Scanned struct {
	Title  string
	Agency string
	Pages  []ScannedPage
}

// Scanned draws s: each page fills a sheet of A4, and the seal of the agency
// belongs at the top right of the first (Decree 30/2020/NĐ-CP, Annex I).
func (p Press) Scanned(c Scanned) (Paper, error) {
	if err := need("title", c.Title, "agency", c.Agency); err != nil {
		return Paper{}, err
	}
	if len(c.Pages) == 0 {
		return Paper{}, errors.New("a paper has pages")
	}
	foot := 0.0
	if p.Mark != "" {
		foot = 9 // millimetres, where the mark is read
	}
	size := pdf.A4()
	s := &sheet{scale: 1, areas: make(map[Area]pdf.Rect), Doc: pdf.New(pdf.Options{
		Fonts: p.Fonts, Size: size, Margins: pdf.Margins{Bottom: foot}, Made: p.Made, Title: readable(c.Title), Author: readable(c.Agency), Mark: p.Mark,
	})}
	for i, one := range c.Pages {
		if i > 0 {
			s.NextPage()
		}
		w, h := size.W, size.H-foot
		if one.Width*int(h) > one.Height*int(w) {
			h = w * float64(one.Height) / float64(one.Width)
		} else {
			w = h * float64(one.Width) / float64(one.Height)
		}
		s.Photo(one.JPEG, (size.W-w)/2, 0, w, h)
		if i == 0 {
			s.keep(AreaSeal, size.W-copyWidth-8, 6, copyWidth, copyHeight)
		}
	}
	return s.finish()
}

// The place of the seal of an electronic copy, in millimetres.
const (
	copyWidth  = 78
	copyHeight = 17
)
