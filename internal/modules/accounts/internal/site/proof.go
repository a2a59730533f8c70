// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"encoding/json"
	"net/http"
	"net/url"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/accounts/internal/core"
	"tinhso.vn/internal/platform/web"
)

const (
	codePath    = "/dang-nhap/ma"
	provePath   = "/xac-nhan-lai"
	recoverPath = "/dang-nhap/khoi-phuc"
)

// proofRoutes are the ways to prove who one is beside the password.
func (s site) proofRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET " + codePath, Access: web.Public(), Handle: s.askCode},
		{Pattern: "POST " + codePath, Access: web.Public(), Door: web.Crowd, Handle: s.code},
		{Pattern: "POST /dang-nhap/khoa/hoi", Access: web.Public(), Door: web.Crowd, Handle: s.askKey},
		{Pattern: "POST /dang-nhap/khoa", Access: web.Public(), Door: web.Crowd, Handle: s.key},
		{Pattern: "GET " + recoverPath, Access: web.Public(), Handle: s.askRecover},
		{Pattern: "POST " + recoverPath, Access: web.Public(), Door: web.Narrow, Handle: s.recover},
		{Pattern: "GET " + provePath, Access: web.SignedIn(), Handle: s.askProof},
		{Pattern: "POST " + provePath, Access: web.SignedIn(), Door: web.Crowd, Handle: s.prove},
		{Pattern: "POST " + provePath + "/khoa", Access: web.SignedIn(), Door: web.Crowd, Handle: s.proveKey},
	}
}

func (s site) askCode(w http.ResponseWriter, r *http.Request) error {
	if _, err := r.Cookie(stepCookie); err != nil {
		return web.SeeOther(w, r, signInPath+"?next="+url.QueryEscape(web.Local(r.FormValue("next"))))
	}
	return s.renderCode(w, r, http.StatusOK, nil)
}

func (s site) renderCode(w http.ResponseWriter, r *http.Request, status int, problem *web.ProblemError) error {
	p := page.From(r.Context())
	return p.Render(w, r, page.View{Title: p.T("accounts.code.title"), Status: status, Body: codeForm(p, web.Local(r.FormValue("next")), problem, s.Passkeys)})
}

func (s site) code(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	step := ""
	if c, err := r.Cookie(stepCookie); err == nil {
		step = c.Value
	}
	session, err := s.svc.SignInCode(r.Context(), step, r.PostForm.Get("code"), source(r), token(r))
	if err != nil {
		return s.again(w, r, err, func(status int, problem *web.ProblemError) error {
			if problem.Code == identity.ErrStepGone.Code {
				return s.render(w, r, status, core.Credentials{}, problem)
			}
			return s.renderCode(w, r, status, problem)
		})
	}
	return s.in(w, r, session)
}

// askKey answers the script: what the authenticator is asked.
func (s site) askKey(w http.ResponseWriter, r *http.Request) error {
	asked, err := s.svc.AskPasskey(r.Context())
	if err != nil {
		return err
	}
	return answer(w, asked)
}

func answer(w http.ResponseWriter, asked core.Asked) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	return json.NewEncoder(w).Encode(struct {
		Step    string          `json:"step"`
		Options json.RawMessage `json:"options"`
	}{asked.Step, asked.Options})
}

func (s site) key(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	session, err := s.svc.SignInPasskey(r.Context(), r.PostForm.Get("step"), []byte(r.PostForm.Get("answer")), source(r), token(r))
	if err != nil {
		return s.again(w, r, err, func(status int, problem *web.ProblemError) error {
			return s.render(w, r, status, core.Credentials{}, problem)
		})
	}
	return s.in(w, r, session)
}

func (s site) askProof(w http.ResponseWriter, r *http.Request) error {
	return s.renderProof(w, r, http.StatusOK, nil)
}

func (s site) renderProof(w http.ResponseWriter, r *http.Request, status int, problem *web.ProblemError) error {
	p := page.From(r.Context())
	return p.Render(w, r, page.View{
		Title: p.T("accounts.prove.title"), Status: status, Desk: p.Actor.Official(),
		Body: proofForm(p, web.Local(r.FormValue("next")), problem, s.Passkeys, s.Lenient),
	})
}

func (s site) prove(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	actor := page.From(r.Context()).Actor
	token, err := s.svc.Prove(r.Context(), actor, identity.Browser, r.PostForm.Get("password"), source(r))
	return s.proved(w, r, token, err)
}

func (s site) proveKey(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	actor := page.From(r.Context()).Actor
	token, err := s.svc.ProvePasskey(r.Context(), actor, r.PostForm.Get("step"), []byte(r.PostForm.Get("answer")), source(r))
	return s.proved(w, r, token, err)
}

// proved leads back to the act that wanted the proof.
func (s site) proved(w http.ResponseWriter, r *http.Request, token string, err error) error {
	if err != nil {
		return s.again(w, r, err, func(status int, problem *web.ProblemError) error { return s.renderProof(w, r, status, problem) })
	}
	s.keep(w, token)
	return web.SeeOther(w, r, r.PostForm.Get("next"))
}

// keep gives the browser the new token of its session; empty: it keeps its own.
func (s site) keep(w http.ResponseWriter, token string) {
	if token != "" {
		web.SetCookie(w, page.SessionCookie, token, identity.SessionLength, s.Secure)
	}
}

func (s site) askRecover(w http.ResponseWriter, r *http.Request) error {
	return s.renderRecover(w, r, http.StatusOK, nil)
}

func (s site) renderRecover(w http.ResponseWriter, r *http.Request, status int, problem *web.ProblemError) error {
	p := page.From(r.Context())
	return p.Render(w, r, page.View{Title: p.T("accounts.recover.title"), Status: status, Body: recoverForm(p, r.PostForm.Get("login"), problem)})
}

func (s site) recover(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	n := core.NewPassword{New: r.PostForm.Get("new"), Again: r.PostForm.Get("again"), From: source(r)}
	if err := s.svc.Recover(r.Context(), r.PostForm.Get("login"), r.PostForm.Get("code"), n); err != nil {
		return s.again(w, r, err, func(status int, problem *web.ProblemError) error { return s.renderRecover(w, r, status, problem) })
	}
	return page.Done(w, r, signInPath, "accounts.recover.done")
}
