// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"bytes"
	"net/http"
	"net/url"
	"strconv"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/digitising"
	"tinhso.vn/internal/modules/digitising/internal/core"
	table "tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

const ratesPath = "/so-hoa/nang-suat"

// shareOf reads how many of 100 papers a second person looks at; what is no number is
// refused as it is.
func shareOf(value string) int {
	if value == "" {
		return 0
	}
	n, err := strconv.Atoi(value)
	if err != nil {
		return -1
	}
	return n
}

// limitOf reads how many of 100 may be wrong; nothing is the limit of the program.
func limitOf(value string) *int {
	if value == "" {
		return nil
	}
	n := shareOf(value)
	return &n
}

// did answers a post about a batch: by the page that is given, with what was done, or
// by the page of the batch or of a paper with why it was not.
func (s site) did(w http.ResponseWriter, r *http.Request, paper, to, done string, err error) error {
	if err == nil {
		return page.Done(w, r, to, done)
	}
	problem, err := problemOf(r, err)
	if err != nil {
		return err
	}
	if paper == "" {
		return s.batchPage(w, r, problem)
	}
	r.SetPathValue("paper", paper)
	return s.paperPage(w, r, nil, problem)
}

func (s site) split(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	batch := r.PathValue("batch")
	made, err := s.svc.Split(r.Context(), page.From(r.Context()).Actor, batch, r.PathValue("page"))
	return s.did(w, r, r.PostForm.Get("paper"), paperAt(batch, made), "digitising.split.done", err)
}

func (s site) join(w http.ResponseWriter, r *http.Request) error {
	batch, paper := r.PathValue("batch"), r.PathValue("paper")
	into, err := s.svc.Join(r.Context(), page.From(r.Context()).Actor, batch, paper)
	return s.did(w, r, paper, paperAt(batch, into), "digitising.join.done", err)
}

func (s site) draw(w http.ResponseWriter, r *http.Request) error {
	batch := r.PathValue("batch")
	_, err := s.svc.DrawSample(r.Context(), page.From(r.Context()).Actor, batch)
	return s.did(w, r, "", batchAt(batch, "#sample"), "digitising.sample.drawn", err)
}

func (s site) judge(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	batch, paper := r.PathValue("batch"), r.PathValue("paper")
	err := s.svc.JudgeSample(r.Context(), page.From(r.Context()).Actor, batch, paper, r.PostForm.Get("do") == "accept", r.PostForm.Get("words"))
	return s.did(w, r, paper, batchAt(batch, "#sample"), "digitising.sample.judged", err)
}

// sampled is the open or judged sample of a paper; nil: it is not in it.
func sampled(l core.Look, paper string) *core.Sample {
	for i := range l.Samples {
		if l.Samples[i].Paper == paper {
			return &l.Samples[i]
		}
	}
	return nil
}

// mayJudge reports whether somebody looks at a paper a second time.
func mayJudge(p page.Page, one *core.Sample) bool {
	return one != nil && one.State == core.SampleOpen && one.Clerk != p.Actor.Account && (p.Actor.May(digitising.PermScan) || p.Actor.May(digitising.PermSign))
}

func (s site) export(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	b, all, err := s.svc.ExportBatch(r.Context(), p.Actor, r.PathValue("batch"))
	if err != nil {
		return err
	}
	head := []string{p.T("digitising.field.box"), p.T("digitising.state")}
	for _, f := range core.Fields() {
		head = append(head, p.T("digitising.field."+f))
	}
	rows := [][]string{append(head, p.T("digitising.rates.clerk"))}
	for _, one := range all {
		row := []string{b.Box, p.T("digitising.state." + string(one.State))}
		for _, f := range core.Fields() {
			value := one.Facts.Fields[f].Value
			if f == core.FieldIssued {
				value = dayOut(p, value)
			}
			row = append(row, value)
		}
		who := ""
		if one.CheckedBy != "" {
			who = s.svc.Name(r.Context(), one.CheckedBy)
		}
		rows = append(rows, append(row, who))
	}
	return give(w, r, p.T("digitising.title"), "lo-so-hoa", rows)
}

// give answers with rows as a file of a sheet program.
func give(w http.ResponseWriter, r *http.Request, title, name string, rows [][]string) error {
	kind, ending := "text/csv; charset=utf-8", ".csv"
	var b bytes.Buffer
	var err error
	if r.URL.Query().Get("kieu") == "xlsx" {
		kind, ending = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"
		var columns []table.Column
		for _, head := range rows[0] {
			columns = append(columns, table.Column{Title: head, Width: 24})
		}
		cells := make([][]any, len(rows)-1)
		for i, row := range rows[1:] {
			for _, cell := range row {
				cells[i] = append(cells[i], cell)
			}
		}
		err = table.WriteXLSX(&b, title, columns, cells)
	} else {
		err = table.WriteCSV(&b, rows)
	}
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", `attachment; filename="`+name+ending+`"`)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	_, err = w.Write(b.Bytes())
	return err
}

// rates shows who has checked how much, and how much of it was wrong.
func (s site) rates(w http.ResponseWriter, r *http.Request) error {
	p, q := page.From(r.Context()), r.URL.Query()
	from, to := q.Get("tu"), q.Get("den")
	if from == "" && to == "" {
		from, to = p.Date(p.Now.AddDate(0, 0, -30)), p.Date(p.Now)
	}
	all, err := s.svc.ListRates(r.Context(), p.Actor, dayIn(from), dayIn(to))
	var problem *web.ProblemError
	if err != nil {
		if problem, err = problemOf(r, err); err != nil {
			return err
		}
	}
	if problem == nil && q.Get("kieu") != "" {
		return give(w, r, p.T("digitising.rates.title"), "nang-suat-so-hoa", ratesRows(p, all))
	}
	return p.Render(w, r, page.View{
		Title: p.T("digitising.rates.title"), Desk: true, Status: page.StatusOf(problem), Before: ui.BackLink(ui.BackLinkParams{Text: p.T("digitising.title"), Href: listPath}),
		Body: ratesBody(p, from, to, all, problem),
	})
}

func ratesRows(p page.Page, all []core.Rate) [][]string {
	rows := [][]string{{
		p.T("digitising.rates.unit"), p.T("digitising.rates.clerk"), p.T("digitising.rates.checked"), p.T("digitising.rates.entered"), p.T("digitising.rates.looked"), p.T("digitising.rates.redo"), p.T("digitising.rates.wrong"),
	}}
	for _, one := range all {
		wrong := "–"
		if n, some := one.Wrong(); some {
			wrong = strconv.Itoa(n) + " %"
		}
		rows = append(rows, []string{
			p.Text(one.UnitName), one.Name, strconv.Itoa(one.Checked), strconv.Itoa(one.Entered), strconv.Itoa(one.Looked), strconv.Itoa(one.Redo), wrong,
		})
	}
	return rows
}

func ratesTable(p page.Page, all []core.Rate) ui.TableParams {
	rows := ratesRows(p, all)
	t := ui.TableParams{Caption: p.T("digitising.rates.title"), CaptionClasses: "ts-visually-hidden", Cards: true}
	for i, head := range rows[0] {
		cell := ui.TableCell{Text: head}
		if i > 1 {
			cell.Format = "numeric"
		}
		t.Head = append(t.Head, cell)
	}
	for _, row := range rows[1:] {
		var cells []ui.TableCell
		for i, text := range row {
			cell := ui.TableCell{Text: text}
			if i > 1 {
				cell.Format = "numeric"
			}
			cells = append(cells, cell)
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

func ratesHref(from, to, kind string) string {
	return ratesPath + "?" + url.Values{"tu": {from}, "den": {to}, "kieu": {kind}}.Encode()
}
