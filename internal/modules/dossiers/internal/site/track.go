// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"errors"
	"net/http"
	"strings"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/web"
)

// track says where a dossier stands to anybody who has its code. A code that
// nobody gave and one that makes no sense get the same answer.
func (s site) track(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	key := strings.TrimSpace(r.FormValue("ma"))
	asked := r.URL.Query().Has("ma")
	w.Header().Set("Cache-Control", "no-store")
	if !asked {
		return p.Render(w, r, page.View{Title: p.T("dossiers.page.track.title"), Body: trackForm(p, "", nil)})
	}
	refused := func(text string, status int) error {
		wrong := &problem{Status: status}
		wrong.add("ma", text)
		return show(w, r, page.View{Title: p.T("dossiers.page.track.title"), Body: trackForm(p, key, wrong)}, wrong)
	}
	if key == "" {
		return refused(p.T("dossiers.page.track.empty"), http.StatusUnprocessableEntity)
	}
	found, err := s.svc.Track(r.Context(), key)
	if errors.Is(err, dossiers.ErrTrackNotFound) {
		return refused(p.T("dossiers.page.track.unknown"), http.StatusNotFound)
	}
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{
		Title: p.T("dossiers.page.track.of", "code", trackCode(found)), Before: back(p, "/tra-cuu"), Body: tracked(p, found),
	})
}

func trackCode(t core.Tracking) string {
	if t.Code != "" {
		return t.Code
	}
	return t.Reference
}

// find leads a code from the scanner at the counter to its case.
func (s site) find(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	key := strings.TrimSpace(r.FormValue("ma"))
	if key == "" {
		wrong := invalid()
		wrong.add("ma", p.T("dossiers.page.track.empty"))
		return show(w, r, page.View{Title: p.T("dossiers.page.find.title"), Desk: true, Body: findBody(p, key, wrong)}, wrong)
	}
	found, ok, err := s.svc.FindCode(r.Context(), p.Actor, key)
	if err != nil {
		return err
	}
	if ok {
		return web.SeeOther(w, r, at("xu-ly", string(found.ID)))
	}
	wrong := &problem{Status: http.StatusNotFound}
	wrong.add("ma", p.T("dossiers.page.find.none", "code", key))
	return show(w, r, page.View{Title: p.T("dossiers.page.find.title"), Desk: true, Body: findBody(p, key, wrong)}, wrong)
}
