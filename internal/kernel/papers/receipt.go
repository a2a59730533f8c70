// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package papers

import (
	"fmt"
	"strings"
	"time"

	"tinhso.vn/internal/platform/pdf"
)

// Format is the sheet a receipt is printed on.
type Format uint8

// The formats of a receipt; A4 is the zero value.
const (
	FormatA4 Format = iota
	FormatA5
	FormatRoll // 80 mm thermal paper, as long as it needs
	// FormatLarge is A4 for who reads small letters with difficulty: what is 12
	// points elsewhere, the smallest there is, is 14.
	FormatLarge
)

// Dossier is what every paper about one dossier says of it.
type Dossier struct {
	Agency     Agency // Name is the agency, the desk stands in Desk
	AgencyCode string // mã định danh điện tử
	Desk       string // "Bộ phận Tiếp nhận và Trả kết quả …"
	Place      string
	Code       string // mã hồ sơ
	Book       string // quyển số
	Ordinal    string // số thứ tự
	Procedure  string
	ProcCode   string // mã TTHC
	Owner      Person
	Submitter  string // when it is not the owner
	Request    string // nội dung yêu cầu giải quyết
}

// submitter is who brought the dossier.
func (d Dossier) submitter() string {
	if d.Submitter != "" {
		return d.Submitter
	}
	return d.Owner.Name
}

// Person is the owner of a dossier.
type Person struct{ Name, ID, Address, Phone, Mail string }

// Item is one paper of a dossier and how many copies came.
type Item struct {
	Name                         string
	Originals, Certified, Copies int
	Electronic                   bool
}

// Receipt is form 01 of Circular 03/2025/TT-VPCP: giấy tiếp nhận hồ sơ và hẹn
// trả kết quả.
type Receipt struct {
	Dossier
	Items     []Item
	Sets      int
	Duration  string // "03 ngày làm việc"
	Received  time.Time
	Due       time.Time
	Stages    []Stage // of procedures in stages, otherwise none
	CollectAt string  // where the result is given
	Clerk     string  // who received
	Copy      string  // "Lưu" or "Giao"; "" prints none
	Tracking  string  // address of the page that shows the state
	Format    Format
}

// Stage is one stage of a procedure that has several.
type Stage struct {
	Name string
	Due  time.Time
}

// Code returns what the QR code of the receipt says: six fields parted by "|":
// name of the paper, identifier of the owner, code of the dossier, code of the
// agency, code of the procedure, time of receipt (yyyyMMddHHmmss). A field
// that is not known is empty; "|" inside a field becomes a space.
func (p Press) Code(r Receipt) string {
	fields := []string{receiptTitle, r.Owner.ID, r.Dossier.Code, r.AgencyCode, r.ProcCode, p.in(r.Received).Format("20060102150405")}
	for i := range fields {
		fields[i] = strings.ReplaceAll(fields[i], "|", " ")
	}
	return strings.Join(fields, "|")
}

const receiptTitle = "Giấy tiếp nhận hồ sơ và hẹn trả kết quả"

// large makes 14 points of 12.
const large = 14.0 / 12

// Receipt draws r on the sheet it asks for.
func (p Press) Receipt(r Receipt) (Paper, error) {
	if err := need("agency", r.Agency.Name, "code", r.Dossier.Code, "owner", r.Owner.Name, "procedure", r.Procedure, "clerk", r.Clerk); err != nil {
		return Paper{}, err
	}
	if r.Format == FormatRoll {
		return p.roll(r)
	}
	s := p.sheet(r.Format == FormatA5, receiptTitle, r.Dossier)
	if r.Format == FormatLarge {
		s.scale = large
	}
	s.dossierHead(r.Dossier, receiptTitle, "")
	side := 24 * s.scale
	s.QR(p.Code(r), s.Left()+s.Width()-side, s.Y()-12*s.scale, side)
	if r.Copy != "" {
		s.Line("(Liên: "+r.Copy+")", s.Left(), s.Y(), s.Width(), pdf.Center, s.italic(12))
		s.Skip(6 * s.scale)
	}
	s.Skip(7 * s.scale)
	desk := r.Desk
	if desk == "" {
		desk = r.Agency.Name
	}
	s.owner(r.Dossier, desk+" đã tiếp nhận hồ sơ của")
	s.fact("Thành phần hồ sơ nộp gồm", "")
	s.items(r.Items)
	s.fact("Số lượng hồ sơ", fmt.Sprintf("%02d (bộ)", max(r.Sets, 1)))
	s.fact("Thời gian giải quyết hồ sơ theo quy định", r.Duration)
	s.fact("Thời gian nhận hồ sơ", p.moment(r.Received))
	s.fact("Thời gian trả kết quả giải quyết hồ sơ", p.moment(r.Due))
	for _, stage := range r.Stages {
		s.fact("Thời gian trả kết quả "+stage.Name, p.moment(stage.Due))
	}
	s.fact("Đăng ký nhận kết quả tại", r.CollectAt)
	if r.Tracking != "" {
		s.fact("Tra cứu tình trạng hồ sơ tại", r.Tracking)
	}
	s.hands("NGƯỜI NỘP HỒ SƠ", r.submitter(), "NGƯỜI TIẾP NHẬN HỒ SƠ", r.Clerk)
	return s.finish()
}

func (p Press) sheet(small bool, title string, d Dossier) *sheet {
	o := pdf.Options{
		Fonts: p.Fonts, Size: pdf.A4(), Margins: pdf.Margins{Top: 18, Right: 18, Bottom: 18, Left: 28},
		Made: p.Made, Title: title + " " + d.Code, Author: d.Agency.Name, Mark: p.Mark, Numbers: true,
	}
	scale := 1.0
	if small {
		scale = 0.72
		o.Size, o.Margins = pdf.A5(), pdf.Margins{Top: 10, Right: 11, Bottom: 10, Left: 15}
	}
	return &sheet{scale: scale, areas: make(map[Area]pdf.Rect), Doc: pdf.New(o)}
}

// dossierHead draws the head and the title of a paper about a dossier.
func (s *sheet) dossierHead(d Dossier, title, place string) {
	a := d.Agency
	if d.Desk != "" {
		a = Agency{Parent: d.Agency.Name, Name: d.Desk}
	}
	left, right := s.head(a)
	lx, lw, rx, rw := s.columns()
	y := max(left, right) + 1
	if d.Book != "" || d.Ordinal != "" {
		s.Line(fmt.Sprintf("Quyển số: %s  STT: %s", d.Book, d.Ordinal), lx, y, lw, pdf.Center, s.style(12))
	}
	s.Line("Mã hồ sơ: "+d.Code, lx, y+5*s.scale, lw, pdf.Center, s.bold(12))
	if place != "" {
		s.Line(place, rx, y, rw, pdf.Center, s.italic(13))
	}
	s.MoveTo(y + 15*s.scale)
	s.Paragraph(strings.ToUpper(title), pdf.Para{Style: s.bold(14), Align: pdf.Center})
}

// owner draws who the dossier belongs to and what it asks for.
func (s *sheet) owner(d Dossier, opening string) {
	s.fact(opening, d.Owner.Name)
	if d.Submitter != "" && d.Submitter != d.Owner.Name {
		s.fact("Người nộp hồ sơ", d.Submitter)
	}
	if d.Owner.ID != "" {
		s.fact("Số định danh/giấy tờ", d.Owner.ID)
	}
	if d.Owner.Address != "" {
		s.fact("Địa chỉ", d.Owner.Address)
	}
	contact := d.Owner.Phone
	if d.Owner.Mail != "" {
		contact = strings.TrimPrefix(contact+"; thư điện tử: "+d.Owner.Mail, "; ")
	}
	if contact != "" {
		s.fact("Số điện thoại", contact)
	}
	text := d.Request
	if text == "" {
		text = d.Procedure
	}
	if d.ProcCode != "" {
		text += " (mã thủ tục " + d.ProcCode + ")"
	}
	s.fact("Nội dung yêu cầu giải quyết", text)
}

func (s *sheet) fact(label, value string) {
	text := label + ":"
	if value != "" {
		text += " " + value
	}
	s.Paragraph(text, pdf.Para{Style: s.style(13), Align: pdf.Left, Before: 1.5 * s.scale})
}

func (s *sheet) items(items []Item) {
	t := pdf.Table{Style: s.style(12), Columns: []pdf.Column{
		{Title: "TT", Share: 1.1, Align: pdf.Center},
		{Title: "Tên giấy tờ", Share: 9},
		{Title: "Bản chính", Share: 1.9, Align: pdf.Center},
		{Title: "Bản chứng thực", Share: 2.2, Align: pdf.Center},
		{Title: "Bản photo", Share: 1.9, Align: pdf.Center},
		{Title: "Bản điện tử", Share: 1.9, Align: pdf.Center},
	}}
	for i, item := range items {
		electronic := ""
		if item.Electronic {
			electronic = "x"
		}
		t.Rows = append(t.Rows, []string{
			fmt.Sprint(i + 1), item.Name, copies(item.Originals), copies(item.Certified), copies(item.Copies), electronic,
		})
	}
	s.Skip(1.5 * s.scale)
	s.Table(t)
}

func copies(n int) string {
	if n == 0 {
		return ""
	}
	return two(n, 10)
}

// hands draws the two places to sign by hand.
func (s *sheet) hands(left, leftName, right, rightName string) {
	s.Skip(5 * s.scale)
	s.Need(38 * s.scale)
	half, y := s.Width()/2, s.Y()
	for i, who := range [][2]string{{left, leftName}, {right, rightName}} {
		x := s.Left() + float64(i)*half
		if who[0] == "" {
			continue
		}
		s.Line(who[0], x, y, half, pdf.Center, s.bold(13))
		s.Line("(Ký và ghi rõ họ tên)", x, y+5.5*s.scale, half, pdf.Center, s.italic(12))
		s.Line(who[1], x, y+31*s.scale, half, pdf.Center, s.bold(13))
		if i == 1 {
			s.keep(AreaSignature, x+half/2-20*s.scale, y+11*s.scale, 40*s.scale, 19*s.scale)
		}
	}
	s.MoveTo(y + 38*s.scale)
}
