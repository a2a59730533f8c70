// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/modules/proofs"
	"tinhso.vn/internal/modules/proofs/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// beliefs is the trust list as checks use it. It is never changed.
type beliefs struct {
	version proofs.Version
	trust   signing.Trust
	certs   map[string]proofs.Authority // by the certificate's bytes
	gone    map[string]proofs.Authority // withdrawn, by name and key: a second certificate of the same authority is no way around
}

// beliefs returns the list of now. Every check looks whether it has changed, so
// that a change counts at once in every process.
func (s *Service) beliefs(ctx context.Context) (_ *beliefs, err error) {
	defer errs.Wrap(&err, "read the trust list")

	version, err := store.Version(ctx, s.DB)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	known := s.known
	s.mu.Unlock()
	if known != nil && known.version.Number == version {
		return known, nil
	}
	all, err := store.Believed(ctx, s.DB)
	if err != nil {
		return nil, err
	}
	lists, err := store.Lists(ctx, s.DB)
	if err != nil {
		return nil, err
	}
	b := newBeliefs(version, all, lists)
	s.mu.Lock()
	s.known = b
	s.mu.Unlock()
	return b, nil
}

func newBeliefs(version int64, all []proofs.Authority, lists [][]byte) *beliefs {
	b := &beliefs{certs: map[string]proofs.Authority{}, gone: map[string]proofs.Authority{}, trust: signing.Trust{Roots: x509.NewCertPool(), CRLs: lists}}
	sum := sha256.New()
	for _, a := range all { // in the order of time: the newest row of a certificate counts
		b.certs[string(a.Cert.Raw)] = a
		describe(sum, a)
	}
	for _, list := range lists {
		hash := sha256.Sum256(list)
		sum.Write(hash[:])
	}
	for _, a := range b.certs {
		b.trust.Roots.AddCert(a.Cert)
		if before, ok := b.gone[nameAndKey(a.Cert)]; a.Status == proofs.Withdrawn && (!ok || stricter(a.Withdrawn, before.Withdrawn)) {
			b.gone[nameAndKey(a.Cert)] = a
		}
	}
	for _, a := range b.certs {
		if a.Status == proofs.Listed {
			delete(b.gone, nameAndKey(a.Cert))
		}
	}
	b.trust.Accept = b.accept
	b.version = proofs.Version{Number: version, Hash: hex.EncodeToString(sum.Sum(nil))}
	return b
}

func stricter(a, b proofs.Withdrawal) bool {
	if a.Why.Grave() != b.Why.Grave() {
		return a.Why.Grave()
	}
	return a.From.Before(b.From.Time)
}

// describe writes what of an authority decides about verdicts.
func describe(w io.Writer, a proofs.Authority) {
	_, _ = fmt.Fprintln(w, a.Fingerprint, a.Status, a.Uses, unix(a.ValidFrom), unix(a.ValidTo), a.Lists, unix(a.Withdrawn.From), a.Withdrawn.Why) // a hash never fails
}

func unix(t db.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// nameAndKey is an authority's name and key, whichever certificate says so.
func nameAndKey(c *x509.Certificate) string {
	return string(c.RawSubject) + "\x00" + string(c.RawSubjectPublicKeyInfo)
}

// accept has the last word about a path to an authority of the list.
func (b *beliefs) accept(chain []*x509.Certificate, use signing.Use, at time.Time, proven bool) signing.Problem {
	anchor, ok := b.certs[string(chain[len(chain)-1].Raw)]
	switch {
	case !ok:
		return signing.ProblemUntrusted
	case use == signing.UseStamping && !anchor.For(proofs.Stamps), use == signing.UseSigning && !anchor.For(proofs.Personal, proofs.Agency):
		return signing.ProblemUntrusted
	case !anchor.ValidFrom.IsZero() && at.Before(anchor.ValidFrom.Time), !anchor.ValidTo.IsZero() && !at.Before(anchor.ValidTo.Time):
		return signing.ProblemUntrusted
	}
	for _, cert := range chain {
		a, ok := b.certs[string(cert.Raw)]
		if !ok || a.Status != proofs.Withdrawn {
			if a, ok = b.gone[nameAndKey(cert)]; !ok {
				continue
			}
		}
		stands := proven && at.Before(a.Withdrawn.From.Time)
		// Whoever holds a key gives stamps with any time.
		if !stands || (use == signing.UseStamping && a.Withdrawn.Why.Grave()) {
			return signing.ProblemWithdrawn
		}
	}
	return ""
}

// anchor returns the authority of the list to which a path leads.
func (b *beliefs) anchor(chain []*x509.Certificate) (proofs.Authority, bool) {
	if len(chain) == 0 {
		return proofs.Authority{}, false
	}
	a, ok := b.certs[string(chain[len(chain)-1].Raw)]
	return a, ok
}

// verify checks a document against the list, at a time.
func (b *beliefs) verify(document []byte, at time.Time) (signing.Report, error) {
	found, err := b.trust.Verify(document, at)
	for i := range found.Signatures {
		b.doubt(&found.Signatures[i])
	}
	return found, err
}

// doubt adds what only the list knows: an authority that publishes what it has
// revoked must not have been silent about the time of the signature.
func (b *beliefs) doubt(s *signing.Signature) {
	if a, ok := b.anchor(s.Chain); ok && s.Trusted && a.Lists == proofs.ListsNeeded && s.Revocation == signing.RevocationUnknown {
		s.Problems = append(s.Problems, proofs.ProblemUnknown)
	}
}

// Check checks a document for another module, as anybody's is checked.
func (s *Service) Check(ctx context.Context, document []byte) (_ signing.Report, err error) {
	defer errs.Wrap(&err, "check a document")

	b, err := s.beliefs(ctx)
	if err != nil {
		return signing.Report{}, err
	}
	return b.verify(document, s.DB.Now().Time)
}

// Stamping returns the authorities of the list that may give time stamps now.
func (s *Service) Stamping(ctx context.Context) (_ *x509.CertPool, err error) {
	defer errs.Wrap(&err, "who may give time stamps")

	b, err := s.beliefs(ctx)
	if err != nil {
		return nil, err
	}
	pool, now := x509.NewCertPool(), s.DB.Now()
	for _, a := range b.certs {
		in := (a.ValidFrom.IsZero() || !now.Before(a.ValidFrom.Time)) && (a.ValidTo.IsZero() || now.Before(a.ValidTo.Time))
		if a.Status == proofs.Listed && a.For(proofs.Stamps) && in {
			pool.AddCert(a.Cert)
		}
	}
	return pool, nil
}

// Published is the trust list as anybody may see it.
type Published struct {
	Version     proofs.Version
	Authorities []proofs.Authority // listed or withdrawn
}

// Published returns the trust list.
func (s *Service) Published(ctx context.Context) (p Published, err error) {
	defer errs.Wrap(&err, "publish the trust list")

	b, err := s.beliefs(ctx)
	if err != nil {
		return p, err
	}
	p.Version = b.version
	p.Authorities, err = store.Believed(ctx, s.DB)
	return p, err
}

// fingerprint names a certificate; people compare it.
func fingerprint(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	return hex.EncodeToString(sum[:])
}

// plain is a fingerprint without what people write between its digits.
func plain(text string) string {
	return strings.ToLower(strings.NewReplacer(":", "", " ", "", "-", "", "\n", "", "\r", "", "\t", "", "\u00a0", "").Replace(text))
}
