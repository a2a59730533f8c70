// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"time"

	"github.com/digitorus/timestamp"

	"tinhso.vn/internal/platform/errs"
)

// Errors of an authority's answer; ErrTime is one that cannot be read.
var (
	ErrStampRefused   = errs.New(errs.Unavailable, "signing.stamp_refused")   // the authority gave no stamp
	ErrStampHash      = errs.New(errs.Unavailable, "signing.stamp_hash")      // over something else
	ErrStampNonce     = errs.New(errs.Unavailable, "signing.stamp_nonce")     // the answer to another question
	ErrStampTime      = errs.New(errs.Unavailable, "signing.stamp_clock")     // its clock and ours are too far apart
	ErrStampUntrusted = errs.New(errs.Unavailable, "signing.stamp_untrusted") // not of an authority we trust
	ErrStampPolicy    = errs.New(errs.Unavailable, "signing.stamp_policy")    // under another policy than asked for
)

// StampRequest asks a time-stamping authority for a stamp (RFC 3161). Its
// fields are exported so that it can be kept until the answer is there.
type StampRequest struct {
	Hash   []byte                // SHA-256
	Nonce  *big.Int              // the answer repeats it
	Policy asn1.ObjectIdentifier // nil for the authority's own
}

// NewStampRequest asks for a stamp over a SHA-256 hash, with a fresh nonce.
func NewStampRequest(hash []byte) (q StampRequest, err error) {
	if len(hash) != sha256.Size {
		return q, ErrMismatch
	}
	nonce, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 64))
	return StampRequest{Hash: hash, Nonce: nonce}, err
}

// DER returns the request, for application/timestamp-query.
func (q StampRequest) DER() ([]byte, error) {
	r := timestamp.Request{HashAlgorithm: crypto.SHA256, HashedMessage: q.Hash, Certificates: true, TSAPolicyOID: q.Policy, Nonce: q.Nonce}
	return r.Marshal()
}

// Token returns the token of an authority's response, after checking that it
// answers this request, that the authority is trusted to give time stamps, and
// that its clock is at most drift from now.
func (q StampRequest) Token(response []byte, roots *x509.CertPool, now time.Time, drift time.Duration) (token []byte, err error) {
	defer func() {
		if r := recover(); r != nil { // responses come from outside; the parser is not ours
			err = ErrTime.Because(fmt.Errorf("response: %v", r))
		}
	}()
	var status struct {
		Status struct {
			Status int
			Text   asn1.RawValue  `asn1:"optional,tag:16"`
			Fail   asn1.BitString `asn1:"optional"`
		}
		Token asn1.RawValue `asn1:"optional"`
	}
	if rest, err := asn1.Unmarshal(response, &status); err != nil || len(rest) != 0 {
		return nil, ErrTime.Because(fmt.Errorf("response: %w", err))
	}
	if status.Status.Status > 1 || len(status.Token.FullBytes) == 0 { // 0 granted, 1 with modifications
		return nil, ErrStampRefused.Because(fmt.Errorf("status %d", status.Status.Status))
	}
	token = status.Token.FullBytes
	s, kind, err := readToken(token)
	switch {
	case err != nil:
		return nil, err
	case kind != crypto.SHA256 || !bytes.Equal(s.hash, q.Hash):
		return nil, ErrStampHash
	case q.Nonce != nil && (s.nonce == nil || s.nonce.Cmp(q.Nonce) != 0):
		return nil, ErrStampNonce
	case q.Policy != nil && !s.policy.Equal(q.Policy):
		return nil, ErrStampPolicy
	case s.at.Sub(now).Abs() > drift:
		return nil, ErrStampTime.With("time", s.at.UTC().Format(time.RFC3339))
	}
	if _, problem := (Trust{Roots: roots}).lead(s.cert, pool(s.certs), UseStamping, s.at, true); problem != "" {
		return nil, ErrStampUntrusted
	}
	return token, nil
}

// StampedAt returns when a token was made, as it says; whether to believe it is
// what Token checks.
func StampedAt(token []byte) (time.Time, error) {
	s, _, err := readToken(token)
	return s.at, err
}

// AnswerStamp answers a request for a time stamp with a key that has
// Subject.Stamps. There is always an answer, also to nonsense; an error is a
// fault of ours.
func (ca *DevCA) AnswerStamp(request []byte, key *SoftKey, at time.Time) ([]byte, error) {
	q, err := readOrder(request)
	switch {
	case err != nil:
		return timestamp.CreateErrorResponse(timestamp.Rejection, timestamp.BadDataFormat)
	case !slices.Contains([]crypto.Hash{crypto.SHA256, crypto.SHA384, crypto.SHA512}, q.kind) || len(q.hash) != q.kind.Size():
		return timestamp.CreateErrorResponse(timestamp.Rejection, timestamp.BadAlgorithm)
	case q.policy != nil && !q.policy.Equal(stampPolicy()):
		return timestamp.CreateErrorResponse(timestamp.Rejection, timestamp.UnacceptedPolicy)
	}
	return issueStamp(q, at, key)
}

func readOrder(request []byte) (o stampOrder, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = ErrTime.Because(fmt.Errorf("request: %v", r))
		}
	}()
	q, err := timestamp.ParseRequest(request)
	if err != nil {
		return o, err
	}
	if q.Nonce != nil && q.Nonce.BitLen() > 512 {
		return o, errors.New("nonce")
	}
	return stampOrder{q.HashedMessage, q.HashAlgorithm, q.TSAPolicyOID, q.Nonce, q.Certificates}, nil
}
