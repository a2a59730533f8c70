// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"strconv"
	"time"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/pdf"
)

// paper begins a paper of this module.
func (s *Service) paper(title string, made time.Time) *pdf.Doc {
	d := pdf.New(pdf.Options{
		Fonts: s.Fonts, Size: pdf.A4(), Margins: pdf.Margins{Top: 20, Right: 15, Bottom: 20, Left: 30}, Made: made, Title: title, Author: s.Agency,
		Mark: s.Mark, Numbers: true,
	})
	d.Paragraph(s.Agency, pdf.Para{Style: pdf.Style{Size: 12, Bold: true}})
	d.Paragraph(title, pdf.Para{Style: pdf.Style{Size: 15, Bold: true}, Align: pdf.Center, Before: 8})
	return d
}

// fact draws a label and what it says.
func fact(d *pdf.Doc, label, value string) {
	if value == "" {
		value = "…"
	}
	d.Paragraph(label+": "+value, pdf.Para{Style: pdf.Style{Size: 12}, Before: 2, Align: pdf.Left})
}

func moment(t db.Time) string {
	if t.IsZero() {
		return ""
	}
	return (i18n.Printer{}).DateTime(t.Time)
}

// PrintReceipt draws the receipt of a consent of the actor as a PDF.
func (s *Service) PrintReceipt(ctx context.Context, actor identity.Actor, consent string) (_ []byte, err error) {
	defer errs.Wrap(&err, "print receipt %s", consent)

	c, err := s.GetReceipt(ctx, actor, consent)
	if err != nil {
		return nil, err
	}
	d := s.paper("BIÊN NHẬN VỀ SỰ ĐỒNG Ý XỬ LÝ DỮ LIỆU CÁ NHÂN", s.DB.Now().Time)
	d.Paragraph(c.Text.VI, pdf.Para{Style: pdf.Style{Size: 13, Italic: true}, Before: 8, Align: pdf.Justify})
	d.Skip(4)
	fact(d, "Mục đích", c.Name.VI)
	fact(d, "Phiên bản của lời xin đồng ý", strconv.Itoa(c.Version))
	fact(d, "Đồng ý lúc", moment(c.Given))
	fact(d, "Cách thức", map[string]string{"online": "trên trang dịch vụ, sau khi đăng nhập", "counter": "tại Bộ phận Một cửa"}[c.Channel])
	if c.Withdrawn.IsZero() {
		fact(d, "Rút lại", "chưa; có thể rút lại bất cứ lúc nào")
	} else {
		fact(d, "Rút lại lúc", moment(c.Withdrawn))
	}
	fact(d, "Mã biên nhận", c.ID)
	fact(d, "Mã băm SHA-256 của lời đã hiển thị", c.SHA)
	return d.Bytes()
}
