// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"fmt"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// ClosingRows returns what is in a closing as rows of text, with its head and sums.
func (s *Service) ClosingRows(ctx context.Context, actor identity.Actor, closing string) (rows [][]string, err error) {
	defer errs.Wrap(&err, "rows of closing %s", closing)

	d, err := s.GetClosing(ctx, actor, closing)
	if err != nil {
		return nil, err
	}
	rows = [][]string{{"STT", "Mã khoản thu", "Lúc", "Số tiền", "Ghi chú"}}
	for i, t := range d.All {
		note := ""
		if t.UndoneBy != "" {
			note = "Đã hoàn tác: " + t.Why
		}
		rows = append(rows, []string{fmt.Sprint(i + 1), d.Codes[t.Order], zoned(t.At.Time).Format("02/01/2006 15:04"), fmt.Sprint(t.Amount), note})
	}
	rows = append(rows, []string{"", "Phải có", "", fmt.Sprint(d.Expected), ""}, []string{"", "Đếm được", "", fmt.Sprint(d.Counted), ""})
	words := map[string]string{
		DifferenceOver: "Thừa", DifferenceShort: "Thiếu",
		CauseChange: "Trả lại tiền thừa không đúng", CauseEntry: "Ghi nhầm khoản thu", CauseUnfit: "Tiền giả, không đủ tiêu chuẩn lưu thông", CauseLater: "Tiền của ngày khác", CauseUnclear: "Chưa rõ nguyên nhân",
	}
	for i, g := range d.Gaps {
		rows = append(rows, []string{"", fmt.Sprintf("Chênh lệch %d: %s", i+1, words[g.Direction]), "", fmt.Sprint(g.Amount), words[g.Cause] + ": " + g.Reason})
	}
	return rows, s.record(ctx, actor, payments.AuditExported, closing)
}

// ClosingPaper draws a closing, for signatures by hand.
func (s *Service) ClosingPaper(ctx context.Context, actor identity.Actor, closing string) (raw []byte, err error) {
	defer errs.Wrap(&err, "paper of closing %s", closing)

	d, err := s.GetClosing(ctx, actor, closing)
	if err != nil {
		return nil, err
	}
	rows, err := s.ClosingRows(ctx, actor, closing)
	if err != nil {
		return nil, err
	}
	agency, err := agencyOf(ctx, s.DB, orgs.ID(d.Unit))
	if err != nil {
		return nil, err
	}
	at := func(t db.Time) string { return zoned(t.Time).Format("15:04 02/01/2006") }
	note := "Người thu: " + d.Names[d.Cashier] + ", chốt lúc " + at(d.At)
	if who := d.Names[d.DecidedBy]; who != "" && d.State == ClosingConfirmed {
		note += ". Người xác nhận: " + who + ", lúc " + at(d.DecidedAt)
	}
	p, err := (papers.Press{Fonts: s.Fonts, Made: zoned(d.At.Time), Zone: calendar.Zone(), Mark: s.Mark}).Listing(papers.Listing{
		Author: agency.Authority().VI, Title: "Bảng kê thu tiền ngày " + zoned(d.At.Time).Format("02/01/2006"), Note: note, Head: rows[0], Rows: rows[1:],
	})
	return p.PDF, err
}
