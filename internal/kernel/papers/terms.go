// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package papers

import (
	"fmt"
	"time"

	"tinhso.vn/internal/platform/pdf"
)

// Apology is form 04: văn bản xin lỗi và đề nghị gia hạn.
type Apology struct {
	Dossier
	Received      time.Time
	Promised, Now time.Time // the day that was promised, and the one that is now
	Late          string    // the unit that needs longer
	Reason, Basis string
	Signer        Signer
	On            time.Time
	Small         bool // A5 instead of A4
}

// Apology draws a.
func (p Press) Apology(a Apology) (Paper, error) {
	if err := need("agency", a.Agency.Name, "code", a.Code, "owner", a.Owner.Name, "reason", a.Reason, "signer", a.Signer.Name); err != nil {
		return Paper{}, err
	}
	const title = "Phiếu xin lỗi và hẹn lại ngày trả kết quả"
	s := p.sheet(a.Small, title, a.Dossier)
	s.dossierHead(a.Dossier, title, p.dated(a.Place, a.On))
	s.Skip(4 * s.scale)
	s.said("Kính gửi: Ông/Bà " + a.Owner.Name)
	s.said(fmt.Sprintf("Ngày %s, %s tiếp nhận giải quyết hồ sơ đề nghị %s của Ông/Bà; mã hồ sơ %s. Thời gian hẹn trả kết quả: %s.",
		day(p.in(a.Received)), a.Agency.Name, a.request(), a.Code, p.moment(a.Promised)))
	s.said("Đến nay, hồ sơ chưa giải quyết xong với lý do: " + a.Reason)
	if a.Basis != "" {
		s.said("Căn cứ: " + a.Basis)
	}
	if a.Late != "" {
		s.said("Cơ quan, đơn vị cần thêm thời gian: " + a.Late)
	}
	s.said("Cơ quan xin lỗi Ông/Bà vì sự chậm trễ này và hẹn Ông/Bà thời gian trả kết quả: " + p.moment(a.Now) + ".")
	s.said("Mong nhận được sự thông cảm của Ông/Bà.")
	s.ends(a.Signer)
	return s.finish()
}

// Stopped is form 05: thông báo dừng giải quyết hồ sơ.
type Stopped struct {
	Dossier
	Received      time.Time
	Wished        bool // at the wish of who filed it
	Reason, Basis string
	Money         string // what becomes of what was paid, a sentence; empty: nothing is said
	Signer        Signer
	On            time.Time
	Small         bool // A5 instead of A4
}

// Stopped draws d.
func (p Press) Stopped(d Stopped) (Paper, error) {
	if err := need("agency", d.Agency.Name, "code", d.Code, "owner", d.Owner.Name, "reason", d.Reason); err != nil {
		return Paper{}, err
	}
	const title = "Thông báo dừng giải quyết hồ sơ"
	s := p.sheet(d.Small, title, d.Dossier)
	s.dossierHead(d.Dossier, title, p.dated(d.Place, d.On))
	s.Skip(4 * s.scale)
	s.owner(d.Dossier, "Hồ sơ của")
	s.fact("Thời gian nhận hồ sơ", p.moment(d.Received))
	opening := "Qua xem xét, cơ quan thông báo dừng giải quyết hồ sơ này với lý do: "
	if d.Wished {
		opening = "Theo đề nghị của Ông/Bà, cơ quan thông báo dừng giải quyết hồ sơ này. Lý do Ông/Bà nêu: "
	}
	s.said(opening + d.Reason)
	if d.Basis != "" {
		s.said("Căn cứ: " + d.Basis)
	}
	if d.Money != "" {
		s.said(d.Money)
	}
	s.said("Xin thông báo để Ông/Bà được biết.")
	if d.Signer.Name == "" {
		return s.finish()
	}
	s.ends(d.Signer)
	return s.finish()
}

// Control is form 06: phiếu kiểm soát quá trình giải quyết hồ sơ.
type Control struct {
	Dossier
	Received, Due time.Time
	Ended         time.Time // zero: it goes on
	Stations      []Station
	Notes         []string // what moved the time, in the order in which it happened
	Printed       string   // by whom
	At            time.Time
}

// Station is one who had the dossier.
type Station struct {
	Unit, Step, Who  string
	Taken, Due, Done time.Time // zero: nobody has said, or not yet
	Note             string
}

// Control draws c.
func (p Press) Control(c Control) (Paper, error) {
	if err := need("agency", c.Agency.Name, "code", c.Code); err != nil {
		return Paper{}, err
	}
	const title = "Phiếu kiểm soát quá trình giải quyết hồ sơ"
	s := p.sheet(false, title, c.Dossier)
	s.dossierHead(c.Dossier, title, p.dated(c.Place, c.At))
	s.Skip(4 * s.scale)
	s.fact("Nội dung yêu cầu giải quyết", c.request())
	s.fact("Thời gian nhận hồ sơ", p.moment(c.Received))
	if !c.Due.IsZero() {
		s.fact("Thời gian hẹn trả kết quả", p.moment(c.Due))
	}
	if !c.Ended.IsZero() {
		s.fact("Thời gian kết thúc", p.moment(c.Ended))
	}
	t := pdf.Table{Style: s.style(11), Columns: []pdf.Column{
		{Title: "TT", Share: 1.4, Align: pdf.Center},
		{Title: "Đơn vị, bước", Share: 6},
		{Title: "Người thực hiện", Share: 4.4},
		{Title: "Nhận", Share: 3.2},
		{Title: "Giao", Share: 3.2},
		{Title: "Kết quả", Share: 4},
		{Title: "Ghi chú", Share: 3.4},
	}}
	for i, one := range c.Stations {
		t.Rows = append(t.Rows, []string{fmt.Sprint(i + 1), one.Unit + ": " + one.Step, one.Who, p.hour(one.Taken), p.hour(one.Done), one.verdict(c.At), one.Note})
	}
	s.Skip(1.5 * s.scale)
	s.Table(t)
	for _, note := range c.Notes {
		s.said(note)
	}
	s.hands("", "", "NGƯỜI IN PHIẾU", c.Printed)
	return s.finish()
}

// verdict says whether a station kept its time.
func (a Station) verdict(now time.Time) string {
	done := a.Done
	if done.IsZero() {
		done = now
	}
	switch {
	case a.Due.IsZero() && a.Done.IsZero():
		return "Đang làm"
	case a.Due.IsZero():
		return "Đã xong"
	case done.After(a.Due) && a.Done.IsZero():
		return "Đang quá hạn"
	case done.After(a.Due):
		return "Quá hạn"
	case a.Done.IsZero():
		return "Đang làm"
	case done.Before(a.Due.Add(-time.Minute)):
		return "Trước hạn"
	}
	return "Đúng hạn"
}

func (p Press) hour(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return p.in(t).Format("15:04 02/01/2006")
}

// request is what a dossier asks for.
func (d Dossier) request() string {
	if d.Request != "" {
		return d.Request
	}
	return d.Procedure
}

// said is one paragraph of a notice.
func (s *sheet) said(text string) {
	s.Paragraph(text, pdf.Para{Style: s.style(13), Align: pdf.Justify, Indent: indent * s.scale, Before: 1.5 * s.scale})
}

// ends draws who signs a notice.
func (s *sheet) ends(by Signer) {
	post := by.Post
	if post == "" {
		post = "THỦ TRƯỞNG ĐƠN VỊ"
	}
	s.hands("", "", post, by.Name)
}
