// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/satisfaction"
	"tinhso.vn/internal/modules/satisfaction/internal/core"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// publicCSVPath is where the figures of a month are taken as open data.
const publicCSVPath = satisfaction.PublicPath + "/so-lieu.csv"

// public shows everybody the figures of a month, by unit, or of a unit by procedure.
func (s site) public(w http.ResponseWriter, r *http.Request) error {
	p, q := page.From(r.Context()), r.URL.Query()
	pub, err := s.svc.Publish(r.Context(), q.Get("thang"))
	var problem *web.ProblemError
	if err != nil {
		if problem, err = page.Refused(r, err); err != nil {
			return err
		}
		if pub, err = s.svc.Publish(r.Context(), ""); err != nil {
			return err
		}
	}
	v := page.View{Title: p.T("satisfaction.public.title"), Description: p.T("satisfaction.public.lead"), Status: page.StatusOf(problem)}
	var unit *core.UnitCell
	if id := q.Get("don-vi"); id != "" {
		one, shown := pub.Unit(id)
		if !shown {
			return satisfaction.ErrNotFound
		}
		unit = &one
		v.Title = p.Text(one.Name)
		v.Before = ui.BackLink(ui.BackLinkParams{Text: p.T("satisfaction.public.title"), Href: publicAt(pub.Month, "")})
	}
	v.Body = publicBody(p, pub, unit, problem)
	return p.Render(w, r, v)
}

// publicAt is the address of a month, of all units or of one.
func publicAt(month, unit string) string {
	q := url.Values{"thang": {month}}
	if unit != "" {
		q.Set("don-vi", unit)
	}
	return satisfaction.PublicPath + "?" + q.Encode()
}

func (s site) publicCSV(w http.ResponseWriter, r *http.Request) error {
	rows, pub, err := s.svc.PublicRows(r.Context(), r.URL.Query().Get("thang"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="hai-long-`+pub.Month+`.csv"`)
	return sheet.WriteCSV(w, rows)
}

func monthName(month string) string { return month[5:] + "/" + month[:4] }
