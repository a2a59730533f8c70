// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package openid

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// over reports whether a moment of the library's has passed. It reads the clock
// of the machine, as tokens do: whoever checks them has no other.
func over(unix int) bool { return !time.Unix(int64(unix), 0).After(wall()) }

// wall is the clock of the machine.
func wall() time.Time { return time.Now() } //nolint:forbidigo // tokens are read by others, whose clock is the wall's

// decide is where the library asks who it is and what was agreed to.
func (p *Provider) decide(w http.ResponseWriter, r *http.Request, as *goidc.AuthnSession, c *goidc.Client) (goidc.Status, error) {
	at := callOf(r.Context())
	if at == nil {
		return goidc.StatusFailure, goidc.NewError(goidc.ErrorCodeInvalidRequest, "invalid request")
	}
	d := at.decision
	if d == nil {
		made, err := p.o.Decide(r.Context(), requestOf(as, c.Name))
		if err != nil {
			at.err = err
			return goidc.StatusPending, nil //nolint:nilerr // the request stays as it is; the page says what went wrong
		}
		d = &made
	}
	switch {
	case d.Refuse != "":
		return goidc.StatusFailure, goidc.NewError(goidc.ErrorCode(d.Refuse), strings.ReplaceAll(d.Refuse, "_", " "))
	case d.Page != "":
		http.Redirect(w, r, d.Page, http.StatusSeeOther)
		return goidc.StatusPending, nil
	}
	asked := strings.Fields(as.Scopes)
	given := slices.DeleteFunc(slices.Clone(d.Scopes), func(s string) bool { return !slices.Contains(asked, s) })
	as.Subject, as.GrantedScopes = d.Account, strings.Join(given, " ")
	if as.Store == nil {
		as.Store = map[string]any{}
	}
	maps.Copy(as.Store, map[string]any{
		keySession: d.Session, keyAuthTime: float64(d.AuthTime.Unix()), keyLevel: d.Level, keyMethods: strings.Join(d.Methods, " "),
	})
	if as.RedirectURI == "" {
		as.Store[keyRequest] = as.ID
	}
	return goidc.StatusSuccess, nil
}

// renew asks whether a grant still gives tokens. What a grant carried of its
// request's version is its own from now on.
func (p *Provider) renew(ctx context.Context, t goidc.GrantType, g *goidc.Grant) error {
	if t != goidc.GrantRefreshToken {
		g.Store = maps.Clone(g.Store)
		delete(g.Store, keyVersion)
		return nil
	}
	granted := grantedOf(g)
	if wall().Sub(granted.Made) > OfflineLife {
		return goidc.NewError(goidc.ErrorCodeInvalidGrant, "invalid grant")
	}
	if err := p.o.Renew(ctx, granted); err != nil {
		return goidc.WrapError(goidc.ErrorCodeInvalidGrant, "invalid grant", err)
	}
	return nil
}

func (p *Provider) idClaims(ctx context.Context, g *goidc.Grant) map[string]any {
	claims := p.describe(ctx, g, false)
	granted := grantedOf(g)
	if !granted.AuthTime.IsZero() {
		claims["auth_time"] = granted.AuthTime.Unix()
	}
	for name, value := range map[string]string{"sid": granted.Session, "acr": granted.Level} {
		if value != "" {
			claims[name] = value
		}
	}
	if len(granted.Methods) > 0 {
		claims["amr"] = granted.Methods
	}
	return claims
}

func (p *Provider) userClaims(ctx context.Context, g *goidc.Grant) map[string]any {
	return p.describe(ctx, g, true)
}

func (p *Provider) describe(ctx context.Context, g *goidc.Grant, userinfo bool) map[string]any {
	claims, err := p.o.Describe(ctx, grantedOf(g), userinfo)
	if err != nil {
		p.o.Failed(ctx, err)
	}
	if claims == nil || err != nil {
		return map[string]any{}
	}
	for _, ours := range []string{"iss", "sub", "aud", "exp", "iat", "nonce", "at_hash"} {
		delete(claims, ours)
	}
	return claims
}

func (p *Provider) tokenClaims(context.Context, *goidc.Token, *goidc.Grant) map[string]any {
	return map[string]any{"aud": p.o.Audience}
}

// heard passes on faults that are ours; what clients do wrong they are told.
func (p *Provider) heard(ctx context.Context, err error) {
	if oauth, ok := errors.AsType[goidc.Error](err); !ok || oauth.Code == goidc.ErrorCodeInternalError {
		p.o.Failed(ctx, err)
	}
}
