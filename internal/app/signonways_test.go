// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/oauth2"
)

// ask posts a form to an endpoint as a client.
func (s *signOn) ask(t *testing.T, path string, form url.Values, client, secret string) (int, map[string]any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.at+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if client != "" {
		r.SetBasicAuth(client, secret)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	doc := map[string]any{}
	_ = json.NewDecoder(answer.Body).Decode(&doc)
	return answer.StatusCode, doc
}

func TestADeviceIsActivatedOnAPhone(t *testing.T) {
	t.Parallel()
	eachSignOn(t, func(t *testing.T, s *signOn) {
		client, _ := s.register(t, map[string]any{"kind": "device", "redirects": []string{}, "logout_redirects": []string{}, "scopes": []string{"openid", "profile"}})
		begin := func() (code, device string) {
			status, doc := s.ask(t, "/oauth2/device_authorization", url.Values{"client_id": {client}, "scope": {"openid profile"}}, "", "")
			code, _ = doc["user_code"].(string)
			device, _ = doc["device_code"].(string)
			if status != http.StatusOK || doc["verification_uri"] != s.at+"/kich-hoat" || len(code) != 9 || device == "" {
				t.Fatalf("%d %v", status, doc)
			}
			return code, device
		}
		poll := func(device string) (int, map[string]any) {
			return s.ask(t, "/oauth2/token", url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:device_code"}, "device_code": {device}, "client_id": {client}}, "", "")
		}
		form := regexp.MustCompile(`action="(/kich-hoat/[^"]+)"`)
		b := s.browser(t, official)
		code, device := begin()
		if status, doc := poll(device); status != http.StatusBadRequest || doc["error"] != "authorization_pending" {
			t.Errorf("before: %d %v", status, doc)
		}
		if status, doc := poll(device); status != http.StatusBadRequest || doc["error"] != "slow_down" {
			t.Errorf("at once again: %d %v", status, doc)
		}
		if here := b.do(http.MethodPost, s.at+"/kich-hoat", url.Values{"user_code": {"BBBB-BBBB"}}); here.status != http.StatusUnprocessableEntity {
			t.Errorf("a wrong code: %d", here.status)
		}
		here := b.do(http.MethodPost, s.at+"/kich-hoat", url.Values{"user_code": {strings.ToLower(code[:4]) + " " + code[5:]}})
		m := form.FindStringSubmatch(here.body)
		if m == nil || !strings.Contains(here.body, code) {
			t.Fatalf("%d %s", here.status, here.body)
		}
		if here := b.do(http.MethodPost, s.at+m[1], url.Values{"answer": {"yes"}}); here.status != http.StatusOK {
			t.Fatalf("%d %s", here.status, here.body)
		}
		status, doc := poll(device)
		if status != http.StatusOK || doc["id_token"] == nil || doc["refresh_token"] == nil {
			t.Fatalf("after: %d %v", status, doc)
		}
		if status, doc := poll(device); status == http.StatusOK {
			t.Errorf("a device code is taken twice: %v", doc)
		}
		code, device = begin()
		here = b.do(http.MethodPost, s.at+"/kich-hoat", url.Values{"user_code": {code}})
		if m = form.FindStringSubmatch(here.body); m == nil {
			t.Fatalf("%d %s", here.status, here.body)
		}
		b.do(http.MethodPost, s.at+m[1], url.Values{"answer": {"no"}})
		if status, doc := poll(device); status == http.StatusOK || doc["error"] != "access_denied" {
			t.Errorf("refused: %d %v", status, doc)
		}
	})
}

func TestASystemActsForItselfWithinItsAccount(t *testing.T) {
	t.Parallel()
	eachSignOn(t, func(t *testing.T, s *signOn) {
		client, secret := s.register(t, map[string]any{
			"kind": "service", "redirects": []string{}, "logout_redirects": []string{}, "back_channel": "", "login": official,
			"scopes": []string{"api:dossiers.view", "api:accounts.units"},
		})
		status, doc := s.ask(t, "/oauth2/token", url.Values{"grant_type": {"client_credentials"}, "scope": {"api:dossiers.view api:accounts.units"}}, client, secret)
		token, _ := doc["access_token"].(string)
		if status != http.StatusOK || doc["refresh_token"] != nil {
			t.Fatalf("%d %v", status, doc)
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.at+"/api/v1/me", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = answer.Body.Close() }()
		var me struct {
			Login       string
			Permissions []string
		}
		if err := json.NewDecoder(answer.Body).Decode(&me); err != nil || me.Login != official {
			t.Fatalf("%+v %v", me, err)
		}
		// The account does not look after units, and the token was not lent for more.
		if strings.Join(me.Permissions, " ") != "dossiers.view" {
			t.Errorf("it may %v", me.Permissions)
		}
		if status, doc := s.ask(t, "/oauth2/token", url.Values{"grant_type": {"client_credentials"}, "scope": {"api:dossiers"}}, client, secret); status == http.StatusOK {
			t.Errorf("a scope it is not registered for: %v", doc)
		}
		// Guessing is slowed down, and the right secret is not told from wrong ones meanwhile.
		for range 6 {
			if status, _ := s.ask(t, "/oauth2/token", url.Values{"grant_type": {"client_credentials"}}, client, "wrong"); status != http.StatusUnauthorized {
				t.Errorf("a wrong secret: %d", status)
			}
		}
		if status, _ := s.ask(t, "/oauth2/token", url.Values{"grant_type": {"client_credentials"}}, client, secret); status != http.StatusUnauthorized {
			t.Errorf("the right secret among many wrong ones: %d", status)
		}
	})
}

func TestPushedRequestsAndSigningOutFromThere(t *testing.T) {
	t.Parallel()
	eachSignOn(t, func(t *testing.T, s *signOn) {
		client, secret := s.register(t, map[string]any{"pushed": true})
		c := s.config(client, secret, "openid", "profile")
		b := s.browser(t, citizen)
		if here := b.get(c.AuthCodeURL("s", oauth2.S256ChallengeOption(oauth2.GenerateVerifier()))); here.leaves != nil && here.leaves.Query().Get("code") != "" || strings.Contains(here.body, "/oauth2/tiep/") {
			t.Error("a request is taken that was not pushed")
		}
		verifier := oauth2.GenerateVerifier()
		direct, _ := url.Parse(c.AuthCodeURL("s", oauth2.S256ChallengeOption(verifier)))
		status, doc := s.ask(t, "/oauth2/par", direct.Query(), client, secret)
		handle, _ := doc["request_uri"].(string)
		if status != http.StatusCreated {
			t.Fatalf("%d %v", status, doc)
		}
		here := b.get(s.at + "/oauth2/authorize?" + url.Values{"client_id": {client}, "request_uri": {handle}}.Encode())
		m := action.FindStringSubmatch(here.body)
		if m == nil {
			t.Fatalf("%d %s", here.status, here.body)
		}
		here = b.do(http.MethodPost, s.at+m[1], url.Values{"answer": {"yes"}})
		token, err := c.Exchange(t.Context(), here.leaves.Query().Get("code"), oauth2.VerifierOption(verifier))
		if err != nil {
			t.Fatal(err)
		}
		if here := b.get(s.at + "/oauth2/authorize?" + url.Values{"client_id": {client}, "request_uri": {handle}}.Encode()); here.leaves != nil && here.leaves.Query().Get("code") != "" {
			t.Error("a pushed request is taken twice")
		}
		raw, _ := token.Extra("id_token").(string)
		leave := func(v url.Values) string { return s.at + "/oauth2/logout?" + v.Encode() }
		// A stranger's page cannot sign anybody out, nor send anybody anywhere.
		if here := b.get(leave(url.Values{})); here.leaves != nil || !strings.Contains(here.body, `name="answer"`) {
			t.Errorf("without a hint: %d %v", here.status, here.leaves)
		}
		for name, v := range map[string]url.Values{
			"elsewhere":      {"id_token_hint": {raw}, "post_logout_redirect_uri": {"https://evil.example/"}},
			"nobody's":       {"post_logout_redirect_uri": {s.app.URL + "/da-ra"}},
			"another client": {"id_token_hint": {raw}, "client_id": {"other"}},
			"broken":         {"id_token_hint": {raw + "x"}},
			"an access":      {"id_token_hint": {token.AccessToken}},
		} {
			if here := b.get(leave(v)); here.leaves != nil || here.status != http.StatusUnprocessableEntity {
				t.Errorf("%s: %d %v", name, here.status, here.leaves)
			}
		}
		if got := s.api(t, token.AccessToken, "/api/v1/me"); got != http.StatusOK {
			t.Fatalf("somebody was signed out by strangers: %d", got)
		}
		// Somebody else's browser is asked, though the hint is real.
		other := s.browser(t, official)
		if here := other.get(leave(url.Values{"id_token_hint": {raw}, "post_logout_redirect_uri": {s.app.URL + "/da-ra"}})); here.leaves != nil {
			t.Error("another person was signed out")
		}
		here = b.get(leave(url.Values{"id_token_hint": {raw}, "post_logout_redirect_uri": {s.app.URL + "/da-ra"}, "state": {"zz"}}))
		if here.leaves == nil || here.leaves.String() != s.app.URL+"/da-ra?state=zz" {
			t.Errorf("%d, leaves for %v", here.status, here.leaves)
		}
		if here := b.get(s.at + "/tai-khoan"); here.url.Path != "/dang-nhap" {
			t.Errorf("still signed in at %s", here.url)
		}
		if got := s.api(t, token.AccessToken, "/api/v1/me"); got != http.StatusUnauthorized {
			t.Errorf("the token lives on: %d", got)
		}
		silent := b.get(s.at + "/oauth2/authorize?" + func() string { // prompt=none is answered without a page
			v := direct.Query()
			v.Set("prompt", "none")
			_, doc := s.ask(t, "/oauth2/par", v, client, secret)
			handle, _ := doc["request_uri"].(string)
			return url.Values{"client_id": {client}, "request_uri": {handle}}.Encode()
		}())
		if silent.leaves == nil || silent.leaves.Query().Get("error") != "login_required" {
			t.Errorf("prompt=none: %d %v", silent.status, silent.leaves)
		}
	})
}

func TestAttacksOnTheSignOn(t *testing.T) {
	t.Parallel()
	eachSignOn(t, func(t *testing.T, s *signOn) {
		client, secret := s.register(t, nil)
		second, secondSecret := s.register(t, map[string]any{"scopes": []string{"openid"}})
		c := s.config(client, secret, "openid", "profile")
		b := s.browser(t, citizen)
		s.agree(t, b, c)
		host := strings.TrimPrefix(s.app.URL, "http://")
		for _, redirect := range []string{
			"https://evil.example/ve", s.app.URL + "/ve/", s.app.URL + "/VE", s.app.URL + "/ve/../x", s.app.URL + "/x/../ve", s.app.URL + "/%76e", s.app.URL + "/ve?x=1",
			s.app.URL + "/ve#x", "http://" + host + "@evil.example/ve", "http://evil.example@" + host + "/ve", s.app.URL + "//ve", "//" + host + "/ve", s.app.URL + `\@evil.example/ve`, "javascript:alert(1)",
		} {
			v, _ := url.Parse(c.AuthCodeURL("s", oauth2.S256ChallengeOption(oauth2.GenerateVerifier())))
			q := v.Query()
			q.Set("redirect_uri", redirect)
			if here := b.get(s.at + "/oauth2/authorize?" + q.Encode()); here.leaves != nil || here.status != http.StatusUnprocessableEntity {
				t.Errorf("%s: %d, leaves for %v", redirect, here.status, here.leaves)
			}
		}
		direct, _ := url.Parse(c.AuthCodeURL("s", oauth2.S256ChallengeOption(oauth2.GenerateVerifier())))
		if here := b.get(direct.String() + "&redirect_uri=https://evil.example/"); here.leaves != nil {
			t.Error("a parameter that comes twice")
		}
		for name, change := range map[string]func(url.Values){
			"no PKCE":        func(q url.Values) { q.Del("code_challenge"); q.Del("code_challenge_method") },
			"plain":          func(q url.Values) { q.Set("code_challenge_method", "plain") },
			"implicit":       func(q url.Values) { q.Set("response_type", "token id_token") },
			"a wider scope":  func(q url.Values) { q.Set("scope", "openid email") },
			"unknown scope":  func(q url.Values) { q.Set("scope", "openid admin") },
			"request object": func(q url.Values) { q.Set("request_uri", "https://evil.example/r.jwt") },
		} {
			q := direct.Query()
			change(q)
			if here := b.get(s.at + "/oauth2/authorize?" + q.Encode()); here.leaves != nil && here.leaves.Query().Get("code") != "" {
				t.Errorf("%s: a code is given", name)
			}
		}
		code := func() (code, verifier string) {
			verifier = oauth2.GenerateVerifier()
			here := b.get(c.AuthCodeURL("s", oauth2.S256ChallengeOption(verifier)))
			if here.leaves == nil {
				t.Fatalf("%d %s", here.status, here.body)
			}
			return here.leaves.Query().Get("code"), verifier
		}
		exchange := func(code, verifier, id, secret, redirect string) (int, map[string]any) {
			return s.ask(t, "/oauth2/token", url.Values{"grant_type": {"authorization_code"}, "code": {code}, "code_verifier": {verifier}, "redirect_uri": {redirect}}, id, secret)
		}
		// A wrong verifier ends the code: the right one comes too late.
		one, verifier := code()
		if status, _ := exchange(one, oauth2.GenerateVerifier(), client, secret, s.app.URL+"/ve"); status == http.StatusOK {
			t.Error("a wrong verifier is taken")
		}
		if status, _ := exchange(one, verifier, client, secret, s.app.URL+"/ve"); status == http.StatusOK {
			t.Error("a code lives on after a wrong verifier")
		}
		one, verifier = code()
		if status, _ := exchange(one, verifier, second, secondSecret, s.app.URL+"/ve"); status == http.StatusOK {
			t.Error("another client redeems the code")
		}
		one, verifier = code()
		if status, _ := exchange(one, verifier, client, "", s.app.URL+"/ve"); status == http.StatusOK {
			t.Error("a client without its secret redeems the code")
		}
		// A code that comes again takes back what came of it.
		one, verifier = code()
		_, doc := exchange(one, verifier, client, secret, s.app.URL+"/ve")
		access, _ := doc["access_token"].(string)
		refresh, _ := doc["refresh_token"].(string)
		if got := s.api(t, access, "/api/v1/me"); got != http.StatusOK {
			t.Fatalf("%d", got)
		}
		if status, doc := exchange(one, verifier, client, secret, s.app.URL+"/ve"); status == http.StatusOK || doc["error"] != "invalid_grant" {
			t.Errorf("a replayed code: %d %v", status, doc)
		}
		if got := s.api(t, access, "/api/v1/me"); got != http.StatusUnauthorized {
			t.Errorf("tokens of a replayed code live on: %d", got)
		}
		renew := func(token, scope, id, secret string) (int, map[string]any) {
			return s.ask(t, "/oauth2/token", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}, "scope": {scope}}, id, secret)
		}
		if status, _ := renew(refresh, "", client, secret); status == http.StatusOK {
			t.Error("the refresh token of a replayed code lives on")
		}
		token := s.agree(t, b, c)
		if status, _ := renew(token.RefreshToken, "", second, secondSecret); status == http.StatusOK {
			t.Error("another client renews the token")
		}
		if status, _ := renew(token.RefreshToken, "openid profile phone", client, secret); status == http.StatusOK {
			t.Error("the scope grows when the token is renewed")
		}
		if status, doc := s.ask(t, "/oauth2/introspect", url.Values{"token": {token.AccessToken}}, second, secondSecret); doc["active"] == true {
			t.Errorf("another client looks into the token: %d %v", status, doc)
		}
		// Two at the same moment: one of them at most.
		parallel := make(chan int, 8)
		for range 8 {
			go func() {
				status, _ := renew(token.RefreshToken, "", client, secret)
				parallel <- status
			}()
		}
		won := 0
		for range 8 {
			if <-parallel == http.StatusOK {
				won++
			}
		}
		if won > 1 {
			t.Errorf("one refresh token was exchanged %d times", won)
		}
		forged(t, s, token)
		// Nobody agrees for somebody else's browser.
		page := s.browser(t, "")
		page.c.Jar = b.c.Jar
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.at+"/oauth2/tiep/x", strings.NewReader("answer=yes"))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		answer, err := b.c.Do(r)
		if err != nil || answer.StatusCode != http.StatusForbidden {
			t.Errorf("a form of another site: %v %v", answer, err)
		}
		_ = answer.Body.Close()
	})
}

// forged tries tokens that we have not signed.
func forged(t *testing.T, s *signOn, token *oauth2.Token) {
	t.Helper()
	raw, _ := token.Extra("id_token").(string)
	parts := strings.Split(raw, ".")
	for name, head := range map[string]string{
		"alg none":      "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0",  // {"alg":"none","typ":"at+jwt"}
		"key confusion": "eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9", // {"alg":"HS256","typ":"at+jwt"}
	} {
		access := strings.Split(token.AccessToken, ".")
		for _, forged := range []string{head + "." + access[1] + ".", head + "." + access[1] + "." + access[2]} {
			if got := s.api(t, forged, "/api/v1/me"); got != http.StatusUnauthorized {
				t.Errorf("%s opens the API: %d", name, got)
			}
		}
		b := s.browser(t, citizen)
		if here := b.get(s.at + "/oauth2/logout?" + url.Values{"id_token_hint": {head + "." + parts[1] + "."}}.Encode()); here.status != http.StatusUnprocessableEntity {
			t.Errorf("%s as a hint: %d", name, here.status)
		}
	}
}
