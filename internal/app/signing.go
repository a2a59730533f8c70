// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"crypto/x509"
	"path/filepath"

	"tinhso.vn/internal/kernel/signing/devkeys"
	"tinhso.vn/internal/kernel/signing/keystore"
	"tinhso.vn/internal/modules/certificates/certificatesmod"
	"tinhso.vn/internal/platform/db"
)

// signingKeys is where the keys of a development lie, below the keys.
const signingKeys = "signing"

// signers returns the one way to a key: the register, and in a demonstration
// the keys of the development behind it. Elsewhere nobody signs who has no
// certificate, and no authority is believed that nobody has named.
func (p *Program) signers(r *keystore.Register) *keystore.Signers {
	if !p.Province.Demo {
		none := func(context.Context) (*x509.CertPool, error) { return x509.NewCertPool(), nil }
		return keystore.NewSigners(p.DB, r, none, nil)
	}
	dev := devkeys.New(filepath.Join(p.Config.Keys, signingKeys), p.DB, p.People)
	return keystore.NewSigners(p.DB, r, dev.Roots, dev)
}

// warnAtOnce is how many warnings one look writes.
const warnAtOnce = 50

// expiries tells of certificates that run out, and forgets the files that
// nobody has gone on with.
func (p *Program) expiries(ctx context.Context) (more bool, err error) {
	err = p.DB.Write(ctx, func(tx *db.Tx) error {
		n, err := keystore.WarnDue(ctx, tx, certificatesmod.JobWarn, warnAtOnce)
		if err != nil {
			return err
		}
		more = n == warnAtOnce
		return keystore.NewRegister(p.Keys).Sweep(ctx, tx)
	})
	return more, err
}
