// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/signon"
	"tinhso.vn/internal/platform/errs"
)

// Actor returns on whose behalf an access token of ours asks the API: its
// account, with those of its permissions that the scopes of the token open. A
// service acts as the account it was registered with. Nobody, where the token is
// none of ours, is over, or opens nothing.
func (s *Service) Actor(ctx context.Context, token string) (_ identity.Actor, err error) {
	defer errs.Wrap(&err, "read an access token")

	a, ok, err := s.provider.Introspect(ctx, token)
	if err != nil || !ok {
		return identity.Actor{}, err
	}
	client, err := s.store.Client(ctx, s.DB, a.Client)
	if errors.Is(err, signon.ErrClient) || err == nil && client.Disabled {
		return identity.Actor{}, nil
	}
	if err != nil {
		return identity.Actor{}, err
	}
	id := a.Account
	if a.Own {
		id = client.Account
	}
	account, err := s.People.GetAccount(ctx, s.DB, id)
	if errors.Is(err, identity.ErrAccountUnknown) || err == nil && account.Disabled {
		return identity.Actor{}, nil
	}
	if err != nil {
		return identity.Actor{}, err
	}
	actor := identity.NewActor(account.ID, account.Person)
	actor.Login, actor.Name = account.Login, account.Name
	actor, err = access.Load(ctx, s.DB, actor, s.DB.Now())
	if err != nil {
		return identity.Actor{}, err
	}
	return actor.Only(func(p identity.Permission) bool { return signon.Opens(a.Scopes, p) }), nil
}
