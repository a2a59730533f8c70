// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/openid/relying"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/signon/internal/core"
	"tinhso.vn/internal/platform/web"
)

// departure reads what the browser took along; nothing where it has nothing, or
// comes back from elsewhere than it went.
func departure(r *http.Request) (d relying.Departure, next string) {
	c, err := r.Cookie(departureCookie)
	if err != nil {
		return d, "/"
	}
	text, err := url.QueryUnescape(c.Value)
	if err != nil {
		return d, "/"
	}
	v, err := url.ParseQuery(text)
	if err != nil || v.Get("source") != r.PathValue("source") {
		return d, "/"
	}
	return relying.Departure{State: v.Get("state"), Nonce: v.Get("nonce"), Verifier: v.Get("verifier")}, web.Local(v.Get("next"))
}

// arrive is where a browser comes back to from another provider.
func (s site) arrive(w http.ResponseWriter, r *http.Request) error {
	d, next := departure(r)
	web.SetCookie(w, departureCookie, "", -time.Second, s.secure)
	a, err := s.svc.Arrive(r.Context(), r.PathValue("source"), d, r.URL.Query(), identity.Source{Network: web.ClientFrom(r.Context()).String()})
	if err != nil {
		return s.outside(w, r, err)
	}
	web.SetCookie(w, page.SessionCookie, a.Token, identity.SessionLength, s.secure)
	if next == "/" {
		next = home(a)
	}
	if a.Theirs == "" {
		return web.SeeOther(w, r, next)
	}
	// The page says two names: it is drawn for who has just come in.
	p := page.From(r.Context())
	p = p.Site.New(r, a.Actor, p.Now)
	return p.Render(w, r, page.View{Title: p.T("signon.differs.title"), Body: differs(p, a, next)})
}

// home is where somebody begins who was not on the way anywhere.
func home(a core.Arrival) string {
	if a.Actor.Official() {
		return "/viec"
	}
	return "/ho-so"
}
