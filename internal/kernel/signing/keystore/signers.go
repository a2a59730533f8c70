// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package keystore

import (
	"context"
	"crypto/x509"
	"encoding/hex"
	"errors"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// Development makes keys of a development when they are first asked for.
type Development interface {
	PersonSigner(ctx context.Context, account string) (signing.Signer, error)
	SealSigner(ctx context.Context, unit orgs.ID) (signing.Signer, error)
}

// Signers is the one way to a key: what the register says, and nothing else.
// In a demonstration, holders without a certificate get one of the development,
// which then stands in the register like any other.
type Signers struct {
	db       *db.DB
	register *Register
	dev      Development // nil outside demonstrations
}

// NewSigners returns the signers of a register; dev is nil outside demonstrations.
func NewSigners(d *db.DB, r *Register, dev Development) *Signers {
	return &Signers{db: d, register: r, dev: dev}
}

// by is who makes certificates of a development.
const by = "program:keystore"

// PersonSigner returns the key of an official: ErrNone without a certificate,
// ErrElsewhere where it is on a card or at a service.
func (s *Signers) PersonSigner(ctx context.Context, account string) (_ signing.Signer, err error) {
	defer errs.Wrap(&err, "signer of account %s", account)
	return s.signer(ctx, Holder{Account: account})
}

// SealSigner returns the seal of an agency: as PersonSigner.
func (s *Signers) SealSigner(ctx context.Context, unit orgs.ID) (_ signing.Signer, err error) {
	defer errs.Wrap(&err, "seal of unit %s", unit)
	return s.signer(ctx, Holder{Unit: unit})
}

func (s *Signers) signer(ctx context.Context, h Holder) (signing.Signer, error) {
	c, err := s.register.Holding(ctx, s.db, h, s.db.Now())
	if s.dev != nil && (errors.Is(err, ErrNone) || errors.Is(err, ErrRunOut)) {
		return s.make(ctx, h)
	}
	if err != nil {
		return nil, err
	}
	if !c.Simulated {
		key, err := s.register.key(c)
		if err != nil {
			return nil, err
		}
		return &recorded{s.db, c, key}, nil
	}
	if s.dev == nil { // a demonstration became a real installation: its keys stay behind
		return nil, ErrNone
	}
	key, err := s.development(ctx, h)
	if err != nil {
		return nil, err
	}
	if cert, _, err := key.Certificate(ctx); err != nil || !cert.Equal(c.Cert) {
		return s.make(ctx, h) // the folder has another key: it is what signs
	}
	return &recorded{s.db, c, key}, nil
}

func (s *Signers) development(ctx context.Context, h Holder) (signing.Signer, error) {
	if h.Account != "" {
		return s.dev.PersonSigner(ctx, h.Account)
	}
	return s.dev.SealSigner(ctx, h.Unit)
}

// make puts the key of the development into the register.
func (s *Signers) make(ctx context.Context, h Holder) (signing.Signer, error) {
	key, err := s.development(ctx, h)
	if err != nil {
		return nil, err
	}
	cert, chain, err := key.Certificate(ctx)
	if err != nil {
		return nil, err
	}
	unit := h.Unit
	if h.Account != "" {
		posts, err := access.ListPosts(ctx, s.db, h.Account, s.db.Now())
		if err != nil {
			return nil, err
		}
		if len(posts) > 0 {
			unit = posts[0].Unit
		}
	}
	var added Certificate
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		c, err := s.register.Add(ctx, tx, Draft{
			Holder: h, Unit: unit, Kind: Soft, Cert: cert, Chain: chain, Simulated: true, Replace: true, By: by,
		})
		added = c
		return err
	})
	if errors.Is(err, ErrTaken) { // two for the first time at once, or the key of before
		if added, err = s.register.Holding(ctx, s.db, h, s.db.Now()); err != nil {
			return nil, err
		}
		if !cert.Equal(added.Cert) {
			return nil, ErrNone
		}
	}
	if err != nil {
		return nil, err
	}
	return &recorded{s.db, added, key}, nil
}

// recorded is a key whose every use is in the register before the signature
// leaves, and which signs only as long as the register lets it.
type recorded struct {
	db  *db.DB
	c   Certificate
	key signing.Signer
}

// Certificate implements signing.Signer.
func (k *recorded) Certificate(context.Context) (*x509.Certificate, []*x509.Certificate, error) {
	return k.c.Cert, k.c.Chain, nil
}

// Sign implements signing.Signer.
func (k *recorded) Sign(ctx context.Context, hash []byte) (_ []byte, err error) {
	defer errs.Wrap(&err, "sign with certificate %s", k.c.ID)

	err = k.db.Write(ctx, func(tx *db.Tx) error {
		var state State
		if err := tx.QueryRow(ctx, `SELECT state FROM keystore_certificates WHERE id = $1`+tx.ForUpdate(), k.c.ID).Scan(&state); err != nil {
			return err
		}
		switch {
		case state == Suspended:
			return ErrSuspended
		case state != Active:
			return ErrRevoked
		case k.c.Outside(tx.Now):
			return ErrRunOut.With("day", day(k.c.NotAfter.Time))
		}
		_, err := tx.Exec(ctx, `INSERT INTO keystore_uses (id, certificate_id, hash, at) VALUES ($1, $2, $3, $4)`, id.New(), k.c.ID, hex.EncodeToString(hash), tx.Now)
		return err
	})
	if err != nil {
		return nil, err
	}
	return k.key.Sign(ctx, hash)
}
