// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package keystore

import (
	"context"
	"crypto/x509"
	"errors"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

const (
	listed  = `id, account_id, seal_unit, unit_id, name, kind, provider, reference, state, simulated, serial, issuer, not_before, not_after, created_at`
	columns = listed + `, certificate, key_sealed`
)

// scan reads a row as lists have it, and what was asked for more.
func scan(r db.Row, more ...any) (c Certificate, err error) {
	var simulated int
	err = r.Scan(append([]any{
		&c.ID, &c.Holder.Account, &c.Holder.Unit, &c.Unit, &c.Name, &c.Kind, &c.Provider, &c.Reference, &c.State, &simulated, &c.Serial, &c.Issuer,
		&c.NotBefore, &c.NotAfter, &c.Added,
	}, more...)...)
	c.Simulated = simulated == 1
	return c, err
}

// whole reads a row with its certificate, which may hold the number of a person
// and is sealed for that.
func (r *Register) whole(row db.Row) (c Certificate, err error) {
	var sealed, key string
	if c, err = scan(row, &sealed, &key); err != nil {
		return Certificate{}, err
	}
	plain, err := r.keys.OpenText(table, "certificate", c.ID, sealed)
	if err != nil {
		return Certificate{}, err
	}
	c.keySealed = key
	c.Cert, c.Chain, err = decode(plain)
	return c, err
}

// one returns the certificate of a condition that holds for one at most.
func (r *Register) one(ctx context.Context, q db.Querier, where string, args ...any) (Certificate, bool, error) {
	c, err := r.whole(q.QueryRow(ctx, `SELECT `+columns+` FROM keystore_certificates WHERE `+where, args...))
	if errors.Is(err, db.ErrNoRows) {
		return Certificate{}, false, nil
	}
	return c, err == nil, err
}

// inScope says who looks after a certificate: those who work for its unit.
func inScope() access.Columns { return access.Columns{Units: []string{"unit_id"}} }

// Get returns a certificate; out of scope it is ErrNotFound.
func (r *Register) Get(ctx context.Context, q db.Querier, scope access.Scope, id string) (c Certificate, err error) {
	defer errs.Wrap(&err, "certificate %s", id)

	in, args := scope.Where(inScope(), id)
	c, found, err := r.one(ctx, q, `id = $1 AND `+in, args...)
	if err == nil && !found {
		err = ErrNotFound
	}
	return c, err
}

// ListHeld returns all certificates of a holder, the newest first: there are few.
func (r *Register) ListHeld(ctx context.Context, q db.Querier, h Holder) ([]Certificate, error) {
	return db.All(ctx, q, r.whole, `SELECT `+columns+` FROM keystore_certificates WHERE account_id = $1 AND seal_unit = $2 ORDER BY id DESC`, h.Account, string(h.Unit))
}

// Find returns the certificate that a holder signs with at a time. Who has
// several signs with the phone rather than the card, and with either rather
// than with a file.
func (r *Register) Find(ctx context.Context, q db.Querier, h Holder, at db.Time) (c Certificate, found bool, err error) {
	defer errs.Wrap(&err, "find a certificate")

	all, err := r.ListHeld(ctx, q, h)
	if err != nil {
		return Certificate{}, false, err
	}
	for _, kind := range []Kind{Remote, Local, Soft} {
		for _, c := range all {
			if c.Kind == kind && c.Usable(at) {
				return c, true, nil
			}
		}
	}
	return Certificate{}, false, nil
}

// Holding returns what Find finds, or says why the holder cannot sign: with no
// certificate, or with one that is suspended, revoked or has run out.
func (r *Register) Holding(ctx context.Context, q db.Querier, h Holder, at db.Time) (Certificate, error) {
	c, found, err := r.Find(ctx, q, h, at)
	if err != nil || found {
		return c, err
	}
	all, err := r.ListHeld(ctx, q, h)
	if err != nil {
		return Certificate{}, err
	}
	for _, c := range all { // the newest says why
		switch c.State {
		case Replaced:
		case Suspended:
			return Certificate{}, ErrSuspended
		case Revoked:
			return Certificate{}, ErrRevoked
		case Active:
			return Certificate{}, ErrRunOut.With("day", day(c.NotAfter.Time))
		}
	}
	return Certificate{}, ErrNone
}

// key opens the key of a Soft certificate.
func (r *Register) key(c Certificate) (*signing.SoftKey, error) {
	if c.Kind != Soft || c.keySealed == "" {
		return nil, ErrElsewhere
	}
	secret, err := r.keys.OpenText(table, "key_sealed", c.ID, c.keySealed)
	if err != nil {
		return nil, err
	}
	return signing.ParsePEM([]byte(secret))
}

// Above returns the authorities that are known above a certificate of the
// register, its issuer first; none for one that is not in it.
func (r *Register) Above(ctx context.Context, q db.Querier, cert *x509.Certificate) ([]*x509.Certificate, error) {
	c, _, err := r.one(ctx, q, `issuer_hash = $1 AND serial = $2`, issuerHash(cert), serial(cert))
	return c.Chain, err
}

// Allows reports why a certificate that somebody else knows may not sign: the
// register has it suspended or revoked. One that is not in it may.
func (r *Register) Allows(ctx context.Context, q db.Querier, cert *x509.Certificate, at db.Time) error {
	c, found, err := r.one(ctx, q, `issuer_hash = $1 AND serial = $2`, issuerHash(cert), serial(cert))
	switch {
	case err != nil || !found || c.Usable(at):
		return err
	case c.State == Suspended:
		return ErrSuspended
	case c.State == Active:
		return ErrRunOut.With("day", day(c.NotAfter.Time))
	}
	return ErrRevoked
}
