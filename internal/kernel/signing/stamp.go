// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"time"

	"github.com/digitorus/timestamp"
	"github.com/smallstep/pkcs7"
)

// stamped is what a time-stamp token says.
type stamped struct {
	at     time.Time
	cert   *x509.Certificate // of the authority
	certs  []*x509.Certificate
	hash   []byte
	nonce  *big.Int
	policy asn1.ObjectIdentifier
}

// readStamp checks that a token is a time stamp over the content, signed by the
// certificate it brings. Whether that certificate is trusted is another
// question.
func readStamp(token []byte, content ...[]byte) (s stamped, err error) {
	s, hash, err := readToken(token)
	if err != nil {
		return s, err
	}
	h := hash.New()
	for _, part := range content {
		h.Write(part)
	}
	if !bytes.Equal(h.Sum(nil), s.hash) {
		return s, ErrTime.Because(errors.New("the token is over something else"))
	}
	return s, nil
}

// readToken checks that a token is signed by the certificate it brings.
func readToken(token []byte) (s stamped, hash crypto.Hash, err error) {
	defer func() {
		if r := recover(); r != nil { // tokens come from outside; the parser is not ours
			err = ErrTime.Because(fmt.Errorf("token: %v", r))
		}
	}()
	t, err := timestamp.Parse(token)
	if err != nil {
		return s, 0, ErrTime.Because(err)
	}
	if !slices.Contains([]crypto.Hash{crypto.SHA256, crypto.SHA384, crypto.SHA512}, t.HashAlgorithm) {
		return s, 0, ErrTime.Because(fmt.Errorf("hash %v", t.HashAlgorithm))
	}
	p7, err := pkcs7.Parse(token)
	if err != nil {
		return s, 0, ErrTime.Because(err)
	}
	cert := p7.GetOnlySigner()
	if cert == nil {
		return s, 0, ErrTime.Because(errors.New("no certificate of one authority"))
	}
	if err := p7.Verify(); err != nil {
		return s, 0, ErrTime.Because(err)
	}
	var kind asn1.ObjectIdentifier
	if p7.UnmarshalSignedAttribute(oidContentType(), &kind) != nil || !kind.Equal(oidStampInfo()) {
		return s, 0, ErrTime.Because(errors.New("signed for another purpose"))
	}
	return stamped{t.Time, cert, p7.Certificates, t.HashedMessage, t.Nonce, t.Policy}, t.HashAlgorithm, nil
}

func oidStampInfo() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}
}

func pool(lists ...[]*x509.Certificate) *x509.CertPool {
	p := x509.NewCertPool()
	for _, certs := range lists {
		for _, c := range certs {
			p.AddCert(c)
		}
	}
	return p
}

// stampOrder is what a time-stamping authority is asked for.
type stampOrder struct {
	hash   []byte
	kind   crypto.Hash
	policy asn1.ObjectIdentifier // nil for the authority's own
	nonce  *big.Int              // nil for none
	certs  bool                  // send the certificates along
}

// issueStamp makes a response with a time-stamp token: the heart of a
// development authority.
func issueStamp(order stampOrder, at time.Time, key *SoftKey) ([]byte, error) {
	t := timestamp.Timestamp{
		HashAlgorithm: order.kind, HashedMessage: order.hash, Time: at.UTC(), Accuracy: time.Second,
		Policy: order.policy, Nonce: order.nonce, AddTSACertificate: order.certs,
	}
	if order.policy == nil {
		t.Policy = stampPolicy()
	}
	if order.certs {
		t.Certificates = key.chain
	}
	return t.CreateResponseWithOpts(key.cert, key.key, crypto.SHA256)
}

// stampPolicy is the policy of development authorities, without any promise.
func stampPolicy() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 13762, 3}
}

// tokenOf takes the token out of a response.
func tokenOf(response []byte) ([]byte, error) {
	parsed, err := timestamp.ParseResponse(response)
	if err != nil {
		return nil, err
	}
	return parsed.RawToken, nil
}
