// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"time"

	"tinhso.vn/internal/kernel/openid"
	"tinhso.vn/internal/modules/signon"
	"tinhso.vn/internal/platform/db"
)

// keeping is what the provider keeps, in our tables.
type keeping struct{ s *Service }

// Save implements openid.Store.
func (k keeping) Save(ctx context.Context, kept openid.Kept) error {
	return k.s.DB.Write(ctx, func(tx *db.Tx) error { return k.s.store.Save(ctx, tx, kept) })
}

// Get implements openid.Store.
func (k keeping) Get(ctx context.Context, kind openid.Kind, id string) (openid.Kept, error) {
	return k.s.store.Get(ctx, k.s.DB, kind, id, k.s.DB.Now())
}

// Find implements openid.Store.
func (k keeping) Find(ctx context.Context, h openid.Handle, value string) (openid.Kept, bool, error) {
	return k.s.store.Find(ctx, k.s.DB, h, value, k.s.DB.Now())
}

// Client implements openid.Store. A disabled client is not there.
func (k keeping) Client(ctx context.Context, id string) (openid.Client, error) {
	c, err := k.s.store.Client(ctx, k.s.DB, id)
	if errors.Is(err, signon.ErrClient) || err == nil && c.Disabled {
		return openid.Client{}, openid.ErrNone
	}
	if err != nil {
		return openid.Client{}, err
	}
	out := openid.Client{
		ID: c.ID, Name: c.Name.VI, Native: c.Kind == signon.Native, Redirects: c.Redirects, LogoutRedirects: c.LogoutRedirects,
		Scopes: c.Scopes, Ways: c.Kind.Ways(), Pushed: c.Pushed,
	}
	if !c.Kind.Secret() {
		return out, nil
	}
	if _, out.Secrets, err = k.s.store.Secrets(ctx, k.s.DB, id, k.s.DB.Now()); err != nil {
		return openid.Client{}, err
	}
	if len(out.Secrets) == 0 { // without one it is not let in as if it needed none
		out.Secrets = []string{"none"}
	}
	return out, nil
}

// Poll implements openid.Store.
func (k keeping) Poll(ctx context.Context, device string, every time.Duration) (ok bool, err error) {
	err = k.s.DB.Write(ctx, func(tx *db.Tx) error {
		ok, err = k.s.store.Poll(ctx, tx, device, every, db.At(tx.Now.Add(openid.DeviceLife)))
		return err
	})
	return ok, err
}

// Consume implements openid.Store.
func (k keeping) Consume(ctx context.Context, once string) error {
	return k.s.DB.Write(ctx, func(tx *db.Tx) error {
		return k.s.store.Consume(ctx, tx, once, db.At(tx.Now.Add(time.Hour)))
	})
}

// How long keys sign, and verify after another has taken their place: clients
// fetch the new one before the first token it signs.
const (
	keyLife    = 90 * 24 * time.Hour
	keyAhead   = 24 * time.Hour
	keyVerify  = 30 * 24 * time.Hour // hints of signing out may be that old
	secretStay = 7 * 24 * time.Hour
)

// Keys implements openid.Store. The first key is made when it is first needed.
func (k keeping) Keys(ctx context.Context) ([]openid.Key, error) {
	_, secrets, err := k.s.store.Keys(ctx, k.s.DB, k.s.DB.Now())
	if err != nil || len(secrets) > 0 {
		return secrets, err
	}
	made, err := openid.NewKey()
	if err != nil {
		return nil, err
	}
	err = k.s.DB.Write(ctx, func(tx *db.Tx) error {
		_, there, err := k.s.store.Keys(ctx, tx, tx.Now)
		if err != nil || len(there) > 0 {
			secrets = there
			return err
		}
		secrets = []openid.Key{made}
		return k.s.store.AddKey(ctx, tx, made, tx.Now, tx.Now)
	})
	return secrets, err
}

// Sweep removes what is over and renews the key that signs when its time comes.
func (s *Service) Sweep(ctx context.Context) error {
	for more := true; more; {
		if err := s.DB.Write(ctx, func(tx *db.Tx) error {
			left, err := s.store.Sweep(ctx, tx, db.At(tx.Now.Add(-forgiven)))
			more = left
			return err
		}); err != nil {
			return err
		}
	}
	all, _, err := s.store.Keys(ctx, s.DB, s.DB.Now())
	if err != nil || len(all) == 0 {
		return err
	}
	newest := all[0].Signs
	for _, k := range all {
		if k.Signs.After(newest.Time) {
			newest = k.Signs
		}
	}
	if s.DB.Now().Sub(newest.Time) < keyLife-keyAhead {
		return nil
	}
	return s.addKey(ctx, nil)
}
