// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package papers

import (
	"fmt"
	"strings"
	"time"

	"tinhso.vn/internal/platform/pdf"
)

// Review is the record of a review of rights: who has answered for what, and when.
type Review struct {
	Agency   Agency
	Name     string // of the review
	OpenedBy string
	Opened   time.Time
	Ends     string    // the last day to answer, 26/11/2026
	Closed   time.Time // zero: it goes on
	Suspends bool      // what nobody has answered is suspended
	Scope    string    // whose rights: what who prints it may see
	Rights   []ReviewedRight
	Printed  string // by whom
	At       time.Time
}

// ReviewedRight is one right with what was decided.
type ReviewedRight struct {
	Name, Login, Role, Unit string
	Verdict                 Verdict
	By                      string // who has answered; empty: nobody
	At                      time.Time
}

// Verdict is what was decided about a right.
type Verdict string

// The verdicts; the zero one is none yet.
const (
	VerdictKeep       Verdict = "keep"
	VerdictEnd        Verdict = "end"
	VerdictSuspended  Verdict = "suspended"
	VerdictUnanswered Verdict = "unanswered"
)

func (v Verdict) words() string {
	switch v {
	case VerdictKeep:
		return "Giữ"
	case VerdictEnd:
		return "Thu hồi"
	case VerdictSuspended:
		return "Tạm dừng"
	case VerdictUnanswered:
		return "Không trả lời"
	}
	return "Chưa trả lời"
}

// Review draws r: what was taken first, then everything, then places to sign.
func (p Press) Review(r Review) (Paper, error) {
	if err := need("agency", r.Agency.Name, "name", r.Name, "printed", r.Printed); err != nil {
		return Paper{}, err
	}
	s := &sheet{scale: 1, areas: make(map[Area]pdf.Rect), Doc: pdf.New(pdf.Options{
		Fonts: p.Fonts, Size: pdf.A4(), Margins: pdf.Margins{Top: 20, Right: 15, Bottom: 20, Left: 25},
		Made: p.Made, Title: "Biên bản rà soát quyền: " + readable(r.Name), Author: readable(r.Agency.Name), Mark: p.Mark, Numbers: true,
	})}
	left, right := s.head(r.Agency)
	s.MoveTo(max(left, right) + 6)
	s.Paragraph("BIÊN BẢN", pdf.Para{Style: s.bold(14), Align: pdf.Center})
	s.Paragraph("Rà soát quyền truy cập: "+readable(r.Name), pdf.Para{Style: s.bold(13), Align: pdf.Center, Before: 1})
	s.Skip(4)
	closed := "chưa kết thúc"
	if !r.Closed.IsZero() {
		closed = p.moment(r.Closed)
	}
	silent := "được liệt kê"
	if r.Suspends {
		silent = "bị tạm dừng"
	}
	count := map[Verdict]int{} //nolint:exhaustive // filled below
	var taken []ReviewedRight
	for _, one := range r.Rights {
		count[one.Verdict]++
		if one.Verdict == VerdictEnd || one.Verdict == VerdictSuspended {
			taken = append(taken, one)
		}
	}
	var counts []string
	for _, v := range []Verdict{VerdictKeep, VerdictEnd, VerdictSuspended, VerdictUnanswered, ""} {
		if count[v] > 0 {
			counts = append(counts, fmt.Sprintf("%s: %d", strings.ToLower(v.words()), count[v]))
		}
	}
	s.pairs([]Pair{
		{Label: "Người mở đợt", Value: r.OpenedBy},
		{Label: "Mở lúc", Value: p.moment(r.Opened)},
		{Label: "Hạn trả lời", Value: "hết ngày " + r.Ends},
		{Label: "Kết thúc", Value: closed},
		{Label: "Quyền không được trả lời", Value: silent},
		{Label: "Phạm vi của biên bản", Value: r.Scope},
		{Label: "Số quyền", Value: fmt.Sprint(len(r.Rights))},
		{Label: "Kết quả", Value: strings.Join(counts, "; ")},
	})
	s.rights(p, "1. Quyền bị thu hồi, tạm dừng", taken, "Không có quyền nào bị thu hồi hoặc tạm dừng.")
	s.rights(p, "2. Tất cả quyền được rà soát", r.Rights, "Không có quyền nào trong phạm vi này.")
	s.Paragraph("In bởi "+readable(r.Printed)+", "+p.moment(r.At)+".", pdf.Para{Style: s.italic(11), Before: 4})
	s.signLines("NGƯỜI RÀ SOÁT", "THỦ TRƯỞNG ĐƠN VỊ", "NGƯỜI PHỤ TRÁCH HỆ THỐNG")
	return s.finish()
}

// rights is a table of rights, in the order given.
func (s *sheet) rights(p Press, title string, all []ReviewedRight, none string) {
	s.Need(30)
	s.Paragraph(title, pdf.Para{Style: s.bold(12), Before: 5})
	s.Skip(2)
	if len(all) == 0 {
		s.Paragraph(none, pdf.Para{Style: s.style(12)})
		return
	}
	t := pdf.Table{Style: s.style(10), Columns: []pdf.Column{
		{Title: "TT", Share: 7, Align: pdf.Center},
		{Title: "Họ tên (tài khoản)", Share: 26},
		{Title: "Vai trò", Share: 20},
		{Title: "Đơn vị", Share: 23},
		{Title: "Quyết định", Share: 15},
		{Title: "Người trả lời, lúc", Share: 27},
	}}
	for i, one := range all {
		by := ""
		if one.By != "" && !one.At.IsZero() {
			by = one.By + ", " + p.in(one.At).Format("15:04 02/01/2006")
		}
		t.Rows = append(t.Rows, []string{fmt.Sprint(i + 1), readable(one.Name + " (" + one.Login + ")"), readable(one.Role), readable(one.Unit), one.Verdict.words(), readable(by)})
	}
	s.Table(t)
}

// signLines keeps places to sign, one beside the other.
func (s *sheet) signLines(who ...string) {
	s.Need(45)
	y := s.Y() + 8
	w := s.Width() / float64(len(who))
	for i, one := range who {
		x := s.Left() + float64(i)*w
		bottom, _ := s.Box(one, x, y, w, pdf.Para{Style: s.bold(11), Align: pdf.Center})
		s.Box("(Ký, ghi rõ họ tên)", x, bottom, w, pdf.Para{Style: s.italic(10), Align: pdf.Center})
	}
	s.MoveTo(y + 35)
}
