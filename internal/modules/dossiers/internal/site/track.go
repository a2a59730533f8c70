// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/ics"
	"tinhso.vn/internal/platform/web"
)

// track says where a dossier stands to anybody who has its code. A code that
// nobody gave and one that makes no sense get the same answer.
func (s site) track(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	key := strings.TrimSpace(r.FormValue("ma"))
	w.Header().Set("Cache-Control", "no-store")
	if !r.URL.Query().Has("ma") {
		return p.Render(w, r, page.View{Title: p.T("dossiers.page.track.title"), Body: trackForm(p, "", "", nil)})
	}
	if key == "" {
		return s.trackRefused(w, r, key, "", "dossiers.page.track.empty", http.StatusUnprocessableEntity)
	}
	found, err := s.svc.Track(r.Context(), key)
	if errors.Is(err, dossiers.ErrTrackNotFound) {
		return s.trackRefused(w, r, key, "", "dossiers.page.track.unknown", http.StatusNotFound)
	}
	if err != nil {
		return err
	}
	return s.tracked(w, r, found)
}

// trackOwn is track for who also gives the telephone number: that never stands
// in an address.
func (s site) trackOwn(w http.ResponseWriter, r *http.Request) error {
	form, err := formOf(r)
	if err != nil {
		return err
	}
	key, phone := strings.TrimSpace(form.Get("ma")), strings.TrimSpace(form.Get("dien-thoai"))
	w.Header().Set("Cache-Control", "no-store")
	if key == "" {
		return s.trackRefused(w, r, key, phone, "dossiers.page.track.empty", http.StatusUnprocessableEntity)
	}
	if phone == "" {
		return web.SeeOther(w, r, "/tra-cuu?"+url.Values{"ma": {key}}.Encode())
	}
	found, err := s.svc.TrackOwn(r.Context(), key, phone)
	if errors.Is(err, dossiers.ErrTrackNotFound) {
		return s.trackRefused(w, r, key, phone, "dossiers.page.track.unknown_pair", http.StatusNotFound)
	}
	if err != nil {
		return err
	}
	return s.tracked(w, r, found)
}

func (s site) trackRefused(w http.ResponseWriter, r *http.Request, key, phone, text string, status int) error {
	p := page.From(r.Context())
	wrong := &problem{Status: status}
	wrong.add("ma", p.T(text))
	return show(w, r, page.View{Title: p.T("dossiers.page.track.title"), Body: trackForm(p, key, phone, wrong)}, wrong)
}

func (s site) tracked(w http.ResponseWriter, r *http.Request, t core.Tracking) error {
	p := page.From(r.Context())
	return p.Render(w, r, page.View{
		Title: p.T("dossiers.page.track.of", "code", trackCode(t)), Before: back(p, "/tra-cuu"), Body: tracked(p, t),
	})
}

// early is how long before the day of the result people are reminded: at eight
// in the morning of the day before.
const early = 16 * time.Hour

// reminder gives the day on which a result is promised to a calendar.
func (s site) reminder(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	t, err := s.svc.Track(r.Context(), strings.TrimSpace(r.FormValue("ma")))
	if err != nil {
		return err
	}
	if !standingOf(t).running() || t.Overdue { // there is no day to look forward to
		return web.ErrNoSuchPage
	}
	code := trackCode(t)
	file, err := ics.Day{
		UID: code + "@tinhso", Date: calendar.On(t.Due.Time).String(), Stamp: p.Now, Remind: early,
		Summary:     p.T("dossiers.page.remind.summary", "name", p.Text(t.Name)),
		Description: p.T("dossiers.page.remind.text", "code", code), Location: placeLine(p, t.Place),
	}.Write()
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", ics.Type)
	w.Header().Set("Content-Disposition", `attachment; filename="hen-tra.ics"`)
	_, err = w.Write(file)
	return err
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
