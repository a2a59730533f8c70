// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"slices"
	"testing"

	"github.com/smallstep/pkcs7"

	"tinhso.vn/internal/kernel/signing"
)

// issue makes a certificate the way nobody should: with any key as issuer.
func (o *office) issue(by *signing.SoftKey, public crypto.PublicKey, change func(*x509.Certificate)) *x509.Certificate {
	o.t.Helper()
	text, err := by.PEM()
	o.must(err)
	block, _ := pem.Decode(text)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	o.must(err)
	issuer, _, err := by.Certificate(o.t.Context())
	o.must(err)
	c := &x509.Certificate{
		SerialNumber: big.NewInt(99), Subject: pkix.Name{CommonName: "Chủ tịch Ủy ban nhân dân tỉnh"},
		NotBefore: o.now.AddDate(0, -1, 0), NotAfter: o.now.AddDate(1, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature, BasicConstraintsValid: true,
	}
	if change != nil {
		change(c)
	}
	der, err := x509.CreateCertificate(rand.Reader, c, issuer, public, key)
	o.must(err)
	made, err := x509.ParseCertificate(der)
	o.must(err)
	return made
}

func TestCertificatesThatAreNotBelieved(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	paper, _ := o.paper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	o.must(err)
	own, err := signing.NewDevCA("Gốc", o.now.AddDate(-1, 0, 0), signing.P256) // named as ours
	o.must(err)
	middle, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	o.must(err)
	for name, c := range map[string]struct {
		cert  *x509.Certificate
		chain []*x509.Certificate
		want  signing.Problem
	}{
		"good":               {o.issue(o.ca.Key(), key.Public(), nil), nil, ""},
		"given by a citizen": {o.issue(o.keys["leader"], key.Public(), nil), []*x509.Certificate{o.cert("leader"), o.ca.Root()}, signing.ProblemUntrusted},
		"self-made":          {o.issue(own.Key(), key.Public(), nil), []*x509.Certificate{own.Root()}, signing.ProblemUntrusted},
		"not yet valid": {o.issue(o.ca.Key(), key.Public(), func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = o.now.AddDate(0, 1, 0), o.now.AddDate(1, 0, 0)
		}), nil, signing.ProblemExpired},
		"run out": {o.issue(o.ca.Key(), key.Public(), func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = o.now.AddDate(0, -2, 0), o.now.AddDate(0, -1, 0)
		}), nil, signing.ProblemExpired},
		"for encryption only": {o.issue(o.ca.Key(), key.Public(), func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment }), nil, signing.ProblemCertificate},
		"an authority below one that has none": {o.issue(o.ca.Key(), key.Public(), func(c *x509.Certificate) {
			c.IsCA, c.KeyUsage = true, x509.KeyUsageCertSign|x509.KeyUsageDigitalSignature
		}), nil, ""}, // signs itself; what it would issue is looked at below
	} {
		soft, err := signing.NewSoftKey(key, c.cert, c.chain)
		o.must(err)
		signed, err := signing.Sign(t.Context(), paper, signing.Request{Field: "signature", At: o.now}, soft, nil)
		o.must(err)
		s := o.verify(signed).Signatures[0]
		if !s.Intact || (c.want == "") != s.Valid() || (c.want != "" && !slices.Equal(s.Problems, []signing.Problem{c.want})) {
			t.Errorf("%s: %+v", name, s)
		}
	}
	below := o.issue(o.ca.Key(), middle.Public(), func(c *x509.Certificate) { c.IsCA, c.KeyUsage = true, x509.KeyUsageCertSign })
	between, err := signing.NewSoftKey(middle, below, nil)
	o.must(err)
	soft, err := signing.NewSoftKey(key, o.issue(between, key.Public(), nil), []*x509.Certificate{below})
	o.must(err)
	signed, err := signing.Sign(t.Context(), paper, signing.Request{Field: "signature", At: o.now}, soft, nil)
	o.must(err)
	if s := o.verify(signed).Signatures[0]; s.Trusted || !slices.Contains(s.Problems, signing.ProblemUntrusted) {
		t.Errorf("an authority below one that may have none: %+v", s)
	}
}

// The path may lead through an authority whose certificate only the document's
// store has.
func TestChainWithAGap(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	paper, _ := o.paper()
	rootKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	o.must(err)
	top := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Gốc"}, NotBefore: o.now.AddDate(-1, 0, 0), NotAfter: o.now.AddDate(9, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, top, top, rootKey.Public(), rootKey)
	o.must(err)
	root, err := x509.ParseCertificate(der)
	o.must(err)
	rootSoft, err := signing.NewSoftKey(rootKey, root, nil)
	o.must(err)
	middle, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	o.must(err)
	below := o.issue(rootSoft, middle.Public(), func(c *x509.Certificate) {
		c.IsCA, c.KeyUsage, c.Subject.CommonName = true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign, "Cấp dưới"
	})
	between, err := signing.NewSoftKey(middle, below, nil)
	o.must(err)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	o.must(err)
	leaf := o.issue(between, key.Public(), nil)
	roots := x509.NewCertPool()
	roots.AddCert(root)
	valid := func(chain []*x509.Certificate, store [][]byte) bool {
		soft, err := signing.NewSoftKey(key, leaf, chain)
		o.must(err)
		signed, err := signing.Sign(t.Context(), paper, signing.Request{Field: "signature", At: o.now}, soft, nil)
		o.must(err)
		if store != nil {
			signed, err = signing.AddEvidence(signed, signing.Evidence{Certs: store})
			o.must(err)
		}
		rep, err := signing.Verify(signed, roots, o.now)
		o.must(err)
		return rep.Valid()
	}
	if !valid([]*x509.Certificate{below}, nil) || valid(nil, nil) || !valid(nil, [][]byte{below.Raw}) || valid(nil, [][]byte{root.Raw}) {
		t.Error("the path was found where there is none, or not found where there is one")
	}
}

func TestWeakHashes(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	paper, _ := o.paper()
	long, err := rsa.GenerateKey(rand.Reader, 2048)
	o.must(err)
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	o.must(err)
	p, err := signing.Prepare(paper, signing.Request{Field: "signature", At: o.now})
	o.must(err)
	for name, c := range map[string]struct {
		hash asn1.ObjectIdentifier
		key  *rsa.PrivateKey
		want signing.Problem
	}{
		"SHA-1":     {pkcs7.OIDDigestAlgorithmSHA1, long, signing.ProblemSignature},
		"1024 bits": {pkcs7.OIDDigestAlgorithmSHA256, short, signing.ProblemAlgorithm},
		"unbound":   {pkcs7.OIDDigestAlgorithmSHA256, long, signing.ProblemCertificate}, // what remains without either
	} {
		data, err := pkcs7.NewSignedData(append(bytes.Clone(p.Document[:p.Start]), p.Document[p.End:]...))
		o.must(err)
		data.SetDigestAlgorithm(c.hash)
		o.must(data.AddSigner(o.issue(o.ca.Key(), c.key.Public(), nil), c.key, pkcs7.SignerInfoConfig{}))
		data.Detach()
		cms, err := data.Finish()
		o.must(err)
		written := bytes.Clone(p.Document)
		hex.Encode(written[p.Start+1:], cms)
		s := o.verify(written).Signatures[0]
		weak := slices.Contains(s.Problems, signing.ProblemSignature) || slices.Contains(s.Problems, signing.ProblemAlgorithm)
		if s.Intact || !slices.Contains(s.Problems, c.want) || weak != (name != "unbound") {
			t.Errorf("%s: %v", name, s.Problems)
		}
	}
}
