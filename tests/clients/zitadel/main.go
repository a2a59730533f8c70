// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Command zitadel lets the client of zitadel/oidc sign somebody in through a
// running tinhso: discovery, code and PKCE, userinfo, renewing, a device.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/client/rp"
	"github.com/zitadel/oidc/v3/pkg/oidc"
)

const (
	back     = "http://127.0.0.1:9/ve"
	password = "tinhso-demo-2026" // of every account of a demonstration
)

func main() {
	ctx, stop := context.WithTimeout(context.Background(), 2*time.Minute)
	defer stop()
	if err := run(ctx, os.Getenv("BASE_URL")); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, base string) error {
	admin := api{base: base}
	if err := admin.signIn(ctx, "cntt.tinh"); err != nil {
		return err
	}
	id, secret, err := admin.register(ctx, "web", []string{back})
	if err != nil {
		return err
	}
	party, err := rp.NewRelyingPartyOIDC(ctx, base, id, secret, back, []string{"openid", "profile", "phone", "offline_access"})
	if err != nil {
		return fmt.Errorf("discovery: %w", err)
	}
	b, err := newBrowser(ctx, base, "dan.nguyenvanbay")
	if err != nil {
		return err
	}
	verifier := strings.Repeat("0123456789", 5)
	home, err := b.agree(ctx, rp.AuthURL("state", party, rp.WithCodeChallenge(oidc.NewSHACodeChallenge(verifier))))
	if err != nil {
		return err
	}
	tokens, err := rp.CodeExchange[*oidc.IDTokenClaims](ctx, home.Query().Get("code"), party, rp.WithCodeVerifier(verifier))
	if err != nil {
		return fmt.Errorf("exchange: %w", err)
	}
	info, err := rp.Userinfo[*oidc.UserInfo](ctx, tokens.AccessToken, "Bearer", tokens.IDTokenClaims.Subject, party)
	if err != nil || info.Name == "" || info.PhoneNumber == "" {
		return fmt.Errorf("userinfo: %+v %w", info, err)
	}
	next, err := rp.RefreshTokens[*oidc.IDTokenClaims](ctx, party, tokens.RefreshToken, "", "")
	if err != nil || next.RefreshToken == tokens.RefreshToken {
		return fmt.Errorf("renew: %w", err)
	}
	if _, err := rp.RefreshTokens[*oidc.IDTokenClaims](ctx, party, tokens.RefreshToken, "", ""); err == nil {
		return errors.New("a refresh token is taken twice")
	}
	if _, err := rp.Userinfo[*oidc.UserInfo](ctx, next.AccessToken, "Bearer", tokens.IDTokenClaims.Subject, party); err == nil {
		return errors.New("the family lives on")
	}
	_, _ = fmt.Println("zitadel/oidc: code, userinfo, refresh")
	return device(ctx, base, admin, b)
}

func device(ctx context.Context, base string, admin api, b *browser) error {
	id, _, err := admin.register(ctx, "device", nil)
	if err != nil {
		return err
	}
	party, err := rp.NewRelyingPartyOIDC(ctx, base, id, "", "", []string{"openid", "profile"})
	if err != nil {
		return err
	}
	asked, err := rp.DeviceAuthorization(ctx, []string{"openid", "profile"}, party, nil)
	if err != nil {
		return fmt.Errorf("device: %w", err)
	}
	page, err := b.send(ctx, http.MethodPost, asked.VerificationURI, url.Values{"user_code": {asked.UserCode}})
	if err != nil {
		return err
	}
	m := regexp.MustCompile(`action="(/kich-hoat/[^"]+)"`).FindStringSubmatch(page.body)
	if m == nil {
		return fmt.Errorf("no question for a device: %d", page.status)
	}
	if _, err := b.send(ctx, http.MethodPost, base+m[1], url.Values{"answer": {"yes"}}); err != nil {
		return err
	}
	tokens, err := rp.DeviceAccessToken(ctx, asked.DeviceCode, time.Second, party)
	if err != nil || tokens.IDToken == "" {
		return fmt.Errorf("device: %w", err)
	}
	_, _ = fmt.Println("zitadel/oidc: device")
	return nil
}

// api asks the API as somebody.
type api struct{ base, token string }

func (a *api) signIn(ctx context.Context, login string) error {
	var out struct{ Token string }
	err := a.ask(ctx, "/api/v1/sessions", map[string]any{"login": login, "password": password}, &out)
	a.token = out.Token
	return err
}

func (a *api) register(ctx context.Context, kind string, redirects []string) (id, secret string, err error) {
	var made struct{ ID string }
	if err := a.ask(ctx, "/api/v1/sign-on/clients", map[string]any{
		"kind": kind, "name_vi": "Hệ thống thử", "purpose_vi": "Thử đăng nhập", "unit": "so-khoa-hoc-cong-nghe", "redirects": redirects,
		"scopes": []string{"openid", "profile", "phone", "offline_access"},
	}, &made); err != nil || kind != "web" {
		return made.ID, "", err
	}
	var key struct{ Secret string }
	err = a.ask(ctx, "/api/v1/sign-on/clients/"+made.ID+"/secrets", map[string]any{}, &key)
	return made.ID, key.Secret, err
}

func (a *api) ask(ctx context.Context, path string, in, out any) error {
	raw, err := json.Marshal(in)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, a.base+path, bytes.NewReader(raw))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	if a.token != "" {
		r.Header.Set("Authorization", "Bearer "+a.token)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		said, _ := io.ReadAll(answer.Body)
		return fmt.Errorf("%s: %s %s", path, answer.Status, said)
	}
	return json.NewDecoder(answer.Body).Decode(out)
}

// browser is a person's.
type browser struct {
	base string
	c    *http.Client
}

type page struct {
	status int
	body   string
	leaves *url.URL
}

func newBrowser(ctx context.Context, base, login string) (*browser, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	b := &browser{base: base, c: &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), back) {
			return http.ErrUseLastResponse
		}
		return nil
	}}}
	_, err = b.send(ctx, http.MethodPost, base+"/dang-nhap", url.Values{"login": {login}, "password": {password}})
	return b, err
}

func (b *browser) send(ctx context.Context, method, to string, form url.Values) (page, error) {
	r, err := http.NewRequestWithContext(ctx, method, to, strings.NewReader(form.Encode()))
	if err != nil {
		return page{}, err
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := b.c.Do(r)
	if err != nil {
		return page{}, err
	}
	defer func() { _ = answer.Body.Close() }()
	raw, err := io.ReadAll(answer.Body)
	p := page{status: answer.StatusCode, body: string(raw)}
	if to, err := answer.Location(); err == nil {
		p.leaves = to
	}
	if _, to, ok := strings.Cut(answer.Header.Get("Refresh"), "url="); ok {
		p.leaves, _ = url.Parse(to)
	}
	return p, err
}

func (b *browser) agree(ctx context.Context, to string) (*url.URL, error) {
	here, err := b.send(ctx, http.MethodGet, to, nil)
	if err != nil {
		return nil, err
	}
	if here.leaves == nil {
		m := regexp.MustCompile(`action="(/oauth2/tiep/[^"]+)"`).FindStringSubmatch(here.body)
		if m == nil {
			return nil, fmt.Errorf("no question: %d", here.status)
		}
		if here, err = b.send(ctx, http.MethodPost, b.base+m[1], url.Values{"answer": {"yes"}}); err != nil {
			return nil, err
		}
	}
	if here.leaves == nil {
		return nil, fmt.Errorf("it leads nowhere: %d", here.status)
	}
	return here.leaves, nil
}
