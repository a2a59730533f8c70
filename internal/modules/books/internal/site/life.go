// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/web"
)

// lifeRoutes are the pages of moves: one for each, so that a move has an address.
func (s site) lifeRoutes(anybody web.Access) []web.Route {
	const at = booksPath + "/{register}/{record}/chuyen/{move}"
	return []web.Route{
		{Pattern: "GET " + at, Access: anybody, Handle: s.askMove},
		{Pattern: "POST " + at, Access: anybody, Handle: s.move},
	}
}

func movePath(register, record, move string) string {
	return recordPath(register, record) + "/chuyen/" + url.PathEscape(move)
}

// moveForm is a move with what was typed for it.
type moveForm struct {
	form
	core.MoveView
	Reason string
}

func (s site) moveForm(r *http.Request) (f moveForm, err error) {
	p := page.From(r.Context())
	v, err := s.svc.Move(r.Context(), p.Actor, r.PathValue("register"), r.PathValue("record"), r.PathValue("move"))
	if err != nil {
		return moveForm{}, err
	}
	f = moveForm{MoveView: v}
	f.form = form{Form: core.Form{Standing: v.Standing, Fields: v.Fields}, Record: v.Record.ID, Unit: v.Record.Unit, Seen: v.Record.Version, Typed: map[string]string{}}
	for _, field := range v.Fields {
		f.Typed[field.Key] = fill(field, v.Record.Values[field.Key])
	}
	return f, nil
}

func (s site) askMove(w http.ResponseWriter, r *http.Request) error {
	f, err := s.moveForm(r)
	if err != nil {
		return err
	}
	return s.renderMove(w, r, http.StatusOK, f)
}

func (s site) renderMove(w http.ResponseWriter, r *http.Request, status int, f moveForm) error {
	p := page.From(r.Context())
	w.Header().Set("Cache-Control", "no-store")
	return p.Render(w, r, page.View{
		Title: p.Text(f.Move.Name) + " · " + p.Text(f.MoveView.Definition.Title), Desk: p.Actor.Official(), Status: status, Body: movePage(p, f, s.names(r.Context(), p)),
	})
}

func (s site) move(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	p := page.From(r.Context())
	f, err := s.moveForm(r)
	if err != nil {
		return err
	}
	f.Reason = r.PostForm.Get("reason")
	values := f.take(r.PostForm)
	d := f.MoveView.Definition
	_, err = s.svc.MoveRecord(r.Context(), p.Actor, d.ID, f.form.Record, seen(r.PostForm), f.Move.ID, f.Reason, values)
	if err == nil {
		return page.Done(w, r, recordPath(d.ID, f.form.Record), "books.move.done")
	}
	problem := web.Problem(err)
	switch {
	case problem.Code == registers.ErrSameWrote.Code:
	case problem.Status != http.StatusUnprocessableEntity && problem.Status != http.StatusConflict:
		return err
	}
	p.Site.Explain(r, problem)
	f.fail(problem)
	return s.renderMove(w, r, problem.Status, f)
}

// stateName is what a state is called.
func stateName(p page.Page, d registers.Definition, id string) string {
	if state, ok := d.State(id); ok {
		return p.Text(state.Name)
	}
	return id
}

// moveName is what a move is called; its id where the file no longer has it.
func moveName(p page.Page, d registers.Definition, id string) string {
	if d.Life != nil {
		for _, m := range d.Life.Moves {
			if m.ID == id {
				return p.Text(m.Name)
			}
		}
	}
	return id
}
