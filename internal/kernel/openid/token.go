// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package openid

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/luikyv/go-oidc/pkg/goidc"
)

// Key is a key that signs tokens, with its private half.
type Key struct {
	ID      string
	private *ecdsa.PrivateKey
}

// NewKey makes a key for ES256. Its name is the beginning of its own hash.
func NewKey() (Key, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Key{}, err
	}
	return named(private)
}

func named(private *ecdsa.PrivateKey) (Key, error) {
	public, err := x509.MarshalPKIXPublicKey(&private.PublicKey)
	if err != nil {
		return Key{}, err
	}
	sum := sha256.Sum256(public)
	return Key{ID: base64.RawURLEncoding.EncodeToString(sum[:12]), private: private}, nil
}

// Secret returns the private half, to be sealed before it is kept.
func (k Key) Secret() ([]byte, error) { return x509.MarshalECPrivateKey(k.private) }

// ParseKey reads what Secret returned.
func ParseKey(secret []byte) (Key, error) {
	private, err := x509.ParseECPrivateKey(secret)
	if err != nil {
		return Key{}, errors.New("openid: the key cannot be read") // the cause could show it
	}
	return named(private)
}

// String keeps keys out of logs.
func (k Key) String() string { return "key " + k.ID }

// GoString keeps keys out of logs.
func (k Key) GoString() string { return k.String() }

func (k Key) jwk() goidc.JSONWebKey {
	return goidc.JSONWebKey{Key: k.private, KeyID: k.ID, Algorithm: string(goidc.SigAlgES256), Use: "sig"}
}

// keys is the library's view of the keys.
func (p *Provider) keys(ctx context.Context) (set goidc.JSONWebKeySet, err error) {
	all, err := p.o.Store.Keys(ctx)
	for _, k := range all {
		set.Keys = append(set.Keys, k.jwk())
	}
	return set, err
}

// Access is what an access token of ours allows.
type Access struct {
	Granted
	Expires time.Time
	Own     bool // a client's own: it acts for no person
}

// Introspect returns what an access token allows; false where it is none of ours,
// is over, or what was granted has been taken back.
func (p *Provider) Introspect(ctx context.Context, token string) (Access, bool, error) {
	if strings.Count(token, ".") != 2 || !typed(token, "at+jwt") {
		return Access{}, false, nil
	}
	info, g, err := p.lib.Introspect(ctx, token)
	if err != nil || !info.IsActive || g == nil {
		return Access{}, false, err
	}
	a := Access{Granted: grantedOf(g), Expires: time.Unix(int64(info.ExpiresAt), 0), Own: g.Subject == g.ClientID}
	a.Scopes = strings.Fields(info.Scopes) // of this token: fewer, perhaps, than of the grant
	return a, true, nil
}

// typed reports whether a token says to be of a type. An ID token is not an
// access token, though the same key signs both.
func typed(token, typ string) bool {
	head, _, _ := strings.Cut(token, ".")
	raw, err := base64.RawURLEncoding.DecodeString(head)
	if err != nil {
		return false
	}
	var h struct {
		Typ string `json:"typ"`
	}
	return json.Unmarshal(raw, &h) == nil && strings.EqualFold(h.Typ, typ)
}

// Hint is what an ID token of ours says that a client sends back.
type Hint struct {
	Client, Account, Session string
	Over                     bool
}

// ReadHint reads an ID token of ours that may be over; ErrRefused for anything
// that this provider has not signed as one.
func (p *Provider) ReadHint(ctx context.Context, token string) (Hint, error) {
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil || len(parsed.Headers) != 1 || typed(token, "at+jwt") || typed(token, logoutType) {
		return Hint{}, ErrRefused
	}
	all, err := p.o.Store.Keys(ctx)
	if err != nil {
		return Hint{}, err
	}
	for _, k := range all {
		if k.ID != parsed.Headers[0].KeyID {
			continue
		}
		var claims jwt.Claims
		var more struct {
			Session string `json:"sid"`
		}
		if err := parsed.Claims(&k.private.PublicKey, &claims, &more); err != nil || claims.Issuer != p.o.Issuer || len(claims.Audience) != 1 {
			return Hint{}, ErrRefused
		}
		h := Hint{Client: claims.Audience[0], Account: claims.Subject, Session: more.Session}
		h.Over = claims.Expiry == nil || !claims.Expiry.Time().After(wall())
		return h, nil
	}
	return Hint{}, ErrRefused
}

const (
	logoutType  = "logout+jwt"
	logoutEvent = "http://schemas.openid.net/event/backchannel-logout"
	logoutLife  = 2 * time.Minute
)

// LogoutToken tells a client that a session is over (OpenID Connect Back-Channel
// Logout 1.0). The id stays the same however often it is sent.
func (p *Provider) LogoutToken(ctx context.Context, id, client, account, session string) (string, error) {
	all, err := p.o.Store.Keys(ctx)
	if err != nil {
		return "", err
	}
	if len(all) == 0 {
		return "", errors.New("openid: there is no key")
	}
	now := wall()
	claims := map[string]any{
		"iss": p.o.Issuer, "aud": client, "iat": now.Unix(), "exp": now.Add(logoutLife).Unix(), "jti": id,
		"events": map[string]any{logoutEvent: map[string]any{}}, "sub": account,
	}
	if session != "" {
		claims["sid"] = session
	}
	return all[0].Sign(claims, logoutType)
}

// Sign signs claims as a token of a type; an ID token has the type "JWT".
func (k Key) Sign(claims map[string]any, typ string) (string, error) {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: k.jwk()}, (&jose.SignerOptions{}).WithType(jose.ContentType(typ)))
	if err != nil {
		return "", fmt.Errorf("sign a token: %w", err)
	}
	return jwt.Signed(signer).Claims(claims).Serialize()
}
