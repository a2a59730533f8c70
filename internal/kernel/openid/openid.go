// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package openid is an OpenID Provider: the protocol by which other systems let
// people sign in here. It wraps the library that speaks it, and closes what the
// library leaves open: codes and refresh tokens are used once however many ask
// at the same time, and are kept as hashes by whoever implements Store. Who
// people are, what they agree to and where all of it is kept is the caller's.
// How we sign in elsewhere is package relying.
package openid

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/luikyv/go-oidc/pkg/goidc"
	"github.com/luikyv/go-oidc/pkg/provider"
)

// How long things live.
const (
	CodeLife    = time.Minute         // from the redirect until it is redeemed
	PushedLife  = 90 * time.Second    // from a pushed request until the browser comes
	AskLife     = 30 * time.Minute    // how long a person may think about a request
	DeviceLife  = 10 * time.Minute    // how long a device waits to be approved
	AccessLife  = 10 * time.Minute    // an access token
	IDLife      = 10 * time.Minute    // an ID token
	RefreshLife = 12 * time.Hour      // a refresh token, from its last use
	OfflineLife = 90 * 24 * time.Hour // whatever was granted, at the latest
	KeptLife    = 7 * 24 * time.Hour  // what was granted, from its last use: its session may be told to end
	PollEvery   = 5 * time.Second     // a device
)

// The scopes that this package knows.
const (
	ScopeOpenID  = "openid"
	ScopeOffline = "offline_access" // a refresh token that outlives the session
)

// Way is how a client comes to tokens.
type Way string

// The ways.
const (
	WayCode    Way = "authorization_code"
	WayRefresh Way = "refresh_token"
	WayClient  Way = "client_credentials"
	WayDevice  Way = "urn:ietf:params:oauth:grant-type:device_code"
)

// Ways returns all of them.
func Ways() []Way { return []Way{WayCode, WayRefresh, WayClient, WayDevice} }

// Client is a system that lets people sign in here.
type Client struct {
	ID, Name        string
	Secrets         []string // Digest of each secret in force; none: a public client
	Native          bool     // redirects to this device may come at any port
	Redirects       []string
	LogoutRedirects []string
	Scopes          []string
	Ways            []Way
	Pushed          bool // only pushed requests are taken
}

// Request is what a client asks a person for.
type Request struct {
	ID, Client  string
	Name        string // of the client
	Scopes      []string
	Prompt      string        // none, login, consent, select_account or empty
	MaxAge      time.Duration // since the person has signed in; negative: any
	Hint        string        // who the client thinks it is; may be anything
	Age         time.Duration // since it came in
	RedirectURI string        // none of a device's
	UserCode    string        // of a device, where it was found by it
	Done        bool
}

// Decision is the answer to a request. Exactly one of Refuse, Page and Account is set.
type Decision struct {
	Refuse string // a code of OAuth: login_required, consent_required, access_denied
	Page   string // where the person is asked; the request waits

	Account  string // who agreed
	Session  string // in which session
	Scopes   []string
	AuthTime time.Time
	Level    string   // acr
	Methods  []string // amr
}

// Granted is what was agreed to.
type Granted struct {
	ID, Client, Account, Session string
	Scopes                       []string
	AuthTime                     time.Time
	Level                        string
	Methods                      []string
	Made                         time.Time
}

// Incident is an attempt that only an attacker or a broken client makes.
type Incident string

// The incidents.
const (
	RefreshReused Incident = "refresh_reused" // a refresh token that had been exchanged came again
	CodeReplayed  Incident = "code_replayed"  // a code that had been redeemed came again
	WrongSecret   Incident = "wrong_secret"   // a client could not prove who it is
)

// Options is what a provider needs.
type Options struct {
	Issuer string // https://HOST
	Prefix string // of the endpoints: /oauth2
	Device string // the page at which people type the code of a device; empty: there is none
	Scopes []string
	Levels []string // acr values
	Claims []string
	Store  Store
	// Decide answers a request that has just come in; the context is the browser's.
	Decide func(ctx context.Context, q Request) (Decision, error)
	// Describe returns what the scopes of a grant tell about its account, for the
	// ID token or for userinfo.
	Describe func(ctx context.Context, g Granted, userinfo bool) (map[string]any, error)
	// Renew refuses to give new tokens for a grant: its account is disabled, its
	// session over.
	Renew func(ctx context.Context, g Granted) error
	// Guess reports whether a client may try a secret now, and hears how it went.
	Guess func(ctx context.Context, client string, right bool) (ok bool, err error)
	// Notice hears of incidents.
	Notice func(ctx context.Context, what Incident, client, grant string)
	// Failed hears of faults of ours.
	Failed func(ctx context.Context, err error)
	// Audience is who takes access tokens: the address of the API.
	Audience string
}

// Provider answers clients.
type Provider struct {
	o   Options
	lib *provider.Provider
	mux http.Handler
}

// ErrRefused means that a request cannot be answered by sending the browser back:
// its client or its redirect address is wrong, or it is over.
var ErrRefused = errors.New("openid: the request is refused")

// New returns a provider.
func New(o Options) (*Provider, error) {
	p := &Provider{o: o}
	scopes := make([]goidc.Scope, len(o.Scopes))
	for i, s := range o.Scopes {
		scopes[i] = goidc.NewScope(s)
	}
	acrs := make([]goidc.ACR, len(o.Levels))
	for i, l := range o.Levels {
		acrs[i] = goidc.ACR(l)
	}
	keep := keeper{p}
	policy := goidc.NewPolicy("page", func(*http.Request, *goidc.AuthnSession, *goidc.Client) bool { return true }, p.decide)
	code := []provider.AuthCodeGrantOption{
		provider.WithPKCE([]goidc.CodeChallengeMethod{goidc.CodeChallengeMethodSHA256}, provider.WithPKCERequired()),
		provider.WithAuthPolicies(policy), provider.WithIssuerResponseParameter(), provider.WithAuthCodeFunc(random),
		provider.WithAuthCodeLifetime(seconds(CodeLife)),
		provider.WithPAR(keep, provider.WithPARLifetime(seconds(PushedLife)), provider.WithPARIDFunc(random)),
	}
	options := []provider.Option{
		provider.WithPathPrefix(o.Prefix),
		provider.WithScopes(scopes...),
		provider.WithNoneAuthn(), provider.WithSecretPostAuthn(), provider.WithSecretBasicAuthn(),
		provider.WithClientSecretVerifier(p.verify),
		provider.WithAuthCodeGrant(provider.AuthCodeGrantConfig{Manager: keep, ResponseTypes: []goidc.ResponseType{goidc.ResponseTypeCode}}, code...),
		provider.WithAuthnSessionIDFunc(random), provider.WithGrantIDFunc(random), provider.WithAuthSessionLifetime(seconds(AskLife)),
		provider.WithRefreshTokenGrant(keep, provider.WithRefreshTokenFunc(random), provider.WithRefreshTokenLifetime(seconds(RefreshLife)), provider.WithRefreshTokenRotation()),
		provider.WithClientCredentialsGrant(),
		provider.WithTokenOptions(func(context.Context, *goidc.Grant, *goidc.Client) goidc.TokenOptions {
			return goidc.NewJWTTokenOptions(goidc.SigAlgES256, seconds(AccessLife))
		}),
		provider.WithIDTokenLifetime(seconds(IDLife)), provider.WithJTIConsumer(o.Store.Consume), provider.WithJWTLeewayTime(0),
		provider.WithGrantHandler(p.renew), provider.WithIDTokenClaims(p.idClaims), provider.WithUserInfoClaims(p.userClaims),
		provider.WithTokenClaims(p.tokenClaims),
		provider.WithTokenIntrospection(func(_ context.Context, c *goidc.Client, t goidc.TokenInfo) bool { return c.ID == t.ClientID }),
		provider.WithTokenRevocation(func(context.Context, *goidc.Client) bool { return true }, provider.WithTokenRevocationRevokeGrantOnAccessToken()),
		provider.WithErrorRenderer(render), provider.WithErrorHandler(p.heard),
		// Clients come out of the store; the endpoint that would register them is not routed.
		provider.WithDCR(clients{p}),
	}
	if len(o.Claims) > 0 {
		options = append(options, provider.WithClaims(o.Claims...))
	}
	if len(acrs) > 0 {
		options = append(options, provider.WithACRs(acrs...))
	}
	if o.Device != "" {
		options = append(options, provider.WithDeviceGrant(provider.DeviceGrantConfig{
			Manager: keep, PromptFunc: asked, ConfirmationFunc: asked,
		}, provider.WithDevicePolicies(policy), provider.WithDeviceCodeFunc(random)))
	}
	lib, err := provider.New(provider.Config{
		Issuer: o.Issuer, Manager: keep, JWKS: p.keys, IDTokenAlgs: []goidc.SignatureAlgorithm{goidc.SigAlgES256},
	}, options...)
	if err != nil {
		return nil, fmt.Errorf("open the provider: %w", err)
	}
	p.lib, p.mux = lib, lib.Handler()
	return p, nil
}

// asked answers for the pages of devices, which are ours.
func asked(http.ResponseWriter, *http.Request) error { return nil }

func seconds(d time.Duration) int { return int(d / time.Second) }

// requestOf is a request as the caller sees it.
func requestOf(as *goidc.AuthnSession, name string) Request {
	q := Request{
		ID: as.ID, Client: as.ClientID, Name: name, Scopes: strings.Fields(as.Scopes), Prompt: string(as.Prompt), MaxAge: -1,
		Hint: as.LoginHint, Age: wall().Sub(time.Unix(int64(as.CreatedAt), 0)), RedirectURI: as.RedirectURI, Done: as.Status != goidc.StatusPending,
	}
	if as.MaxAuthnAgeSecs != nil {
		q.MaxAge = time.Duration(*as.MaxAuthnAgeSecs) * time.Second
	}
	return q
}

// grantedOf is a grant as the caller sees it.
func grantedOf(g *goidc.Grant) Granted {
	out := Granted{
		ID: g.ID, Client: g.ClientID, Account: g.Subject, Scopes: strings.Fields(g.Scopes),
		Session: text(g.Store, keySession), Level: text(g.Store, keyLevel), Made: time.Unix(int64(g.CreatedAt), 0),
		Methods: strings.Fields(text(g.Store, keyMethods)),
	}
	if at, ok := g.Store[keyAuthTime].(float64); ok {
		out.AuthTime = time.Unix(int64(at), 0)
	}
	return out
}

// Offline reports whether a grant outlives its session.
func (g Granted) Offline() bool { return slices.Contains(g.Scopes, ScopeOffline) }

// What is kept beside a grant, by the names under which the library carries it on.
const (
	keySession  = "session"
	keyAuthTime = "auth_time"
	keyLevel    = "acr"
	keyMethods  = "amr"
	keyRequest  = "request" // the request of a device
	keyVersion  = "version"
	keyRenews   = "renews" // a refresh token is owed
)

func text(m map[string]any, key string) string {
	s, _ := m[key].(string)
	return s
}
