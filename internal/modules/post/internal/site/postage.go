// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// postagePath shows what carrying results costs.
const postagePath = "/buu-chinh/cuoc"

func (s site) postage(w http.ResponseWriter, r *http.Request) error {
	p, q := page.From(r.Context()), r.URL.Query()
	l, err := s.svc.ListPostage(r.Context(), p.Actor, q.Get("from"), q.Get("until"))
	var problem *web.ProblemError
	if err != nil {
		if problem, err = page.Refused(r, err, errs.Unavailable); err != nil {
			return err
		}
	}
	return p.Render(w, r, page.View{
		Title: p.T("post.postage.title"), Desk: true, Status: page.StatusOf(problem), Before: ui.BackLink(ui.BackLinkParams{Text: p.T("post.title"), Href: deskPath}),
		Body: postageBody(p, l, problem),
	})
}

func (s site) postageCSV(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	rows, err := s.svc.PostageRows(r.Context(), page.From(r.Context()).Actor, q.Get("from"), q.Get("until"))
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="cuoc-buu-chinh.csv"`)
	h.Set("Cache-Control", "private, no-store")
	return sheet.WriteCSV(w, rows)
}
