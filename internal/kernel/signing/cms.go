// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"sort"

	"tinhso.vn/internal/platform/errs"
)

// Object identifiers of RFC 5652, 5035, 3161, 5758 and 8017.
func oidData() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1} }

func oidSignedData() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2} }

func oidContentType() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3} }

func oidDigest() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4} }

func oidCertV2() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}
}

func oidTimeStamp() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 14}
}

func oidSHA256() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1} }
func oidRSA() asn1.ObjectIdentifier    { return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1} }
func oidECDSA() asn1.ObjectIdentifier  { return asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2} }

// Signer is who holds a key: a file, a card, a service that asks a phone.
type Signer interface {
	// Certificate returns the certificate and the authorities above it.
	Certificate(ctx context.Context) (cert *x509.Certificate, chain []*x509.Certificate, err error)
	// Sign returns the raw signature of a SHA-256 hash: PKCS #1 v1.5 for RSA,
	// ASN.1 for ECDSA.
	Sign(ctx context.Context, hash []byte) ([]byte, error)
}

// Stamper asks a time-stamping authority for a token (RFC 3161) over a SHA-256
// hash. It returns the token, not the response around it; an empty one says that
// there is none, and to sign without (PAdES B-B).
type Stamper func(ctx context.Context, hash []byte) (token []byte, err error)

// Envelope is a CMS signature waiting for its raw signature. Its fields are
// exported so that it can be kept while a person approves elsewhere.
type Envelope struct {
	Cert  []byte   // DER
	Chain [][]byte // DER, issuer first
	Attrs []byte   // the signed attributes as a DER SET
}

type attribute struct {
	Type   asn1.ObjectIdentifier
	Values asn1.RawValue
}

type issuerAndSerial struct {
	Issuer asn1.RawValue
	Serial *big.Int
}

type essCert struct {
	Hash   []byte
	Issuer essIssuer
}

type essIssuer struct {
	Names  []asn1.RawValue
	Serial *big.Int
}

type signerInfo struct {
	Version   int
	SID       issuerAndSerial
	Digest    pkix.AlgorithmIdentifier
	Attrs     asn1.RawValue
	Algorithm pkix.AlgorithmIdentifier
	Signature []byte
	Unsigned  asn1.RawValue `asn1:"optional"`
}

type signedData struct {
	Version int
	Digests []pkix.AlgorithmIdentifier `asn1:"set"`
	Content struct{ Type asn1.ObjectIdentifier }
	Certs   asn1.RawValue
	Signers []signerInfo `asn1:"set"`
}

type contentInfo struct {
	Type    asn1.ObjectIdentifier
	Content asn1.RawValue
}

// NewEnvelope binds a document's hash to the certificate that will sign. As
// PAdES B-B asks, there is no signing-time attribute: the time is /M of the
// document, or the time stamp.
func NewEnvelope(hash []byte, cert *x509.Certificate, chain []*x509.Certificate) (e Envelope, err error) {
	defer errs.Wrap(&err, "cms envelope")

	if len(hash) != sha256.Size {
		return e, ErrMismatch
	}
	if _, err := algorithm(cert); err != nil {
		return e, err
	}
	thumb := sha256.Sum256(cert.Raw)
	ess := struct{ Certs []essCert }{[]essCert{{Hash: thumb[:], Issuer: essIssuer{
		Names:  []asn1.RawValue{{Class: asn1.ClassContextSpecific, Tag: 4, IsCompound: true, Bytes: cert.RawIssuer}},
		Serial: cert.SerialNumber,
	}}}}
	var list [][]byte
	for _, a := range []struct {
		oid   asn1.ObjectIdentifier
		value any
	}{{oidContentType(), oidData()}, {oidDigest(), hash}, {oidCertV2(), ess}} {
		der, err := marshalAttribute(a.oid, a.value)
		if err != nil {
			return e, err
		}
		list = append(list, der)
	}
	e.Cert = cert.Raw
	for _, c := range chain {
		e.Chain = append(e.Chain, c.Raw)
	}
	e.Attrs, err = asn1.Marshal(asn1.RawValue{Tag: asn1.TagSet, IsCompound: true, Bytes: sorted(list)})
	return e, err
}

// sorted puts the elements of a SET OF in the order DER asks for.
func sorted(list [][]byte) []byte {
	sort.Slice(list, func(i, j int) bool { return bytes.Compare(list[i], list[j]) < 0 })
	return bytes.Join(list, nil)
}

func marshalAttribute(oid asn1.ObjectIdentifier, value any) ([]byte, error) {
	der, err := asn1.Marshal(value)
	if err != nil {
		return nil, err
	}
	return asn1.Marshal(attribute{oid, asn1.RawValue{Tag: asn1.TagSet, IsCompound: true, Bytes: der}})
}

// Hash is what the signer signs: the SHA-256 of the signed attributes.
func (e Envelope) Hash() []byte {
	sum := sha256.Sum256(e.Attrs)
	return sum[:]
}

// Finish returns the detached CMS with the raw signature, after checking that
// it is one of the certificate's key, and with a time-stamp token over it when
// there is one.
func (e Envelope) Finish(signature, token []byte) (cms []byte, err error) {
	defer errs.Wrap(&err, "finish cms")

	cert, err := x509.ParseCertificate(e.Cert)
	if err != nil {
		return nil, ErrKey.Because(err)
	}
	if err := checkRaw(cert, e.Attrs, signature); err != nil {
		return nil, ErrSignature.Because(err)
	}
	alg, err := algorithm(cert)
	if err != nil {
		return nil, err
	}
	var set asn1.RawValue
	if _, err := asn1.Unmarshal(e.Attrs, &set); err != nil {
		return nil, ErrMismatch.Because(err)
	}
	digest := pkix.AlgorithmIdentifier{Algorithm: oidSHA256()}
	info := signerInfo{
		Version: 1, SID: issuerAndSerial{asn1.RawValue{FullBytes: cert.RawIssuer}, cert.SerialNumber},
		Digest: digest, Algorithm: alg, Signature: signature, Attrs: tagged(0, set.Bytes),
	}
	if token != nil {
		der, err := marshalAttribute(oidTimeStamp(), asn1.RawValue{FullBytes: token})
		if err != nil {
			return nil, err
		}
		info.Unsigned = tagged(1, der)
	}
	data := signedData{
		Version: 1, Digests: []pkix.AlgorithmIdentifier{digest}, Signers: []signerInfo{info},
		Certs: tagged(0, bytes.Join(append([][]byte{e.Cert}, e.Chain...), nil)),
	}
	data.Content.Type = oidData()
	inner, err := asn1.Marshal(data)
	if err != nil {
		return nil, err
	}
	return asn1.Marshal(contentInfo{oidSignedData(), tagged(0, inner)})
}

func tagged(tag int, content []byte) asn1.RawValue {
	return asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: tag, IsCompound: true, Bytes: content}
}

func algorithm(cert *x509.Certificate) (a pkix.AlgorithmIdentifier, err error) {
	switch key := cert.PublicKey.(type) {
	case *rsa.PublicKey:
		if key.N.BitLen() < 2048 {
			return a, ErrKey.Because(fmt.Errorf("RSA key of %d bits", key.N.BitLen()))
		}
		return pkix.AlgorithmIdentifier{Algorithm: oidRSA(), Parameters: asn1.NullRawValue}, nil
	case *ecdsa.PublicKey:
		return pkix.AlgorithmIdentifier{Algorithm: oidECDSA()}, nil
	default:
		return a, ErrKey.Because(fmt.Errorf("key of type %T", key))
	}
}

func checkRaw(cert *x509.Certificate, signed, signature []byte) error {
	sum := sha256.Sum256(signed)
	switch key := cert.PublicKey.(type) {
	case *rsa.PublicKey:
		return rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature)
	case *ecdsa.PublicKey:
		if ecdsa.VerifyASN1(key, sum[:], signature) {
			return nil
		}
	}
	return ErrSignature
}

// BuildCMS makes the detached CMS over a document's hash in one go, for
// signers that answer at once. stamp may be nil (PAdES B-B).
func BuildCMS(ctx context.Context, hash []byte, signer Signer, stamp Stamper) ([]byte, error) {
	cert, chain, err := signer.Certificate(ctx)
	if err != nil {
		return nil, err
	}
	e, err := NewEnvelope(hash, cert, chain)
	if err != nil {
		return nil, err
	}
	signature, err := signer.Sign(ctx, e.Hash())
	if err != nil {
		return nil, err
	}
	var token []byte
	if stamp != nil {
		sum := sha256.Sum256(signature)
		if token, err = stamp(ctx, sum[:]); err != nil {
			if _, ok := errors.AsType[*errs.Error](err); ok { // it says better what happened
				return nil, err
			}
			return nil, ErrTime.Because(err)
		}
		if len(token) > 0 {
			if _, err := readStamp(token, signature); err != nil {
				return nil, err
			}
		}
	}
	return e.Finish(signature, token)
}

// Sign prepares, signs and embeds in one go.
func Sign(ctx context.Context, document []byte, req Request, signer Signer, stamp Stamper) ([]byte, error) {
	p, err := Prepare(document, req)
	if err != nil {
		return nil, err
	}
	cms, err := BuildCMS(ctx, p.Hash, signer, stamp)
	if err != nil {
		return nil, err
	}
	return p.Embed(cms)
}
