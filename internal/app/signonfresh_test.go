// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"
)

func TestAnApplicationWantsItsPersonFresh(t *testing.T) {
	t.Parallel()
	eachSignOn(t, func(t *testing.T, s *signOn) {
		client, secret := s.register(t, nil)
		c := s.config(client, secret, "openid", "profile")
		b := s.browser(t, citizen)
		s.agree(t, b, c)
		ask := func(prompt string) at {
			return b.get(c.AuthCodeURL("s", oauth2.S256ChallengeOption(oauth2.GenerateVerifier()), oauth2.SetAuthURLParam("prompt", prompt)))
		}
		if here := ask("none"); here.leaves == nil || here.leaves.Query().Get("code") == "" {
			t.Errorf("none, agreed before: %d %v", here.status, here.leaves)
		}
		if here := ask("consent"); here.leaves != nil {
			t.Error("consent: nobody was asked")
		}
		// One that signed in more than a second ago is asked to do so again.
		var here at
		for began := time.Now(); time.Since(began) < 30*time.Second; {
			if here = ask("login"); here.leaves == nil && strings.Contains(here.body, "/lai") {
				break
			}
		}
		m := action.FindStringSubmatch(here.body)
		if m == nil || !strings.HasSuffix(m[1], "/lai") {
			t.Fatalf("login: %d %s", here.status, here.body)
		}
		if here := b.do(http.MethodPost, s.at+strings.TrimSuffix(m[1], "/lai"), url.Values{"answer": {"yes"}}); here.leaves != nil {
			t.Error("who was to sign in again agrees without")
		}
		here = b.do(http.MethodPost, s.at+m[1], nil)
		if here.url.Path != "/dang-nhap" {
			t.Fatalf("at %s", here.url)
		}
		here = b.do(http.MethodPost, s.at+"/dang-nhap", url.Values{"login": {citizen}, "password": {"tinhso-demo-2026"}, "next": {here.url.Query().Get("next")}})
		if here.leaves == nil || here.leaves.Query().Get("code") == "" {
			t.Errorf("after signing in again: %d at %s", here.status, here.url)
		}
	})
}

func TestKeysAreRotatedAndSecretsOverlap(t *testing.T) {
	t.Parallel()
	eachSignOn(t, func(t *testing.T, s *signOn) {
		client, secret := s.register(t, nil)
		c := s.config(client, secret, "openid", "api:dossiers")
		b := s.browser(t, citizen)
		token := s.agree(t, b, c)
		var key struct{ Secret string }
		if status := s.operate(t, itAdmin, http.MethodPost, "/api/v1/sign-on/clients/"+client+"/secrets", map[string]any{}, &key); status != http.StatusOK || key.Secret == secret {
			t.Fatalf("%d", status)
		}
		for _, one := range []string{secret, key.Secret} {
			if status, doc := s.ask(t, "/oauth2/introspect", url.Values{"token": {token.AccessToken}}, client, one); status != http.StatusOK || doc["active"] != true {
				t.Errorf("both secrets hold for a week: %d %v", status, doc)
			}
		}
		var shown struct{ Secrets []struct{ ID, Ends string } }
		s.operate(t, itAdmin, http.MethodGet, "/api/v1/sign-on/clients/"+client, nil, &shown)
		if len(shown.Secrets) != 2 {
			t.Fatalf("%+v", shown)
		}
		// The older one was lost; the newer is the last, and stays.
		for _, step := range []struct{ secret, want int }{{1, http.StatusNoContent}, {0, http.StatusConflict}} {
			if got := s.operate(t, itAdmin, http.MethodDelete, "/api/v1/sign-on/clients/"+client+"/secrets/"+shown.Secrets[step.secret].ID, nil, nil); got != step.want {
				t.Errorf("drop %d: %d", step.secret, got)
			}
		}
		count := func() int {
			var keys struct{ Items []struct{ ID string } }
			s.operate(t, itAdmin, http.MethodGet, "/api/v1/sign-on/keys", nil, &keys)
			return len(keys.Items)
		}
		if status := s.operate(t, itAdmin, http.MethodPost, "/api/v1/sign-on/keys", map[string]any{}, nil); status >= 300 || count() != 2 {
			t.Errorf("rotate: %d, %d keys", status, count())
		}
		if status := s.operate(t, itAdmin, http.MethodPost, "/api/v1/sign-on/keys", map[string]any{}, nil); status != http.StatusConflict {
			t.Errorf("rotate again: %d", status)
		}
		if got := s.api(t, token.AccessToken, "/api/v1/dossiers"); got != http.StatusOK {
			t.Errorf("a token of the key before: %d", got)
		}
		if status := s.operate(t, itAdmin, http.MethodPost, "/api/v1/sign-on/keys", map[string]any{"at_once": true}, nil); status >= 300 || count() != 1 {
			t.Errorf("at once: %d, %d keys", status, count())
		}
		if got := s.api(t, token.AccessToken, "/api/v1/dossiers"); got != http.StatusUnauthorized {
			t.Errorf("a token of a key that leaked: %d", got)
		}
		if status := s.operate(t, official, http.MethodGet, "/api/v1/sign-on/keys", nil, nil); status != http.StatusForbidden {
			t.Errorf("anybody sees the keys: %d", status)
		}
	})
}
