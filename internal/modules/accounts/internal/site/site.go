// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site shows signing in, the account and the units.
package site

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
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

// Outside is another provider with which people can sign in.
type Outside struct {
	Name     i18n.Text
	Href     string
	Citizens bool // it speaks of citizens; otherwise of officials
	Resting  bool // it does not answer at the moment
}

// Options is what the pages need besides the service.
type Options struct {
	Secure   bool   // cookies only over https
	Demo     []Demo // empty: no demonstration
	Passkeys bool   // this address can have passkeys
	Lenient  bool   // second factors are never required here
	// Outside returns other providers; nil: there are none.
	Outside func() []Outside
	// Elsewhere returns where a browser that signs out goes besides; empty, or nil: nowhere.
	Elsewhere func(ctx context.Context, actor identity.Actor) (to string, err error)
}

func (o Options) outside() []Outside {
	if o.Outside == nil {
		return nil
	}
	return o.Outside()
}

type site struct {
	svc *core.Service
	Options
}

// Routes returns the pages.
func Routes(svc *core.Service, o Options) []web.Route {
	s := site{svc, o}
	units := web.Needs(string(accounts.PermUnits), string(accounts.PermPeople))
	return slices.Concat(s.proofRoutes(), s.phoneRoutes(), s.safetyRoutes(), s.recoveryRoutes(), []web.Route{
		{Pattern: "GET /dang-nhap", Access: web.Public(), Handle: s.form},
		{Pattern: "POST /dang-nhap", Access: web.Public(), Door: web.Crowd, Handle: s.signIn},
		{Pattern: "GET " + arrivedPath, Access: web.Public(), Handle: s.arrived},
		{Pattern: "POST /dang-xuat", Access: web.Public(), Partial: true, Handle: s.signOut},
		{Pattern: "GET /language/{code}", Access: web.Public(), Handle: s.language},
		{Pattern: "GET /tai-khoan", Access: web.SignedIn(), Partial: true, Handle: s.account},
		{Pattern: "GET /don-vi", Access: units, Handle: s.units},
		{Pattern: "GET /don-vi/{unit}", Access: units, Handle: s.units},
		{Pattern: "GET /don-vi/{unit}/nguoi", Access: web.Needs(string(accounts.PermPeople)), Handle: s.people},
	})
}

func (s site) form(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	if !p.Actor.Anonymous() {
		return web.SeeOther(w, r, home(p.Actor, r.FormValue("next")))
	}
	return s.render(w, r, http.StatusOK, core.Credentials{}, nil)
}

// render shows the form. Whose session is locked is asked for the password only.
func (s site) render(w http.ResponseWriter, r *http.Request, status int, c core.Credentials, problem *web.ProblemError) error {
	p := page.From(r.Context())
	locked, err := s.svc.Locked(r.Context(), token(r))
	if err != nil {
		return err
	}
	if r.FormValue("other") != "" {
		locked = identity.Account{}
	}
	title := p.T("accounts.sign_in.title")
	if locked.ID != "" {
		title = p.T("accounts.unlock.title")
	}
	return p.Render(w, r, page.View{
		Title: title, Status: status,
		Body: signIn(p, locked, c.Login, r.FormValue("next"), problem, s.Demo, s.Passkeys, s.outside()),
	})
}

// source is from where a request comes.
func source(r *http.Request) identity.Source {
	from := identity.Source{Network: web.ClientFrom(r.Context()).String(), Agent: web.Browser(r.UserAgent())}
	if known, err := r.Cookie(deviceCookie); err == nil {
		from.Device = known.Value
	}
	return from
}

// token is that of the session the browser has; empty: none.
func token(r *http.Request) string {
	if c, err := r.Cookie(page.SessionCookie); err == nil {
		return c.Value
	}
	return ""
}

func (s site) signIn(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	c := core.Credentials{Login: r.PostForm.Get("login"), Password: r.PostForm.Get("password"), From: source(r), Held: token(r)}
	session, err := s.svc.SignIn(r.Context(), c, identity.Browser)
	if err != nil {
		return s.again(w, r, err, func(status int, problem *web.ProblemError) error { return s.render(w, r, status, c, problem) })
	}
	if session.Step != "" {
		web.SetCookie(w, stepCookie, session.Step, identity.StepLength, s.Secure)
		return web.SeeOther(w, r, codePath+"?next="+url.QueryEscape(web.Local(r.PostForm.Get("next"))))
	}
	return s.in(w, r, session)
}

// in gives the browser its session and sends it to its work, or to what must be
// done first.
func (s site) in(w http.ResponseWriter, r *http.Request, session core.Session) error {
	web.SetCookie(w, page.SessionCookie, session.Token, identity.SessionLength, s.Secure)
	web.SetCookie(w, deviceCookie, session.Device, identity.DeviceLength, s.Secure)
	web.SetCookie(w, stepCookie, "", -time.Second, s.Secure)
	return web.SeeOther(w, r, arrivedPath+"?next="+url.QueryEscape(home(session.Actor, r.PostForm.Get("next"))))
}

// again shows a form again with what is wrong; a fault of ours is none of it.
func (s site) again(w http.ResponseWriter, r *http.Request, err error, show func(status int, problem *web.ProblemError) error) error {
	problem := web.Problem(err)
	if problem.Status >= http.StatusInternalServerError || problem.Status == http.StatusForbidden || problem.Status == http.StatusNotFound && len(problem.Fields) == 0 && !strings.HasPrefix(problem.Code, "accounts.") {
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
	return show(status, problem)
}

// deviceCookie is what a browser is known by where somebody has signed in before. It
// opens nothing.
const deviceCookie = "tinhso_device"

// stepCookie leads from the password to the code. It opens nothing by itself.
const stepCookie = "tinhso_step"

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
	p, to := page.From(r.Context()), ""
	if s.Elsewhere != nil {
		there, err := s.Elsewhere(r.Context(), p.Actor)
		if err != nil {
			return err
		}
		to = there
	}
	if err := s.svc.SignOut(r.Context(), p.Actor); err != nil {
		return err
	}
	web.SetCookie(w, page.SessionCookie, "", -time.Second, s.Secure)
	if to != "" {
		// A form may lead within this site alone (form-action): the page leads on.
		w.Header().Set("Refresh", "0;url="+to)
		return p.Render(w, r, page.View{Title: p.T("accounts.leaving.title"), Body: leaving(p, to)})
	}
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
	v, err := s.svc.Safety(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("accounts.account.title"), Desk: p.Actor.Official(), Body: account(p, unit, v)})
}

func (s site) units(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	found, err := s.svc.Units(r.Context(), p.Actor, orgs.ID(r.PathValue("unit")), orgs.ID(r.FormValue("after")))
	if err != nil {
		return err
	}
	title := p.T("accounts.units.title")
	if len(found.Above) > 0 {
		title = p.T("accounts.units.one", "unit", p.Text(found.Above[0].Name))
	}
	return p.Render(w, r, page.View{Title: title, Desk: true, Body: units(p, found)})
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
	return p.Render(w, r, page.View{Title: p.T("accounts.people.title", "unit", p.Text(name)), Desk: true, Body: people(p, unit, name, found, after.Key == "")})
}
