// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"bytes"
	"maps"
	"net/http"
	"net/url"
	"strconv"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/statistics/internal/core"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/ui"
)

func (s site) board(w http.ResponseWriter, r *http.Request) error {
	p, q := page.From(r.Context()), r.URL.Query()
	b, err := s.svc.Board(r.Context(), p.Actor, filterOf(q), byOf(q))
	problem := invalid(err)
	if err != nil && problem == nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("statistics.title"), Desk: true, Status: page.StatusOf(problem), Body: boardBody(p, b, problem)})
}

// take sends the table of a board.
func (s site) take(w http.ResponseWriter, r *http.Request) error {
	p, q := page.From(r.Context()), r.URL.Query()
	b, err := s.svc.ExportBoard(r.Context(), p.Actor, filterOf(q), byOf(q))
	if err != nil {
		return err
	}
	head := []string{p.T("statistics.by." + byName(b.By))}
	for _, c := range columns() {
		head = append(head, p.T("statistics.col."+c.name))
	}
	rows := [][]string{head}
	for _, f := range append(b.Rows, b.Sum) {
		line := []string{rowName(p, b.By, f)}
		for _, c := range columns() {
			line = append(line, strconv.FormatInt(c.value(f), 10))
		}
		rows = append(rows, line)
	}
	rows[len(rows)-1][0] = p.T("statistics.sum")
	var out bytes.Buffer
	if err := sheet.WriteCSV(&out, rows); err != nil {
		return err
	}
	return send(w, "text/csv; charset=utf-8", "thong-ke-"+b.Filter.From+"-"+b.Filter.To+".csv", out.Bytes())
}

// column is a number of the table of a board.
type column struct {
	name    string
	value   func(f dossiers.Figure) int64
	measure dossiers.Measure // what it opens; empty: it is a sum
	late    bool
}

func columns() []column {
	return []column{
		{"opening", func(f dossiers.Figure) int64 { return f.Opening }, "", false},
		{"received", func(f dossiers.Figure) int64 { return f.In() }, dossiers.MeasureReceived, false},
		{"online", func(f dossiers.Figure) int64 { return f.Received[dossiers.Online] }, "", false},
		{"early", func(f dossiers.Figure) int64 { return f.Early }, dossiers.MeasureEarly, false},
		{"on_time", func(f dossiers.Figure) int64 { return f.OnTime }, dossiers.MeasureOnTime, false},
		{"undated", func(f dossiers.Figure) int64 { return f.Undated }, dossiers.MeasureUndated, false},
		{"late", func(f dossiers.Figure) int64 { return f.Late }, dossiers.MeasureLate, true},
		{"withdrawn", func(f dossiers.Figure) int64 { return f.Withdrawn }, dossiers.MeasureWithdrawn, false},
		{"stopped", func(f dossiers.Figure) int64 { return f.Stopped }, dossiers.MeasureStopped, false},
		{"refused", func(f dossiers.Figure) int64 { return f.Refused }, dossiers.MeasureRefused, false},
		{"closing", func(f dossiers.Figure) int64 { return f.Closing }, dossiers.MeasureOpen, false},
		{"closing_late", func(f dossiers.Figure) int64 { return f.ClosingLate }, dossiers.MeasureOpenLate, true},
		{"paused", func(f dossiers.Figure) int64 { return f.Paused }, dossiers.MeasurePaused, false},
	}
}

// now reports whether a measure speaks of this moment: then it opens nothing of a
// time that is over.
func now(m dossiers.Measure) bool {
	return m == dossiers.MeasureOpen || m == dossiers.MeasureOpenLate || m == dossiers.MeasurePaused
}

// rowName is what a row is called.
func rowName(p page.Page, by dossiers.Dimension, f dossiers.Figure) string {
	if by == dossiers.ByMonth && len(f.Key) == len("2026-11") {
		return f.Key[5:] + "/" + f.Key[:4]
	}
	if name := p.Text(f.Name); name != "" {
		return name
	}
	if f.Key == "" {
		return p.T("statistics.no_name")
	}
	return f.Key
}

// narrowed is a filter that has become that of a row.
func narrowed(f core.Filter, by dossiers.Dimension, key string) core.Filter {
	one := filterOf(url.Values{inUnit: {key}, inField: {key}, inProcedure: {key}})
	switch by {
	case dossiers.ByUnit:
		f.Unit = one.Unit
	case dossiers.ByField:
		f.Field = one.Field
	case dossiers.ByProcedure:
		f.Procedure = one.Procedure
	case dossiers.ByMonth:
		from, err := calendar.ParseDate(key + "-01")
		if err != nil {
			return f
		}
		next := from.AddDays(32)
		next.Day = 1
		f.From, f.To = max(f.From, from.String()), min(f.To, next.AddDays(-1).String())
	case dossiers.ByNothing:
	}
	return f
}

// deeper is by what a row is taken apart when it is opened.
func deeper(by dossiers.Dimension) dossiers.Dimension {
	switch by {
	case dossiers.ByUnit:
		return dossiers.ByField
	case dossiers.ByField:
		return dossiers.ByProcedure
	case dossiers.ByProcedure, dossiers.ByNothing:
		return dossiers.ByMonth
	case dossiers.ByMonth:
	}
	return dossiers.ByUnit
}

// figureTable is the table of a board.
func figureTable(p page.Page, b core.Board) ui.TableParams {
	t := ui.TableParams{Caption: p.T("statistics.table", "from", day(p, b.Filter.From), "to", day(p, b.Filter.To)), CaptionClasses: "ts-table__caption--m", FirstCellIsHeader: true, Cards: true}
	t.Head = []ui.TableCell{{Text: p.T("statistics.by." + byName(b.By))}}
	for _, c := range columns() {
		t.Head = append(t.Head, ui.TableCell{Text: p.T("statistics.col." + c.name), Format: "numeric"})
	}
	today := p.Now.In(calendar.Zone()).Format("2006-01-02")
	for _, f := range b.Rows {
		name, to := rowName(p, b.By, f), narrowed(b.Filter, b.By, f.Key)
		row := []ui.TableCell{{HTML: nameLink(name, link(boardPath, to, inBy, byName(deeper(b.By))))}}
		for _, c := range columns() {
			cell := ui.TableCell{Text: p.Number(c.value(f)), Format: "numeric"}
			if c.measure != "" && c.value(f) > 0 && (!now(c.measure) || to.To == today) {
				cell = ui.TableCell{HTML: numberLink(p.Number(c.value(f)), link(listPath, to, inMeasure, string(c.measure)), p.T("statistics.col."+c.name)+", "+name, c.late), Format: "numeric"}
			}
			row = append(row, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	sum := []ui.TableCell{{Text: p.T("statistics.sum")}}
	for _, c := range columns() {
		sum = append(sum, ui.TableCell{Text: p.Number(c.value(b.Sum)), Format: "numeric"})
	}
	t.Rows = append(t.Rows, sum)
	return t
}

// tiles are what is open now; each leads on.
func tiles(p page.Page, b core.Board) []ui.Bucket {
	to := func(m dossiers.Measure) string { return link(listPath, b.Filter, inMeasure, string(m)) }
	return []ui.Bucket{
		{Count: p.Number(b.Now.Overdue), Text: p.T("statistics.now.overdue"), Href: link(stepsPath, b.Filter), Tone: ui.ToneLate},
		{Count: p.Number(b.Now.Today), Text: p.T("statistics.now.today"), Href: link(stepsPath, b.Filter), Tone: ui.ToneSoon},
		{Count: p.Number(b.Now.Soon), Text: p.T("statistics.now.soon"), Href: link(stepsPath, b.Filter)},
		{Count: p.Number(b.Now.Waiting), Text: p.T("statistics.now.waiting"), Href: to(dossiers.MeasurePaused), Tone: ui.ToneHold},
		{Count: p.Number(b.Now.Total()), Text: p.T("statistics.now.all"), Href: to(dossiers.MeasureOpen)},
	}
}

// chart shows months: received, solved late.
func chart(p page.Page, b core.Board) ui.ChartParams {
	c := ui.ChartParams{Label: p.T("statistics.chart"), Series: []string{p.T("statistics.col.received"), p.T("statistics.chart.solved"), p.T("statistics.col.late")}}
	for _, f := range b.Rows {
		c.Points = append(c.Points, ui.ChartPoint{
			Label: rowName(p, b.By, f), Values: []float64{float64(f.In()), float64(f.Solved()), float64(f.Late)}, Said: []string{p.Number(f.In()), p.Number(f.Solved()), p.Number(f.Late)},
		})
	}
	return c
}

// periods are the ones that leaders ask for every week.
func periods(p page.Page) (all [][3]string) {
	t := p.Now.In(calendar.Zone())
	d := calendar.On(t)
	first := calendar.Date{Year: d.Year, Month: d.Month, Day: 1}
	last := first.AddDays(-1)
	quarter := calendar.Date{Year: d.Year, Month: (d.Month-1)/3*3 + 1, Day: 1}
	year := calendar.Date{Year: d.Year, Month: 1, Day: 1}
	return [][3]string{
		{p.T("statistics.period.month"), first.String(), d.String()},
		{p.T("statistics.period.last"), calendar.Date{Year: last.Year, Month: last.Month, Day: 1}.String(), last.String()},
		{p.T("statistics.period.quarter"), quarter.String(), d.String()},
		{p.T("statistics.period.year"), year.String(), d.String()},
		{p.T("statistics.period.before"), calendar.Date{Year: d.Year - 1, Month: 1, Day: 1}.String(), calendar.Date{Year: d.Year - 1, Month: 12, Day: 31}.String()},
	}
}

func (s site) steps(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	b, err := s.svc.Steps(r.Context(), p.Actor, filterOf(r.URL.Query()))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("statistics.steps.title"), Desk: true, Before: back(p, link(boardPath, b.Filter)), Body: stepsBody(p, b)})
}

// stepTable shows who, or which step, has how much. A number leads to where the work
// is given out, for those who do that.
func stepTable(p page.Page, b core.Steps, caption, head string, all []dossiers.StepLoad) ui.TableParams {
	t := ui.TableParams{Caption: caption, CaptionClasses: "ts-table__caption--m", FirstCellIsHeader: true, Cards: true, Head: []ui.TableCell{{Text: head}}}
	for _, name := range []string{"overdue", "today", "soon", "waiting", "other"} {
		t.Head = append(t.Head, ui.TableCell{Text: p.T("statistics.now." + name), Format: "numeric"})
	}
	if b.May {
		t.Head = append(t.Head, ui.TableCell{Text: p.T("statistics.give")})
	}
	for _, l := range all {
		name, q := p.Text(l.Step), url.Values{"ten-buoc": {l.Step.VI}}
		if l.Account != "" {
			name, q = l.Who, url.Values{"nguoi": {l.Account}}
			if l.Account == "-" {
				name = p.T("statistics.nobody")
			}
		}
		if b.Filter.Procedure != "" {
			q.Set(inProcedure, string(b.Filter.Procedure))
		}
		row := []ui.TableCell{{Text: name}}
		for _, n := range []struct {
			bucket string
			count  int64
		}{{"overdue", l.Overdue}, {"today", l.Today}, {"soon", l.Soon}, {"waiting", l.Waiting}, {"other", l.Other}} {
			cell := ui.TableCell{Text: p.Number(n.count), Format: "numeric"}
			if b.May && n.count > 0 {
				at := url.Values{"han": {n.bucket}}
				maps.Copy(at, q)
				cell = ui.TableCell{HTML: numberLink(p.Number(n.count), workPath+"?"+at.Encode(), p.T("statistics.now."+n.bucket)+", "+name, n.bucket == "overdue"), Format: "numeric"}
			}
			row = append(row, cell)
		}
		if b.May {
			row = append(row, ui.TableCell{HTML: giveLink(p, workPath+"?"+q.Encode(), name)})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (s site) list(w http.ResponseWriter, r *http.Request) error {
	p, q := page.From(r.Context()), r.URL.Query()
	measure := dossiers.Measure(q.Get(inMeasure))
	if measure == "" {
		measure = dossiers.MeasureOpen
	}
	l, err := s.svc.List(r.Context(), p.Actor, filterOf(q), measure, q.Get(inAfter))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("statistics.measure." + string(l.Measure)), Desk: true, Before: back(p, link(boardPath, l.Filter)), Body: listBody(p, l)})
}

func listRows(p page.Page, l core.Listed) []ui.WorkRow {
	rows := make([]ui.WorkRow, len(l.Items))
	for i, d := range l.Items {
		rows[i].Cells = []ui.WorkCell{
			{Text: d.Code, Href: dossierPath + string(d.ID), Sub: p.T(d.Status.Key())},
			{Text: p.Text(d.Name), Sub: d.Field},
			{Text: p.Text(l.Names(d.Unit))},
			{Text: p.T(d.Channel.Key())},
			{Text: p.Date(d.Accepted.Time)},
			{Text: p.Date(d.Due.Time)},
			{Text: p.Date(d.Ended.Time)},
		}
	}
	return rows
}

func (s site) recount(w http.ResponseWriter, r *http.Request) error {
	if err := s.svc.Recount(r.Context(), page.From(r.Context()).Actor); err != nil {
		return err
	}
	return page.Done(w, r, boardPath, "statistics.recounting")
}

func mirrorFigures(p page.Page, all []dossiers.MirrorFigure) ui.TableParams {
	t := ui.TableParams{Caption: p.T("statistics.mirrors"), Cards: true, FirstCellIsHeader: true, Head: []ui.TableCell{
		{Text: p.T("statistics.mirrors.system")},
		{Text: p.T("statistics.mirrors.received"), Format: "numeric"},
		{Text: p.T("statistics.mirrors.ended"), Format: "numeric"},
		{Text: p.T("statistics.mirrors.open"), Format: "numeric"},
		{Text: p.T("statistics.mirrors.late"), Format: "numeric"},
	}}
	for _, m := range all {
		t.Rows = append(t.Rows, []ui.TableCell{
			{Text: p.Text(m.Keeper.NameOf())}, {Text: p.Number(m.Received), Format: "numeric"}, {Text: p.Number(m.Ended), Format: "numeric"}, {Text: p.Number(m.Open), Format: "numeric"}, {Text: p.Number(m.Late), Format: "numeric"},
		})
	}
	return t
}
