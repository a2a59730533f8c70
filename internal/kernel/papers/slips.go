// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package papers

import (
	"fmt"
	"strings"
	"time"

	"tinhso.vn/internal/platform/pdf"
)

// Supplement is form 02: phiếu yêu cầu bổ sung, hoàn thiện hồ sơ.
type Supplement struct {
	Dossier
	Missing []Missing
	Until   time.Time // zero when no day is set
	Guide   string    // who explains
	Phone   string    // of the guide
	Signer  string
	On      time.Time
	Small   bool // A5 instead of A4
}

// Missing is one thing to add and why.
type Missing struct{ What, Why string }

// Supplement draws s.
func (p Press) Supplement(r Supplement) (Paper, error) {
	if err := need("agency", r.Agency.Name, "code", r.Code, "owner", r.Owner.Name, "signer", r.Signer); err != nil {
		return Paper{}, err
	}
	const title = "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ"
	s := p.sheet(r.Small, title, r.Dossier)
	s.dossierHead(r.Dossier, title, p.dated(r.Place, r.On))
	s.Skip(4 * s.scale)
	s.owner(r.Dossier, "Hồ sơ của")
	s.fact("Yêu cầu hoàn thiện hồ sơ gồm những nội dung sau", "")
	t := pdf.Table{Style: s.style(12), Columns: []pdf.Column{
		{Title: "TT", Share: 1, Align: pdf.Center}, {Title: "Nội dung cần bổ sung, hoàn thiện", Share: 7}, {Title: "Lý do", Share: 7},
	}}
	for i, m := range r.Missing {
		t.Rows = append(t.Rows, []string{fmt.Sprint(i + 1), m.What, m.Why})
	}
	s.Skip(1.5 * s.scale)
	s.Table(t)
	if !r.Until.IsZero() {
		s.fact("Thời hạn bổ sung", "trước "+p.moment(r.Until))
	}
	if r.Guide != "" {
		s.Paragraph(fmt.Sprintf("Trong quá trình hoàn thiện hồ sơ, nếu có vướng mắc, Ông/Bà liên hệ với %s, số điện thoại %s để được hướng dẫn.", r.Guide, r.Phone),
			pdf.Para{Style: s.style(13), Align: pdf.Justify, Before: 1.5 * s.scale})
	}
	s.hands("", "", "NGƯỜI HƯỚNG DẪN", r.Signer)
	return s.finish()
}

// Refusal is form 03: phiếu từ chối tiếp nhận giải quyết hồ sơ.
type Refusal struct {
	Dossier
	Reasons []string // in words a person can act on
	Signer  string
	On      time.Time
	Small   bool // A5 instead of A4
}

// Refusal draws r.
func (p Press) Refusal(r Refusal) (Paper, error) {
	if err := need("agency", r.Agency.Name, "code", r.Code, "owner", r.Owner.Name, "reasons", strings.Join(r.Reasons, ""), "signer", r.Signer); err != nil {
		return Paper{}, err
	}
	const title = "Phiếu từ chối tiếp nhận giải quyết hồ sơ"
	s := p.sheet(r.Small, title, r.Dossier)
	s.dossierHead(r.Dossier, title, p.dated(r.Place, r.On))
	s.Skip(4 * s.scale)
	s.owner(r.Dossier, "Hồ sơ của")
	s.Paragraph("Qua xem xét, cơ quan thông báo không tiếp nhận, giải quyết hồ sơ này với lý do cụ thể như sau:",
		pdf.Para{Style: s.style(13), Align: pdf.Justify, Before: 1.5 * s.scale})
	for i, reason := range r.Reasons {
		s.Paragraph(fmt.Sprintf("%d. %s", i+1, reason), pdf.Para{Style: s.style(13), Align: pdf.Justify, Indent: indent * s.scale, Before: 1.5 * s.scale})
	}
	s.Paragraph("Xin thông báo để Ông/Bà được biết.", pdf.Para{Style: s.style(13), Before: 1.5 * s.scale})
	s.hands("NGƯỜI NỘP HỒ SƠ", r.submitter(), "NGƯỜI TIẾP NHẬN HỒ SƠ", r.Signer)
	return s.finish()
}

func (p Press) dated(place string, on time.Time) string {
	if place == "" || on.IsZero() {
		return ""
	}
	return place + ", ngày " + day(p.in(on))
}
