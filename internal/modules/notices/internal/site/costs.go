// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/notices/internal/core"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// byUnit is the value of "theo" with which costs are shown by unit.
const byUnit = "don-vi"

// costs is what the page of costs shows.
type costs struct {
	core.Costs

	in      notify.Months
	units   bool // by unit; else by month and channel
	rows    []namedCost
	next    string // address of the next page
	problem *web.ProblemError
}

// namedCost is what a unit has cost, with its name in the reader's language.
type namedCost struct {
	notify.UnitCost

	Name string
}

func (s site) costs(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	v := costs{in: notify.Months{From: r.FormValue("from"), To: r.FormValue("to")}, units: r.FormValue("theo") == byUnit}
	kind := r.FormValue("kieu")
	var err error
	if v.Costs, err = s.svc.ListCosts(r.Context(), p.Actor, v.in); err == nil && v.units {
		v.rows, v.next, err = s.unitCosts(r.Context(), p, v.in, costAfter(r), kind != "")
	}
	if err != nil {
		if v.problem, err = problemOf(r, err); err != nil {
			return err
		}
	}
	if v.problem == nil && (kind == "csv" || kind == "xlsx") {
		return sendCosts(w, p, kind, v)
	}
	return p.Render(w, r, page.View{Title: p.T("notices.op.costs"), Desk: true, Status: status(v.problem), Body: costsPage(p, v)})
}

// unitCosts returns a page of costs by unit and where the next one is; all of them for a file.
func (s site) unitCosts(ctx context.Context, p page.Page, in notify.Months, after *notify.CostAfter, all bool) (rows []namedCost, next string, err error) {
	for {
		found, more, err := s.svc.ListUnitCosts(ctx, p.Actor, in, after)
		if err != nil {
			return nil, "", err
		}
		for _, c := range found {
			name, err := unitName(ctx, p, c.Unit)
			if err != nil {
				return nil, "", err
			}
			rows = append(rows, namedCost{c, name})
		}
		switch {
		case more == nil:
			return rows, "", nil
		case !all:
			return rows, with(costsPath, "theo", byUnit, "from", in.From, "to", in.To, "sau", strconv.FormatInt(more.Cost, 10)+" "+more.Unit), nil
		}
		after = more
	}
}

// costAfter reads where a page goes on; what is no such place begins.
func costAfter(r *http.Request) *notify.CostAfter {
	cost, unit, found := strings.Cut(r.FormValue("sau"), " ")
	n, err := strconv.ParseInt(cost, 10, 64)
	if !found || err != nil {
		return nil
	}
	return &notify.CostAfter{Cost: n, Unit: unit}
}

func unitName(ctx context.Context, p page.Page, unit string) (string, error) {
	if unit == "" {
		return p.T("notices.op.no_unit"), nil
	}
	name, err := p.Site.Unit(ctx, unit)
	return or(p.Text(name), unit), err
}

// monthName is a month as people write it: 11/2026.
func monthName(month string) string {
	year, m, found := strings.Cut(month, "-")
	if !found {
		return month
	}
	return m + "/" + year
}

// monthItems are the months to choose from. The first leaves the end open.
func monthItems(p page.Page, v costs, open string) []ui.SelectItem {
	items := []ui.SelectItem{{Value: "", Text: p.T(open)}}
	for _, m := range v.Months {
		items = append(items, ui.SelectItem{Value: m, Text: monthName(m)})
	}
	return items
}

// costsHref is the page in its other shape or as a file, with the same months.
func costsHref(v costs, units bool, kind string) string {
	by := ""
	if units {
		by = byUnit
	}
	return with(costsPath, "theo", by, "from", v.in.From, "to", v.in.To, "kieu", kind)
}

func costChips(p page.Page, v costs) []ui.Chip {
	return []ui.Chip{
		{Text: p.T("notices.op.by_channel"), Href: costsHref(v, false, ""), On: !v.units, OnText: p.T("notices.chosen")},
		{Text: p.T("notices.op.by_unit"), Href: costsHref(v, true, ""), On: v.units, OnText: p.T("notices.chosen")},
	}
}

func costHead(p page.Page, v costs) []string {
	if !v.units {
		return []string{p.T("notices.op.month"), p.T("notices.op.channel"), p.T("notices.op.sent"), p.T("notices.op.each"), p.T("notices.op.cost")}
	}
	head := []string{p.T("notices.op.unit")}
	for _, c := range notify.Outside() {
		head = append(head, p.T("notices.channel."+string(c)))
	}
	return append(head, p.T("notices.op.sent"), p.T("notices.op.cost"))
}

func costRows(p page.Page, v costs) (rows []ui.WorkRow) {
	for _, c := range v.ByChannel {
		if v.units {
			break
		}
		rows = append(rows, ui.WorkRow{Cells: []ui.WorkCell{
			{Text: monthName(c.Month)}, {Text: p.T("notices.channel." + string(c.Channel))}, {Text: p.Number(c.N), Numeric: true}, {Text: p.Money(c.Cost / max(c.N, 1)), Numeric: true}, {Text: p.Money(c.Cost), Numeric: true},
		}})
	}
	for _, c := range v.rows {
		cells := []ui.WorkCell{{Text: c.Name}}
		for _, channel := range notify.Outside() {
			cells = append(cells, ui.WorkCell{Text: p.Number(c.By[channel]), Numeric: true})
		}
		rows = append(rows, ui.WorkRow{Cells: append(cells, ui.WorkCell{Text: p.Number(c.N), Numeric: true}, ui.WorkCell{Text: p.Money(c.Cost), Numeric: true})})
	}
	return rows
}

// sendCosts sends the costs as a file of a sheet program. Numbers stay numbers.
func sendCosts(w http.ResponseWriter, p page.Page, kind string, v costs) error {
	head := costHead(p, v)
	var rows [][]any
	for _, c := range v.ByChannel {
		if !v.units {
			rows = append(rows, []any{c.Month, p.T("notices.channel." + string(c.Channel)), c.N, c.Cost / max(c.N, 1), c.Cost})
		}
	}
	for _, c := range v.rows {
		row := []any{c.Name}
		for _, channel := range notify.Outside() {
			row = append(row, c.By[channel])
		}
		rows = append(rows, append(row, c.N, c.Cost))
	}
	var b bytes.Buffer
	var err error
	mime := "text/csv; charset=utf-8"
	if kind == "xlsx" {
		mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		columns := make([]sheet.Column, len(head))
		for i, title := range head {
			columns[i] = sheet.Column{Title: title, Width: 18}
		}
		err = sheet.WriteXLSX(&b, p.T("notices.op.costs"), columns, rows)
	} else {
		err = sheet.WriteCSV(&b, append([][]string{head}, cellTexts(rows)...))
	}
	if err != nil {
		return err
	}
	name := "chi-phi-tin-nhan"
	if v.units {
		name += "-theo-don-vi"
	}
	w.Header().Set("Content-Type", mime)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+"-"+p.Now.Format("20060102")+"."+kind+`"`)
	_, err = w.Write(b.Bytes())
	return err
}

// cellTexts writes a table of texts and whole numbers as texts.
func cellTexts(rows [][]any) [][]string {
	table := make([][]string, 0, len(rows))
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			switch is := cell.(type) {
			case int64:
				cells[i] = strconv.FormatInt(is, 10)
			case string:
				cells[i] = is
			}
		}
		table = append(table, cells)
	}
	return table
}
