// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site shows signing in, the account and the units.
package site

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/accounts"
	"tinhso.vn/internal/modules/accounts/internal/core"
	"tinhso.vn/internal/platform/web"
)

// Demo is an account that the sign-in page of a demonstration offers.
type Demo struct {
	Login, Name, Password string
	Role, Note            i18n.Text
}

// Options is what the pages need besides the service.
type Options struct {
	Secure bool   // cookies only over https
	Demo   []Demo // empty: no demonstration
}

type site struct {
	svc *core.Service
	Options
}

// Routes returns the pages.
func Routes(svc *core.Service, o Options) []web.Route {
	s := site{svc, o}
	units := web.Needs(string(accounts.PermUnits), string(accounts.PermPeople))
	return []web.Route{
		{Pattern: "GET /dang-nhap", Access: web.Public(), Handle: s.form},
		{Pattern: "POST /dang-nhap", Access: web.Public(), Door: web.Narrow, Handle: s.signIn},
		{Pattern: "GET " + arrivedPath, Access: web.Public(), Handle: s.arrived},
		{Pattern: "POST /dang-xuat", Access: web.Public(), Handle: s.signOut},
		{Pattern: "GET /language/{code}", Access: web.Public(), Handle: s.language},
		{Pattern: "GET /tai-khoan", Access: web.SignedIn(), Handle: s.account},
		{Pattern: "GET /don-vi", Access: units, Handle: s.units},
		{Pattern: "GET /don-vi/{unit}", Access: units, Handle: s.units},
		{Pattern: "GET /don-vi/{unit}/nguoi", Access: web.Needs(string(accounts.PermPeople)), Handle: s.people},
	}
}

func (s site) form(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	if !p.Actor.Anonymous() {
		return web.SeeOther(w, r, home(p.Actor, r.FormValue("next")))
	}
	return s.render(w, r, http.StatusOK, core.Credentials{}, nil)
}

func (s site) render(w http.ResponseWriter, r *http.Request, status int, c core.Credentials, problem *web.ProblemError) error {
	p := page.From(r.Context())
	return p.Render(w, r, page.View{
		Title: p.T("accounts.sign_in.title"), Status: status,
		Body: signIn(p, c.Login, r.FormValue("next"), problem, s.Demo),
	})
}

func (s site) signIn(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	c := core.Credentials{Login: r.PostForm.Get("login"), Password: r.PostForm.Get("password")}
	c.From.Network = web.ClientFrom(r.Context()).String()
	if known, err := r.Cookie(deviceCookie); err == nil {
		c.From.Device = known.Value
	}
	session, err := s.svc.SignIn(r.Context(), c, identity.Browser)
	if err != nil {
		problem := web.Problem(err)
		if problem.Status >= http.StatusInternalServerError {
			return err
		}
		page.From(r.Context()).Site.Explain(r, problem)
		status := http.StatusUnprocessableEntity
		if problem.Status == http.StatusTooManyRequests {
			status = problem.Status
			if seconds, ok := problem.Args["seconds"].(int); ok {
				w.Header().Set("Retry-After", strconv.Itoa(seconds))
			}
		}
		return s.render(w, r, status, c, problem)
	}
	web.SetCookie(w, page.SessionCookie, session.Token, identity.SessionLength, s.Secure)
	web.SetCookie(w, deviceCookie, session.Device, identity.DeviceLength, s.Secure)
	return web.SeeOther(w, r, arrivedPath+"?next="+url.QueryEscape(home(session.Actor, r.PostForm.Get("next"))))
}

// deviceCookie is what a browser is known by where somebody has signed in before. It
// opens nothing.
const deviceCookie = "tinhso_device"

const (
	signInPath  = "/dang-nhap"
	arrivedPath = "/dang-nhap/xong"
)

// arrived is where the browser comes right after signing in. One that keeps no
// cookies arrives as nobody, and would be asked to sign in for ever.
func (s site) arrived(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	if !p.Actor.Anonymous() {
		return web.SeeOther(w, r, r.FormValue("next"))
	}
	return p.Render(w, r, page.View{Title: p.T("accounts.no_cookies.title"), Body: noCookies(p, web.Local(r.FormValue("next")))})
}

// home is where an actor goes after signing in: back, or where its work is.
func home(a identity.Actor, next string) string {
	if next = web.Local(next); next != "/" {
		return next
	}
	switch {
	case a.May("dossiers.view") || a.May("dossiers.accept"):
		return "/viec"
	case a.May("authoring.edit") || a.May("authoring.approve"):
		return "/soan-thu-tuc"
	case a.May("console.audit"):
		return "/van-hanh/nhat-ky"
	case a.May("console.operate"):
		return "/van-hanh"
	case a.Official():
		return "/don-vi"
	}
	return "/ho-so"
}

func (s site) signOut(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	if err := s.svc.SignOut(r.Context(), p.Actor); err != nil {
		return err
	}
	web.SetCookie(w, page.SessionCookie, "", -time.Second, s.Secure)
	return page.Done(w, r, "/", "accounts.signed_out")
}

const year = 365 * 24 * time.Hour

func (s site) language(w http.ResponseWriter, r *http.Request) error {
	web.SetCookie(w, page.LanguageCookie, string(i18n.ParseLang(r.PathValue("code"))), year, s.Secure)
	return web.SeeOther(w, r, r.FormValue("back"))
}

func (s site) account(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	unit := i18n.Text{}
	if p.Actor.Official() {
		found, err := p.Site.Unit(r.Context(), p.Actor.Unit)
		if err != nil {
			return err
		}
		unit = found
	}
	return p.Render(w, r, page.View{Title: p.T("accounts.account.title"), Desk: p.Actor.Official(), Body: account(p, unit)})
}

func (s site) units(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	found, err := s.svc.Units(r.Context(), p.Actor, orgs.ID(r.PathValue("unit")), orgs.ID(r.FormValue("after")))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("accounts.units.title"), Desk: true, Body: units(p, found)})
}

func (s site) people(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	unit := orgs.ID(r.PathValue("unit"))
	after := access.Holder{Key: r.FormValue("after"), Account: r.FormValue("account")}
	found, err := s.svc.People(r.Context(), p.Actor, unit, after)
	if err != nil {
		return err
	}
	name, err := p.Site.Unit(r.Context(), string(unit))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.Text(name), Desk: true, Body: people(p, unit, name, found, after.Key == "")})
}
