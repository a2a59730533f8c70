// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // RFC 6960 names authorities by SHA-1; nothing is signed with it
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"time"

	"tinhso.vn/internal/platform/errs"
)

func oidOCSPNonce() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 2}
}

func oidOCSPBasic() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 1}
}

func oidSHA1() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26} }

// certID names a certificate in OCSP.
type certID struct {
	Hash   pkix.AlgorithmIdentifier
	Name   []byte
	Key    []byte
	Serial *big.Int
}

type ocspAsked struct {
	ID         certID
	Extensions asn1.RawValue `asn1:"optional,explicit,tag:0"`
}

type ocspRequest struct {
	TBS struct {
		Version    int           `asn1:"explicit,tag:0,default:0,optional"`
		Name       asn1.RawValue `asn1:"explicit,tag:1,optional"`
		List       []ocspAsked
		Extensions []pkix.Extension `asn1:"explicit,tag:2,optional"`
	}
	Signature asn1.RawValue `asn1:"explicit,tag:0,optional"`
}

type ocspSingle struct {
	ID         certID
	Status     asn1.RawValue
	ThisUpdate time.Time     `asn1:"generalized"`
	NextUpdate time.Time     `asn1:"generalized,explicit,tag:0,optional"`
	Extensions asn1.RawValue `asn1:"explicit,tag:1,optional"`
}

type ocspData struct {
	Raw        asn1.RawContent
	Version    int `asn1:"explicit,tag:0,default:0,optional"`
	Responder  asn1.RawValue
	ProducedAt time.Time `asn1:"generalized"`
	List       []ocspSingle
	Extensions []pkix.Extension `asn1:"explicit,tag:1,optional"`
}

type ocspBasic struct {
	Data      ocspData
	Algorithm pkix.AlgorithmIdentifier
	Signature asn1.BitString
	Certs     []asn1.RawValue `asn1:"explicit,tag:0,optional"`
}

type ocspResponse struct {
	Status asn1.Enumerated
	Body   struct {
		Type asn1.ObjectIdentifier
		DER  []byte
	} `asn1:"explicit,tag:0,optional"`
}

// newCertID names a certificate of an issuer.
func newCertID(issuer *x509.Certificate, serial *big.Int, hash asn1.ObjectIdentifier) (id certID, err error) {
	key, err := publicBits(issuer)
	if err != nil {
		return id, err
	}
	sum := func(b []byte) []byte {
		if hash.Equal(oidSHA256()) {
			s := sha256.Sum256(b)
			return s[:]
		}
		s := sha1.Sum(b) //nolint:gosec // a name, not a signature
		return s[:]
	}
	return certID{pkix.AlgorithmIdentifier{Algorithm: hash, Parameters: asn1.NullRawValue}, sum(issuer.RawSubject), sum(key), serial}, nil
}

func publicBits(cert *x509.Certificate) ([]byte, error) {
	var info struct {
		Algorithm asn1.RawValue
		Key       asn1.BitString
	}
	if _, err := asn1.Unmarshal(cert.RawSubjectPublicKeyInfo, &info); err != nil {
		return nil, ErrKey.Because(err)
	}
	return info.Key.RightAlign(), nil
}

// names reports whether the id is one of the issuer's certificate with this serial.
func (id certID) names(issuer *x509.Certificate, serial *big.Int) bool {
	hash := id.Hash.Algorithm
	if !hash.Equal(oidSHA1()) && !hash.Equal(oidSHA256()) {
		return false
	}
	want, err := newCertID(issuer, serial, hash)
	return err == nil && id.Serial.Cmp(serial) == 0 && bytes.Equal(id.Name, want.Name) && bytes.Equal(id.Key, want.Key)
}

// Question asks an authority whether it has withdrawn a certificate (OCSP, RFC
// 6960). Keep it until the answer is there: the answer repeats its nonce.
type Question struct {
	Cert, Issuer *x509.Certificate
	Nonce        []byte
}

// NewQuestion asks about cert with a fresh nonce.
func NewQuestion(cert, issuer *x509.Certificate) (Question, error) {
	q := Question{cert, issuer, make([]byte, 16)}
	_, err := rand.Read(q.Nonce)
	return q, err
}

// DER returns the request, for application/ocsp-request.
func (q Question) DER() (der []byte, err error) {
	defer errs.Wrap(&err, "question about a certificate")

	id, err := newCertID(q.Issuer, q.Cert.SerialNumber, oidSHA1()) // what every answerer knows
	if err != nil {
		return nil, err
	}
	var r ocspRequest
	r.TBS.List = []ocspAsked{{ID: id}}
	if r.TBS.Extensions, err = nonceExtension(q.Nonce); err != nil {
		return nil, err
	}
	return asn1.Marshal(r)
}

func nonceExtension(nonce []byte) ([]pkix.Extension, error) {
	if nonce == nil {
		return nil, nil
	}
	der, err := asn1.Marshal(nonce)
	return []pkix.Extension{{Id: oidOCSPNonce(), Value: der}}, err
}

func nonceOf(list []pkix.Extension) (nonce []byte) {
	for _, e := range list {
		if e.Id.Equal(oidOCSPNonce()) {
			if _, err := asn1.Unmarshal(e.Value, &nonce); err != nil {
				return e.Value // as some wrote it before RFC 8954
			}
		}
	}
	return nonce
}

// Withdrawn is a certificate an authority took back.
type Withdrawn struct {
	Serial *big.Int
	At     time.Time
	Reason int // of RFC 5280 5.3.1; 1 key compromised, 4 superseded, 5 out of service, 6 on hold
}

// Answering says what an authority knows of a serial number: known is false for
// one it never gave, withdrawn nil for one in use.
type Answering func(serial *big.Int) (withdrawn *Withdrawn, known bool)

// What an answerer says when it does not answer (RFC 6960 4.2.1).
const (
	ocspMalformed    = 1
	ocspInternal     = 2
	ocspUnauthorized = 6
)

// AnswerOCSP answers a request about the authority's certificates; the answer
// holds from at until until. helper signs it instead of the authority when it
// is not nil: a key with Subject.Answers. There is always an answer, also to
// nonsense.
func (ca *DevCA) AnswerOCSP(request []byte, known Answering, helper *SoftKey, at, until time.Time) []byte {
	refuse := func(status byte) []byte { return []byte{0x30, 0x03, 0x0A, 0x01, status} }
	var asked ocspRequest
	rest, err := asn1.Unmarshal(request, &asked)
	nonce := nonceOf(asked.TBS.Extensions)
	if err != nil || len(rest) != 0 || len(asked.TBS.List) == 0 || len(asked.TBS.List) > 32 || len(nonce) > 64 {
		return refuse(ocspMalformed)
	}
	key := ca.key
	if helper != nil {
		key = helper
	}
	bits, err := publicBits(key.cert)
	if err != nil {
		return refuse(ocspInternal)
	}
	sum := sha1.Sum(bits) //nolint:gosec // a name, not a signature
	name, err := asn1.Marshal(sum[:])
	if err != nil {
		return refuse(ocspInternal)
	}
	data := ocspData{Responder: tagged(2, name), ProducedAt: at.UTC().Truncate(time.Second)}
	if data.Extensions, err = nonceExtension(nonce); err != nil {
		return refuse(ocspInternal)
	}
	for _, a := range asked.TBS.List {
		if !a.ID.names(ca.key.cert, a.ID.Serial) {
			return refuse(ocspUnauthorized) // of another authority
		}
		single := ocspSingle{ID: a.ID, ThisUpdate: at.UTC().Truncate(time.Second), NextUpdate: until.UTC().Truncate(time.Second)}
		if single.Status, err = ocspState(known(a.ID.Serial)); err != nil {
			return refuse(ocspInternal)
		}
		data.List = append(data.List, single)
	}
	answer, err := signAnswer(data, key, helper != nil)
	if err != nil {
		return refuse(ocspInternal)
	}
	return answer
}

// ocspState is good [0], revoked [1] or unknown [2].
func ocspState(w *Withdrawn, known bool) (asn1.RawValue, error) {
	switch {
	case !known:
		return asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 2}, nil
	case w == nil:
		return asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0}, nil
	}
	der, err := asn1.Marshal(struct {
		At     time.Time       `asn1:"generalized"`
		Reason asn1.Enumerated `asn1:"explicit,tag:0"`
	}{w.At.UTC().Truncate(time.Second), asn1.Enumerated(w.Reason)})
	if err != nil {
		return asn1.RawValue{}, err
	}
	var seq asn1.RawValue
	_, err = asn1.Unmarshal(der, &seq)
	return tagged(1, seq.Bytes), err
}

func signAnswer(data ocspData, key *SoftKey, withCert bool) ([]byte, error) {
	tbs, err := asn1.Marshal(data)
	if err != nil {
		return nil, err
	}
	alg, err := signatureAlgorithm(key.cert)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(tbs)
	signature, err := key.key.Sign(rand.Reader, sum[:], crypto.SHA256)
	if err != nil {
		return nil, err
	}
	data.Raw = tbs
	basic := ocspBasic{Data: data, Algorithm: alg, Signature: asn1.BitString{Bytes: signature, BitLength: 8 * len(signature)}}
	if withCert {
		basic.Certs = []asn1.RawValue{{FullBytes: key.cert.Raw}}
	}
	var r ocspResponse
	r.Body.Type = oidOCSPBasic()
	if r.Body.DER, err = asn1.Marshal(basic); err != nil {
		return nil, err
	}
	return asn1.Marshal(r)
}

// signatureAlgorithm names SHA-256 with the key, as certificates and answers do.
func signatureAlgorithm(cert *x509.Certificate) (pkix.AlgorithmIdentifier, error) {
	alg, err := algorithm(cert)
	if alg.Algorithm.Equal(oidRSA()) {
		alg.Algorithm = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}
	}
	return alg, err
}
