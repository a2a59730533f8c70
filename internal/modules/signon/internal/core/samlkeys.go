// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/saml"
	"tinhso.vn/internal/modules/signon"
	"tinhso.vn/internal/modules/signon/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// samlOpens is how long a key still opens what is encrypted for it once another
// signs: operators of providers take over our description by hand.
const samlOpens = 30 * 24 * time.Hour

// samlKeys returns our keys towards providers that speak SAML, the one that signs
// first; the first of all is made when it is first needed. They are sealed by the
// ring of keys of this installation.
func (s *Service) samlKeys(ctx context.Context) ([]store.SAMLKey, error) {
	all, err := s.store.SAMLKeys(ctx, s.DB, s.DB.Now())
	if err != nil || len(all) > 0 {
		return all, err
	}
	made, err := saml.NewKey(s.Issuer, s.DB.Now().Time)
	if err != nil {
		return nil, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if all, err = s.store.SAMLKeys(ctx, tx, tx.Now); err != nil || len(all) > 0 {
			return err // somebody was faster
		}
		if err := s.store.AddSAMLKey(ctx, tx, id.New(), made, false); err != nil {
			return err
		}
		all, err = s.store.SAMLKeys(ctx, tx, tx.Now)
		return err
	})
	return all, err
}

// keyed returns the party with our keys.
func (p samlParty) keyed(ctx context.Context) (*saml.Party, error) {
	all, err := p.s.samlKeys(ctx)
	if err != nil {
		return nil, err
	}
	var others []saml.Key
	for _, k := range all[1:] {
		others = append(others, k.Key)
	}
	return p.With(all[0].Key, others...), nil
}

// SAMLKeys returns our keys towards providers that speak SAML, the one that signs first.
func (s *Service) SAMLKeys(ctx context.Context, actor identity.Actor) (shown []signon.SAMLKey, err error) {
	defer errs.Wrap(&err, "list keys towards providers")

	if _, err := access.Require(actor, signon.PermKeys); err != nil {
		return nil, err
	}
	all, err := s.store.SAMLKeys(ctx, s.DB, s.DB.Now())
	for _, k := range all {
		sum := sha256.Sum256(k.Certificate())
		shown = append(shown, signon.SAMLKey{ID: k.ID, Fingerprint: hex.EncodeToString(sum[:]), Made: k.Made, Signs: k.Signs, Ends: k.Ends})
	}
	return shown, err
}

// PrepareSAMLKey makes the key that is to sign next. Our description has it from
// now on, so that operators of providers can take it over before it signs.
func (s *Service) PrepareSAMLKey(ctx context.Context, actor identity.Actor) (err error) {
	defer errs.Wrap(&err, "prepare a key towards providers")

	if _, err := access.Require(actor, signon.PermKeys); err != nil {
		return err
	}
	if _, err := s.samlKeys(ctx); err != nil { // there is one to take the place of
		return err
	}
	made, err := saml.NewKey(s.Issuer, s.DB.Now().Time)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, there, err := s.preparedSAMLKey(ctx, tx); err != nil || there {
			if err == nil {
				err = signon.ErrPrepared
			}
			return err
		}
		key := id.New()
		if err := s.store.AddSAMLKey(ctx, tx, key, made, true); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, signon.AuditSAMLPrepared, key)
	})
}

// UseSAMLKey lets the prepared key sign. Those before it open for 30 days what is
// still encrypted for them; at once, because somebody has got hold of them, they
// open nothing any more.
func (s *Service) UseSAMLKey(ctx context.Context, actor identity.Actor, atOnce bool) (err error) {
	defer errs.Wrap(&err, "use the key that is prepared towards providers")

	if _, err := access.Require(actor, signon.PermKeys); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		next, there, err := s.preparedSAMLKey(ctx, tx)
		if err != nil {
			return err
		}
		if !there {
			return signon.ErrUnprepared
		}
		ends := tx.Now
		if !atOnce {
			ends = db.At(tx.Now.Add(samlOpens))
		}
		if err := s.store.UseSAMLKey(ctx, tx, next.ID, ends); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, signon.AuditSAMLUsed, next.ID)
	})
}

func (s *Service) preparedSAMLKey(ctx context.Context, tx *db.Tx) (k store.SAMLKey, there bool, err error) {
	all, err := s.store.SAMLKeys(ctx, tx, tx.Now)
	for _, k := range all {
		if k.Signs.IsZero() {
			return k, true, nil
		}
	}
	return k, false, err
}
