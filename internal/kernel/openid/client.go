// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package openid

import (
	"context"
	"crypto/subtle"
	"errors"
	"strings"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// clients is the library's view of the register of clients. Nobody registers
// over the wire: people do, on pages.
type clients struct{ *Provider }

var errNoRegistration = errors.New("openid: clients are registered by people")

// SaveClient implements goidc.DCRManager.
func (clients) SaveClient(context.Context, *goidc.Client) error { return errNoRegistration }

// DeleteClient implements goidc.DCRManager.
func (clients) DeleteClient(context.Context, string) error { return errNoRegistration }

// Client implements goidc.DCRManager. A client may send its secret in either of
// the two usual ways, but not in both.
func (c clients) Client(ctx context.Context, id string) (*goidc.Client, error) {
	found, err := c.o.Store.Client(ctx, id)
	if err != nil {
		return nil, none(err)
	}
	out := &goidc.Client{ID: found.ID, Secret: strings.Join(found.Secrets, " "), ClientMeta: goidc.ClientMeta{
		Name: found.Name, RedirectURIs: found.Redirects, PostLogoutRedirectURIs: found.LogoutRedirects,
		ResponseTypes: []goidc.ResponseType{goidc.ResponseTypeCode}, ScopeIDs: strings.Join(found.Scopes, " "),
		TokenAuthnMethod: goidc.AuthnMethodSecretPost, PARRequired: found.Pushed,
	}}
	for _, w := range found.Ways {
		out.GrantTypes = append(out.GrantTypes, goidc.GrantType(w))
	}
	if found.Native {
		out.ApplicationType = goidc.ApplicationTypeNative
	}
	at := callOf(ctx)
	switch {
	case len(found.Secrets) == 0:
		out.TokenAuthnMethod = goidc.AuthnMethodNone
	case at != nil && at.basic:
		out.TokenAuthnMethod = goidc.AuthnMethodSecretBasic
	}
	return out, nil
}

// verify compares a secret with all that are in force.
func (p *Provider) verify(ctx context.Context, stored, presented string) error {
	digest := []byte(Digest(presented))
	right := false
	for s := range strings.FieldsSeq(stored) {
		right = subtle.ConstantTimeCompare([]byte(s), digest) == 1 || right
	}
	at := callOf(ctx)
	if at == nil || p.o.Guess == nil {
		return wrongUnless(right)
	}
	may, err := p.o.Guess(ctx, at.client, right)
	switch {
	case err != nil:
		return err
	case !right:
		p.o.Notice(ctx, WrongSecret, at.client, "")
	case !may: // even the right one has to wait: else who guesses would learn that it is right
		right = false
	}
	return wrongUnless(right)
}

func wrongUnless(right bool) error {
	if right {
		return nil
	}
	return errors.New("the secret is wrong")
}
