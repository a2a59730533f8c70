// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/accounts/internal/core"
	"tinhso.vn/internal/platform/web"
)

const (
	forgotPath = "/dang-nhap/quen-mat-khau"
	phonePath  = forgotPath + "/ma"
	// phoneCookie leads from the phone number to the code. It opens nothing by itself.
	phoneCookie = "tinhso_phone"
)

// phoneRoutes are for who has forgotten the password.
func (s site) phoneRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET " + forgotPath, Access: web.Public(), Handle: s.askForgot},
		{Pattern: "POST " + forgotPath, Access: web.Public(), Door: web.Narrow, Handle: s.forgot},
		{Pattern: "GET " + phonePath, Access: web.Public(), Handle: s.askPhoneCode},
		{Pattern: "POST " + phonePath, Access: web.Public(), Door: web.Narrow, Handle: s.phoneCode},
	}
}

func (s site) askForgot(w http.ResponseWriter, r *http.Request) error {
	return s.renderForgot(w, r, http.StatusOK, core.PhoneAsk{}, nil)
}

func (s site) renderForgot(w http.ResponseWriter, r *http.Request, status int, a core.PhoneAsk, problem *web.ProblemError) error {
	p := page.From(r.Context())
	return p.Render(w, r, page.View{Title: p.T("accounts.forgot.title"), Status: status, Body: forgotForm(p, a.Login, a.Phone, problem, s.outside())})
}

func (s site) forgot(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	a := core.PhoneAsk{Login: r.PostForm.Get("login"), Phone: r.PostForm.Get("phone"), From: source(r)}
	step, err := s.svc.AskPhone(r.Context(), a)
	if err != nil {
		return s.again(w, r, err, func(status int, problem *web.ProblemError) error { return s.renderForgot(w, r, status, a, problem) })
	}
	web.SetCookie(w, phoneCookie, step, identity.StepLength, s.Secure)
	return web.SeeOther(w, r, phonePath)
}

func (s site) askPhoneCode(w http.ResponseWriter, r *http.Request) error {
	if _, err := r.Cookie(phoneCookie); err != nil {
		return web.SeeOther(w, r, forgotPath)
	}
	return s.renderPhoneCode(w, r, http.StatusOK, nil)
}

func (s site) renderPhoneCode(w http.ResponseWriter, r *http.Request, status int, problem *web.ProblemError) error {
	p := page.From(r.Context())
	return p.Render(w, r, page.View{Title: p.T("accounts.phone.title"), Status: status, Body: phoneForm(p, problem)})
}

func (s site) phoneCode(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	step := ""
	if c, err := r.Cookie(phoneCookie); err == nil {
		step = c.Value
	}
	err := s.svc.RecoverByPhone(r.Context(), step, core.PhoneAnswer{
		Code: r.PostForm.Get("code"), Proof: r.PostForm.Get("proof"),
		NewPassword: core.NewPassword{New: r.PostForm.Get("new"), Again: r.PostForm.Get("again"), From: source(r)},
	})
	if err != nil {
		return s.again(w, r, err, func(status int, problem *web.ProblemError) error {
			if problem.Code == identity.ErrStepGone.Code {
				return s.renderForgot(w, r, status, core.PhoneAsk{}, problem)
			}
			return s.renderPhoneCode(w, r, status, problem)
		})
	}
	web.SetCookie(w, phoneCookie, "", -time.Second, s.Secure)
	return page.Done(w, r, signInPath, "accounts.recover.done")
}
