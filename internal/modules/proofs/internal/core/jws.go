// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"time"

	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/modules/proofs"
	"tinhso.vn/internal/platform/errs"
)

// statement is a signed report: JWS in the flattened JSON serialization (RFC
// 7515 7.2.2) over the report as it is written, with the certificates inside.
type statement struct {
	Payload   string `json:"payload"`
	Protected string `json:"protected"`
	Signature string `json:"signature"`
}

type header struct {
	Algorithm string   `json:"alg"`
	Type      string   `json:"typ"`
	Content   string   `json:"cty"`
	Certs     [][]byte `json:"x5c"` // DER, base64 as RFC 7515 4.1.6 asks, the signer first
}

const (
	statementType = "tinhso-verification+jws"
	es256, rs256  = "ES256", "RS256"
	half          = 32 // bytes of each number of an ES256 signature
)

var errShape = errors.New("no signed report")

// Statement signs a report as a file for programs.
func (s *Service) Statement(ctx context.Context, report string) (_ []byte, err error) {
	defer errs.Wrap(&err, "sign a report")

	key, cert, chain, err := s.signer(ctx)
	if err != nil {
		return nil, err
	}
	h := header{Type: statementType, Content: "json", Certs: [][]byte{cert.Raw}}
	for _, c := range chain {
		h.Certs = append(h.Certs, c.Raw)
	}
	switch public := cert.PublicKey.(type) {
	case *rsa.PublicKey:
		h.Algorithm = rs256
	case *ecdsa.PublicKey:
		if public.Curve != elliptic.P256() {
			return nil, signing.ErrKey
		}
		h.Algorithm = es256
	default:
		return nil, signing.ErrKey
	}
	protected, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	out := statement{Payload: encode([]byte(report)), Protected: encode(protected)}
	raw, err := key.Sign(ctx, out.hash())
	if err != nil {
		return nil, err
	}
	if h.Algorithm == es256 {
		if raw, err = flat(raw); err != nil {
			return nil, err
		}
	}
	out.Signature = encode(raw)
	text, err := json.MarshalIndent(out, "", "  ")
	return append(text, '\n'), err
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (s statement) hash() []byte {
	sum := sha256.Sum256([]byte(s.Protected + "." + s.Payload))
	return sum[:]
}

type pair struct{ R, S *big.Int }

// flat writes a signature of ECDSA as RFC 7518 3.4 asks.
func flat(der []byte) ([]byte, error) {
	var p pair
	if rest, err := asn1.Unmarshal(der, &p); err != nil || len(rest) != 0 || p.R.BitLen() > 8*half || p.S.BitLen() > 8*half || p.R.Sign() < 0 || p.S.Sign() < 0 {
		return nil, signing.ErrSignature
	}
	out := make([]byte, 2*half)
	p.R.FillBytes(out[:half])
	p.S.FillBytes(out[half:])
	return out, nil
}

// signer returns the key with which this installation signs its reports.
func (s *Service) signer(ctx context.Context) (signing.Signer, *x509.Certificate, []*x509.Certificate, error) {
	if s.Signer == nil {
		return nil, nil, nil, proofs.ErrNoKey
	}
	key, err := s.Signer(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	cert, chain, err := key.Certificate(ctx)
	return key, cert, chain, err
}

// ours reports whether a signature names the service of this installation, by an
// authority that is believed: anybody with a good certificate can sign what looks
// like a report.
func (s *Service) ours(ctx context.Context, sig proofs.Signature) bool {
	_, cert, _, err := s.signer(ctx)
	return err == nil && sig.Verdict == proofs.Valid && sig.Signer == name(cert.Subject) && sig.Issuer == name(cert.Issuer)
}

// parseStatement reads a signed report; an error means that it is none.
func parseStatement(document []byte) (st statement, h header, payload, raw []byte, err error) {
	if !bytes.HasPrefix(bytes.TrimLeft(document, " \t\r\n"), []byte("{")) {
		return st, h, nil, nil, errShape
	}
	if err := json.Unmarshal(document, &st); err != nil {
		return st, h, nil, nil, err
	}
	protected, err := base64.RawURLEncoding.Strict().DecodeString(st.Protected)
	if err != nil {
		return st, h, nil, nil, err
	}
	if payload, err = base64.RawURLEncoding.Strict().DecodeString(st.Payload); err != nil {
		return st, h, nil, nil, err
	}
	if raw, err = base64.RawURLEncoding.Strict().DecodeString(st.Signature); err != nil {
		return st, h, nil, nil, err
	}
	if err := json.Unmarshal(protected, &h); err != nil || h.Type != statementType || len(h.Certs) == 0 || len(h.Certs) > 10 {
		return st, h, nil, nil, errShape
	}
	return st, h, payload, raw, nil
}

// judgeStatement checks a report that was signed earlier, here or elsewhere.
func (b *beliefs) judgeStatement(document []byte, at time.Time) (rep proofs.Report, err error) {
	st, h, payload, raw, err := parseStatement(document)
	if err != nil {
		return rep, proofs.ErrNotPDF.Because(err)
	}
	var certs []*x509.Certificate
	for _, der := range h.Certs {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return rep, proofs.ErrNotPDF.Because(err)
		}
		certs = append(certs, c)
	}
	f := signing.Signature{Field: "jws", Cert: certs[0], Chain: certs, Covers: len(document), Whole: true}
	f.Intact = good(certs[0], h.Algorithm, st.hash(), raw)
	if !f.Intact {
		f.Problems = append(f.Problems, signing.ProblemSignature)
	}
	b.trustSigner(&f, certs, at)
	var inner proofs.Report
	if f.Intact && json.Unmarshal(payload, &inner) == nil {
		f.Claimed = inner.CheckedAt
	}
	rep = b.report(signing.Report{Signatures: []signing.Signature{f}, Revisions: 1})
	rep.Kind = proofs.Statement
	if inner.Format != "" {
		rep.Stated = &inner
	}
	return rep, nil
}

// trustSigner says whether to believe the signer of something that has neither
// a time stamp nor evidence: as of the time of the check.
func (b *beliefs) trustSigner(f *signing.Signature, certs []*x509.Certificate, at time.Time) {
	chain, problem := b.trust.Path(certs[0], certs[1:], signing.UseSigning, at, false)
	if problem != "" {
		f.Problems = append(f.Problems, problem)
		return
	}
	f.Chain, f.Trusted, f.Revocation = chain, true, signing.RevocationGood
	for i := 0; i+1 < len(chain); i++ {
		standing := signing.Judge(chain[i], chain[i+1], signing.Evidence{CRLs: b.trust.CRLs}, at, at)
		switch standing.State {
		case signing.RevocationRevoked:
			f.Revocation, f.Trusted = standing.State, false
			f.Problems = append(f.Problems, signing.ProblemRevoked)
			return
		case signing.RevocationUnknown:
			f.Revocation = standing.State
		case signing.RevocationGood:
		}
	}
	b.doubt(f)
}

func good(cert *x509.Certificate, algorithm string, hash, raw []byte) bool {
	switch key := cert.PublicKey.(type) {
	case *rsa.PublicKey:
		return algorithm == rs256 && key.N.BitLen() >= 2048 && rsa.VerifyPKCS1v15(key, crypto.SHA256, hash, raw) == nil
	case *ecdsa.PublicKey:
		return algorithm == es256 && key.Curve == elliptic.P256() && len(raw) == 2*half &&
			ecdsa.Verify(key, hash, new(big.Int).SetBytes(raw[:half]), new(big.Int).SetBytes(raw[half:]))
	}
	return false
}
