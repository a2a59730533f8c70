// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"net/url"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/oversight/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
	"tinhso.vn/internal/platform/web"
)

// period is the form that chooses readings, as it was typed.
type period struct{ from, to, purpose string }

func periodOf(r *http.Request) period {
	return period{text.Line(r.FormValue("from")), text.Line(r.FormValue("to")), text.Line(r.FormValue("purpose"))}
}

func (v period) empty() bool { return v == period{} }

func (v period) values() url.Values {
	return url.Values{"from": {v.from}, "to": {v.to}, "purpose": {v.purpose}}
}

// filter reads the days; the last belongs to the period.
func (v period) filter() (f core.Filter, err error) {
	f.Purpose = access.Purpose(v.purpose)
	var wrong []errs.Field
	for _, d := range []struct {
		name, typed string
		to          *time.Time
		days        int
	}{{"from", v.from, &f.From, 0}, {"to", v.to, &f.To, 1}} {
		if d.typed == "" {
			continue
		}
		day, err := time.ParseInLocation("2/1/2006", d.typed, calendar.Zone())
		if err != nil {
			wrong = append(wrong, errs.Field{Name: d.name, Code: "oversight.no_date"})
			continue
		}
		*d.to = day.AddDate(0, 0, d.days)
	}
	return f, errs.BadInput(wrong)
}

// listed is a page of readings with the form that chose them.
type listed struct {
	path    string
	period  period
	found   core.Page[core.About]
	problem *web.ProblemError
}

func (s site) readings(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	l := listed{path: readingsPath, period: periodOf(r)}
	f, err := l.period.filter()
	if err == nil {
		l.found, err = s.svc.ListReadings(r.Context(), p.Actor, f, text.Line(r.FormValue("before")))
	}
	return s.show(w, r, l, err, page.View{Title: p.T("oversight.readings.title")}, func(l listed) page.View {
		return page.View{Body: readingsBody(p, l)}
	})
}

func (s site) mine(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	l := listed{path: minePath, period: periodOf(r)}
	f, err := l.period.filter()
	if err == nil {
		l.found, err = s.svc.ListMyReadings(r.Context(), p.Actor, f, text.Line(r.FormValue("before")))
	}
	return s.show(w, r, l, err, page.View{Title: p.T("oversight.mine.title"), Desk: p.Actor.Official()}, func(l listed) page.View {
		return page.View{Body: mineBody(p, l)}
	})
}

// show renders a list; with what is wrong where the form makes no sense.
func (s site) show(w http.ResponseWriter, r *http.Request, l listed, err error, v page.View, body func(listed) page.View) error {
	if err != nil {
		if l.problem = invalid(err); l.problem == nil {
			return err
		}
		v.Status = l.problem.Status
	}
	v.Body = body(l).Body
	return page.From(r.Context()).Render(w, r, v)
}

func (s site) sightings(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	found, err := s.svc.ListSightings(r.Context(), p.Actor, r.FormValue("after"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("oversight.sightings.title"), Body: sightingsBody(p, found)})
}

func (s site) export(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	f, err := periodOf(r).filter()
	if err != nil {
		return err
	}
	found, err := s.svc.ExportReadings(r.Context(), p.Actor, f)
	if err != nil {
		return err
	}
	table, err := table(p, found)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="ai-da-xem.csv"`)
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(table) // the reader has gone: nobody to tell
	return nil
}

// table writes readings as a spreadsheet reads them: with a mark that it is
// UTF-8, and without a cell that is a formula.
func table(p page.Page, found []core.About) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	rows := [][]string{{
		p.T("oversight.csv.at"), p.T("oversight.csv.who"), p.T("oversight.csv.post"), p.T("oversight.csv.unit"), p.T("oversight.csv.what"),
		p.T("oversight.csv.purpose"), p.T("oversight.csv.dossier"),
	}}
	for _, r := range found {
		rows = append(rows, []string{
			p.DateTime(r.At), r.Who.Name, p.Text(r.Who.Post), p.Text(r.Who.Unit), eventName(p, string(r.Event)), p.T("oversight.purpose." + string(r.Purpose)), r.Code,
		})
	}
	for _, row := range rows {
		for i := range row {
			row[i] = plain(row[i])
		}
	}
	if err := w.WriteAll(rows); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// plain keeps a spreadsheet from reading a cell as a formula.
func plain(cell string) string {
	if strings.ContainsAny(cell[:min(1, len(cell))], "=+-@\t\r\n") || strings.HasPrefix(cell, "＝") || strings.HasPrefix(cell, "＋") ||
		strings.HasPrefix(cell, "－") || strings.HasPrefix(cell, "＠") {
		return "'" + cell
	}
	return cell
}
