// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/openid"
	"tinhso.vn/internal/modules/signon"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// NewSecret makes a secret for a client and returns it, once. Those before it
// hold for a week more, so that the client can change over.
func (s *Service) NewSecret(ctx context.Context, actor identity.Actor, client string) (secret string, err error) {
	defer errs.Wrap(&err, "make a secret for client %s", client)

	scope, err := access.Require(actor, signon.PermClients)
	if err != nil {
		return "", err
	}
	made := rand.Text() + rand.Text()
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		c, err := s.store.ClientIn(ctx, tx, scope, client)
		if err != nil {
			return err
		}
		if !c.Kind.Secret() {
			return signon.ErrPublic
		}
		if err := s.store.AddSecret(ctx, tx, client, openid.Digest(made), db.At(tx.Now.Add(secretStay))); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, signon.AuditSecret, client)
	})
	if err != nil {
		return "", err
	}
	return made, nil
}

// DropSecret ends a secret at once: it was lost. The last one stays: a client is
// disabled instead.
func (s *Service) DropSecret(ctx context.Context, actor identity.Actor, client, secret string) (err error) {
	defer errs.Wrap(&err, "drop a secret of client %s", client)

	scope, err := access.Require(actor, signon.PermClients)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := s.store.ClientIn(ctx, tx, scope, client); err != nil {
			return err
		}
		_, digests, err := s.store.Secrets(ctx, tx, client, tx.Now)
		if err != nil {
			return err
		}
		for _, digest := range digests {
			if len(secret) < 8 || !strings.HasPrefix(digest, secret) {
				continue
			}
			if len(digests) == 1 {
				return signon.ErrLastSecret
			}
			if err := s.store.DropSecret(ctx, tx, client, digest); err != nil {
				return err
			}
			return audit.Record(ctx, tx, actor, signon.AuditDropped, client)
		}
		return signon.ErrSecret
	})
}

// SigningKeys returns the keys that verify tokens, the one that signs first.
func (s *Service) SigningKeys(ctx context.Context, actor identity.Actor) (_ []signon.Key, err error) {
	defer errs.Wrap(&err, "list keys")

	if _, err := access.Require(actor, signon.PermKeys); err != nil {
		return nil, err
	}
	all, _, err := s.store.Keys(ctx, s.DB, s.DB.Now())
	return all, err
}

// RotateKeys makes a key that signs from tomorrow on, when clients have fetched
// it. At once is for a key that somebody has got hold of: it no longer verifies
// anything, and everybody has to sign in to their applications again.
func (s *Service) RotateKeys(ctx context.Context, actor identity.Actor, atOnce bool) (err error) {
	defer errs.Wrap(&err, "rotate keys")

	if _, err := access.Require(actor, signon.PermKeys); err != nil {
		return err
	}
	if atOnce {
		made, err := openid.NewKey()
		if err != nil {
			return err
		}
		return s.DB.Write(ctx, func(tx *db.Tx) error {
			if err := s.store.AddKey(ctx, tx, made, tx.Now, tx.Now); err != nil {
				return err
			}
			return audit.Record(ctx, tx, actor, signon.AuditRotated, made.ID)
		})
	}
	return s.addKey(ctx, &actor)
}

// addKey adds the next key, unless one is coming already.
func (s *Service) addKey(ctx context.Context, by *identity.Actor) error {
	made, err := openid.NewKey()
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		all, _, err := s.store.Keys(ctx, tx, tx.Now)
		if err != nil {
			return err
		}
		for _, k := range all {
			if k.Signs.After(tx.Now.Add(-time.Hour)) && len(all) > 1 {
				if by == nil {
					return nil
				}
				return signon.ErrTooSoon
			}
		}
		signs := db.At(tx.Now.Add(keyAhead))
		if err := s.store.AddKey(ctx, tx, made, signs, db.At(signs.Add(keyVerify))); err != nil {
			return err
		}
		actor := identity.Program("sign-on")
		if by != nil {
			actor = *by
		}
		return audit.Record(ctx, tx, actor, signon.AuditRotated, made.ID)
	})
}
