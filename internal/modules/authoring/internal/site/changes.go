// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/platform/web"
)

// changeRoutes are the pages of changes and their procedures.
func (h pages) changeRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET " + Path, Access: mayRead(), Handle: h.list},
		{Pattern: "GET " + Path + "/{change}", Access: mayRead(), Handle: h.overview},
	}
}

func (h pages) list(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	all, err := h.svc.List(r.Context(), p.Actor, "", authoring.ID(r.URL.Query().Get("before")))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("authoring.list.title"), Desk: true, Body: listBody(p, all)})
}

func (h pages) overview(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	c, err := h.change(r)
	if err != nil {
		return err
	}
	items, err := h.svc.Items(r.Context(), p.Actor, c.ID)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: c.Title, Desk: true, Body: overviewBody(p, c, items)})
}
