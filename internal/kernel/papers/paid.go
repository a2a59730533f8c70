// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package papers

import (
	"fmt"
	"strings"
	"time"

	"tinhso.vn/internal/platform/pdf"
	"tinhso.vn/internal/platform/text"
)

// Paid is a receipt for a fee or charge (biên lai thu phí, lệ phí).
type Paid struct {
	Agency   Agency
	Form     string // mẫu số
	Series   string // ký hiệu
	Number   string // as it is written
	Payer    string // personal data
	Dossier  string // code
	Lines    []Pair // what for, and how much as it is written
	Amount   int64  // đồng
	Way      string // how it was paid
	On       time.Time
	Cashier  string
	Replaces string // number of the one that counts no more; empty: none
	Address  string // as QR, where it can be checked
}

// Paid draws p on A5; the seal of the agency belongs at the bottom right.
func (p Press) Paid(r Paid) (Paper, error) {
	if err := need("agency", r.Agency.Name, "form", r.Form, "series", r.Series, "number", r.Number, "payer", r.Payer); err != nil {
		return Paper{}, err
	}
	const title = "BIÊN LAI THU PHÍ, LỆ PHÍ"
	a5 := pdf.A5()
	s := &sheet{scale: 0.8, areas: make(map[Area]pdf.Rect), Doc: pdf.New(pdf.Options{
		Fonts: p.Fonts, Size: pdf.Size{W: a5.H, H: a5.W}, Margins: pdf.Margins{Top: 10, Right: 12, Bottom: 10, Left: 14}, Made: p.Made, Title: "Biên lai " + r.Number, Author: readable(r.Agency.Name), Mark: p.Mark,
	})}
	const side = 24
	top, right := s.Y(), s.Left()+s.Width()-side
	if r.Address != "" {
		s.QR(r.Address, right, top, side)
	}
	wide := s.Width() - side - 4
	y, _ := s.Box(s.name(r.Agency.Name, wide, s.bold(12)), s.Left(), top, wide, pdf.Para{Style: s.bold(12)})
	y, _ = s.Box(fmt.Sprintf("Mẫu số: %s     Ký hiệu: %s     Số: %s", r.Form, r.Series, r.Number), s.Left(), y+1, wide, pdf.Para{Style: s.style(12)})
	s.MoveTo(max(y, top+side) + 1)
	s.Paragraph(title, pdf.Para{Style: s.bold(18), Align: pdf.Center})
	s.Paragraph("(Biên lai điện tử)", pdf.Para{Style: s.italic(11), Align: pdf.Center})
	s.Skip(2)
	facts := []Pair{{Label: "Người nộp", Value: r.Payer}, {Label: "Mã hồ sơ", Value: r.Dossier}}
	facts = append(facts, r.Lines...)
	said := []rune(text.InWords(r.Amount))
	facts = append(facts, Pair{Label: "Tổng số tiền", Value: grouped(r.Amount) + " đồng"},
		Pair{Label: "Viết bằng chữ", Value: strings.ToUpper(string(said[:1])) + string(said[1:]) + " đồng"}, Pair{Label: "Hình thức", Value: r.Way})
	if r.Replaces != "" {
		facts = append(facts, Pair{Label: "Thay thế biên lai số", Value: r.Replaces})
	}
	s.pairs(facts)
	s.Skip(2)
	s.Need(30)
	bottom := s.Y()
	half := s.Width() / 2
	s.Box("Ngày "+day(p.in(r.On)), s.Left()+half, bottom, half, pdf.Para{Style: s.italic(12), Align: pdf.Center})
	who := "NGƯỜI THU TIỀN"
	if r.Cashier == "" {
		who = "CƠ QUAN THU"
	}
	y, _ = s.Box(who, s.Left()+half, bottom+5, half, pdf.Para{Style: s.bold(12), Align: pdf.Center})
	s.keep(AreaSeal, s.Left()+half+(half-copyWidth)/2, y+1, copyWidth, copyHeight)
	if r.Cashier != "" {
		s.Box(readable(r.Cashier), s.Left()+half, y+copyHeight+2, half, pdf.Para{Style: s.style(12), Align: pdf.Center})
	}
	return s.finish()
}

// grouped writes a number with its thousands apart: 1.050.000.
func grouped(n int64) string {
	raw := fmt.Sprint(n)
	for i := len(raw) - 3; i > 0; i -= 3 {
		raw = raw[:i] + "." + raw[i:]
	}
	return raw
}
