// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/simulators/samlidp"
	"tinhso.vn/internal/simulators/sms"
	"tinhso.vn/internal/simulators/vneid"
)

// signOn is the whole program on a port of its own, with another system beside it
// that lets people sign in here.
type signOn struct {
	*world
	at      string
	app     *httptest.Server // the other system
	vneid   string
	bo      string // the sign-on of a ministry, by SAML
	sms     string // the gateway of short messages
	mu      sync.Mutex
	goodbye []string // logout tokens
	broken  int      // how often it refuses them
}

const citizen, official, itAdmin = "dan.nguyenvanbay", "chuyenvien.longxuyen", "cntt.tinh"

func eachSignOn(t *testing.T, f func(t *testing.T, s *signOn)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		f(t, newSignOn(t, ""))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		if os.Getenv("TINHSO_TEST_SQLITE_ONLY") == "1" {
			t.Skip("TINHSO_TEST_SQLITE_ONLY=1")
		}
		f(t, newSignOn(t, onServer))
	})
}

func newSignOn(t *testing.T, database string) *signOn {
	t.Helper()
	s := &signOn{}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }))
	s.at = "http://" + server.Listener.Addr().String()
	national := httptest.NewUnstartedServer(nil)
	s.vneid = "http://" + national.Listener.Addr().String() + "/vneid"
	simulated, err := vneid.New(clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	people, err := simulated.Handler(s.vneid)
	if err != nil {
		t.Fatal(err)
	}
	national.Config.Handler = http.StripPrefix("/vneid", people)
	national.Start()
	t.Cleanup(national.Close)
	gateway := httptest.NewServer(sms.New(clock.System{}))
	t.Cleanup(gateway.Close)
	s.sms = gateway.URL + "/sms/v1/messages"
	s.world = worldOf(t, database, "", "CONFIG="+s.ministry(t), "TINHSO_SMS_ENABLED=true", "TINHSO_SMS_URL="+s.sms, "TINHSO_SMS_TOKEN=simulated", "TINHSO_PUBLIC_URL="+s.at, "TINHSO_SIGN_ON_INSIDE=127.0.0.0/8", "TINHSO_SIGN_ON_VNEID_ISSUER="+s.vneid,
		"TINHSO_SIGN_ON_VNEID_CLIENT_ID="+vneid.ClientID, "TINHSO_SIGN_ON_VNEID_SECRET="+vneid.Secret, "TINHSO_SIGN_ON_VNEID_ISS_PARAM=true")
	server.Start()
	t.Cleanup(server.Close)
	s.app = httptest.NewServer(http.HandlerFunc(s.farewell))
	t.Cleanup(s.app.Close)
	s.tell(t, s.vneid+"/clients", url.Values{"redirect": {s.at + "/dang-nhap/ngoai/vneid/ve"}})
	s.tell(t, s.vneid+"/citizens", url.Values{"number": {"089058000001"}, "name": {"Nguyễn Văn Bảy"}})
	return s
}

// ministry starts the sign-on of a ministry and returns the file of a configuration
// that knows it.
func (s *signOn) ministry(t *testing.T) (file string) {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	s.bo = "http://" + server.Listener.Addr().String() + "/bo"
	simulated, err := samlidp.New(clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = http.StripPrefix("/bo", simulated.Handler(s.bo))
	server.Start()
	t.Cleanup(server.Close)
	about, err := http.Get(s.bo + "/metadata") //nolint:noctx // a test server
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = about.Body.Close() }()
	raw, err := io.ReadAll(about.Body)
	if err != nil {
		t.Fatal(err)
	}
	metadata, file := filepath.Join(t.TempDir(), "bo.xml"), filepath.Join(t.TempDir(), "tinhso.yaml")
	text := "sign_on:\n  sources:\n    - {id: bo, name: Bộ, name_en: the Ministry, protocol: saml, metadata_file: " + metadata +
		", claim_login: NameID, claim_number: personal_number, claim_name: name, min_level: 2}\n" +
		"    - {id: bo-dan, name: Cổng của Bộ, protocol: saml, for: citizens, metadata_file: " + metadata + ", claim_number: personal_number, claim_name: name}\n"
	for path, content := range map[string]string{metadata: string(raw), file: text} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return file
}

// farewell is where the other system hears that sessions end.
func (s *signOn) farewell(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken > 0 {
		s.broken--
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	s.goodbye = append(s.goodbye, r.FormValue("logout_token"))
}

// tell posts a form and expects 204.
func (s *signOn) tell(t *testing.T, to string, form url.Values) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, to, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := http.DefaultClient.Do(r)
	if err != nil || answer.StatusCode != http.StatusNoContent {
		t.Fatalf("%s: %v %v", to, answer, err)
	}
	_ = answer.Body.Close()
}

func (s *signOn) operate(t *testing.T, who, method, path string, in any, out any) int {
	t.Helper()
	raw, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	a := s.send(t, who, method, path, string(raw))
	if out != nil && a.status < 300 {
		if err := json.Unmarshal([]byte(a.body), out); err != nil {
			t.Fatalf("%s: %v", a.body, err)
		}
	}
	return a.status
}

// register registers the other system, as somebody of the province's IT would.
func (s *signOn) register(t *testing.T, more map[string]any) (client, secret string) {
	t.Helper()
	draft := map[string]any{
		"kind": "web", "name_vi": "Quan trắc môi trường", "purpose_vi": "Biết cán bộ nào nhập số liệu", "unit": "so-khoa-hoc-cong-nghe",
		"redirects": []string{s.app.URL + "/ve"}, "logout_redirects": []string{s.app.URL + "/da-ra"}, "back_channel": s.app.URL + "/bao",
		"scopes": []string{"openid", "profile", "phone", "personal_number", "offline_access", "api:dossiers"},
	}
	maps.Copy(draft, more)
	var made struct{ ID string }
	if status := s.operate(t, itAdmin, http.MethodPost, "/api/v1/sign-on/clients", draft, &made); status != http.StatusOK {
		t.Fatalf("register: %d", status)
	}
	var key struct{ Secret string }
	if draft["kind"] == "web" || draft["kind"] == "service" {
		if status := s.operate(t, itAdmin, http.MethodPost, "/api/v1/sign-on/clients/"+made.ID+"/secrets", map[string]any{}, &key); status != http.StatusOK {
			t.Fatalf("secret: %d", status)
		}
	}
	return made.ID, key.Secret
}

// visitor goes where it is sent, as browsers do, and stops where it would leave
// for a server that it may not ask.
type visitor struct {
	t    *testing.T
	c    *http.Client
	stop string
}

func (s *signOn) browser(t *testing.T, who string) *visitor {
	t.Helper()
	jar, _ := cookiejar.New(nil)
	if who != "" {
		here, _ := url.Parse(s.at)
		account, _, err := s.People.FindAccount(t.Context(), s.DB, who)
		if err != nil {
			t.Fatal(err)
		}
		var token string
		if err := s.DB.Write(t.Context(), func(tx *db.Tx) error {
			token, _, err = s.People.StartSession(t.Context(), tx, account.ID, identity.Browser)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		jar.SetCookies(here, []*http.Cookie{{Name: page.SessionCookie, Value: token, Path: "/"}})
	}
	b := &visitor{t: t, stop: s.app.URL}
	b.c = &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), b.stop) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	return b
}

// at is where a browser is: on a page, or about to leave.
type at struct {
	status int
	url    *url.URL
	body   string
	leaves *url.URL
}

func (b *visitor) do(method, address string, form url.Values) at {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := b.c.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	raw, _ := io.ReadAll(answer.Body)
	here := at{status: answer.StatusCode, url: answer.Request.URL, body: string(raw)}
	if to, err := answer.Location(); err == nil {
		here.leaves = to
	}
	if _, to, ok := strings.Cut(answer.Header.Get("Refresh"), "url="); ok {
		here.leaves, _ = url.Parse(to)
	}
	return here
}

func (b *visitor) get(address string) at { return b.do(http.MethodGet, address, nil) }

var action = regexp.MustCompile(`<form method="post" action="(/oauth2/tiep/[^"]+)"`)

func (s *signOn) config(client, secret string, scopes ...string) oauth2.Config {
	return oauth2.Config{
		ClientID: client, ClientSecret: secret, RedirectURL: s.app.URL + "/ve", Scopes: scopes,
		Endpoint: oauth2.Endpoint{AuthURL: s.at + "/oauth2/authorize", TokenURL: s.at + "/oauth2/token"},
	}
}

// agree lets somebody agree, and returns the tokens of the other system.
func (s *signOn) agree(t *testing.T, b *visitor, c oauth2.Config, options ...oauth2.AuthCodeOption) *oauth2.Token {
	t.Helper()
	verifier := oauth2.GenerateVerifier()
	here := b.get(c.AuthCodeURL("state", append(options, oauth2.S256ChallengeOption(verifier))...))
	if here.leaves == nil {
		m := action.FindStringSubmatch(here.body)
		if m == nil {
			t.Fatalf("%d at %s: %s", here.status, here.url, here.body)
		}
		here = b.do(http.MethodPost, s.at+m[1], url.Values{"answer": {"yes"}})
	}
	if here.leaves == nil || here.leaves.Query().Get("code") == "" {
		t.Fatalf("%d at %s, leaves for %v", here.status, here.url, here.leaves)
	}
	token, err := c.Exchange(t.Context(), here.leaves.Query().Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func (s *signOn) api(t *testing.T, token, path string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.at+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	return answer.StatusCode
}

// work does the background work for a while, until done.
func (s *signOn) work(t *testing.T, done func() bool) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	finished := make(chan struct{})
	go func() { s.Work(ctx); close(finished) }()
	defer func() { stop(); <-finished }()
	for range 300 {
		if done() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Error("the background work did not come to an end")
}

func TestASecondSystemSignsInThroughUsAndIsSignedOutWithUs(t *testing.T) {
	t.Parallel()
	eachSignOn(t, func(t *testing.T, s *signOn) {
		ctx := t.Context()
		client, secret := s.register(t, nil)
		found, err := oidc.NewProvider(ctx, s.at)
		if err != nil {
			t.Fatal(err)
		}
		c := s.config(client, secret, "openid", "profile", "phone", "personal_number", "api:dossiers")
		b := s.browser(t, citizen)
		first := b.get(c.AuthCodeURL("state", oauth2.S256ChallengeOption(oauth2.GenerateVerifier())))
		for _, want := range []string{"Quan trắc môi trường", "Biết cán bộ nào nhập số liệu", "Số định danh cá nhân", "127.0.0.1"} {
			if !strings.Contains(first.body, want) {
				t.Errorf("the question does not say %q", want)
			}
		}
		token := s.agree(t, b, c, oidc.Nonce("n"))
		raw, _ := token.Extra("id_token").(string)
		id, err := found.Verifier(&oidc.Config{ClientID: client}).Verify(ctx, raw)
		if err != nil || id.Nonce != "n" {
			t.Fatalf("%+v, %v", id, err)
		}
		var claims map[string]any
		if err := id.Claims(&claims); err != nil || claims["name"] != "Nguyễn Văn Bảy" || claims["personal_number"] != nil || claims["sid"] == nil {
			t.Errorf("the ID token says %v, %v", claims, err)
		}
		info, err := found.UserInfo(ctx, oauth2.StaticTokenSource(token))
		if err != nil {
			t.Fatal(err)
		}
		if err := info.Claims(&claims); err != nil || claims["personal_number"] != "089058000001" {
			t.Errorf("userinfo says %v, %v", claims, err)
		}
		// Our API takes the token, for what it was lent for.
		if got := s.api(t, token.AccessToken, "/api/v1/dossiers"); got != http.StatusOK {
			t.Errorf("the API answers %d", got)
		}
		if got := s.api(t, s.agree(t, b, s.config(client, secret, "openid")).AccessToken, "/api/v1/dossiers"); got != http.StatusForbidden {
			t.Errorf("a token that was lent for nothing opens the API: %d", got)
		}
		for _, key := range []string{"/api/v1/me/passkeys/options", "/api/v1/me/recovery-codes", "/api/v1/me/authenticator", "/api/v1/me/data/archives"} {
			if a := s.call(t, token.AccessToken, "127.0.0.1", http.MethodPost, key, "{}"); a.status != http.StatusForbidden {
				t.Errorf("an application makes itself a key by %s: %d %s", key, a.status, a.body)
			}
		}
		if got := s.api(t, raw, "/api/v1/me"); got != http.StatusUnauthorized {
			t.Errorf("an ID token opens the API: %d", got)
		}
		// Agreed once, it goes by itself.
		again := b.get(c.AuthCodeURL("again", oauth2.S256ChallengeOption(oauth2.GenerateVerifier())))
		if again.leaves == nil || again.leaves.Query().Get("state") != "again" || again.leaves.Query().Get("iss") != s.at {
			t.Errorf("the second time: %d %v", again.status, again.leaves)
		}
		// A token that comes twice ends all of them.
		next, err := c.TokenSource(ctx, &oauth2.Token{RefreshToken: token.RefreshToken}).Token()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.TokenSource(ctx, &oauth2.Token{RefreshToken: token.RefreshToken}).Token(); err == nil {
			t.Error("a refresh token is taken twice")
		}
		if got := s.api(t, next.AccessToken, "/api/v1/me"); got != http.StatusUnauthorized {
			t.Errorf("what came of a token that was used twice still opens the API: %d", got)
		}
		if _, err := c.TokenSource(ctx, &oauth2.Token{RefreshToken: next.RefreshToken}).Token(); err == nil {
			t.Error("the family lives on")
		}
		// Signing out here signs out there; the note is sent until it is taken.
		token = s.agree(t, b, c)
		s.mu.Lock()
		s.broken = 1
		s.mu.Unlock()
		b.do(http.MethodPost, s.at+"/dang-xuat", nil)
		if got := s.api(t, token.AccessToken, "/api/v1/me"); got != http.StatusUnauthorized {
			t.Errorf("after signing out the API answers %d", got)
		}
		s.work(t, func() bool { s.mu.Lock(); defer s.mu.Unlock(); return len(s.goodbye) > 0 })
		s.mu.Lock()
		defer s.mu.Unlock()
		note, err := found.Verifier(&oidc.Config{ClientID: client}).Verify(ctx, s.goodbye[0])
		if err != nil {
			t.Fatal(err)
		}
		var said struct {
			SID    string         `json:"sid"`
			Events map[string]any `json:"events"`
			Nonce  string         `json:"nonce"`
		}
		if err := note.Claims(&said); err != nil || said.SID != claims["sid"] || said.Events["http://schemas.openid.net/event/backchannel-logout"] == nil || said.Nonce != "" {
			t.Errorf("the note says %+v, %v", said, err)
		}
	})
}

func TestWhoWithdrawsIsNoLongerKnownThere(t *testing.T) {
	t.Parallel()
	eachSignOn(t, func(t *testing.T, s *signOn) {
		client, secret := s.register(t, nil)
		c := s.config(client, secret, "openid", "profile", "offline_access", "api:dossiers")
		b := s.browser(t, citizen)
		token := s.agree(t, b, c)
		if here := b.get(s.at + "/tai-khoan/ung-dung"); !strings.Contains(here.body, "Quan trắc môi trường") {
			t.Error("the list does not show it")
		}
		b.do(http.MethodPost, s.at+"/tai-khoan/ung-dung/"+client+"/rut", nil)
		if got := s.api(t, token.AccessToken, "/api/v1/me"); got != http.StatusUnauthorized {
			t.Errorf("after withdrawing the API answers %d", got)
		}
		if _, err := c.TokenSource(t.Context(), &oauth2.Token{RefreshToken: token.RefreshToken}).Token(); err == nil {
			t.Error("after withdrawing the token is renewed")
		}
		if here := b.get(c.AuthCodeURL("s", oauth2.S256ChallengeOption(oauth2.GenerateVerifier()))); here.leaves != nil {
			t.Error("nobody was asked again")
		}
		// A client that is stopped is stopped at once.
		token = s.agree(t, b, c)
		if got := s.operate(t, itAdmin, http.MethodPost, "/api/v1/sign-on/clients/"+client+"/disable", map[string]any{}, nil); got >= 300 {
			t.Fatalf("disable: %d", got)
		}
		if got := s.api(t, token.AccessToken, "/api/v1/me"); got != http.StatusUnauthorized {
			t.Errorf("a stopped client's token opens the API: %d", got)
		}
		if here := b.get(c.AuthCodeURL("s", oauth2.S256ChallengeOption(oauth2.GenerateVerifier()))); here.status != http.StatusUnprocessableEntity {
			t.Errorf("a stopped client is served: %d", here.status)
		}
	})
}
