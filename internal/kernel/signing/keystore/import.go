// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package keystore

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"time"

	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// MaxFile is how large a file of a key or a certificate is at most, bytes: one
// with its authorities has some ten thousand.
const MaxFile = 256 << 10

// importTime is how long a file that was read waits for whom it is given to.
const importTime = 15 * time.Minute

const imports = "keystore_imports"

// Opened is what was in a file: a certificate, the authorities above it and,
// in a key file, its key.
type Opened struct {
	Cert  *x509.Certificate
	Chain []*x509.Certificate
	Key   *signing.SoftKey // nil: a certificate alone
}

// Read opens a file that somebody brought: a key file (PKCS#12) with its
// passphrase, or a certificate (DER or PEM) whose key is elsewhere. What it
// returns can be taken into the register now; the errors are those of Check
// and of signing.OpenP12. The passphrase is kept nowhere.
func Read(ctx context.Context, file []byte, passphrase string, now db.Time) (o Opened, err error) {
	switch {
	case len(file) > MaxFile:
		return Opened{}, ErrTooLarge.With("max", MaxFile>>10)
	case len(bytes.TrimSpace(file)) == 0:
		return Opened{}, ErrUnreadable
	case bytes.Contains(file, []byte("-----BEGIN")):
		o, err = readPEM(file)
	default:
		if cert, wrong := x509.ParseCertificate(file); wrong == nil {
			o = Opened{Cert: cert}
			break
		}
		o, err = readP12(ctx, file, passphrase, now)
	}
	if err != nil {
		return Opened{}, err
	}
	return o, Check(o.Cert, now)
}

func readP12(ctx context.Context, file []byte, passphrase string, now db.Time) (Opened, error) {
	key, err := signing.OpenP12(file, passphrase, now.Time)
	if err != nil {
		return Opened{}, err
	}
	cert, chain, err := key.Certificate(ctx)
	return Opened{Cert: cert, Chain: chain, Key: key}, err
}

func readPEM(file []byte) (o Opened, err error) {
	for block, rest := pem.Decode(file); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			return Opened{}, ErrBare
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		switch {
		case err != nil:
			return Opened{}, ErrUnreadable.Because(err)
		case o.Cert == nil:
			o.Cert = cert
		default:
			o.Chain = append(o.Chain, cert)
		}
	}
	if o.Cert == nil {
		return Opened{}, ErrUnreadable
	}
	return o, nil
}

// Import is a file that was read and is not given to anybody yet.
type Import struct {
	ID      string
	Opened  Opened
	HasKey  bool
	Expires db.Time
}

// Hold keeps what was in a file, its key sealed, until the same person says
// whose it is, or its time is over.
func (r *Register) Hold(ctx context.Context, tx *db.Tx, o Opened, by string) (_ Import, err error) {
	defer errs.Wrap(&err, "hold an import")

	i := Import{ID: id.New(), Opened: o, HasKey: o.Key != nil, Expires: db.At(tx.Now.Add(importTime))}
	sealed := ""
	if o.Key != nil {
		secret, err := o.Key.PEM()
		if err != nil {
			return Import{}, err
		}
		sealed = r.keys.SealText(imports, "key_sealed", i.ID, string(secret))
	}
	_, err = tx.Exec(ctx, `INSERT INTO keystore_imports (id, account_id, certificate, key_sealed, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		i.ID, by, r.keys.SealText(imports, "certificate", i.ID, encode(o.Cert, o.Chain)), sealed, tx.Now, i.Expires)
	return i, err
}

// Held returns an import of somebody, without its key.
func (r *Register) Held(ctx context.Context, q db.Querier, id, by string, now db.Time) (_ Import, err error) {
	i, sealed, err := r.held(ctx, q, id, by, now)
	i.HasKey = sealed != ""
	return i, err
}

func (r *Register) held(ctx context.Context, q db.Querier, id, by string, now db.Time) (i Import, sealed string, err error) {
	defer errs.Wrap(&err, "import %s", id)

	var certificate string
	i.ID = id
	err = q.QueryRow(ctx, `SELECT certificate, key_sealed, expires_at FROM keystore_imports WHERE id = $1 AND account_id = $2`, id, by).
		Scan(&certificate, &sealed, &i.Expires)
	if errors.Is(err, db.ErrNoRows) || (err == nil && !now.Before(i.Expires.Time)) {
		return Import{}, "", ErrImportOver
	}
	if err != nil {
		return Import{}, "", err
	}
	if certificate, err = r.keys.OpenText(imports, "certificate", id, certificate); err != nil {
		return Import{}, "", err
	}
	i.Opened.Cert, i.Opened.Chain, err = decode(certificate)
	return i, sealed, err
}

// Take returns an import with its key and forgets it.
func (r *Register) Take(ctx context.Context, tx *db.Tx, id, by string) (Import, error) {
	i, sealed, err := r.held(ctx, tx, id, by, tx.Now)
	if err != nil {
		return Import{}, err
	}
	if sealed != "" {
		secret, err := r.keys.OpenText(imports, "key_sealed", id, sealed)
		if err != nil {
			return Import{}, err
		}
		if i.Opened.Key, err = signing.ParsePEM([]byte(secret)); err != nil {
			return Import{}, err
		}
		i.HasKey = true
	}
	_, err = tx.Exec(ctx, `DELETE FROM keystore_imports WHERE id = $1`, id)
	return i, err
}

// Forget removes an import whose owner has thought better of it.
func (r *Register) Forget(ctx context.Context, tx *db.Tx, id, by string) error {
	_, err := tx.Exec(ctx, `DELETE FROM keystore_imports WHERE id = $1 AND account_id = $2`, id, by)
	return err
}

// Sweep removes the imports whose time is over, with their keys.
func (r *Register) Sweep(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `DELETE FROM keystore_imports WHERE expires_at <= $1`, tx.Now)
	return err
}
