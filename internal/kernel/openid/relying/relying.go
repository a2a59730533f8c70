// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package relying signs people in with what another OpenID Provider says of them:
// VNeID, the directory of a ministry. It checks what was said and decides nothing:
// whose account that is, is the caller's question. It keeps nothing but what it
// has fetched about the provider, and whether that answers.
package relying

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// What can go wrong. All other errors are wrapped in one of them.
var (
	ErrDown   = errors.New("relying: the provider does not answer")
	ErrAnswer = errors.New("relying: the answer cannot be believed")
	ErrClock  = errors.New("relying: the clocks are too far apart")
	ErrDenied = errors.New("relying: the person did not agree")
)

// Source is another provider, as the operator has written it down.
type Source struct {
	Issuer, ClientID, Secret string
	Redirect                 string // of ours, as registered there
	Scopes                   []string
	Levels                   []string // acr values asked for
	// Where the provider says so itself, these stay empty.
	AuthorizeURL, TokenURL, KeysURL, UserURL string
	// The names of claims.
	Number, Name, Login, Level string
	// IssParam says that the provider names itself in its answers (RFC 9207).
	IssParam bool
}

// Said is what a provider says of a person: personal data.
type Said struct {
	Subject string // as the provider knows the person
	Number  string
	Name    string
	Login   string
	Level   int // 0: nothing was said
}

// String keeps the person out of logs.
func (Said) String() string { return "said[*]" }

// Departure is what a browser takes along on its way, and brings back.
type Departure struct{ State, Nonce, Verifier string }

// How long the provider may take, and how it is left alone after it has not
// answered.
const (
	Timeout   = 8 * time.Second
	tolerated = 3
	leftAlone = 30 * time.Second
	skew      = 2 * time.Minute
	largest   = 1 << 20
)

// Party is us, at one provider.
type Party struct {
	source Source
	client *http.Client
	now    func() time.Time

	mu       sync.Mutex
	provider *oidc.Provider
	fails    int
	until    time.Time
}

// New returns a party. Now is the clock by which the provider's tokens are judged.
func New(s Source, now func() time.Time) *Party {
	if len(s.Scopes) == 0 {
		s.Scopes = []string{oidc.ScopeOpenID}
	}
	return &Party{source: s, now: now, client: &http.Client{
		Timeout:       Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: bounded{&http.Transport{
			Proxy: nil, TLSHandshakeTimeout: Timeout, ResponseHeaderTimeout: Timeout, MaxResponseHeaderBytes: 64 << 10, MaxIdleConnsPerHost: 4, IdleConnTimeout: time.Minute,
		}},
	}}
}

// Resting reports whether the provider is left alone for now: it has not answered
// several times.
func (p *Party) Resting() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now().Before(p.until)
}

// heard counts whether the provider answered.
func (p *Party) heard(err error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !errors.Is(err, ErrDown) {
		p.fails = 0
		return err
	}
	p.fails++
	if p.fails >= tolerated {
		p.until = p.now().Add(leftAlone)
		p.fails = tolerated - 1 // one question is enough to know that it is still so
	}
	return err
}

// known returns what is known of the provider, and asks for it the first time.
func (p *Party) known(ctx context.Context) (*oidc.Provider, error) {
	if p.Resting() {
		return nil, ErrDown
	}
	p.mu.Lock()
	found := p.provider
	p.mu.Unlock()
	if found != nil {
		return found, nil
	}
	s := p.source
	if s.AuthorizeURL != "" {
		c := oidc.ProviderConfig{
			IssuerURL: s.Issuer, AuthURL: s.AuthorizeURL, TokenURL: s.TokenURL, JWKSURL: s.KeysURL, UserInfoURL: s.UserURL,
			Algorithms: []string{oidc.RS256, oidc.ES256, oidc.PS256},
		}
		found = c.NewProvider(p.keep(ctx))
	} else {
		var err error
		if found, err = oidc.NewProvider(p.keep(ctx), s.Issuer); err != nil {
			return nil, p.heard(down(err))
		}
	}
	p.mu.Lock()
	p.provider = found
	p.mu.Unlock()
	return found, nil
}

// keep gives the library our client, in a context that does not end with the
// request: keys are fetched long after it.
func (p *Party) keep(ctx context.Context) context.Context {
	return oidc.ClientContext(context.WithoutCancel(ctx), p.client)
}

func (p *Party) config(found *oidc.Provider) oauth2.Config {
	s := p.source
	return oauth2.Config{ClientID: s.ClientID, ClientSecret: s.Secret, Endpoint: found.Endpoint(), RedirectURL: s.Redirect, Scopes: s.Scopes}
}

// Leave returns where the browser goes, and what it takes along. ErrDown where
// the provider does not answer.
func (p *Party) Leave(ctx context.Context) (address string, d Departure, err error) {
	found, err := p.known(ctx)
	if err != nil {
		return "", d, err
	}
	d = Departure{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier()}
	c := p.config(found)
	options := []oauth2.AuthCodeOption{oidc.Nonce(d.Nonce), oauth2.S256ChallengeOption(d.Verifier)}
	if len(p.source.Levels) > 0 {
		options = append(options, oauth2.SetAuthURLParam("acr_values", strings.Join(p.source.Levels, " ")))
	}
	return c.AuthCodeURL(d.State, options...), d, nil
}

// Return reads what the browser brings back from its way.
func (p *Party) Return(ctx context.Context, d Departure, q url.Values) (Said, error) {
	for name, values := range q {
		if len(values) > 1 {
			return Said{}, fmt.Errorf("%w: %s comes twice", ErrAnswer, name)
		}
	}
	if d.State == "" || q.Get("state") != d.State {
		return Said{}, fmt.Errorf("%w: the state is another", ErrAnswer)
	}
	if iss := q.Get("iss"); iss != p.source.Issuer && (iss != "" || p.source.IssParam) {
		return Said{}, fmt.Errorf("%w: another provider answers", ErrAnswer)
	}
	switch code := q.Get("error"); {
	case code == "access_denied":
		return Said{}, ErrDenied
	case code == "server_error" || code == "temporarily_unavailable":
		return Said{}, p.heard(ErrDown)
	case code != "" || q.Get("code") == "":
		return Said{}, fmt.Errorf("%w: refused", ErrAnswer)
	}
	found, err := p.known(ctx)
	if err != nil {
		return Said{}, err
	}
	said, err := p.exchange(ctx, found, d, q.Get("code"))
	return said, p.heard(err)
}

func (p *Party) exchange(ctx context.Context, found *oidc.Provider, d Departure, code string) (said Said, err error) {
	ctx = oidc.ClientContext(ctx, p.client)
	c := p.config(found)
	token, err := c.Exchange(ctx, code, oauth2.VerifierOption(d.Verifier))
	if err != nil {
		return said, down(err)
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return said, fmt.Errorf("%w: it has no ID token", ErrAnswer)
	}
	id, err := found.VerifierContext(p.keep(ctx), &oidc.Config{ClientID: p.source.ClientID, Now: p.now}).Verify(ctx, raw)
	if err != nil {
		return said, down(err)
	}
	switch {
	case id.Nonce != d.Nonce:
		return said, fmt.Errorf("%w: the nonce is another", ErrAnswer)
	case id.IssuedAt.After(p.now().Add(skew)):
		return said, ErrClock
	}
	claims := map[string]any{}
	if err := id.Claims(&claims); err != nil {
		return said, fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	if text(claims, p.source.Number) == "" && found.UserInfoEndpoint() != "" {
		info, err := found.UserInfo(ctx, oauth2.StaticTokenSource(token))
		if err != nil {
			return said, down(err)
		}
		if info.Subject != id.Subject {
			return said, fmt.Errorf("%w: it tells of somebody else", ErrAnswer)
		}
		more := map[string]any{}
		if err := info.Claims(&more); err != nil {
			return said, fmt.Errorf("%w: %w", ErrAnswer, err)
		}
		for name, value := range more {
			if _, known := claims[name]; !known {
				claims[name] = value
			}
		}
	}
	return Said{
		Subject: id.Subject, Number: text(claims, p.source.Number), Name: text(claims, p.source.Name), Login: text(claims, p.source.Login),
		Level: level(text(claims, p.source.Level)),
	}, nil
}

// text reads a claim; numbers that are written as such are read as well.
func text(claims map[string]any, name string) string {
	switch v := claims[name].(type) {
	case string:
		return strings.TrimSpace(v)
	case json.Number:
		return v.String()
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}

// level reads the number at the end of "2", "loa2" or "urn:…:level:2".
func level(s string) int {
	at := len(s)
	for at > 0 && s[at-1] >= '0' && s[at-1] <= '9' {
		at--
	}
	n, err := strconv.Atoi(s[at:])
	if err != nil || n > 9 {
		return 0
	}
	return n
}

// down separates a provider that is not there from one that answers wrongly.
func down(err error) error {
	if errors.Is(err, errStatus) {
		return fmt.Errorf("%w: %w", ErrDown, err)
	}
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		if refused.Response != nil && refused.Response.StatusCode >= http.StatusInternalServerError {
			return fmt.Errorf("%w: %w", ErrDown, err)
		}
		return fmt.Errorf("%w: the code was refused", ErrAnswer) // the cause could hold what was sent
	}
	if _, ok := errors.AsType[*url.Error](err); ok {
		return fmt.Errorf("%w: %w", ErrDown, err)
	}
	return fmt.Errorf("%w: %w", ErrAnswer, err)
}
