// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package papers

import (
	"fmt"
	"strconv"
	"time"

	"tinhso.vn/internal/platform/pdf"
)

// HandOver is the slip with which a dossier goes from one agency to another: as in
// form 06, each side says who gave and who took it, and signs.
type HandOver struct {
	Dossier
	Reason, Basis string
	Sheets        int // of paper that go along; 0: none
	Papers        []Handed
	Due           time.Time // zero: no day was promised
	Giver, Taker  Hand
	Closed        bool // it was not taken
}

// Handed is one paper that goes along.
type Handed struct {
	Name                             string
	Files, Original, Copy, Certified int
}

// Hand is one side. At is zero until it has happened.
type Hand struct {
	Unit, Name string
	At         time.Time
}

// HandOver draws h.
func (p Press) HandOver(h HandOver) (Paper, error) {
	if err := need("agency", h.Agency.Name, "code", h.Code, "owner", h.Owner.Name, "giver", h.Giver.Unit, "taker", h.Taker.Unit, "reason", h.Reason); err != nil {
		return Paper{}, err
	}
	const title = "Phiếu giao nhận hồ sơ chuyển đúng thẩm quyền"
	s := p.sheet(false, title, h.Dossier)
	s.dossierHead(h.Dossier, title, p.dated(h.Place, h.Giver.At))
	s.Skip(4 * s.scale)
	s.owner(h.Dossier, "Hồ sơ của")
	s.fact("Lý do chuyển", h.Reason)
	s.fact("Căn cứ", h.Basis)
	if !h.Due.IsZero() {
		s.fact("Thời gian hẹn trả kết quả (giữ nguyên)", p.moment(h.Due))
	}
	if h.Sheets > 0 {
		s.fact("Số tờ giấy giao kèm", strconv.Itoa(h.Sheets))
	}
	t := pdf.Table{Style: s.style(12), Columns: []pdf.Column{
		{Title: "TT", Share: 1, Align: pdf.Center},
		{Title: "Thành phần hồ sơ", Share: 7},
		{Title: "Tệp", Share: 2, Align: pdf.Center},
		{Title: "Bản chính", Share: 2, Align: pdf.Center},
		{Title: "Bản sao", Share: 2, Align: pdf.Center},
		{Title: "Chứng thực", Share: 2, Align: pdf.Center},
	}}
	for i, one := range h.Papers {
		t.Rows = append(t.Rows, []string{fmt.Sprint(i + 1), one.Name, count(one.Files), count(one.Original), count(one.Copy), count(one.Certified)})
	}
	s.Skip(1.5 * s.scale)
	s.Table(t)
	s.Skip(3 * s.scale)
	s.Table(pdf.Table{Style: s.style(12), Columns: []pdf.Column{
		{Title: "Bên", Share: 2}, {Title: "Tên cơ quan", Share: 6}, {Title: "Người giao, người nhận", Share: 5}, {Title: "Thời gian giao, nhận", Share: 5},
	}, Rows: [][]string{{"1. Giao", h.Giver.Unit, h.Giver.Name, p.hour(h.Giver.At)}, {"2. Nhận", h.Taker.Unit, h.Taker.Name, p.hour(h.Taker.At)}}})
	if h.Closed {
		s.said("Hồ sơ không được nhận; phiếu này không còn giá trị giao nhận.")
	}
	s.hands("NGƯỜI GIAO", h.Giver.Name, "NGƯỜI NHẬN", h.Taker.Name)
	return s.finish()
}

func count(n int) string {
	if n == 0 {
		return "–"
	}
	return strconv.Itoa(n)
}
