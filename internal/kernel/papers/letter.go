// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package papers

import (
	"cmp"
	"fmt"
	"strings"

	"tinhso.vn/internal/platform/pdf"
)

// Letter is an administrative document: with Kind a named one (decision,
// notice, confirmation), without it a công văn.
type Letter struct {
	Agency    Agency
	Notation  string // after the number: "QĐ-UBND" gives "Số: …/QĐ-UBND"
	Place     string // before the date
	Urgency   string // "", "KHẨN", "THƯỢNG KHẨN", "HỎA TỐC"
	Kind      string // "QUYẾT ĐỊNH", "GIẤY XÁC NHẬN", … or ""
	Subject   string // trích yếu
	To        []string
	Authority string   // who decides, above the bases: "CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ …"
	Bases     []string // "Căn cứ …", without the last sign
	Resolves  string   // "QUYẾT ĐỊNH:" between the bases and the body
	Body      []Block

	Recipients []string // "Như trên", "Lưu: VT"; without the last sign
	Signer     Signer
	Draft      bool // "DỰ THẢO" above the agency's name
	Digits     int  // how many figures its number is likely to have; zero: usualDigits
	Tracking   string
}

// usualDigits is how many figures the number of a document has in a year of a busy office.
const usualDigits = 3

// Block is one part of the body. Exactly one of its fields is set.
type Block struct {
	Text  string // a paragraph; "Điều 1. …" gets its number in bold
	Title string // a heading in bold
	Pairs []Pair // lines "label: value"
	Table *pdf.Table
}

// Pair is one line of facts.
type Pair struct{ Label, Value string }

// Letter draws l. Number and date stay free: the records clerk gives them
// after the signature.
func (p Press) Letter(l Letter) (Paper, error) {
	if err := need("agency", l.Agency.Name, "notation", l.Notation, "place", l.Place, "subject", l.Subject,
		"post", l.Signer.Post, "name", l.Signer.Name); err != nil {
		return Paper{}, err
	}
	s := &sheet{scale: 1, areas: make(map[Area]pdf.Rect), Doc: pdf.New(pdf.Options{
		Fonts: p.Fonts, Size: pdf.A4(), Margins: pdf.Margins{Top: 20, Right: 18, Bottom: 20, Left: 30},
		Made: p.Made, Title: strings.TrimSpace(l.Kind + " " + l.Subject), Author: l.Agency.Name, Mark: p.Mark, Numbers: true,
	})}
	s.letterHead(l)
	s.letterTitle(l)
	s.letterBody(l)
	s.letterEnd(l)
	return s.finish()
}

func (s *sheet) finish() (Paper, error) {
	out, err := s.Bytes()
	if err != nil {
		return Paper{}, err
	}
	return Paper{PDF: out, Areas: s.areas}, nil
}

func (s *sheet) letterHead(l Letter) {
	if l.Draft {
		s.Line("DỰ THẢO", s.Left(), s.Y()-7, 30, pdf.Left, s.bold(13))
	}
	left, right := s.head(l.Agency)
	lx, lw, rx, rw := s.columns()
	y := max(left, right) + 1
	number := s.room(max(2, cmp.Or(l.Digits, usualDigits)), s.style(13))
	s.pieces([]piece{{text: "Số: "}, {area: AreaNumber, free: number}, {text: "/" + l.Notation}}, lx, y, lw, s.style(13))
	two, four := s.room(2, s.italic(13)), s.room(4, s.italic(13))
	s.pieces([]piece{
		{text: l.Place + ", ngày "},
		{area: AreaDay, free: two},
		{text: " tháng "},
		{area: AreaMonth, free: two},
		{text: " năm "},
		{area: AreaYear, free: four},
	}, rx, y, rw, s.italic(13))
	y += 6.5
	if l.Kind == "" {
		y, _ = s.Box("V/v "+l.Subject, lx, y, lw, pdf.Para{Style: s.style(12), Align: pdf.Center})
	}
	if l.Urgency != "" {
		w := s.Measure(l.Urgency, s.bold(13)) + 6
		s.Frame(lx+(lw-w)/2, y+1.5, w, 8, 0.4)
		s.Line(l.Urgency, lx+(lw-w)/2, y+2.6, w, pdf.Center, s.bold(13))
		y += 10
	}
	s.MoveTo(y)
}

func (s *sheet) letterTitle(l Letter) {
	center := pdf.Para{Style: s.bold(14), Align: pdf.Center}
	if l.Kind != "" {
		s.Skip(5)
		s.Paragraph(strings.ToUpper(l.Kind), center)
		s.Paragraph(l.Subject, center)
		s.Rule(s.Left()+s.Width()*0.4, s.Left()+s.Width()*0.6, s.Y()+0.8, 0.25)
		s.Skip(3)
	}
	if len(l.To) == 1 {
		s.Paragraph("Kính gửi: "+l.To[0], pdf.Para{Style: s.style(14), Align: pdf.Center, Before: 5})
	} else if len(l.To) > 1 {
		s.Skip(5)
		x := s.Left() + 30
		s.Line("Kính gửi:", x, s.Y(), 30, pdf.Left, s.style(14))
		for i, to := range l.To {
			y, _ := s.Box("- "+to+ending(i, len(l.To)), x+25, s.Y(), s.Width()-55, pdf.Para{Style: s.style(14)})
			s.MoveTo(y)
		}
	}
	if l.Authority != "" {
		center.Before = 3
		s.Paragraph(strings.ToUpper(l.Authority), center)
	}
}

// ending is what stands after item i of n.
func ending(i, n int) string {
	if i == n-1 {
		return "."
	}
	return ";"
}

const indent = 12.7 // millimetres, first line of a paragraph

func (s *sheet) letterBody(l Letter) {
	s.Skip(2)
	for i, b := range l.Bases {
		s.Paragraph(b+ending(i, len(l.Bases)), pdf.Para{Style: s.italic(14), Align: pdf.Justify, Indent: indent, Before: 2.1})
	}
	if l.Resolves != "" {
		s.Paragraph(strings.ToUpper(l.Resolves), pdf.Para{Style: s.bold(14), Align: pdf.Center, Before: 4})
		s.Skip(1)
	}
	for i, b := range l.Body {
		follow := 0.0
		if i == len(l.Body)-1 {
			follow = endHeight(l) + 5
		}
		s.block(b, follow)
	}
}

// endHeight is how much the recipients and the signer need, in millimetres.
func endHeight(l Letter) float64 { return max(66, 12+float64(len(l.Recipients))*4.6) }

func (s *sheet) block(b Block, follow float64) {
	switch {
	case b.Title != "":
		s.Need(20)
		s.Paragraph(b.Title, pdf.Para{Style: s.bold(14), Indent: indent, Before: 2.1})
	case b.Table != nil:
		s.Skip(2.5)
		t := *b.Table
		if t.Style.Size == 0 {
			t.Style = s.style(12)
		}
		s.Doc.Table(t)
		s.Skip(1)
	case len(b.Pairs) > 0:
		for _, pair := range b.Pairs {
			s.Paragraph(pair.Label+": "+pair.Value, pdf.Para{Style: s.style(14), Align: pdf.Justify, Indent: indent, Before: 2.1})
		}
	default:
		s.article(b.Text, follow)
	}
}

// article draws a paragraph; "Điều n." at its head is bold, as the decree has
// it, drawn over the words already in their place.
func (s *sheet) article(text string, follow float64) {
	p := pdf.Para{Style: s.style(14), Align: pdf.Justify, Indent: indent, Before: 2.1, Follow: follow}
	var n int
	if _, err := fmt.Sscanf(text, "Điều %d.", &n); err != nil {
		s.Paragraph(text, p)
		return
	}
	title := fmt.Sprintf("Điều %d.", n)
	rest := strings.TrimSpace(strings.TrimPrefix(text, title))
	keep := 2 * 6.0
	if s.Height(rest, s.Width()-2*indent, p) < 3*6.0 {
		keep += 6 + follow // the whole article moves, its title with it
	}
	s.Need(keep + p.Before)
	y := s.Y() + p.Before
	s.Line(title, s.Left()+indent, y, 40, pdf.Left, s.bold(14))
	p.Indent += s.Measure(title, s.bold(14)) + s.Measure(" ", s.style(14))
	s.Paragraph(rest, p)
}

// letterEnd keeps recipients and signer on one page: a signature never stands
// alone on a sheet.
func (s *sheet) letterEnd(l Letter) {
	s.Skip(5)
	s.Need(endHeight(l))
	half := s.Width() * 0.46
	top := s.Y()
	y := top
	if len(l.Recipients) > 0 {
		s.Line("Nơi nhận:", s.Left(), y, half, pdf.Left, pdf.Style{Size: 12, Bold: true, Italic: true})
		y += 5.2
	}
	end := s.Left()
	for i, r := range l.Recipients {
		y, end = s.Box("- "+r+ending(i, len(l.Recipients)), s.Left(), y, half-2, pdf.Para{Style: s.style(11)})
	}
	s.keep(AreaInitial, min(end+2, s.Left()+half-14), max(y-5, top), 14, 7)
	bottom := s.signed(l.Signer, s.Left()+half, s.Width()-half)
	if l.Tracking != "" {
		top := max(y+3, bottom-26)
		s.QR(l.Tracking, s.Left(), top, 22)
		s.Line("Quét mã để tra cứu hồ sơ", s.Left(), top+22.5, half, pdf.Left, s.style(9))
		bottom = max(bottom, y+29)
	}
	s.MoveTo(max(bottom, y))
}
