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

// describe tells the operator of a provider that speaks SAML who we are.
func (s site) describe(w http.ResponseWriter, r *http.Request) error {
	about, err := s.svc.Description(r.Context(), r.PathValue("source"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/samlmetadata+xml")
	_, _ = w.Write(about) //nolint:gosec // escaped where it was written; the caller has gone: nobody to tell
	return nil
}

// receive takes the answer that a page of the provider posts. The browser brings
// no cookie along; it comes back with them by an address of ours.
func (s site) receive(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	source := r.PathValue("source")
	handle, err := s.svc.Receive(r.Context(), source, r.PostForm.Get("SAMLResponse"))
	if err != nil {
		return s.outside(w, r, err)
	}
	return web.SeeOther(w, r, outsidePath+url.PathEscape(source)+"/ve?"+url.Values{core.AnswerParam: {handle}}.Encode())
}

// leftThere takes a provider's word about sessions: its wish that somebody be
// signed out here, or its answer to ours. The message itself is signed; whose
// browser brings it does not matter.
func (s site) leftThere(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	if q.Has("SAMLRequest") == q.Has("SAMLResponse") {
		return web.ErrMalformed
	}
	to, err := s.svc.LeftThere(r.Context(), r.PathValue("source"), r.URL.RawQuery, q.Has("SAMLRequest"))
	if err != nil {
		return s.outside(w, r, err)
	}
	if to == "" {
		return page.Done(w, r, "/", "signon.signed_out_there")
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, to, http.StatusSeeOther) //nolint:gosec // to an address of the provider's metadata
	return nil
}

// home is where somebody begins who was not on the way anywhere.
func home(a core.Arrival) string {
	if a.Actor.Official() {
		return "/viec"
	}
	return "/ho-so"
}
