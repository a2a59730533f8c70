// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package openid

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// The endpoints, below the prefix but for the first.
const (
	pathDiscovery = "/.well-known/openid-configuration"
	pathKeys      = "/jwks"
	pathAuthorize = "/authorize"
	pathToken     = "/token"
	pathUser      = "/userinfo"
	pathPush      = "/par"
	pathDevice    = "/device_authorization"
	pathVerify    = "/device"
	pathLook      = "/introspect"
	pathRevoke    = "/revoke"
	// PathLogout is served by the caller, who knows of sessions.
	PathLogout = "/logout"
)

// Open lists what clients and browsers ask for without being known, as "METHOD /path".
func (p *Provider) Open() []string {
	return []string{"GET " + pathDiscovery, "GET " + p.o.Prefix + pathKeys}
}

// Back lists what clients ask for from behind, as "METHOD /path".
func (p *Provider) Back() []string {
	at := p.o.Prefix
	paths := []string{
		"POST " + at + pathToken, "GET " + at + pathUser, "POST " + at + pathUser, "POST " + at + pathPush, "POST " + at + pathLook, "POST " + at + pathRevoke,
	}
	if p.o.Device != "" {
		paths = append(paths, "POST "+at+pathDevice)
	}
	return paths
}

// Front is where browsers come with a request, as "METHOD /path".
func (p *Provider) Front() string { return "GET " + p.o.Prefix + pathAuthorize }

// call is what is known of one request to the library, carried to its callbacks.
type call struct {
	client   string // who says to ask
	basic    bool   // its secret is in the header
	exchange bool   // at the token endpoint
	decision *Decision
	err      error // why no page of a client can be gone to
}

type callKey struct{}

func callOf(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call)
	return c
}

// Serve answers one of Open and Back.
func (p *Provider) Serve(w http.ResponseWriter, r *http.Request) {
	c := &call{exchange: r.URL.Path == p.o.Prefix+pathToken}
	if r.Method == http.MethodPost {
		id, basic := decoded(r)
		c.client, c.basic = id, basic
		if err := r.ParseForm(); err != nil || (repeated(r.PostForm) || (basic && r.PostForm.Get("client_secret") != "")) {
			refuse(w, "invalid_request")
			return
		}
		if id := r.PostForm.Get("client_id"); c.client == "" {
			c.client = id
		}
	}
	r = r.WithContext(context.WithValue(r.Context(), callKey{}, c))
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	switch r.URL.Path {
	case p.o.Prefix + pathDevice:
		p.rewrite(w, r, p.device)
	case pathDiscovery:
		// OpenID Connect Discovery puts the path of an issuer before, the library after.
		if issuer, err := url.Parse(p.o.Issuer); err == nil {
			u := *r.URL
			u.Path += strings.TrimSuffix(issuer.Path, "/")
			r.URL = &u
		}
		p.rewrite(w, r, p.discovery)
	case p.o.Prefix + pathToken:
		if r.PostForm.Get("grant_type") == string(WayDevice) {
			p.poll(w, r)
			return
		}
		fallthrough
	default:
		how := "Basic realm=\"client\""
		if r.URL.Path == p.o.Prefix+pathUser {
			how = `Bearer error="invalid_token"`
		}
		p.mux.ServeHTTP(challenge{w, how}, r)
	}
}

// Timely reports whether a question of a device comes late enough after the one
// before; a second is forgiven, for lines are not even.
func Timely(since, every time.Duration) bool { return since >= every-time.Second }

// poll answers a device that asks whether its person has agreed. One that asks too
// often while nobody has is told to slow down: the library does not count.
func (p *Provider) poll(w http.ResponseWriter, r *http.Request) {
	a := &answer{header: w.Header()}
	p.mux.ServeHTTP(challenge{a, "Basic realm=\"client\""}, r)
	var said struct {
		Error string `json:"error"`
	}
	if a.status >= http.StatusBadRequest && json.Unmarshal(a.body.Bytes(), &said) == nil && said.Error == "authorization_pending" {
		ok, err := p.o.Store.Poll(r.Context(), r.PostForm.Get("device_code"), PollEvery)
		if err != nil {
			p.o.Failed(r.Context(), err)
		} else if !ok {
			refuse(w, "slow_down")
			return
		}
	}
	w.WriteHeader(a.status)
	_, _ = a.body.WriteTo(w) // the caller has gone: nobody to tell
}

// decoded reads the header with a client's name and secret, which are written as
// in a form (RFC 6749, 2.3.1): the library takes them as they come.
func decoded(r *http.Request) (client string, basic bool) {
	id, secret, basic := r.BasicAuth()
	if !basic {
		return "", false
	}
	plainID, wrongID := url.QueryUnescape(id)
	plainSecret, wrongSecret := url.QueryUnescape(secret)
	if wrongID == nil && wrongSecret == nil {
		id = plainID
		r.SetBasicAuth(plainID, plainSecret)
	}
	return id, true
}

// challenge says how to come in where somebody is not let in.
type challenge struct {
	http.ResponseWriter
	how string
}

// WriteHeader implements http.ResponseWriter.
func (c challenge) WriteHeader(status int) {
	if status == http.StatusUnauthorized {
		c.Header().Set("WWW-Authenticate", c.how)
	}
	c.ResponseWriter.WriteHeader(status)
}

// repeated reports whether a parameter comes twice: which of them counts is what
// attackers hope two readers disagree on.
func repeated(form url.Values) bool {
	for name, values := range form {
		if len(values) > 1 && name != "resource" {
			return true
		}
	}
	return false
}

func refuse(w http.ResponseWriter, code string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusBadRequest)
	_ = json.NewEncoder(w).Encode(map[string]string{"error": code}) // the caller has gone: nobody to tell
}

// answer is what the library said, before it is passed on.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header implements http.ResponseWriter.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(status int) { a.status = status }

// Write implements http.ResponseWriter.
func (a *answer) Write(b []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	return a.body.Write(b)
}

// rewrite lets change an answer in JSON before it leaves.
func (p *Provider) rewrite(w http.ResponseWriter, r *http.Request, change func(map[string]any)) {
	a := &answer{header: w.Header()}
	p.mux.ServeHTTP(a, r)
	if a.status == http.StatusOK {
		var doc map[string]any
		if err := json.Unmarshal(a.body.Bytes(), &doc); err == nil {
			change(doc)
			a.body.Reset()
			_ = json.NewEncoder(&a.body).Encode(doc) // a map of JSON is JSON
		}
	}
	w.WriteHeader(a.status)
	_, _ = a.body.WriteTo(w) // the caller has gone: nobody to tell
}

// device sends people to our page, whose address can be typed.
func (p *Provider) device(doc map[string]any) {
	at := p.o.Issuer + p.o.Device
	doc["verification_uri"], doc["interval"] = at, seconds(PollEvery)
	if code, ok := doc["user_code"].(string); ok {
		code = Spaced(code)
		doc["user_code"] = code
		doc["verification_uri_complete"] = at + "?user_code=" + url.QueryEscape(code)
	}
}

// Spaced is a user code as people read and type it: BCDF-GHJK.
func Spaced(code string) string {
	if len(code) != 8 {
		return code
	}
	return code[:4] + "-" + code[4:]
}

// Typed is a user code as it is looked for, whatever people put into it.
func Typed(code string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, strings.ToUpper(code))
}

// discovery tells of what we do ourselves, and not of what we do not do.
func (p *Provider) discovery(doc map[string]any) {
	delete(doc, "registration_endpoint")
	doc["end_session_endpoint"] = p.o.Issuer + p.o.Prefix + PathLogout
	doc["backchannel_logout_supported"] = true
	doc["backchannel_logout_session_supported"] = true
	doc["code_challenge_methods_supported"] = []string{"S256"}
	doc["prompt_values_supported"] = []string{"none", "login", "consent", "select_account"}
	doc["ui_locales_supported"] = []string{"vi", "en"}
}

// Authorize answers a browser that comes with a request: with a redirect, or with
// ErrRefused where it may not be sent on.
func (p *Provider) Authorize(w http.ResponseWriter, r *http.Request) error {
	if repeated(r.URL.Query()) {
		return fmt.Errorf("%w: a parameter comes twice", ErrRefused)
	}
	c := &call{}
	p.mux.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), callKey{}, c)))
	return c.err
}

// Pending returns a request that waits for an answer; ErrNone where there is none
// that does.
func (p *Provider) Pending(ctx context.Context, id string) (Request, error) {
	as, err := keeper{p}.Session(ctx, id)
	return p.pending(ctx, as, err)
}

// PendingDevice returns the request of a device, by the code that people type.
func (p *Provider) PendingDevice(ctx context.Context, typed string) (Request, error) {
	as, err := keeper{p}.SessionByUserCode(ctx, Typed(typed))
	q, err := p.pending(ctx, as, err)
	q.UserCode = Spaced(Typed(typed))
	return q, err
}

func (p *Provider) pending(ctx context.Context, as *goidc.AuthnSession, err error) (Request, error) {
	if errors.Is(err, goidc.ErrNotFound) {
		return Request{}, ErrNone
	}
	if err != nil {
		return Request{}, err
	}
	c, err := p.o.Store.Client(ctx, as.ClientID)
	if err != nil {
		return Request{}, err
	}
	q := requestOf(as, c.Name)
	if q.Done || over(as.ExpiresAt) {
		return Request{}, ErrNone
	}
	return q, nil
}

// Answer ends a request with a decision of its person, and returns where the
// browser goes; nowhere for the request of a device.
func (p *Provider) Answer(ctx context.Context, q Request, d Decision) (location string, err error) {
	if _, err := p.Pending(ctx, q.ID); err != nil {
		return "", err
	}
	path := p.o.Prefix + pathAuthorize + "/" + q.ID
	if q.RedirectURI == "" {
		path = p.o.Prefix + pathVerify + "/" + q.ID
	}
	c := &call{decision: &d}
	inner, err := http.NewRequestWithContext(context.WithValue(ctx, callKey{}, c), http.MethodGet, path, http.NoBody)
	if err != nil {
		return "", err
	}
	a := &answer{header: http.Header{}}
	p.mux.ServeHTTP(a, inner)
	location = a.header.Get("Location")
	if q.RedirectURI == "" && d.Refuse != "" {
		return "", nil // the device hears of it when it asks
	}
	if c.err != nil {
		return "", c.err
	}
	if location == "" && q.RedirectURI != "" {
		return "", ErrRefused
	}
	return location, nil
}

// render notes why a browser cannot be sent on; the caller shows a page.
func render(_ http.ResponseWriter, r *http.Request, err error) error {
	c := callOf(r.Context())
	if c == nil {
		return err
	}
	if _, ok := errors.AsType[goidc.Error](err); ok {
		err = fmt.Errorf("%w: %w", ErrRefused, err)
	}
	c.err = err
	return nil
}
