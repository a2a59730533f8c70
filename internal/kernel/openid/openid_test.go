// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package openid_test

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"tinhso.vn/internal/kernel/openid"
)

const (
	secret   = "a-secret-of-the-client-web"
	redirect = "https://web.example.vn/ve"
)

// world is a provider of its own on a real port.
type world struct {
	*openid.Provider
	server *httptest.Server
	store  *openid.Memory
	config oauth2.Config

	mu        sync.Mutex
	decision  openid.Decision
	incidents []openid.Incident
	renew     error
	meet      chan struct{} // where given, two who look for the same have both found it before either goes on
}

// meeting is a store in which two meet.
type meeting struct {
	*openid.Memory
	w *world
}

// Find implements openid.Store.
func (m meeting) Find(ctx context.Context, h openid.Handle, value string) (openid.Kept, bool, error) {
	k, used, err := m.Memory.Find(ctx, h, value)
	if meet := m.w.meet; meet != nil {
		select {
		case meet <- struct{}{}:
		case <-meet:
		}
	}
	return k, used, err
}

func newWorld(t *testing.T) *world {
	t.Helper()
	key, err := openid.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{
		store: &openid.Memory{Signing: []openid.Key{key}, Known: []openid.Client{
			{
				ID: "web", Name: "Web", Secrets: []string{openid.Digest("older"), openid.Digest(secret)}, Redirects: []string{redirect, "https://web.example.vn/hai"},
				Scopes: []string{"openid", "profile", "offline_access"}, Ways: openid.Ways(),
			},
			{ID: "other", Name: "Other", Secrets: []string{openid.Digest(secret)}, Redirects: []string{"https://other.example.vn/"}, Scopes: []string{"openid"}, Ways: openid.Ways()},
			{ID: "app", Name: "App", Native: true, Redirects: []string{"http://127.0.0.1/ve"}, Scopes: []string{"openid"}, Ways: []openid.Way{openid.WayCode}},
		}},
		decision: openid.Decision{Account: "an", Session: "s1", Scopes: []string{"openid", "profile"}, AuthTime: time.Now().Add(-time.Minute), Level: "1", Methods: []string{"pwd"}},
	}
	mux := http.NewServeMux()
	w.server = httptest.NewServer(mux)
	t.Cleanup(w.server.Close)
	w.Provider, err = openid.New(openid.Options{
		Issuer: w.server.URL, Prefix: "/oauth2", Device: "/kich-hoat", Scopes: []string{"openid", "profile", "offline_access", "more"}, Levels: []string{"1", "2"},
		Store: meeting{w.store, w}, Audience: w.server.URL + "/api",
		Decide: func(context.Context, openid.Request) (openid.Decision, error) {
			w.mu.Lock()
			defer w.mu.Unlock()
			return w.decision, nil
		},
		Describe: func(_ context.Context, _ openid.Granted, _ bool) (map[string]any, error) {
			return map[string]any{"name": "Nguyễn Văn An", "sub": "somebody else", "iss": "https://evil.example"}, nil
		},
		Renew: func(context.Context, openid.Granted) error { return w.renew },
		Notice: func(_ context.Context, what openid.Incident, _, _ string) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.incidents = append(w.incidents, what)
		},
		Failed: func(_ context.Context, err error) { t.Errorf("failed: %v", err) },
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, pattern := range append(w.Open(), w.Back()...) {
		mux.HandleFunc(pattern, w.Serve)
	}
	mux.HandleFunc(w.Front(), func(rw http.ResponseWriter, r *http.Request) {
		if err := w.Authorize(rw, r); err != nil {
			rw.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(rw, err.Error())
		}
	})
	w.config = oauth2.Config{
		ClientID: "web", ClientSecret: secret, RedirectURL: redirect, Scopes: []string{"openid", "profile"},
		Endpoint: oauth2.Endpoint{AuthURL: w.server.URL + "/oauth2/authorize", TokenURL: w.server.URL + "/oauth2/token", AuthStyle: oauth2.AuthStyleInHeader},
	}
	return w
}

// browse goes to an address and returns where it is sent.
func (w *world) browse(t *testing.T, address string) (status int, to *url.URL, body string) {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	raw, _ := io.ReadAll(answer.Body)
	to, _ = answer.Location()
	return answer.StatusCode, to, string(raw)
}

// code signs in, and returns the code with its verifier.
func (w *world) code(t *testing.T, options ...oauth2.AuthCodeOption) (code, verifier string) {
	t.Helper()
	verifier = oauth2.GenerateVerifier()
	status, to, body := w.browse(t, w.config.AuthCodeURL("state", append(options, oauth2.S256ChallengeOption(verifier))...))
	if status != http.StatusSeeOther || to.Query().Get("code") == "" {
		t.Fatalf("authorize: %d %v %s", status, to, body)
	}
	if to.Query().Get("iss") != w.server.URL || to.Query().Get("state") != "state" || !strings.HasPrefix(to.String(), redirect+"?") {
		t.Fatalf("sent to %s", to)
	}
	return to.Query().Get("code"), verifier
}

// post asks the token endpoint, or another, as the client web.
func (w *world) post(t *testing.T, path string, form url.Values, client, password string) (status int, doc map[string]any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.server.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if client != "" {
		r.SetBasicAuth(client, password)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	_ = json.NewDecoder(answer.Body).Decode(&doc)
	return answer.StatusCode, doc
}

func TestACodeBecomesTokensThatAnotherLibraryBelieves(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	found, err := oidc.NewProvider(ctx, w.server.URL)
	if err != nil {
		t.Fatal(err)
	}
	code, verifier := w.code(t, oidc.Nonce("nonce"))
	token, err := w.config.Exchange(ctx, code, oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := found.Verifier(&oidc.Config{ClientID: "web"}).Verify(ctx, raw)
	if err != nil {
		t.Fatal(err)
	}
	var claims struct {
		Name string   `json:"name"`
		SID  string   `json:"sid"`
		ACR  string   `json:"acr"`
		AMR  []string `json:"amr"`
		Auth int64    `json:"auth_time"`
	}
	if err := id.Claims(&claims); err != nil {
		t.Fatal(err)
	}
	if id.Subject != "an" || id.Nonce != "nonce" || claims.Name != "Nguyễn Văn An" || claims.SID != "s1" || claims.ACR != "1" || len(claims.AMR) != 1 || claims.Auth == 0 {
		t.Errorf("the ID token says %+v %+v", id, claims)
	}
	info, err := found.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil || info.Subject != "an" {
		t.Errorf("userinfo: %+v, %v", info, err)
	}
	access, ok, err := w.Introspect(ctx, token.AccessToken)
	if err != nil || !ok || access.Account != "an" || access.Client != "web" || access.Session != "s1" || access.Own {
		t.Errorf("introspect: %+v %v %v", access, ok, err)
	}
	if _, ok, _ := w.Introspect(ctx, raw); ok {
		t.Error("an ID token opens the API")
	}
	// The token is exchanged for another, and what was exchanged is good for nothing.
	next, err := w.config.TokenSource(ctx, &oauth2.Token{RefreshToken: token.RefreshToken}).Token()
	if err != nil || next.RefreshToken == token.RefreshToken || next.RefreshToken == "" {
		t.Fatalf("refresh: %v", err)
	}
	if _, ok, _ := w.Introspect(ctx, next.AccessToken); !ok {
		t.Error("the new token opens nothing")
	}
}

func TestManyAtTheSameMomentAreOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, form := range map[string]func() url.Values{
		"a code": func() url.Values {
			code, verifier := w.code(t)
			return url.Values{"grant_type": {"authorization_code"}, "code": {code}, "code_verifier": {verifier}, "redirect_uri": {redirect}}
		},
		"a refresh token": func() url.Values {
			code, verifier := w.code(t)
			token, err := w.config.Exchange(t.Context(), code, oauth2.VerifierOption(verifier))
			if err != nil {
				t.Fatal(err)
			}
			return url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token.RefreshToken}}
		},
	} {
		one := form()
		got := make(chan int, 2)
		w.meet = make(chan struct{})
		for range 2 {
			go func() {
				status, _ := w.post(t, "/oauth2/token", one, "web", secret)
				got <- status
			}()
		}
		won := 0
		for range 2 {
			if <-got == http.StatusOK {
				won++
			}
		}
		w.meet = nil
		if won > 1 {
			t.Errorf("%s was exchanged %d times", name, won)
		}
	}
}

func TestClientsProveThemselvesOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	grant := url.Values{"grant_type": {"client_credentials"}}
	for _, tt := range []struct {
		name, client, password string
		more                   url.Values
		want                   int
	}{
		{"the newer secret", "web", secret, nil, http.StatusOK},
		{"the older one, which still holds", "web", "older", nil, http.StatusOK},
		{"written as in a form", "%77eb", strings.ReplaceAll(secret, "-", "%2D"), nil, http.StatusOK},
		{"in the form", "", "", url.Values{"client_id": {"web"}, "client_secret": {secret}}, http.StatusOK},
		{"both ways at once", "web", secret, url.Values{"client_id": {"web"}, "client_secret": {secret}}, http.StatusBadRequest},
		{"twice", "", "", url.Values{"client_id": {"web", "web"}, "client_secret": {secret}}, http.StatusBadRequest},
		{"a wrong one", "web", "wrong", nil, http.StatusUnauthorized},
		{"none", "", "", url.Values{"client_id": {"web"}}, http.StatusUnauthorized},
		{"another's name", "other", "older", nil, http.StatusUnauthorized},
		{"nobody", "nobody", secret, nil, http.StatusUnauthorized},
	} {
		form := url.Values{}
		maps.Copy(form, grant)
		maps.Copy(form, tt.more)
		if status, doc := w.post(t, "/oauth2/token", form, tt.client, tt.password); status != tt.want {
			t.Errorf("%s: %d %v, want %d", tt.name, status, doc, tt.want)
		}
	}
	if status, _ := w.post(t, "/oauth2/register", url.Values{}, "web", secret); status != http.StatusNotFound {
		t.Errorf("clients register over the wire: %d", status)
	}
}

func TestKeysThatNoLongerSignStillVerify(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	code, verifier := w.code(t)
	token, err := w.config.Exchange(t.Context(), code, oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := token.Extra("id_token").(string)
	next, err := openid.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	old := w.store.Signing[0]
	w.store.Signing = []openid.Key{next, old}
	if _, ok, err := w.Introspect(t.Context(), token.AccessToken); !ok || err != nil {
		t.Errorf("a token of the key before: %v %v", ok, err)
	}
	if h, err := w.ReadHint(t.Context(), raw); err != nil || h.Client != "web" || h.Account != "an" || h.Session != "s1" || h.Over {
		t.Errorf("a hint of the key before: %+v %v", h, err)
	}
	w.store.Signing = []openid.Key{next}
	if _, ok, _ := w.Introspect(t.Context(), token.AccessToken); ok {
		t.Error("a token of a key that was dropped opens something")
	}
	if _, err := w.ReadHint(t.Context(), raw); err == nil {
		t.Error("a hint of a key that was dropped is read")
	}
	secret, err := next.Secret()
	if err != nil {
		t.Fatal(err)
	}
	again, err := openid.ParseKey(secret)
	if err != nil || again.ID != next.ID || strings.Contains(again.String(), string(secret)) {
		t.Errorf("%v %v", again, err)
	}
}
