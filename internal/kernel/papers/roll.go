// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package papers

import (
	"fmt"

	"tinhso.vn/internal/platform/pdf"
)

// roll draws the short receipt of an 80 mm printer: twice, because only the
// first drawing knows how long the paper has to be.
func (p Press) roll(r Receipt) (Paper, error) {
	s := p.strip(r, 2000)
	length := s.Y() + 8
	if _, err := s.Bytes(); err != nil {
		return Paper{}, err
	}
	return p.strip(r, length).finish()
}

func (p Press) strip(r Receipt, length float64) *sheet {
	s := &sheet{scale: 1, areas: make(map[Area]pdf.Rect), Doc: pdf.New(pdf.Options{
		Fonts: p.Fonts, Size: pdf.Size{W: 80, H: length}, Margins: pdf.Margins{Top: 4, Right: 4, Bottom: 2, Left: 4},
		Made: p.Made, Title: receiptTitle + " " + r.Dossier.Code, Author: r.Agency.Name,
	})}
	center := func(text string, style pdf.Style) {
		s.Paragraph(text, pdf.Para{Style: style, Align: pdf.Center, Before: 0.6})
	}
	line := func(label, value string) {
		if value != "" {
			s.Paragraph(label+": "+value, pdf.Para{Style: s.style(10), Before: 1})
		}
	}
	center(r.Agency.Name, s.bold(10))
	center(r.Desk, s.style(9))
	s.Dots(s.Left(), s.Left()+s.Width(), s.Y()+1.5)
	s.Skip(3)
	center(receiptTitle, s.bold(11))
	s.QR(p.Code(r), 22, s.Y()+1, 36)
	s.Skip(38)
	center(r.Dossier.Code, s.bold(12))
	line("Chủ hồ sơ", r.Owner.Name)
	line("Người nộp", r.Submitter)
	line("Thủ tục", r.Procedure)
	line("Số giấy tờ đã nộp", fmt.Sprint(len(r.Items)))
	line("Nhận lúc", p.moment(r.Received))
	line("Hẹn trả lúc", p.moment(r.Due))
	line("Nhận kết quả tại", r.CollectAt)
	line("Người tiếp nhận", r.Clerk)
	line("Tra cứu", r.Tracking)
	if p.Mark != "" {
		s.Skip(2)
		center(p.Mark, s.bold(8))
	}
	return s
}
