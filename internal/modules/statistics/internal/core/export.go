// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"strconv"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/modules/statistics"
	"tinhso.vn/internal/platform/errs"
)

// ExportReport is a report for a file of a kind, without what would be another today:
// it leaves as it was made. That it left is recorded before.
func (s *Service) ExportReport(ctx context.Context, actor identity.Actor, reportID, kind string) (r Report, err error) {
	defer errs.Wrap(&err, "export report %s", reportID)

	sc, err := scope(actor, statistics.PermView)
	if err != nil {
		return r, err
	}
	if r, err = s.get(ctx, sc, reportID); err != nil {
		return r, err
	}
	return r, s.recordExport(ctx, actor, "report "+r.ID+" "+kind, len(r.Rows))
}

// Table is a report as rows of text: its head, and a row for each of its lines.
func Table(p i18n.Printer, r Report) (head []string, rows [][]string) {
	head = []string{"TT", p.Text(r.Form.Head)}
	for _, c := range r.Form.Columns {
		head = append(head, p.Text(title(c)))
	}
	for i, row := range r.Rows {
		line := []string{strconv.Itoa(i + 1), p.Text(row.Name)}
		if row.Key == "" && i == len(r.Rows)-1 {
			line = []string{"", p.T("statistics.sum")}
		}
		for _, v := range row.Values {
			line = append(line, p.Number(v))
		}
		rows = append(rows, line)
	}
	return head, rows
}

// Of is whose report it is.
func (s *Service) Of(r Report) i18n.Text {
	if r.Unit == "" {
		return s.Province
	}
	return r.UnitName
}

// PDF draws a report, with its cut-off and who made it.
func (s *Service) PDF(p i18n.Printer, r Report) ([]byte, error) {
	head, rows := Table(p, r)
	press := papers.Press{Fonts: s.Fonts, Made: r.MadeAt.Time, Zone: calendar.Zone(), Mark: s.Mark}
	paper, err := press.Listing(papers.Listing{
		Author: p.Text(s.Of(r)), Title: r.Form.Code + " – " + p.Text(r.Form.Title), Language: string(p.Lang()), Head: head, Rows: rows,
		Note: p.T("statistics.report.note", "from", Day(p, r.From), "to", Day(p, r.To), "at", p.DateTime(r.MadeAt.Time), "who", r.Maker, "version", r.Version, "sum", r.SHA256[:16]),
	})
	return paper.PDF, err
}

// Day writes 2026-11-22 as people do.
func Day(p i18n.Printer, day string) string {
	d, err := calendar.ParseDate(day)
	if err != nil || d.IsZero() {
		return day
	}
	return p.Date(d.At(0))
}
