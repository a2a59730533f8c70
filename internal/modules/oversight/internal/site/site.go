// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site shows the pages of oversight.
package site

import (
	"errors"
	"net/http"
	"net/url"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/oversight"
	"tinhso.vn/internal/modules/oversight/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// Path is where the pages begin.
const Path = "/oversight"

// Routes returns the pages.
func Routes(s *core.Service) []web.Route {
	p := pages{svc: s}
	return []web.Route{
		{Pattern: "GET /oversight", Access: web.Needs(string(oversight.PermView)), Handle: p.list},
		{Pattern: "GET /oversight/new", Access: web.Needs(string(oversight.PermAdd)), Handle: p.form},
		{Pattern: "POST /oversight", Access: web.Needs(string(oversight.PermAdd)), Handle: p.add},
	}
}

type pages struct{ svc *core.Service }

func (h pages) list(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	var after oversight.ID
	if s := r.URL.Query().Get("after"); s != "" {
		var err error
		if after, err = oversight.ParseID(s); err != nil {
			return err
		}
	}
	found, err := h.svc.List(r.Context(), p.Actor, after)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("oversight.title"), Body: list(p, found), Desk: true})
}

func (pages) form(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	return p.Render(w, r, page.View{Title: p.T("oversight.add"), Body: form(p, "", nil), Desk: true})
}

func (h pages) add(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	title := r.PostForm.Get("title")
	_, err := h.svc.Add(r.Context(), p.Actor, core.Draft{Unit: p.Actor.Unit, Title: title})
	var wrong *errs.Error
	switch {
	case errors.As(err, &wrong) && wrong.Kind == errs.Invalid:
		problem := web.Problem(err)
		return p.Render(w, r, page.View{
			Title: p.T("oversight.add"), Body: form(p, title, problem.Fields), Desk: true, Status: problem.Status,
		})
	case err != nil:
		return err
	}
	return page.Done(w, r, Path, "oversight.added")
}

func table(p page.Page, found []oversight.Entry) ui.TableParams {
	t := ui.TableParams{Head: []ui.TableCell{{Text: p.T("oversight.field.title")}, {Text: p.T("oversight.field.at")}}}
	for _, e := range found {
		t.Rows = append(t.Rows, []ui.TableCell{{Text: e.Title}, {Text: p.DateTime(e.At.Time)}})
	}
	return t
}

func nextPage(p page.Page, found []oversight.Entry) ui.PaginationParams {
	last := found[len(found)-1].ID
	return ui.PaginationParams{
		LandmarkLabel: p.T("oversight.pages"),
		Next:          &ui.PaginationLink{Text: p.T("oversight.next"), Href: Path + "?after=" + url.QueryEscape(string(last))},
	}
}

func summary(p page.Page, wrong []web.ProblemField) ui.ErrorSummaryParams {
	s := ui.ErrorSummaryParams{TitleText: p.T("page.error.input")}
	for _, f := range wrong {
		s.ErrorList = append(s.ErrorList, ui.ErrorItem{Text: p.Named(f.Code, f.Args), Href: "#title"})
	}
	return s
}

func titleInput(p page.Page, title string, wrong []web.ProblemField) ui.InputParams {
	in := ui.InputParams{
		Name: "title", Value: title,
		Label: ui.Label{Text: p.T("oversight.field.title")},
		Hint:  &ui.Hint{Text: p.T("oversight.field.title.hint", "max", core.MaxTitle)},
	}
	if said := p.Errors(wrong)["title"]; said != "" {
		in.ErrorMessage = &ui.ErrorMessage{Text: said}
	}
	return in
}
