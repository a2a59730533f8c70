// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"math/big"
	"slices"
	"time"

	"github.com/digitorus/timestamp"
	"github.com/smallstep/pkcs7"
)

// stamped is what a time-stamp token says.
type stamped struct {
	at    time.Time
	cert  *x509.Certificate // of the authority
	certs []*x509.Certificate
}

// readStamp checks that a token is a time stamp over the signature, signed by
// the certificate it brings. Whether that certificate is trusted is another
// question.
func readStamp(token, signature []byte) (s stamped, err error) {
	defer func() {
		if r := recover(); r != nil { // tokens come from outside; the parser is not ours
			err = ErrTime.Because(fmt.Errorf("token: %v", r))
		}
	}()
	t, err := timestamp.Parse(token)
	if err != nil {
		return s, ErrTime.Because(err)
	}
	if !slices.Contains([]crypto.Hash{crypto.SHA256, crypto.SHA384, crypto.SHA512}, t.HashAlgorithm) {
		return s, ErrTime.Because(fmt.Errorf("hash %v", t.HashAlgorithm))
	}
	h := t.HashAlgorithm.New()
	h.Write(signature)
	if !bytes.Equal(h.Sum(nil), t.HashedMessage) {
		return s, ErrTime.Because(fmt.Errorf("the token is over something else"))
	}
	p7, err := pkcs7.Parse(token)
	if err != nil {
		return s, ErrTime.Because(err)
	}
	cert := p7.GetOnlySigner()
	if cert == nil {
		return s, ErrTime.Because(fmt.Errorf("no certificate of one authority"))
	}
	if err := p7.Verify(); err != nil {
		return s, ErrTime.Because(err)
	}
	return stamped{at: t.Time, cert: cert, certs: p7.Certificates}, nil
}

func pool(certs []*x509.Certificate) *x509.CertPool {
	p := x509.NewCertPool()
	for _, c := range certs {
		p.AddCert(c)
	}
	return p
}

// issueStamp makes a time-stamp token: the heart of a development authority.
func issueStamp(hash []byte, at time.Time, cert *x509.Certificate, chain []*x509.Certificate, key crypto.Signer) ([]byte, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	t := timestamp.Timestamp{
		HashAlgorithm: crypto.SHA256, HashedMessage: hash, Time: at, Accuracy: time.Second, SerialNumber: serial,
		Policy: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 13762, 3}, AddTSACertificate: true, Certificates: chain,
	}
	response, err := t.CreateResponseWithOpts(cert, key, crypto.SHA256)
	if err != nil {
		return nil, err
	}
	parsed, err := timestamp.ParseResponse(response)
	if err != nil {
		return nil, err
	}
	return parsed.RawToken, nil
}
