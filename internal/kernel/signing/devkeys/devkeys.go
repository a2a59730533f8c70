// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package devkeys keeps the keys of a development or demonstration in a folder:
// an authority of its own, a key for each official who signs and a seal for
// each agency, made when they are first used. Every certificate says that it is
// simulated. It is not for real signatures: those come from cards and services
// of the state.
package devkeys

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// A key lives three years, its authority ten.
const life = 3 * 365 * 24 * time.Hour

// Keys hands out signers. They are made one at a time, so that two who sign for
// the first time at the same moment get the same key.
type Keys struct {
	folder string
	db     *db.DB
	people *identity.Directory
	mu     sync.Mutex
}

// New returns the keys of a folder, which is made when the first key is. Names
// for the certificates come from the directory and the units.
func New(folder string, d *db.DB, people *identity.Directory) *Keys {
	return &Keys{folder: folder, db: d, people: people}
}

// PersonSigner returns the key of an official.
func (k *Keys) PersonSigner(ctx context.Context, account string) (_ signing.Signer, err error) {
	defer errs.Wrap(&err, "key of account %s", account)

	return k.signer(ctx, "person-"+account, func() (signing.Subject, error) {
		a, err := k.people.GetAccount(ctx, k.db, account)
		return signing.Subject{Name: a.Name, ID: account}, err
	})
}

// SealSigner returns the seal of an agency.
func (k *Keys) SealSigner(ctx context.Context, unit orgs.ID) (_ signing.Signer, err error) {
	defer errs.Wrap(&err, "seal of unit %s", unit)

	return k.signer(ctx, "seal-"+string(unit), func() (signing.Subject, error) {
		u, err := orgs.Get(ctx, k.db, unit)
		return signing.Subject{Name: u.Authority().VI, ID: u.Agency()}, err
	})
}

// ServiceSigner returns the key of a service of this installation, such as the
// one that signs reports of checks.
func (k *Keys) ServiceSigner(ctx context.Context, id, name string) (_ signing.Signer, err error) {
	defer errs.Wrap(&err, "key of the service %s", id)

	return k.signer(ctx, "service-"+id, func() (signing.Subject, error) { return signing.Subject{Name: name}, nil })
}

// Root returns the certificate of this folder's authority.
func (k *Keys) Root(context.Context) (_ *x509.Certificate, err error) {
	defer errs.Wrap(&err, "authority of the keys")

	k.mu.Lock()
	defer k.mu.Unlock()
	ca, err := k.authority()
	if err != nil {
		return nil, err
	}
	return ca.Root(), nil
}

// signer returns the key of a name; a new one where there is none or the one
// there has run out.
func (k *Keys) signer(ctx context.Context, name string, about func() (signing.Subject, error)) (*signing.SoftKey, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	ca, err := k.authority()
	if err != nil {
		return nil, err
	}
	now, path := k.db.Now().Time, k.path(name)
	key, err := signing.Load(path)
	switch {
	case err == nil && good(ctx, key, now):
		return key, nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	s, err := about()
	if err != nil {
		return nil, err
	}
	s.From, s.Until = now.Add(-time.Hour), now.Add(life)
	if end := ca.Root().NotAfter; s.Until.After(end) {
		s.Until = end
	}
	if key, err = ca.Issue(s); err != nil {
		return nil, err
	}
	return key, replace(path, key)
}

func good(ctx context.Context, key *signing.SoftKey, now time.Time) bool {
	cert, _, err := key.Certificate(ctx)
	return err == nil && now.After(cert.NotBefore) && now.Before(cert.NotAfter)
}

// authority returns the authority of the folder, and makes it at first.
func (k *Keys) authority() (*signing.DevCA, error) { return Authority(k.folder, k.db.Now().Time) }

// path is where a key lies. Names are hashed: they come from packs.
func (k *Keys) path(name string) string {
	sum := sha256.Sum256([]byte(name))
	return filepath.Join(k.folder, hex.EncodeToString(sum[:16])+".pem")
}

// replace puts a key in the place of one that has run out: there is always a
// whole file or none.
func replace(path string, key *signing.SoftKey) error {
	half := path + ".new"
	if err := os.Remove(half); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := key.Save(half); err != nil {
		return err
	}
	return os.Rename(half, path)
}
