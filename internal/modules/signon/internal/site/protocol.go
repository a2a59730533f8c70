// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"tinhso.vn/internal/kernel/openid"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/signon"
	"tinhso.vn/internal/modules/signon/internal/core"
	"tinhso.vn/internal/platform/web"
)

// authorize is where a client sends a browser.
func (s site) authorize(w http.ResponseWriter, r *http.Request) error {
	err := s.svc.Provider().Authorize(w, r)
	if errors.Is(err, openid.ErrRefused) {
		return signon.ErrRequest.Because(err)
	}
	return err
}

// ask shows a person what a client wants.
func (s site) ask(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	q, err := s.svc.Ask(r.Context(), p.Actor, r.PathValue("request"))
	if err != nil {
		return err
	}
	if q.Agreed && !q.Again { // who has just signed in has agreed before
		to, err := s.svc.Agree(r.Context(), p.Actor, q.ID)
		if err != nil {
			return err
		}
		return s.on(w, r, to, p.Text(q.Of.Name))
	}
	return s.question(w, r, q, core.AskPage)
}

// question asks a person, at an address below at.
func (s site) question(w http.ResponseWriter, r *http.Request, q core.Question, at string) error {
	p := page.From(r.Context())
	unit, err := p.Site.Unit(r.Context(), string(q.Of.Unit))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("signon.ask.title", "name", p.Text(q.Of.Name)), Body: ask(p, q, p.Text(unit), at+url.PathEscape(q.ID))})
}

// on sends a browser to a client with a page of its own: after a form browsers
// follow no redirect to another site, since our pages let forms go nowhere else.
func (s site) on(w http.ResponseWriter, r *http.Request, to, name string) error {
	p := page.From(r.Context())
	w.Header().Set("Refresh", "0; url="+to)
	return p.Render(w, r, page.View{Title: p.T("signon.on.title", "name", name), Body: onward(p, to, name)})
}

// answer is what the person has decided.
func (s site) answer(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	q, err := s.svc.Ask(r.Context(), p.Actor, r.PathValue("request"))
	if err != nil {
		return err
	}
	decide := s.svc.Refuse
	if r.FormValue("answer") == "yes" {
		decide = s.svc.Agree
	}
	to, err := decide(r.Context(), p.Actor, q.ID)
	if err != nil {
		return err
	}
	return s.on(w, r, to, p.Text(q.Of.Name))
}

// again ends the session, since the client wants its person to sign in anew.
func (s site) again(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	request := r.PathValue("request")
	if _, err := s.svc.Ask(r.Context(), p.Actor, request); err != nil {
		return err
	}
	if err := s.svc.SignOut(r.Context(), p.Actor, ""); err != nil {
		return err
	}
	s.forget(w)
	return web.SeeOther(w, r, signInPath+"?next="+url.QueryEscape(core.AskPage+url.PathEscape(request)))
}

func (s site) forget(w http.ResponseWriter) {
	web.SetCookie(w, page.SessionCookie, "", -time.Second, s.secure)
}

// device lets a person type the code that a device shows.
func (s site) device(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	code := r.FormValue("user_code")
	if code == "" && r.Method == http.MethodGet {
		return p.Render(w, r, page.View{Title: p.T("signon.device.title"), Body: device(p, "", "")})
	}
	q, err := s.svc.AskDevice(r.Context(), p.Actor, code)
	if errors.Is(err, signon.ErrCode) || errors.Is(err, signon.ErrOver) {
		return p.Render(w, r, page.View{Title: p.T("signon.device.title"), Status: http.StatusUnprocessableEntity, Body: device(p, code, p.T("signon.code_unknown"))})
	}
	if err != nil {
		return err
	}
	return s.question(w, r, q, core.DevicePage+"/")
}

// activate is what the person has decided about a device.
func (s site) activate(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	decide, said := s.svc.Refuse, "signon.device.refused"
	if r.FormValue("answer") == "yes" {
		decide, said = s.svc.Agree, "signon.device.done"
	}
	if _, err := decide(r.Context(), p.Actor, r.PathValue("request")); err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T(said), Body: done(p, said)})
}

func leaving(v url.Values) core.Leaving {
	return core.Leaving{Hint: v.Get("id_token_hint"), Client: v.Get("client_id"), Redirect: v.Get("post_logout_redirect_uri"), State: v.Get("state")}
}

// leave is where a client sends a browser whose person signs out. Who cannot prove
// that it is this person's client only gets a question asked.
func (s site) leave(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	wish := leaving(r.URL.Query())
	way, err := s.svc.Leave(r.Context(), p.Actor, wish)
	if err != nil {
		return err
	}
	switch {
	case p.Actor.Anonymous():
	case way.Sure:
		if err := s.svc.SignOut(r.Context(), p.Actor, way.Client.ID); err != nil {
			return err
		}
		s.forget(w)
	default:
		return p.Render(w, r, page.View{Title: p.T("signon.leave.title"), Body: leave(p, way, wish)})
	}
	if way.To != "" {
		http.Redirect(w, r, way.To, http.StatusSeeOther)
		return nil
	}
	return page.Done(w, r, "/", "accounts.signed_out")
}

// left is the person's answer.
func (s site) left(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	wish := leaving(r.PostForm)
	wish.Hint = "" // it was read when the question was asked, and is about another session
	way, err := s.svc.Leave(r.Context(), p.Actor, wish)
	if err != nil {
		return err
	}
	if r.PostForm.Get("answer") == "yes" {
		if err := s.svc.SignOut(r.Context(), p.Actor, way.Client.ID); err != nil {
			return err
		}
		s.forget(w)
	}
	if way.To != "" {
		return s.on(w, r, way.To, p.Text(way.Client.Name))
	}
	if r.PostForm.Get("answer") != "yes" {
		return web.SeeOther(w, r, "/")
	}
	return page.Done(w, r, "/", "accounts.signed_out")
}

// departureCookie is what a browser takes along to another provider.
const (
	departureCookie = "tinhso_departure"
	departureLife   = 10 * time.Minute
)

func (s site) depart(w http.ResponseWriter, r *http.Request) error {
	to, d, err := s.svc.Depart(r.Context(), r.PathValue("source"))
	if err != nil {
		return s.outside(w, r, err)
	}
	v := url.Values{"state": {d.State}, "nonce": {d.Nonce}, "verifier": {d.Verifier}, "source": {r.PathValue("source")}, "next": {web.Local(r.FormValue("next"))}}
	web.SetCookie(w, departureCookie, url.QueryEscape(v.Encode()), departureLife, s.secure)
	http.Redirect(w, r, to, http.StatusSeeOther) //nolint:gosec // the provider that the operator has written down
	return nil
}

// outside shows what went wrong elsewhere, with the other ways in.
func (s site) outside(w http.ResponseWriter, r *http.Request, err error) error {
	problem := web.Problem(err)
	if problem.Status == http.StatusInternalServerError || problem.Code == signon.ErrSource.Code {
		return err
	}
	p := page.From(r.Context())
	p.Site.Explain(r, problem)
	return p.Render(w, r, page.View{Title: p.T("signon.outside.title"), Status: problem.Status, Body: failed(p, problem.Detail, r.PathValue("source"), s.svc.Offers())})
}
