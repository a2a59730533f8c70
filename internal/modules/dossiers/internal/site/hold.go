// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
)

const holdsPath = "/luu-giu"

// holds lists what is under a legal hold, and takes a new one.
func (s site) holds(w http.ResponseWriter, r *http.Request) error {
	return s.holdsPage(w, r, url.Values{}, nil)
}

func (s site) holdsPage(w http.ResponseWriter, r *http.Request, form url.Values, wrong *problem) error {
	p := page.From(r.Context())
	found, err := s.svc.ListHolds(r.Context(), p.Actor, r.URL.Query().Get("truoc"))
	if err != nil {
		return err
	}
	return show(w, r, page.View{
		Title: p.T("dossiers.page.holds.title"), Desk: true, Body: holdsBody(p, found, p.Actor.May(dossiers.PermHold), p.Actor.May(dossiers.PermRelease), form, wrong),
	}, wrong)
}

func (s site) placeHold(w http.ResponseWriter, r *http.Request) error {
	form, err := formOf(r)
	if err != nil {
		return err
	}
	if _, err := s.svc.PlaceHold(r.Context(), page.From(r.Context()).Actor, form.Get("code"), form.Get("reason")); err != nil {
		wrong, err := wrongWith(r, err, "code")
		if err != nil {
			return err
		}
		return s.holdsPage(w, r, form, wrong)
	}
	return page.Done(w, r, holdsPath, "dossiers.page.holds.placed")
}

func (s site) liftHold(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	form, err := formOf(r)
	if err != nil {
		return err
	}
	hold := r.PathValue("hold")
	if err := s.svc.LiftHold(r.Context(), page.From(r.Context()).Actor, id, hold, form.Get("lift")); err != nil {
		wrong, err := wrongWith(r, err, "lift-"+hold)
		if err != nil {
			return err
		}
		if text := wrong.fields["reason"]; text != "" { // the form of a hold has its own control
			again := &problem{Status: wrong.Status}
			again.add("lift-"+hold, text)
			wrong = again
		}
		return s.holdsPage(w, r, url.Values{"lift-" + hold: form["lift"]}, wrong)
	}
	return page.Done(w, r, holdsPath, "dossiers.page.holds.lifted")
}
