// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

func viewsPath(l list) string { return bookPath(l.Definition) + "/goc-nhin" }

// viewsHref is the page on which views are kept: for the list as it is looked at.
func viewsHref(l list) string { return viewsPath(l) + "?" + l.now().Encode() }

// looking are the pages of views.
func (s site) looking() []web.Route {
	anybody := web.Public()
	const path = booksPath + "/{register}/goc-nhin"
	return []web.Route{
		{Pattern: "GET " + path, Access: anybody, Handle: s.views},
		{Pattern: "POST " + path, Access: anybody, Handle: s.saveView},
		{Pattern: "POST " + path + "/mo-dau", Access: anybody, Handle: s.openWith},
		{Pattern: "POST " + path + "/doi/{view}", Access: anybody, Handle: s.changeView},
		{Pattern: "POST " + path + "/xoa/{view}", Access: anybody, Handle: s.removeView},
	}
}

// looked is a list without its records, as a form or an address speaks of it.
func (s site) looked(r *http.Request, sent url.Values) (l list, err error) {
	p := page.From(r.Context())
	book, err := s.svc.Book(r.Context(), p.Actor, r.PathValue("register"))
	if err != nil {
		return l, err
	}
	l = list{Units: book.Units, unit: s.names(r.Context(), p)}
	l.Register, l.Sent = book.Register, sent
	if l.Views, err = s.svc.ListViews(r.Context(), p.Actor, book.Definition.ID); err != nil {
		return l, err
	}
	return l, nil
}

func (s site) views(w http.ResponseWriter, r *http.Request) error {
	return s.viewsShown(w, r, r.URL.Query(), nil)
}

func (s site) viewsShown(w http.ResponseWriter, r *http.Request, sent url.Values, problem *web.ProblemError) error {
	p := page.From(r.Context())
	if !p.Actor.Official() {
		return web.ErrNoSuchPage
	}
	l, err := s.looked(r, sent)
	if err != nil {
		return err
	}
	v := page.View{Title: p.T("books.views.title") + " · " + p.Text(l.Definition.Title), Desk: true, Body: viewsBody(p, l, problem)}
	if problem != nil {
		v.Status = problem.Status
	}
	return p.Render(w, r, v)
}

func (s site) saveView(w http.ResponseWriter, r *http.Request) error { return s.keepView(w, r, "") }

func (s site) changeView(w http.ResponseWriter, r *http.Request) error {
	return s.keepView(w, r, r.PathValue("view"))
}

func (s site) keepView(w http.ResponseWriter, r *http.Request, id string) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	p := page.From(r.Context())
	l, err := s.looked(r, r.PostForm)
	if err != nil {
		return err
	}
	in := core.Saving{ID: id, Name: r.PostForm.Get("name"), Share: r.PostForm.Get("share") != ""}
	if look := lookOf(l.Register, r.PostForm); id == "" || r.PostForm.Get("do") == "take" {
		in.Look = &look
	}
	if _, err := s.svc.SaveView(r.Context(), p.Actor, l.Definition.ID, in); err != nil {
		problem := web.Problem(err)
		if problem.Status != http.StatusUnprocessableEntity && problem.Status != http.StatusConflict {
			return err
		}
		p.Site.Explain(r, problem)
		return s.viewsShown(w, r, r.PostForm, problem)
	}
	return page.Done(w, r, viewsPath(l), "books.views.saved")
}

func (s site) removeView(w http.ResponseWriter, r *http.Request) error {
	register := r.PathValue("register")
	if err := s.svc.RemoveView(r.Context(), page.From(r.Context()).Actor, register, r.PathValue("view")); err != nil {
		return err
	}
	return page.Done(w, r, booksPath+"/"+url.PathEscape(register)+"/goc-nhin", "books.views.removed")
}

func (s site) openWith(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	register := r.PathValue("register")
	if err := s.svc.OpenWith(r.Context(), page.From(r.Context()).Actor, register, r.PostForm.Get("view")); err != nil {
		return err
	}
	return page.Done(w, r, booksPath+"/"+url.PathEscape(register)+"/goc-nhin", "books.views.saved")
}

// hidden is what is looked at, in a form.
func (l list) hidden() (all []ui.HiddenField) {
	for name, values := range kept(l.Register, l.Sent) {
		for _, v := range values {
			all = append(all, ui.HiddenField{Name: name, Value: v})
		}
	}
	return all
}

func (l list) firstItems(p page.Page) (items []ui.SelectItem, first string) {
	items = append(items, ui.SelectItem{Text: p.T("books.views.all")})
	for _, v := range l.Views {
		items = append(items, ui.SelectItem{Value: v.ID, Text: v.Name})
		if v.First {
			first = v.ID
		}
	}
	return items, first
}
