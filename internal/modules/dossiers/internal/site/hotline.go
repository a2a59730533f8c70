// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"errors"
	"net/http"
	"net/url"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
)

// hotlinePath is the page of those who answer the telephone. What a caller gives
// never stands in an address.
const hotlinePath = "/tong-dai"

func (s site) hotline(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	w.Header().Set("Cache-Control", "no-store")
	return p.Render(w, r, page.View{Title: p.T("dossiers.page.hotline.title"), Desk: true, Body: hotlineBody(p, url.Values{}, nil)})
}

func (s site) answerCall(w http.ResponseWriter, r *http.Request) error {
	form, err := formOf(r)
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	c, err := s.svc.AnswerCall(r.Context(), p.Actor, form.Get("code"), form.Get("proof"))
	if err != nil {
		return s.hotlineRefused(w, r, form, err)
	}
	w.Header().Set("Cache-Control", "no-store")
	return p.Render(w, r, page.View{Title: p.T("dossiers.page.hotline.of", "code", trackCode(c.Tracking)), Desk: true, Before: back(p, hotlinePath), Body: callBody(p, c, form)})
}

func (s site) sendCall(w http.ResponseWriter, r *http.Request) error {
	form, err := formOf(r)
	if err != nil {
		return err
	}
	if err := s.svc.SendCall(r.Context(), page.From(r.Context()).Actor, form.Get("code"), form.Get("proof")); err != nil {
		return s.hotlineRefused(w, r, form, err)
	}
	return page.Done(w, r, hotlinePath, "dossiers.page.hotline.sent")
}

// hotlineRefused keeps what was typed: the official asks the caller again.
func (s site) hotlineRefused(w http.ResponseWriter, r *http.Request, form url.Values, err error) error {
	p := page.From(r.Context())
	w.Header().Set("Cache-Control", "no-store")
	var wrong *problem
	switch {
	case errors.Is(err, dossiers.ErrCallNotFound):
		wrong = &problem{Status: http.StatusNotFound}
		wrong.add("code", p.T("dossiers.page.hotline.unknown"))
	default:
		if wrong, err = wrongWith(r, err, "code"); err != nil {
			return err
		}
		wrong = wrong.named(func(name string) string { return p.T("dossiers.page.hotline." + name) })
	}
	return show(w, r, page.View{Title: p.T("dossiers.page.hotline.title"), Desk: true, Body: hotlineBody(p, form, wrong)}, wrong)
}

// callTitle is the state in one line, as the caller's own page says it.
func callTitle(p page.Page, c core.Call) string { return standingOf(c.Tracking).title(p) }
