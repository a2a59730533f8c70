// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package openid

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// keeper is the library's view of the store.
type keeper struct{ *Provider }

type handles map[Handle]string

func (h handles) add(by Handle, value string) {
	if value != "" {
		h[by] = value
	}
}

func random(context.Context) string { return rand.Text() + rand.Text() }

// none is what the library expects where there is nothing.
func none(err error) error {
	if errors.Is(err, ErrNone) {
		return goidc.ErrNotFound
	}
	return err
}

// SaveGrant implements goidc.GrantManager. The codes and tokens of a grant leave
// its body: they are kept as handles.
func (k keeper) SaveGrant(ctx context.Context, g *goidc.Grant) error {
	version := versionOf(g.Store)
	copied := *g
	copied.Store = maps.Clone(g.Store)
	if copied.Store == nil {
		copied.Store = map[string]any{}
	}
	delete(copied.Store, keyVersion)
	found := make(handles)
	switch {
	case g.AuthCode != "":
		found[ByCode] = g.AuthCode
	case text(g.Store, keyRequest) != "" && version == 0:
		found[ByRequest] = text(g.Store, keyRequest)
	}
	if g.RefreshToken != "" {
		// The token that comes with the code is made when the code is redeemed: until
		// then nobody needs it, and nothing but hashes is kept.
		copied.Store[keyRenews] = version == 0
		if version > 0 {
			found[ByRefresh] = g.RefreshToken
		}
	}
	copied.AuthCode, copied.RefreshToken, copied.DeviceCode = "", "", ""
	copied.AuthParams.IDTokenHint, copied.AuthParams.LoginHint, copied.AuthParams.State = "", "", ""
	body, err := json.Marshal(copied) //nolint:gosec // code and token have just been taken out
	if err != nil {
		return err
	}
	life := KeptLife
	switch {
	case g.Subject == g.ClientID: // a client's own has no refresh token
		life = 2 * AccessLife
	case grantedOf(&copied).Offline():
		life = OfflineLife
	}
	if err := k.o.Store.Save(ctx, Kept{
		Kind: Grant, ID: g.ID, Client: g.ClientID, Account: g.Subject, Session: text(g.Store, keySession), Scopes: strings.Fields(g.Scopes),
		Body: body, Revoked: g.RevokedAt != 0, Version: version, Life: life, Found: found,
	}); err != nil {
		if errors.Is(err, ErrStale) {
			return goidc.WrapError(goidc.ErrorCodeInvalidGrant, "invalid grant", err)
		}
		return err
	}
	setVersion(&g.Store, version+1)
	return nil
}

func versionOf(m map[string]any) int64 {
	v, _ := m[keyVersion].(int64)
	return v
}

func setVersion(m *map[string]any, v int64) {
	if *m == nil {
		*m = map[string]any{}
	}
	(*m)[keyVersion] = v
}

func (k keeper) grant(kept Kept, err error) (*goidc.Grant, error) {
	if err != nil {
		return nil, none(err)
	}
	g := &goidc.Grant{}
	if err := json.Unmarshal(kept.Body, g); err != nil {
		return nil, fmt.Errorf("read a grant: %w", err)
	}
	if kept.Revoked && g.RevokedAt == 0 {
		g.RevokedAt = int(time.Unix(1, 0).Unix()) // revoked by us: when is in the audit log
	}
	setVersion(&g.Store, kept.Version)
	return g, nil
}

// Grant implements goidc.GrantManager.
func (k keeper) Grant(ctx context.Context, id string) (*goidc.Grant, error) {
	return k.grant(k.o.Store.Get(ctx, Grant, id))
}

// owed adds the refresh token that the first exchange of a grant hands out.
func (k keeper) owed(ctx context.Context, g *goidc.Grant, err error) (*goidc.Grant, error) {
	if err == nil && g.Store[keyRenews] == true {
		g.RefreshToken = random(ctx)
	}
	return g, err
}

// GrantByAuthCode implements goidc.AuthManager. A code that comes again is told of;
// the library then revokes all that came of it.
func (k keeper) GrantByAuthCode(ctx context.Context, code string) (*goidc.Grant, error) {
	kept, _, err := k.o.Store.Find(ctx, ByCode, code)
	g, err := k.grant(kept, err)
	if err != nil {
		return nil, err
	}
	if g.RevokedAt != 0 {
		return nil, goidc.ErrNotFound
	}
	if g.AuthCodeConsumedAt != 0 {
		k.o.Notice(ctx, CodeReplayed, g.ClientID, g.ID)
	}
	return k.owed(ctx, g, nil)
}

// GrantByRefreshToken implements goidc.RefreshTokenManager. A token that has been
// exchanged before is in two hands: nobody keeps anything.
func (k keeper) GrantByRefreshToken(ctx context.Context, token string) (*goidc.Grant, error) {
	kept, used, err := k.o.Store.Find(ctx, ByRefresh, token)
	if err != nil {
		return nil, none(err)
	}
	if !used {
		return k.grant(kept, nil)
	}
	if c := callOf(ctx); c != nil && c.exchange && !kept.Revoked {
		kept.Revoked, kept.Found = true, nil
		if err := k.o.Store.Save(ctx, kept); err != nil {
			return nil, err
		}
		k.o.Notice(ctx, RefreshReused, kept.Client, kept.ID)
	}
	return nil, goidc.ErrNotFound
}

// GrantByDeviceCode implements goidc.DeviceAuthManager.
func (k keeper) GrantByDeviceCode(ctx context.Context, code string) (*goidc.Grant, error) {
	kept, _, err := k.o.Store.Find(ctx, ByDevice, code)
	if err != nil {
		return nil, none(err)
	}
	kept, _, err = k.o.Store.Find(ctx, ByRequest, kept.ID)
	g, err := k.grant(kept, err)
	return k.owed(ctx, g, err)
}

// SaveSession implements goidc.AuthManager and goidc.DeviceAuthManager.
func (k keeper) SaveSession(ctx context.Context, as *goidc.AuthnSession) error {
	version := versionOf(as.Store)
	copied := *as
	copied.Store = maps.Clone(as.Store)
	delete(copied.Store, keyVersion)
	found := make(handles)
	if version == 0 {
		found.add(ByPushed, as.PushedAuthReqID)
		found.add(ByDevice, as.DeviceCode)
		found.add(ByUserCode, as.UserCode)
	}
	copied.PushedAuthReqID, copied.DeviceCode, copied.UserCode = "", "", ""
	copied.IDTokenHint, copied.IDTokenHintClaims = "", nil
	body, err := json.Marshal(copied)
	if err != nil {
		return err
	}
	if err := k.o.Store.Save(ctx, Kept{
		Kind: Asked, ID: as.ID, Client: as.ClientID, Scopes: strings.Fields(as.Scopes), Body: body, Version: version,
		Life: AskLife + DeviceLife, Found: found,
	}); err != nil {
		if errors.Is(err, ErrStale) {
			return goidc.WrapError(goidc.ErrorCodeInvalidRequest, "the request was answered already", err)
		}
		return err
	}
	setVersion(&as.Store, version+1)
	return nil
}

func (k keeper) session(kept Kept, err error) (*goidc.AuthnSession, error) {
	if err != nil {
		return nil, none(err)
	}
	as := &goidc.AuthnSession{}
	if err := json.Unmarshal(kept.Body, as); err != nil {
		return nil, fmt.Errorf("read a request: %w", err)
	}
	setVersion(&as.Store, kept.Version)
	return as, nil
}

// Session implements goidc.AuthManager and goidc.DeviceAuthManager.
func (k keeper) Session(ctx context.Context, id string) (*goidc.AuthnSession, error) {
	return k.session(k.o.Store.Get(ctx, Asked, id))
}

func (k keeper) by(ctx context.Context, h Handle, value string) (*goidc.AuthnSession, error) {
	kept, _, err := k.o.Store.Find(ctx, h, value)
	return k.session(kept, err)
}

// SessionByPushedAuthReqID implements goidc.PARManager.
func (k keeper) SessionByPushedAuthReqID(ctx context.Context, id string) (*goidc.AuthnSession, error) {
	return k.by(ctx, ByPushed, id)
}

// SessionByUserCode implements goidc.DeviceAuthManager.
func (k keeper) SessionByUserCode(ctx context.Context, code string) (*goidc.AuthnSession, error) {
	return k.by(ctx, ByUserCode, code)
}

// SessionByDeviceCode implements goidc.DeviceAuthManager.
func (k keeper) SessionByDeviceCode(ctx context.Context, code string) (*goidc.AuthnSession, error) {
	return k.by(ctx, ByDevice, code)
}
