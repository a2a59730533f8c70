// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site shows on the page of a case what can be looked up, what was answered,
// and what differs from what was declared.
package site

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/lookups"
	"tinhso.vn/internal/modules/lookups/internal/core"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// Site is the pages.
type Site struct{ svc *core.Service }

// New returns the pages.
func New(svc *core.Service) Site { return Site{svc} }

// Routes returns them as routes.
func (s Site) Routes() []web.Route {
	ask := web.Needs(string(lookups.PermAsk))
	return []web.Route{
		{Pattern: "GET /xu-ly/{id}/tra-cuu-csdl", Access: ask, Handle: s.list},
		{Pattern: "POST /xu-ly/{id}/tra-cuu-csdl", Access: ask, Handle: s.ask},
		{Pattern: "POST /xu-ly/{id}/tra-cuu-csdl/lay", Access: ask, Handle: s.take},
	}
}

func at(dossier string) string { return "/xu-ly/" + url.PathEscape(dossier) + "/tra-cuu-csdl" }

// Panel is what stands about look-ups on the page of a case; nil: nothing.
func (s Site) Panel(ctx context.Context, p page.Page, dossier string, mine bool) (templ.Component, error) {
	if mine || !p.Actor.May(lookups.PermAsk) {
		return nil, nil
	}
	all, err := s.svc.List(ctx, p.Actor, dossier)
	if errors.Is(err, lookups.ErrNotFound) { // the page is open to who may not look up
		all, err = nil, nil
	}
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return panel(p, dossier, all), nil
}

func (s Site) list(w http.ResponseWriter, r *http.Request) error {
	return s.listPage(w, r, nil, nil)
}

// listPage shows all look-ups of a dossier; fresh is an answer that is not kept.
func (s Site) listPage(w http.ResponseWriter, r *http.Request, fresh *core.Question, problem *web.ProblemError) error {
	p, id := page.From(r.Context()), r.PathValue("id")
	all, err := s.svc.List(r.Context(), p.Actor, id)
	if err != nil {
		return err
	}
	for i, q := range all {
		if fresh != nil && q.Source.ID == fresh.Source.ID && q.Use.ID == fresh.Use.ID {
			all[i] = *fresh
		}
	}
	v := page.View{Title: p.T("lookups.title"), Desk: true, Before: ui.BackLink(ui.BackLinkParams{Text: p.T("lookups.back"), Href: "/xu-ly/" + url.PathEscape(id)}), Body: listBody(p, id, all, problem)}
	if problem != nil {
		v.Status = problem.Status
	}
	return p.Render(w, r, v)
}

// told shows the page with what is wrong; others are the page of an error.
func (s Site) told(w http.ResponseWriter, r *http.Request, err error) error {
	problem := web.Problem(err)
	switch problem.Status {
	case http.StatusUnprocessableEntity, http.StatusConflict, http.StatusTooManyRequests:
	default:
		return err
	}
	page.From(r.Context()).Site.Explain(r, problem)
	return s.listPage(w, r, nil, problem)
}

func (s Site) ask(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	id := r.PathValue("id")
	q, err := s.svc.Ask(r.Context(), page.From(r.Context()).Actor, id, r.PostForm.Get("source"), r.PostForm.Get("use"))
	switch {
	case err != nil:
		return s.told(w, r, err)
	case q.Source.KeepHours == 0: // it is shown once, here
		return s.listPage(w, r, &q, nil)
	}
	return web.SeeOther(w, r, at(id)+"#"+anchor(q))
}

func (s Site) take(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	id := r.PathValue("id")
	if err := s.svc.Take(r.Context(), page.From(r.Context()).Actor, id, r.PostForm.Get("asked"), r.PostForm.Get("field")); err != nil {
		return s.told(w, r, err)
	}
	return page.Done(w, r, at(id), "lookups.take.done")
}

func anchor(q core.Question) string { return q.Source.ID + "-" + q.Use.ID }

// says is what came of a question, in words.
func says(p page.Page, q core.Question) string {
	switch {
	case q.ID == "":
		return p.T("lookups.never")
	case q.Outcome == lookups.Found && len(q.Lines) == 0:
		return p.T("lookups.kept_no_more")
	}
	return p.T("lookups.outcome." + string(q.Outcome))
}

// differs counts the fields in which the database says something else.
func differs(q core.Question) (n int) {
	for _, l := range q.Lines {
		if l.Differs {
			n++
		}
	}
	return n
}

func cells(p page.Page, dossier string, q core.Question) (rows [][]ui.TableCell) {
	for _, l := range q.Lines {
		value, declared := l.Value, l.Declared
		if value == "" {
			value = "–"
		}
		if l.Form == "" {
			declared = "–"
		}
		rows = append(rows, []ui.TableCell{{Text: p.Text(l.Field.Label)}, {Text: value}, {Text: declared}, {HTML: verdict(p, dossier, q, l)}})
	}
	return rows
}
