// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"crypto/x509"
	"log/slog"
	"time"

	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/kernel/signing/keystore"
	"tinhso.vn/internal/kernel/signing/revocation"
	"tinhso.vn/internal/kernel/signing/tsa"
	"tinhso.vn/internal/modules/certificates/certificatesmod"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/fetch"
)

// signingKeys is where the keys of a development lie, below the keys.
const signingKeys = "signing"

// trusting is how papers are signed and proved; the zero value signs nothing.
type trusting struct {
	register *keystore.Register
	signers  *keystore.Signers
	stamp    signing.Stamper   // nil: no time stamps
	evidence signing.Collector // nil: no evidence
}

// trust puts together who signs, who stamps and who proves. Signers are the one
// way to a key: the register, and in a demonstration the keys of the development
// behind it. Elsewhere nobody signs who has no certificate. Whom to believe is the
// trust list, for papers and for time stamps.
func (p *Program) trust() (t trusting, err error) {
	t.register = keystore.NewRegister(p.Keys)
	var dev keystore.Development
	if p.Province.Demo {
		dev = p.devKeys()
	}
	t.signers = keystore.NewSigners(p.DB, t.register, dev)
	stamps, err := p.stamper(func(ctx context.Context) (*x509.CertPool, error) { return p.Parts.Trust.Stamping(ctx) })
	if err != nil {
		return trusting{}, err
	}
	t.stamp = p.stamp(stamps)
	t.evidence, err = p.evidence(t.register, stamps)
	return t, err
}

// then is the address of a simulated system, told when a province of the past
// lives.
func (p *Program) then(address string) string {
	if shift := p.Province.Shift(); p.Province.Demo && shift != 0 && address != "" {
		return address + "?shift=" + shift.String()
	}
	return address
}

// registered is the register as dossiers ask it: who signs with a key elsewhere.
// What is suspended or revoked in it does not sign, whoever else knows it.
type registered struct {
	db     *db.DB
	keys   *keystore.Register
	remote *remoteKeys
}

// Find implements dossiersmod's Register.
func (r registered) Find(ctx context.Context, q db.Querier, h keystore.Holder) (keystore.Certificate, signing.Signer, bool, error) {
	c, found, err := r.keys.Find(ctx, q, h, r.db.Now())
	if err != nil || (found && c.Kind == keystore.Remote) {
		return c, nil, found, err
	}
	own, card := c, found && c.Kind == keystore.Local
	c, key, found, err := r.remote.Find(ctx, q, h)
	switch {
	case err != nil:
		return c, key, found, err
	case !found:
		return own, nil, card, nil
	}
	return c, key, true, r.keys.Allows(ctx, q, c.Cert, r.db.Now())
}

// User implements dossiersmod's Register.
func (r registered) User(ctx context.Context, q db.Querier, c keystore.Certificate, account string) (string, error) {
	return r.remote.User(ctx, q, c, account)
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
		return p.trusted.register.Sweep(ctx, tx)
	})
	return more, err
}

// stamper returns who gives time stamps; nil where none is configured. Roots
// are whom to believe.
func (p *Program) stamper(roots func(context.Context) (*x509.CertPool, error)) (*tsa.Client, error) {
	c := p.Config.Signing.TSA
	if c.URL == "" {
		return nil, nil
	}
	return tsa.New(tsa.Options{
		URL: p.then(c.URL), User: c.User, Password: c.Password, Policy: c.Policy, Timeout: time.Duration(c.Timeout) * time.Second, Roots: roots,
		Now: func() time.Time { return p.DB.Now().Time },
	})
}

// stamp is the stamper as the modules use it. Where a stamp is not required,
// what is signed without one is said in the log of the program.
func (p *Program) stamp(c *tsa.Client) signing.Stamper {
	switch {
	case c == nil:
		return nil
	case p.Config.Signing.TSA.Required:
		return c.Stamp
	}
	return func(ctx context.Context, hash []byte) ([]byte, error) {
		token, err := c.Stamp(ctx, hash)
		if err != nil && ctx.Err() == nil {
			p.Log.LogAttrs(ctx, slog.LevelWarn, "signed without a time stamp", slog.Any("error", err))
			return nil, nil
		}
		return token, err
	}
}

// evidence returns what collects proof for papers; nil where that is not configured.
func (p *Program) evidence(r *keystore.Register, stamps *tsa.Client) (signing.Collector, error) {
	c := p.Config.Signing.Revocation
	if !c.Enabled {
		return nil, nil
	}
	inside, err := c.Networks()
	if err != nil {
		return nil, err
	}
	o := revocation.Options{
		Outside: fetch.New(fetch.Options{Inside: inside}), Configured: fetch.New(fetch.Options{Configured: true}), OCSP: p.then(c.OCSP), CRL: p.then(c.CRL),
		Now: func() time.Time { return p.DB.Now().Time }, Required: c.Required,
		Above: func(ctx context.Context, cert *x509.Certificate) ([]*x509.Certificate, error) {
			return r.Above(ctx, p.DB, cert)
		},
	}
	if stamps != nil {
		o.Also = stamps.Certificates
	}
	return revocation.New(o).Collect, nil
}
