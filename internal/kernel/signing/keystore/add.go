// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package keystore

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"

	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

const table = "keystore_certificates"

// Draft is a certificate that is to be taken into the register.
type Draft struct {
	Holder    Holder
	Unit      orgs.ID // where the official works; of a seal the agency
	Kind      Kind
	Provider  string // of Remote
	Reference string // of Remote
	Cert      *x509.Certificate
	Chain     []*x509.Certificate
	Key       *signing.SoftKey // of Soft; nil where Simulated says that it lies in the folder of a development
	Simulated bool
	Replace   bool   // take the place of the holder's active one of this kind
	By        string // account, or program:NAME
	Reason    string
}

// Add takes a certificate into the register. One that has run out leaves its
// place by itself; one that has not is replaced only where the draft says so.
func (r *Register) Add(ctx context.Context, tx *db.Tx, d Draft) (c Certificate, err error) {
	defer errs.Wrap(&err, "add a certificate")

	if err := d.check(tx.Now); err != nil {
		return Certificate{}, err
	}
	old, found, err := r.one(ctx, tx, `account_id = $1 AND seal_unit = $2 AND kind = $3 AND state = 'active'`+tx.ForUpdate(),
		d.Holder.Account, string(d.Holder.Unit), string(d.Kind))
	if err != nil {
		return Certificate{}, err
	}
	var taken string
	err = tx.QueryRow(ctx, `SELECT COALESCE(MAX(id), '') FROM keystore_certificates WHERE issuer_hash = $1 AND serial = $2`,
		issuerHash(d.Cert), serial(d.Cert)).Scan(&taken)
	switch {
	case err != nil:
		return Certificate{}, err
	case taken != "":
		return Certificate{}, ErrTaken
	case found && old.Usable(tx.Now) && !d.Replace:
		return Certificate{}, ErrHasOne.With("until", day(old.NotAfter.Time))
	case found:
		if err := r.turn(ctx, tx, old.ID, Replaced, d.By, d.Reason); err != nil {
			return Certificate{}, err
		}
	}
	c = Certificate{
		ID: id.New(), Holder: d.Holder, Unit: d.Unit, Name: nameOf(d.Cert), Kind: d.Kind, Provider: d.Provider, Reference: d.Reference,
		State: Active, Simulated: d.Simulated, Serial: serial(d.Cert), Issuer: text.Line(text.NFC(d.Cert.Issuer.CommonName)), Cert: d.Cert, Chain: d.Chain,
		NotBefore: db.At(d.Cert.NotBefore), NotAfter: db.At(d.Cert.NotAfter), Added: tx.Now,
	}
	if c.keySealed, err = r.seal(c.ID, d.Key); err != nil {
		return Certificate{}, err
	}
	if err := r.insert(ctx, tx, c); err != nil {
		if db.IsDuplicate(err) { // somebody was faster
			err = ErrTaken.Because(err)
		}
		return Certificate{}, err
	}
	return c, note(ctx, tx, c.ID, "added", d.By, d.Reason)
}

func (d Draft) check(now db.Time) error {
	if err := Check(d.Cert, now); err != nil {
		return err
	}
	switch d.Kind {
	case Soft:
		if d.Key == nil && !d.Simulated {
			return ErrKeyMissing
		}
	case Remote:
		if d.Provider == "" || d.Reference == "" {
			return ErrReference
		}
		fallthrough
	case Local:
		if d.Key != nil {
			return ErrKeyUnwanted
		}
	default:
		return ErrState
	}
	if (d.Holder.Account == "") == (d.Holder.Unit == "") {
		return ErrState
	}
	return nil
}

// seal binds a key to the row it is kept in: moved elsewhere it does not open.
func (r *Register) seal(row string, key *signing.SoftKey) (string, error) {
	if key == nil {
		return "", nil
	}
	secret, err := key.PEM()
	if err != nil {
		return "", err
	}
	return r.keys.SealText(table, "key_sealed", row, string(secret)), nil
}

func (r *Register) insert(ctx context.Context, tx *db.Tx, c Certificate) error {
	simulated := 0
	if c.Simulated {
		simulated = 1
	}
	_, err := tx.Exec(ctx, `INSERT INTO keystore_certificates (id, account_id, seal_unit, unit_id, name, folded, kind, provider, reference, state, simulated,
		serial, issuer, issuer_hash, certificate, key_sealed, not_before, not_after, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
		c.ID, c.Holder.Account, string(c.Holder.Unit), string(c.Unit), c.Name, text.Fold(c.Name), string(c.Kind), c.Provider, c.Reference, string(c.State), simulated,
		c.Serial, c.Issuer, issuerHash(c.Cert), r.keys.SealText(table, "certificate", c.ID, encode(c.Cert, c.Chain)), c.keySealed, c.NotBefore, c.NotAfter, c.Added)
	return err
}

// note writes a line of the history.
func note(ctx context.Context, tx *db.Tx, certificate, what, by, reason string) error {
	_, err := tx.Exec(ctx, `INSERT INTO keystore_history (id, certificate_id, what, actor, reason, at) VALUES ($1, $2, $3, $4, $5, $6)`,
		id.New(), certificate, what, by, reason, tx.Now)
	return err
}

// nameOf is whom a certificate names.
func nameOf(cert *x509.Certificate) string { return text.Line(text.NFC(cert.Subject.CommonName)) }

func serial(cert *x509.Certificate) string { return cert.SerialNumber.Text(16) }

func issuerHash(cert *x509.Certificate) string {
	sum := sha256.Sum256(cert.RawIssuer)
	return hex.EncodeToString(sum[:])
}

func encode(cert *x509.Certificate, chain []*x509.Certificate) string {
	var out []byte
	for _, c := range append([]*x509.Certificate{cert}, chain...) {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	return string(out)
}

func decode(s string) (cert *x509.Certificate, chain []*x509.Certificate, err error) {
	for block, rest := pem.Decode([]byte(s)); block != nil; block, rest = pem.Decode(rest) {
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, nil, ErrUnreadable.Because(err)
		}
		chain = append(chain, c)
	}
	if len(chain) == 0 {
		return nil, nil, ErrUnreadable
	}
	return chain[0], chain[1:], nil
}
