// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"bytes"
	"net/http"
	"net/url"

	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/statistics"
	"tinhso.vn/internal/modules/statistics/internal/core"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// reporting is the page of reports with what was typed.
type reporting struct {
	made    []core.Report
	next    string
	forms   []statistics.Layout
	units   []core.Choice
	typed   core.NewReport
	problem *web.ProblemError
}

func (s site) reports(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	last := periods(p)[1]
	return s.showReports(w, r, core.NewReport{From: last[1], To: last[2]}, nil)
}

func (s site) showReports(w http.ResponseWriter, r *http.Request, typed core.NewReport, problem *web.ProblemError) (err error) {
	p, l := page.From(r.Context()), reporting{typed: typed, problem: problem}
	if l.made, l.next, err = s.svc.ListReports(r.Context(), p.Actor, r.URL.Query().Get(inAfter)); err != nil {
		return err
	}
	if l.forms, err = s.svc.ListLayouts(r.Context(), p.Actor); err != nil {
		return err
	}
	b, err := s.svc.Board(r.Context(), p.Actor, core.Filter{}, dossiers.ByUnit)
	if err != nil {
		return err
	}
	l.units = b.Units
	return p.Render(w, r, page.View{Title: p.T("statistics.reports.title"), Desk: true, Status: page.StatusOf(problem), Before: back(p, boardPath), Body: reportsBody(p, l)})
}

func (s site) make(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	p, f := page.From(r.Context()), r.PostForm
	typed := core.NewReport{Layout: f.Get("layout"), Unit: orgs.ID(f.Get("unit")), From: iso(f.Get("from")), To: iso(f.Get("to"))}
	made, err := s.svc.MakeReport(r.Context(), p.Actor, typed)
	if problem := invalid(err); problem != nil {
		return s.showReports(w, r, typed, problem)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, reportPath(made.ID), "statistics.reports.made")
}

func reportPath(id string) string { return reportsPath + "/" + url.PathEscape(id) }

func (s site) report(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	made, changed, err := s.svc.GetReport(r.Context(), p.Actor, r.PathValue("report"))
	if err != nil {
		return err
	}
	before := ui.BackLink(ui.BackLinkParams{Text: p.T("statistics.reports.title"), Href: reportsPath})
	return p.Render(w, r, page.View{Title: made.Form.Code + " – " + p.Text(made.Form.Title), Desk: true, Before: before, Body: reportBody(p, made, changed, p.Text(s.svc.Of(made)))})
}

// file sends a report as it was made.
func (s site) file(w http.ResponseWriter, r *http.Request) error {
	p, kind := page.From(r.Context()), r.PathValue("kind")
	if kind != "xlsx" && kind != "pdf" && kind != "csv" {
		return statistics.ErrNotFound
	}
	made, err := s.svc.ExportReport(r.Context(), p.Actor, r.PathValue("report"), kind)
	if err != nil {
		return err
	}
	name := made.Form.ID + "-" + made.From + "-" + made.To + "." + kind
	if kind == "pdf" {
		data, err := s.svc.PDF(p.Printer, made)
		if err != nil {
			return err
		}
		return send(w, "application/pdf", name, data)
	}
	head, rows := core.Table(p.Printer, made)
	var out bytes.Buffer
	if kind == "csv" {
		if err := sheet.WriteCSV(&out, append([][]string{head}, rows...)); err != nil {
			return err
		}
		return send(w, "text/csv; charset=utf-8", name, out.Bytes())
	}
	if err := writeBook(&out, p, made, head, rows); err != nil {
		return err
	}
	return send(w, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", name, out.Bytes())
}

// writeBook keeps numbers numbers, and says at the end of when they are.
func writeBook(out *bytes.Buffer, p page.Page, made core.Report, head []string, rows [][]string) error {
	columns := make([]sheet.Column, len(head))
	for i, title := range head {
		columns[i] = sheet.Column{Title: title, Width: 14}
	}
	columns[0].Width, columns[1].Width = 6, 48
	cells := make([][]any, 0, len(rows)+2)
	for i, row := range rows {
		line := []any{row[0], row[1]}
		for _, v := range made.Rows[i].Values {
			line = append(line, v)
		}
		cells = append(cells, line)
	}
	note := p.T("statistics.report.note", "from", day(p, made.From), "to", day(p, made.To), "at", p.DateTime(made.MadeAt.Time), "who", made.Maker, "version", made.Version, "sum", made.SHA256[:16])
	cells = append(cells, []any{"", ""}, []any{"", note})
	return sheet.WriteXLSX(out, "Bao cao", columns, cells)
}

func reportTable(p page.Page, made core.Report) ui.TableParams {
	head, rows := core.Table(p.Printer, made)
	t := ui.TableParams{Caption: p.Text(made.Form.Title), CaptionClasses: "ts-table__caption--m", Cards: true}
	for i, title := range head {
		cell := ui.TableCell{Text: title}
		if i > 1 {
			cell.Format = "numeric"
		}
		t.Head = append(t.Head, cell)
	}
	for _, row := range rows {
		var line []ui.TableCell
		for i, text := range row {
			cell := ui.TableCell{Text: text}
			if i > 1 {
				cell.Format = "numeric"
			}
			line = append(line, cell)
		}
		t.Rows = append(t.Rows, line)
	}
	return t
}

func changeTable(p page.Page, changed []core.Change) ui.TableParams {
	t := ui.TableParams{Caption: p.T("statistics.report.changed"), CaptionClasses: "ts-table__caption--m", Cards: true, Head: []ui.TableCell{
		{Text: p.T("statistics.report.row")}, {Text: p.T("statistics.report.column")}, {Text: p.T("statistics.report.was"), Format: "numeric"}, {Text: p.T("statistics.report.is"), Format: "numeric"},
	}}
	for _, c := range changed {
		row := p.Text(c.Row)
		if row == "" {
			row = p.T("statistics.sum")
		}
		t.Rows = append(t.Rows, []ui.TableCell{{Text: row}, {Text: p.Text(c.Column)}, {Text: p.Number(c.Was), Format: "numeric"}, {Text: p.Number(c.Is), Format: "numeric"}})
	}
	return t
}

func madeRows(p page.Page, all []core.Report, of func(core.Report) string) []ui.WorkRow {
	rows := make([]ui.WorkRow, len(all))
	for i, r := range all {
		rows[i].Cells = []ui.WorkCell{
			{Text: r.Form.Code, Href: reportPath(r.ID), Sub: p.Text(r.Form.Title)}, {Text: of(r)}, {Text: day(p, r.From) + " – " + day(p, r.To)}, {Text: p.DateTime(r.MadeAt.Time), Sub: r.Maker},
		}
	}
	return rows
}

func formItems(p page.Page, forms []statistics.Layout) (all []ui.SelectItem) {
	for _, l := range forms {
		all = append(all, ui.SelectItem{Value: l.ID, Text: l.Code + " – " + p.Text(l.Title)})
	}
	return all
}

// unitItems are the units of which there are figures; who sees the province may
// choose it.
func unitItems(p page.Page, l reporting) []ui.SelectItem {
	all := items(p, l.units, string(l.typed.Unit))
	all[0].Text = p.T("statistics.reports.own")
	if p.Actor.May(statistics.PermProvince) {
		all[0].Text = p.T("statistics.reports.province")
	}
	return all
}
