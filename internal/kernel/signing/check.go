// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"

	"github.com/smallstep/pkcs7"
)

// cmsCheck is what a CMS says about a hash.
type cmsCheck struct {
	digest    bool // made for this hash
	signature bool // and signed by cert
	bound     bool // names its certificate (signing-certificate-v2)
	cert      *x509.Certificate
	certs     []*x509.Certificate
	raw       []byte // the raw signature
	token     []byte // time stamp, nil for none
}

// known gives the pkcs7 library the hash of content it does not hold.
type known []byte

// Hash implements pkcs7.Hasher.
func (k known) Hash(h crypto.Hash, _ io.Reader) ([]byte, error) {
	if h != crypto.SHA256 {
		return nil, fmt.Errorf("signing: hash %v is not accepted", h)
	}
	return k, nil
}

// checkCMS reads a detached CMS and checks it against the hash of the content
// it should be over. The error says that it could not be read at all. The
// library here shares no code with BuildCMS: one checks the other.
func checkCMS(cms, hash []byte) (c cmsCheck, err error) {
	defer func() {
		if r := recover(); r != nil { // files come from outside; the parser is not ours
			err = ErrSignature.Because(fmt.Errorf("cms: %v", r))
		}
	}()
	p7, err := pkcs7.Parse(cms)
	if err != nil {
		return c, ErrSignature.Because(err)
	}
	if len(p7.Signers) != 1 || len(p7.Content) != 0 {
		return c, ErrSignature.Because(errors.New("not one signer over detached content"))
	}
	signer := p7.Signers[0]
	if c.cert = p7.GetOnlySigner(); c.cert == nil {
		return c, ErrSignature.Because(errors.New("the signer's certificate is missing"))
	}
	c.certs, c.raw = p7.Certificates, signer.EncryptedDigest
	var digest []byte
	var kind asn1.ObjectIdentifier
	if p7.UnmarshalSignedAttribute(oidDigest(), &digest) != nil || p7.UnmarshalSignedAttribute(oidContentType(), &kind) != nil || !kind.Equal(oidData()) {
		return c, ErrSignature.Because(errors.New("a signed attribute is missing"))
	}
	c.digest = bytes.Equal(digest, hash)
	p7.Hasher = known(digest)
	c.signature = signer.DigestAlgorithm.Algorithm.Equal(oidSHA256()) && p7.Verify() == nil
	var ess struct {
		Certs []struct {
			Hash   []byte
			Issuer asn1.RawValue `asn1:"optional"`
		}
	}
	thumb := sha256.Sum256(c.cert.Raw)
	c.bound = p7.UnmarshalSignedAttribute(oidCertV2(), &ess) == nil && len(ess.Certs) > 0 && bytes.Equal(ess.Certs[0].Hash, thumb[:])
	for _, a := range signer.UnauthenticatedAttributes {
		if a.Type.Equal(oidTimeStamp()) {
			c.token = a.Value.Bytes
		}
	}
	return c, nil
}
