// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"net/url"
	"slices"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/proofs"
	"tinhso.vn/internal/modules/proofs/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// Proposal is what somebody asks to believe.
type Proposal struct {
	Certificate []byte // PEM or DER
	Uses        []proofs.Use
	Source      string
	ValidFrom   db.Time // zero: since ever
	ValidTo     db.Time // zero: no end
	Lists       proofs.Lists
	ListURL     string
}

const (
	maxSource = 500 // characters
	maxURL    = 500 // bytes
)

// Check reports everything that makes no sense, in the order of the form.
func (p Proposal) Check() (wrong []errs.Field) {
	add := func(bad bool, name, code string) {
		if bad {
			wrong = append(wrong, errs.Field{Name: name, Code: code})
		}
	}
	_, err := authority(p.Certificate)
	if e, ok := err.(*errs.Error); ok { //nolint:errorlint // our own, a line above
		add(true, "certificate", e.Code)
	}
	unknown := slices.ContainsFunc(p.Uses, func(u proofs.Use) bool { return !slices.Contains(proofs.Uses(), u) })
	add(len(p.Uses) == 0 || unknown, "uses", "proofs.trust.uses_needed")
	add(p.Source == "", "source", "form.required")
	add(utf8.RuneCountInString(p.Source) > maxSource, "source", "proofs.trust.source_long")
	add(!p.ValidTo.IsZero() && !p.ValidFrom.Before(p.ValidTo.Time), "valid_to", "proofs.trust.period")
	add(p.Lists != proofs.ListsNeeded && p.Lists != proofs.ListsNone, "lists", "form.required")
	u, bad := url.Parse(p.ListURL)
	add(p.ListURL != "" && (bad != nil || len(p.ListURL) > maxURL || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil),
		"list_url", "proofs.trust.url")
	return wrong
}

// authority reads a certificate that may issue others.
func authority(content []byte) (*x509.Certificate, error) {
	der := content
	if block, rest := pem.Decode(content); block != nil {
		if more, _ := pem.Decode(rest); more != nil || block.Type != "CERTIFICATE" {
			return nil, proofs.ErrNotCertificate
		}
		der = block.Bytes
	}
	if len(bytes.TrimSpace(content)) == 0 {
		return nil, proofs.ErrNotCertificate
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, proofs.ErrNotCertificate.Because(err)
	}
	if !cert.IsCA || !cert.BasicConstraintsValid || (cert.KeyUsage != 0 && cert.KeyUsage&x509.KeyUsageCertSign == 0) {
		return nil, proofs.ErrNotAuthority
	}
	if weak(cert) {
		return nil, proofs.ErrWeak
	}
	return cert, nil
}

func weak(c *x509.Certificate) bool {
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		return key.N.BitLen() < 2048
	case *ecdsa.PublicKey:
		return key.Params().BitSize < 256
	}
	return true // nothing here checks signatures of other keys
}

// Propose asks to believe an authority. Nothing is believed before a second
// person has confirmed it.
func (s *Service) Propose(ctx context.Context, actor identity.Actor, p Proposal) (made proofs.Authority, err error) {
	defer errs.Wrap(&err, "propose an authority")

	if _, err := access.Require(actor, proofs.PermTrust); err != nil {
		return made, err
	}
	p.Source = text.Line(p.Source)
	p.ListURL = text.Line(p.ListURL)
	if err := errs.BadInput(p.Check()); err != nil {
		return made, err
	}
	cert, err := authority(p.Certificate)
	if err != nil {
		return made, err
	}
	a := proofs.Authority{
		ID: id.New(), Cert: cert, Fingerprint: fingerprint(cert), Uses: ordered(p.Uses), Status: proofs.Proposed, Source: p.Source,
		ValidFrom: p.ValidFrom, ValidTo: p.ValidTo, Lists: p.Lists, ListURL: p.ListURL, ProposedBy: actor.Account, Proposer: actor.Person,
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := absent(ctx, tx, a.Fingerprint); err != nil {
			return err
		}
		now := a
		now.ProposedAt = tx.Now
		if err := store.Put(ctx, tx, now); err != nil {
			return err
		}
		made = now
		return audit.Record(ctx, tx, actor, proofs.AuditProposed, a.ID)
	})
	return made, err
}

func absent(ctx context.Context, tx *db.Tx, fingerprint string) error {
	standing, err := store.Standing(ctx, tx, fingerprint)
	if err == nil && standing {
		return proofs.ErrListed
	}
	return err
}

// ordered returns the uses once each, in the order of the form.
func ordered(uses []proofs.Use) (out []proofs.Use) {
	for _, u := range proofs.Uses() {
		if slices.Contains(uses, u) {
			out = append(out, u)
		}
	}
	return out
}

// ListSimulated puts the authority of a demonstration on the list, unless it was
// ever there: who withdrew it is obeyed. It publishes no list of what it revoked.
func (s *Service) ListSimulated(ctx context.Context, cert *x509.Certificate) (err error) {
	defer errs.Wrap(&err, "list the authority of the demonstration")

	thumb := fingerprint(cert)
	if known, err := store.Known(ctx, s.DB, thumb); err != nil || known {
		return err
	}
	program := identity.Program("demo")
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if known, err := store.Known(ctx, tx, thumb); err != nil || known { // another process
			return err
		}
		a := proofs.Authority{
			ID: id.New(), Cert: cert, Fingerprint: thumb, Uses: proofs.Uses(), Status: proofs.Listed, Simulated: true,
			Source: "Tổ chức chứng thực của môi trường thử nghiệm, do chương trình tạo ra", Lists: proofs.ListsNone,
			ProposedBy: program.Account, ProposedAt: tx.Now, DecidedBy: program.Account, DecidedAt: tx.Now,
		}
		if err := store.Put(ctx, tx, a); err != nil {
			return err
		}
		return audit.Record(ctx, tx, program, proofs.AuditConfirmed, a.ID)
	})
}
