// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/web"
)

// destroying are the pages of records whose time is over.
func (s site) destroying(anybody web.Access) []web.Route {
	const under = booksPath + "/{register}/luu-tru"
	return []web.Route{
		{Pattern: "GET " + under, Access: anybody, Handle: s.due},
		{Pattern: "POST " + under, Access: anybody, Handle: s.proposeDestruction},
		{Pattern: "GET " + under + "/da-huy", Access: anybody, Handle: s.gone},
		{Pattern: "GET " + under + "/giu/{record}", Access: anybody, Handle: s.holds},
		{Pattern: "POST " + under + "/giu/{record}", Access: anybody, Handle: s.placeHold},
		{Pattern: "POST " + under + "/giu/{record}/go/{hold}", Access: anybody, Handle: s.liftHold},
	}
}

func duePath(register string) string { return booksPath + "/" + url.PathEscape(register) + "/luu-tru" }

func holdPath(register, record string) string {
	return duePath(register) + "/giu/" + url.PathEscape(record)
}

// duePage is what is past its time, or what became of what was picked of it.
type duePage struct {
	core.DuePage

	Results []core.Asked
	Problem *web.ProblemError
}

func (s site) due(w http.ResponseWriter, r *http.Request) error {
	return s.renderDue(w, r, duePage{})
}

func (s site) renderDue(w http.ResponseWriter, r *http.Request, d duePage) (err error) {
	p := page.From(r.Context())
	if d.DuePage, err = s.svc.Due(r.Context(), p.Actor, r.PathValue("register"), r.URL.Query().Get("sau")); err != nil {
		return err
	}
	view := page.View{Title: p.T("books.due.title", "register", d.Definition.Title), Desk: true, Body: dueList(p, d, s.names(r.Context(), p))}
	if d.Problem != nil {
		view.Status = d.Problem.Status
	}
	w.Header().Set("Cache-Control", "no-store")
	return p.Render(w, r, view)
}

func (s site) proposeDestruction(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	p := page.From(r.Context())
	var picked []core.Picked
	for _, one := range r.PostForm["record"] {
		record, version, _ := strings.Cut(one, ".")
		seen, err := strconv.ParseInt(version, 10, 64)
		if err != nil {
			return web.ErrMalformed.Because(err)
		}
		picked = append(picked, core.Picked{Record: record, Seen: seen})
	}
	all, err := s.svc.ProposeDestruction(r.Context(), p.Actor, r.PathValue("register"), picked)
	if err != nil {
		problem := web.Problem(err)
		if problem.Status != http.StatusUnprocessableEntity {
			return err
		}
		p.Site.Explain(r, problem)
		return s.renderDue(w, r, duePage{Problem: problem})
	}
	for _, one := range all {
		if one.Err != nil {
			return s.renderDue(w, r, duePage{Results: all})
		}
	}
	return page.Done(w, r, shelfPath(r.PathValue("register"), registers.ByMe), "books.due.proposed")
}

func (s site) gone(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	found, err := s.svc.Gone(r.Context(), p.Actor, r.PathValue("register"), r.URL.Query().Get("sau"))
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return p.Render(w, r, page.View{Title: p.T("books.gone.title", "register", found.Definition.Title), Desk: true, Body: goneList(p, found, units(r.Context(), p))})
}

// holding is the page of the legal holds of a record.
type holding struct {
	core.HeldView

	Typed   string
	Lifting string // the hold that was to be lifted; empty: one was to be placed
	Problem *web.ProblemError
}

func (s site) holds(w http.ResponseWriter, r *http.Request) error {
	return s.renderHolds(w, r, holding{})
}

func (s site) renderHolds(w http.ResponseWriter, r *http.Request, h holding) (err error) {
	p := page.From(r.Context())
	if h.HeldView, err = s.svc.Holds(r.Context(), p.Actor, r.PathValue("register"), r.PathValue("record")); err != nil {
		return err
	}
	view := page.View{Title: p.T("books.hold.title") + " · " + p.Text(h.Definition.Title), Desk: true, Body: holdPage(p, h)}
	if h.Problem != nil {
		view.Status = h.Problem.Status
	}
	w.Header().Set("Cache-Control", "no-store")
	return p.Render(w, r, view)
}

func (s site) placeHold(w http.ResponseWriter, r *http.Request) error {
	return s.heldBy(w, r, "", "books.hold.placed", func(p page.Page, register, record, reason string) error {
		_, err := s.svc.PlaceHold(r.Context(), p.Actor, register, record, reason)
		return err
	})
}

func (s site) liftHold(w http.ResponseWriter, r *http.Request) error {
	hold := r.PathValue("hold")
	return s.heldBy(w, r, hold, "books.hold.lifted", func(p page.Page, register, record, reason string) error {
		return s.svc.LiftHold(r.Context(), p.Actor, register, record, hold, reason)
	})
}

func (s site) heldBy(w http.ResponseWriter, r *http.Request, hold, done string, do func(p page.Page, register, record, reason string) error) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	p, register, record := page.From(r.Context()), r.PathValue("register"), r.PathValue("record")
	if err := do(p, register, record, r.PostForm.Get("reason")); err != nil {
		problem := web.Problem(err)
		if problem.Status != http.StatusUnprocessableEntity {
			return err
		}
		p.Site.Explain(r, problem)
		return s.renderHolds(w, r, holding{Typed: r.PostForm.Get("reason"), Lifting: hold, Problem: problem})
	}
	return page.Done(w, r, holdPath(register, record), done)
}
