// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"
	"strings"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/signon"
	"tinhso.vn/internal/modules/signon/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/web"
)

func (s site) mine(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	found, next, err := s.svc.Agreements(r.Context(), p.Actor, r.FormValue("after"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("signon.mine.title"), Desk: p.Actor.Official(), Body: mine(p, found, next)})
}

func (s site) withdraw(w http.ResponseWriter, r *http.Request) error {
	if err := s.svc.Withdraw(r.Context(), page.From(r.Context()).Actor, r.PathValue("client")); err != nil {
		return err
	}
	return page.Done(w, r, minePath, "signon.mine.withdrawn")
}

func (s site) clients(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	found, next, err := s.svc.Clients(r.Context(), p.Actor, r.FormValue("after"))
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, c := range found {
		if _, known := names[string(c.Unit)]; known {
			continue
		}
		name, err := p.Site.Unit(r.Context(), string(c.Unit))
		if err != nil {
			return err
		}
		names[string(c.Unit)] = p.Text(name)
	}
	return p.Render(w, r, page.View{Title: p.T("signon.clients.title"), Desk: true, Body: clients(p, found, next, names)})
}

func (s site) client(w http.ResponseWriter, r *http.Request) error { return s.clientPage(w, r, "", "") }

// clientPage shows a client; secret is shown this once, code says what could not
// be done.
func (s site) clientPage(w http.ResponseWriter, r *http.Request, secret, code string) error {
	p := page.From(r.Context())
	c, secrets, err := s.svc.Client(r.Context(), p.Actor, r.PathValue("client"))
	if err != nil {
		return err
	}
	unit, err := p.Site.Unit(r.Context(), string(c.Unit))
	if err != nil {
		return err
	}
	status := http.StatusOK
	if code != "" {
		status = http.StatusConflict
	}
	return p.Render(w, r, page.View{
		Title: p.Text(c.Name), Desk: true, Status: status,
		Body: client(p, shown{Client: c, secrets: secrets, unit: p.Text(unit), secret: secret, code: code, issuer: s.svc.Issuer}),
	})
}

func draftOf(c signon.Client) core.Draft {
	return core.Draft{
		Kind: string(c.Kind), NameVI: c.Name.VI, NameEN: c.Name.EN, PurposeVI: c.Purpose.VI, PurposeEN: c.Purpose.EN, Unit: string(c.Unit),
		Redirects: c.Redirects, LogoutRedirects: c.LogoutRedirects, Scopes: c.Scopes, BackChannel: c.BackChannel, Pushed: c.Pushed,
	}
}

// draft shows the form of a client, new or known.
func (s site) draft(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	d := core.Draft{Kind: string(signon.Web), Unit: p.Actor.Unit, Scopes: []string{"openid", signon.ScopeProfile}}
	if id := r.PathValue("client"); id != "" {
		c, _, err := s.svc.Client(r.Context(), p.Actor, id)
		if err != nil {
			return err
		}
		d = draftOf(c)
		if d.Login, err = s.svc.LoginOf(r.Context(), c.Account); err != nil {
			return err
		}
	}
	return s.form(w, r, d, nil)
}

func (s site) form(w http.ResponseWriter, r *http.Request, d core.Draft, problem *web.ProblemError) error {
	p := page.From(r.Context())
	view := page.View{Title: p.T("signon.client.new"), Desk: true, Body: form(p, r.PathValue("client"), d, s.svc.Scopes(), problem)}
	if r.PathValue("client") != "" {
		view.Title = p.T("signon.client.change")
	}
	if problem != nil {
		view.Status = problem.Status
	}
	return p.Render(w, r, view)
}

func (s site) save(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	f := r.PostForm
	d := core.Draft{
		Kind: f.Get("kind"), NameVI: f.Get("name_vi"), NameEN: f.Get("name_en"), PurposeVI: f.Get("purpose_vi"), PurposeEN: f.Get("purpose_en"), Unit: f.Get("unit"),
		Redirects: lines(f.Get("redirects")), LogoutRedirects: lines(f.Get("logout_redirects")), BackChannel: f.Get("back_channel"), Login: f.Get("login"),
		Scopes: append(f["scopes"], lines(f.Get("api_scopes"))...), Pushed: f.Get("pushed") == "yes",
	}
	c, err := s.svc.SaveClient(r.Context(), p.Actor, r.PathValue("client"), d)
	if errs.KindOf(err) == errs.Invalid {
		problem := web.Problem(err)
		p.Site.Explain(r, problem)
		return s.form(w, r, d, problem)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, clientsPath+"/"+url.PathEscape(c.ID), "signon.client.saved")
}

func (s site) secret(w http.ResponseWriter, r *http.Request) error {
	secret, err := s.svc.NewSecret(r.Context(), page.From(r.Context()).Actor, r.PathValue("client"))
	if errs.KindOf(err) == errs.Conflict {
		return s.clientPage(w, r, "", web.Problem(err).Code)
	}
	if err != nil {
		return err
	}
	return s.clientPage(w, r, secret, "")
}

func (s site) dropSecret(w http.ResponseWriter, r *http.Request) error {
	err := s.svc.DropSecret(r.Context(), page.From(r.Context()).Actor, r.PathValue("client"), r.PathValue("secret"))
	if errs.KindOf(err) == errs.Conflict {
		return s.clientPage(w, r, "", web.Problem(err).Code)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, clientsPath+"/"+url.PathEscape(r.PathValue("client")), "signon.secret.dropped")
}

func (s site) disable(disabled bool) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := s.svc.SetDisabled(r.Context(), page.From(r.Context()).Actor, r.PathValue("client"), disabled); err != nil {
			return err
		}
		said := "signon.client.enabled"
		if disabled {
			said = "signon.client.disabled"
		}
		return page.Done(w, r, clientsPath+"/"+url.PathEscape(r.PathValue("client")), said)
	}
}

func (s site) keys(w http.ResponseWriter, r *http.Request) error { return s.keysPage(w, r, "") }

func (s site) keysPage(w http.ResponseWriter, r *http.Request, code string) error {
	p := page.From(r.Context())
	all, err := s.svc.SigningKeys(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	outside, err := s.svc.SAMLKeys(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if code != "" {
		status = http.StatusConflict
	}
	return p.Render(w, r, page.View{Title: p.T("signon.keys.title"), Desk: true, Status: status, Body: keys(p, all, outside, code)})
}

func (s site) rotate(w http.ResponseWriter, r *http.Request) error {
	err := s.svc.RotateKeys(r.Context(), page.From(r.Context()).Actor, r.FormValue("at_once") == "yes")
	if errs.KindOf(err) == errs.Conflict {
		return s.keysPage(w, r, web.Problem(err).Code)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, keysPath, "signon.keys.rotated")
}

// samlKey prepares a key towards providers that speak SAML, or lets it sign.
func (s site) samlKey(w http.ResponseWriter, r *http.Request) error {
	actor, said := page.From(r.Context()).Actor, "signon.saml.prepared"
	var err error
	if step := r.FormValue("step"); step == "prepare" {
		err = s.svc.PrepareSAMLKey(r.Context(), actor)
	} else {
		said = "signon.saml.used"
		err = s.svc.UseSAMLKey(r.Context(), actor, step == "at_once")
	}
	if errs.KindOf(err) == errs.Conflict {
		return s.keysPage(w, r, web.Problem(err).Code)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, keysPath, said)
}

func (s site) differences(w http.ResponseWriter, r *http.Request) error {
	return s.differencesPage(w, r, "", nil)
}

func (s site) differencesPage(w http.ResponseWriter, r *http.Request, at string, problem *web.ProblemError) error {
	p := page.From(r.Context())
	found, next, err := s.svc.Differences(r.Context(), p.Actor, r.FormValue("after"))
	if err != nil {
		return err
	}
	view := page.View{Title: p.T("signon.differences.title"), Desk: true, Body: differences(p, found, next, at, problem)}
	if problem != nil {
		view.Status = problem.Status
	}
	return p.Render(w, r, view)
}

func (s site) clear(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	id := r.PathValue("difference")
	err := s.svc.Clear(r.Context(), p.Actor, id, core.Decision{Take: r.FormValue("decision") == "take", Reason: strings.TrimSpace(r.FormValue("reason"))})
	if errs.KindOf(err) == errs.Invalid {
		problem := web.Problem(err)
		p.Site.Explain(r, problem)
		return s.differencesPage(w, r, id, problem)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, differencesPath, "signon.differences.cleared")
}
