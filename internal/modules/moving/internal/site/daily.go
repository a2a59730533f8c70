// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/moving/internal/core"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

func dailyAt(wave string) string { return waveAt(wave) + "/hang-ngay" }

func (s site) daily(w http.ResponseWriter, r *http.Request) error {
	return s.dailyPage(w, r, nil, nil)
}

func (s site) dailyPage(w http.ResponseWriter, r *http.Request, form url.Values, problem *web.ProblemError) error {
	p := page.From(r.Context())
	v, err := s.svc.GetDaily(r.Context(), p.Actor, r.PathValue("wave"), r.URL.Query().Get("before"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{
		Title: p.T("moving.daily"), Desk: true, Status: page.StatusOf(problem), Before: ui.BackLink(ui.BackLinkParams{Text: v.Wave.Name, Href: waveAt(v.ID)}), Body: dailyBody(p, v, form, problem),
	})
}

func (s site) setDaily(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	wave, in := r.PathValue("wave"), r.PostForm
	on, hour := in.Get("do") != "off", core.UsualHour
	if on {
		var err error
		if hour, err = strconv.Atoi(in.Get("hour")); err != nil {
			hour = -1 // refused with its reason
		}
	}
	err := s.svc.SetDaily(r.Context(), page.From(r.Context()).Actor, wave, on, hour)
	if err == nil {
		return page.Done(w, r, dailyAt(wave), "moving.daily_set")
	}
	problem, err := page.Refused(r, err)
	if err != nil {
		return err
	}
	return s.dailyPage(w, r, in, problem)
}

func hourOf(form url.Values, d core.Daily) string {
	if form.Has("hour") {
		return form.Get("hour")
	}
	return strconv.Itoa(d.Hour)
}

// toned is a number of differences: none is good, any is not, and says so.
func toned(p page.Page, n int) ui.WorkCell {
	if n == 0 {
		return ui.WorkCell{Text: "0", Numeric: true}
	}
	return ui.WorkCell{HTML: ui.Tag(ui.TagParams{Text: number(p, n), Classes: "ts-tag--late"}), Numeric: true}
}

func dayRows(p page.Page, all []core.Comparison) (rows []ui.WorkRow) {
	for _, c := range all {
		first := ui.WorkCell{Text: p.Date(c.At.Time), Href: comparisonAt(c.ID)}
		if c.State != "done" {
			first.Sub = p.T("moving.compare.running")
			if c.State == "failed" {
				first.Sub = p.T("moving.run.failed", "why", p.Named(c.Problem, nil))
			}
			rows = append(rows, ui.WorkRow{Cells: []ui.WorkCell{first, {Text: "–"}, {Text: "–"}, {Text: "–"}, {Text: "–"}, {Text: "–"}}})
			continue
		}
		score := c.Scores[core.ScoreName]
		figures := ui.WorkCell{Text: p.T("moving.counts.equal")}
		if n := core.FormDiffers(c); n > 0 {
			figures = ui.WorkCell{HTML: ui.Tag(ui.TagParams{Text: p.T("moving.daily.form", "n", n), Classes: "ts-tag--late"})}
		}
		rows = append(rows, ui.WorkRow{Cells: []ui.WorkCell{
			first, toned(p, c.Kinds["status"]), toned(p, c.Kinds["due"]), toned(p, c.Kinds["missing"]+c.Kinds["extra"]), figures, {Text: p.Decimal(score[0], 2) + " / " + p.Decimal(score[1], 2), Numeric: true},
		}})
	}
	return rows
}

// countRows shows both sides by procedure and month; where they differ, it is said in
// red and in words.
func countRows(p page.Page, v core.CountsView) (rows []ui.WorkRow) {
	for _, c := range v.Counts {
		last := ui.WorkCell{HTML: ui.Tag(ui.TagParams{Text: p.T("moving.counts.equal"), Classes: "ts-tag--ok"})}
		switch by := c.Ours - c.Theirs; {
		case by < 0:
			last.HTML = ui.Tag(ui.TagParams{Text: p.T("moving.counts.less", "n", -by), Classes: "ts-tag--late"})
		case by > 0:
			last.HTML = ui.Tag(ui.TagParams{Text: p.T("moving.counts.more", "n", by), Classes: "ts-tag--late"})
		}
		rows = append(rows, ui.WorkRow{Cells: []ui.WorkCell{
			{Text: p.Text(v.Names[c.Procedure]), Sub: monthOf(c.Month)}, {Text: number(p, c.Theirs), Numeric: true}, {Text: number(p, c.Ours), Numeric: true}, last,
		}})
	}
	return rows
}

// monthOf writes a month as people do: 11/2026.
func monthOf(month string) string {
	if y, m, ok := strings.Cut(month, "-"); ok {
		return m + "/" + y
	}
	return month
}

// countsNext is the address of the next page of counts.
func countsNext(comparison string, v core.CountsView) string {
	return comparisonAt(comparison) + "?procedure=" + url.QueryEscape(v.Procedure) + "&month=" + url.QueryEscape(v.Next) + "#counts"
}

func (s site) exportCounts(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	return table(w, "so-ho-so.csv", []any{
		p.T("moving.col.procedure"), p.T("moving.col.name"), p.T("moving.col.month"), p.T("moving.col.theirs"), p.T("moving.col.ours"), p.T("moving.col.difference"),
	}, func(write func(row ...any) error) error {
		return s.svc.ExportCounts(r.Context(), p.Actor, r.PathValue("comparison"), write)
	})
}

// table answers a CSV; it begins with its first row, so that a refusal is none.
func table(w http.ResponseWriter, name string, head []any, rows func(write func(row ...any) error) error) error {
	h := w.Header()
	var out sheet.Writer
	begin := func() (err error) {
		h.Set("Content-Type", "text/csv; charset=utf-8")
		h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
		if out, err = sheet.NewCSV(w, true); err != nil {
			return err
		}
		return out.Write(head...)
	}
	err := rows(func(row ...any) error {
		if out == nil {
			if err := begin(); err != nil {
				return err
			}
		}
		return out.Write(row...)
	})
	if err == nil && out == nil {
		err = begin()
	}
	if err != nil {
		return err
	}
	return out.Close()
}
