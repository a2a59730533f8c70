// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"

	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/web"
)

// BooksPath is where registers are found to be written.
const BooksPath = "/soan-so"

// bookRoutes are the pages on which a change to a register begins.
func (h pages) bookRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET " + BooksPath, Access: mayRead(), Handle: h.books},
		{Pattern: "GET " + BooksPath + "/moi", Access: mayEdit(), Handle: h.newBook},
		{Pattern: "POST " + BooksPath + "/moi", Access: mayEdit(), Handle: h.beginBook},
		{Pattern: "POST " + BooksPath + "/{register}/sua", Access: mayEdit(), Handle: h.takeBook},
		{Pattern: "GET " + BooksPath + "/luoc-do.json", Access: mayRead(), Handle: h.bookSchema},
		{Pattern: "POST " + Path + "/{change}/them-so", Access: mayEdit(), Handle: h.addBook},
	}
}

func (h pages) books(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	all, err := h.svc.Books(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("authoring.registers.title"), Desk: true, Body: booksBody(p, all)})
}

// bookTyped is what a person typed about a new register.
type bookTyped struct{ Name, ID, From, Basis string }

func (h pages) newBook(w http.ResponseWriter, r *http.Request) error {
	return h.newBookPage(w, r, BooksPath+"/moi", bookTyped{From: r.URL.Query().Get("from")}, nil)
}

func (h pages) newBookPage(w http.ResponseWriter, r *http.Request, action string, f bookTyped, wrong []web.ProblemField) error {
	p := page.From(r.Context())
	all, err := h.svc.Books(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("authoring.registers.new"), Desk: true, Status: statusOf(wrong), Body: newBookBody(p, action, f, all, wrong)})
}

func typedBook(r *http.Request) (bookTyped, error) {
	if err := r.ParseForm(); err != nil {
		return bookTyped{}, web.ErrMalformed.Because(err)
	}
	return bookTyped{r.PostForm.Get("name"), r.PostForm.Get("id"), r.PostForm.Get("from"), r.PostForm.Get("basis")}, nil
}

// beginBook begins a change with a new register in it.
func (h pages) beginBook(w http.ResponseWriter, r *http.Request) error {
	f, err := typedBook(r)
	if err != nil {
		return err
	}
	change, id, err := h.svc.BeginRegister(r.Context(), page.From(r.Context()).Actor, core.NewBook(f))
	if errs.KindOf(err) == errs.Invalid {
		return h.newBookPage(w, r, BooksPath+"/moi", f, web.Problem(err).Fields)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, placeOf(change, authoring.Registers, id, ""), "authoring.registers.begun")
}

// addBook writes a new register into a change that there is.
func (h pages) addBook(w http.ResponseWriter, r *http.Request) error {
	f, err := typedBook(r)
	if err != nil {
		return err
	}
	c, err := h.change(r)
	if err != nil {
		return err
	}
	id, err := h.svc.AddRegister(r.Context(), page.From(r.Context()).Actor, c.ID, core.NewBook(f))
	if errs.KindOf(err) == errs.Invalid {
		return h.newBookPage(w, r, at(c.ID, "them-so"), f, web.Problem(err).Fields)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, placeOf(c.ID, authoring.Registers, id, ""), "authoring.registers.begun")
}

// takeBook begins a change to a register that is in force and opens it.
func (h pages) takeBook(w http.ResponseWriter, r *http.Request) error {
	register := r.PathValue("register")
	change, err := h.svc.TakeRegister(r.Context(), page.From(r.Context()).Actor, register)
	if err != nil {
		return err
	}
	return page.Done(w, r, placeOf(change, authoring.Registers, register, ""), "authoring.registers.taken")
}

// bookSchema is the JSON Schema of register files, for editors.
func (h pages) bookSchema(w http.ResponseWriter, _ *http.Request) error {
	all, err := packs.Schemas()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/schema+json")
	w.Header().Set("Content-Disposition", `attachment; filename="registers.schema.json"`)
	_, _ = w.Write(all["registers.schema.json"]) // the reader has gone: nobody to tell
	return nil
}
