// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package devkeys

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/platform/errs"
)

// The files of a folder that are no key of a person or a seal.
const (
	authorityFile = "authority.pem"
	stampsFile    = "stamps.pem"
)

// Authority returns the authority of a folder, and makes it at first, valid from
// the day before. Several processes may ask at once: all get the same.
func Authority(folder string, at time.Time) (_ *signing.DevCA, err error) {
	defer errs.Wrap(&err, "authority of %s", folder)

	key, err := open(folder, authorityFile, func() (*signing.SoftKey, error) {
		ca, err := signing.NewDevCA("Chứng thực thử nghiệm", at.Add(-24*time.Hour), signing.P256)
		if err != nil {
			return nil, err
		}
		return ca.Key(), nil
	})
	if err != nil {
		return nil, err
	}
	return signing.OpenDevCA(key)
}

// Stamps returns the key with which the authority of a folder gives time
// stamps, and makes it at first. It lives as long as the authority.
func Stamps(folder string, at time.Time) (_ *signing.SoftKey, err error) {
	defer errs.Wrap(&err, "time stamps of %s", folder)

	ca, err := Authority(folder, at)
	if err != nil {
		return nil, err
	}
	return open(folder, stampsFile, func() (*signing.SoftKey, error) {
		return ca.Issue(signing.Subject{Name: "Dấu thời gian thử nghiệm", Stamps: true, From: ca.Root().NotBefore, Until: ca.Root().NotAfter})
	})
}

// Issued returns the certificates in a folder, the authority's own aside, in no
// particular order.
func Issued(ctx context.Context, folder string) (all []*x509.Certificate, err error) {
	defer errs.Wrap(&err, "certificates of %s", folder)

	names, err := filepath.Glob(filepath.Join(folder, "*.pem"))
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if filepath.Base(name) == authorityFile {
			continue
		}
		key, err := signing.Load(name)
		if errors.Is(err, fs.ErrNotExist) { // replaced in this very moment
			continue
		}
		if err != nil {
			return nil, err
		}
		cert, _, err := key.Certificate(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, cert)
	}
	return all, nil
}

// open reads a key of a folder; where there is none it makes one, and gives it
// its name only if nobody was faster. There is always a whole file or none.
func open(folder, name string, fresh func() (*signing.SoftKey, error)) (*signing.SoftKey, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	path := filepath.Join(folder, name)
	key, err := signing.Load(path)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if key, err = fresh(); err != nil {
		return nil, err
	}
	half := path + "." + rand.Text()
	if err := key.Save(half); err != nil {
		return nil, err
	}
	err = errors.Join(os.Link(half, path), os.Remove(half))
	if errors.Is(err, fs.ErrExist) {
		return signing.Load(path)
	}
	return key, err
}
