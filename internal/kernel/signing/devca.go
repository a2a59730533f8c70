// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"slices"
	"time"
)

// Simulated stands in every name a development authority gives.
const Simulated = "MÔ PHỎNG"

// Algorithm is the kind of a new key.
type Algorithm uint8

// The kinds of keys; P256 is the zero value.
const (
	P256 Algorithm = iota
	RSA2048
	RSA3072
)

// DevCA is an authority for development and demonstration. Its certificates
// say in their names that they are simulated.
type DevCA struct {
	key *SoftKey
}

// Subject is who gets a certificate.
type Subject struct {
	Name    string // of the official, or of the agency for a seal
	Unit    string // agency of an official
	ID      string // serial number of the person or agency, may be empty
	Key     Algorithm
	Stamps  bool     // a time-stamping authority instead of a person
	Answers bool     // signs the authority's answers about withdrawal (OCSP)
	CRL     []string // URLs of the list of withdrawn certificates
	OCSP    []string // URLs that answer whether it is withdrawn
	From    time.Time
	Until   time.Time // not after the authority's own end
}

// NewDevCA makes an authority with a new key, valid ten years from the day.
func NewDevCA(name string, from time.Time, kind Algorithm) (*DevCA, error) {
	key, err := newKey(kind)
	if err != nil {
		return nil, err
	}
	serial, err := newSerial()
	if err != nil {
		return nil, err
	}
	t := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{Country: []string{"VN"}, Organization: []string{Simulated}, CommonName: Simulated + " - " + name},
		NotBefore:    from, NotAfter: from.AddDate(10, 0, 0), IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, t, t, key.Public(), key)
	if err != nil {
		return nil, ErrKey.Because(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, ErrKey.Because(err)
	}
	soft, err := NewSoftKey(key, cert, nil)
	if err != nil {
		return nil, err
	}
	return &DevCA{key: soft}, nil
}

// OpenDevCA takes an authority from its key, as Load gives it.
func OpenDevCA(key *SoftKey) (*DevCA, error) {
	if !key.cert.IsCA {
		return nil, ErrKey
	}
	return &DevCA{key: key}, nil
}

// Key returns the authority's own key, to save it.
func (ca *DevCA) Key() *SoftKey { return ca.key }

// Root returns the authority's certificate.
func (ca *DevCA) Root() *x509.Certificate { return ca.key.cert }

// Roots returns a pool with this authority alone.
func (ca *DevCA) Roots() *x509.CertPool { return pool([]*x509.Certificate{ca.key.cert}) }

// Issue makes a key and a certificate for s.
func (ca *DevCA) Issue(s Subject) (*SoftKey, error) {
	key, err := newKey(s.Key)
	if err != nil {
		return nil, err
	}
	serial, err := newSerial()
	if err != nil {
		return nil, err
	}
	name := pkix.Name{Country: []string{"VN"}, CommonName: s.Name + " (" + Simulated + ")", SerialNumber: s.ID}
	if s.Unit != "" {
		name.Organization = []string{s.Unit}
	}
	t := &x509.Certificate{
		SerialNumber: serial, Subject: name, NotBefore: s.From, NotAfter: s.Until, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
		// What checkers of documents look for when they look at the extended usage at all.
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection},
	}
	t.CRLDistributionPoints, t.OCSPServer = s.CRL, s.OCSP
	if s.Answers { // and nobody asks about the answerer itself
		t.KeyUsage, t.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning}
		t.ExtraExtensions = []pkix.Extension{{Id: []int{1, 3, 6, 1, 5, 5, 7, 48, 1, 5}, Value: asn1.NullBytes}}
	}
	if s.Stamps {
		t.KeyUsage, t.ExtKeyUsage = x509.KeyUsageDigitalSignature, nil
		t.ExtraExtensions = []pkix.Extension{criticalStamping()}
	}
	der, err := x509.CreateCertificate(rand.Reader, t, ca.key.cert, key.Public(), ca.key.key)
	if err != nil {
		return nil, ErrKey.Because(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, ErrKey.Because(err)
	}
	return NewSoftKey(key, cert, []*x509.Certificate{ca.key.cert})
}

// CRL returns the authority's list of withdrawn certificates, DER. number grows
// with each list.
func (ca *DevCA) CRL(withdrawn []Withdrawn, number int64, from, until time.Time) ([]byte, error) {
	t := &x509.RevocationList{Number: big.NewInt(number), ThisUpdate: from, NextUpdate: until}
	for _, w := range withdrawn {
		t.RevokedCertificateEntries = append(t.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: w.Serial, RevocationTime: w.At, ReasonCode: w.Reason})
	}
	slices.SortFunc(t.RevokedCertificateEntries, func(a, b x509.RevocationListEntry) int { return a.SerialNumber.Cmp(b.SerialNumber) })
	der, err := x509.CreateRevocationList(rand.Reader, t, ca.key.cert, ca.key.key)
	if err != nil {
		return nil, ErrKey.Because(err)
	}
	return der, nil
}

// Stamper returns a time-stamping authority that lives in the process; now is
// its clock.
func (ca *DevCA) Stamper(key *SoftKey, now func() time.Time) Stamper {
	return func(_ context.Context, hash []byte) ([]byte, error) {
		response, err := issueStamp(stampOrder{hash: hash, kind: crypto.SHA256, certs: true}, now(), key)
		if err != nil {
			return nil, err
		}
		return tokenOf(response)
	}
}

// criticalStamping is the extended key usage timeStamping, alone and critical
// as RFC 3161 2.3 asks.
func criticalStamping() pkix.Extension {
	return pkix.Extension{
		Id: []int{2, 5, 29, 37}, Critical: true,
		Value: []byte{0x30, 0x0A, 0x06, 0x08, 0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x08},
	}
}

func newKey(kind Algorithm) (crypto.Signer, error) {
	switch kind {
	case RSA2048:
		return rsa.GenerateKey(rand.Reader, 2048)
	case RSA3072:
		return rsa.GenerateKey(rand.Reader, 3072)
	case P256:
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	default:
		return nil, ErrKey
	}
}

func newSerial() (*big.Int, error) {
	return rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
}
