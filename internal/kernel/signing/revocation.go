// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"slices"
	"time"

	"golang.org/x/crypto/ocsp"
)

// Revocation is what is known about the withdrawal of a certificate.
type Revocation string

// What can be known without asking the network.
const (
	RevocationUnknown Revocation = "unknown" // nothing believed speaks about the time
	RevocationGood    Revocation = "good"
	RevocationRevoked Revocation = "revoked"
)

// Doubt is why a list or an answer was not believed.
type Doubt string

// The doubts.
const (
	DoubtUnreadable Doubt = "unreadable" // nonsense, or the answerer's refusal
	DoubtSigner     Doubt = "signer"     // not signed by the issuer or one it lets answer
	DoubtOther      Doubt = "other"      // about other certificates
	DoubtStale      Doubt = "stale"      // ended before the time
	DoubtFuture     Doubt = "future"     // from after the time of the check
	DoubtLate       Doubt = "late"       // from after the certificate's end, when authorities forget
	DoubtScope      Doubt = "scope"      // a list of some certificates or of changes only
	DoubtNonce      Doubt = "nonce"      // the answer to another question
	DoubtNever      Doubt = "never"      // the authority says it never gave this certificate
)

// Standing is what lists and answers say about a certificate at a time.
type Standing struct {
	State  Revocation
	Since  time.Time // withdrawn at, zero for never; may be after the time asked for
	Reason int       // of RFC 5280 5.3.1
	Until  time.Time // end of the list or answer that says so
	Doubts []Doubt   // about what was not believed, each once
}

// skew is how far the clocks of authorities may run ahead of ours.
const skew = 5 * time.Minute

// Judge says whether cert was withdrawn at when, as the lists and answers of
// its issuer tell it; now is the time of the check. One believed word of
// withdrawal outweighs any number of good ones. It never asks the network.
func Judge(cert, issuer *x509.Certificate, e Evidence, when, now time.Time) Standing {
	s := Standing{State: RevocationUnknown}
	for _, der := range e.CRLs {
		s.merge(listed(cert, issuer, der, when, now))
	}
	for _, der := range e.OCSPs {
		s.merge(answered(cert, issuer, der, nil, when, now))
	}
	return s
}

// Check judges the answer to a question. An answer without nonce is believed
// while it is fresh: many authorities sign their answers in advance.
func (q Question) Check(answer []byte, now time.Time) Standing {
	return answered(q.Cert, q.Issuer, answer, q.Nonce, now, now)
}

// merge takes in what another source says.
func (s *Standing) merge(o Standing) {
	for _, d := range o.Doubts {
		if !slices.Contains(s.Doubts, d) {
			s.Doubts = append(s.Doubts, d)
		}
	}
	if !o.Since.IsZero() && (s.Since.IsZero() || o.Since.Before(s.Since)) {
		s.Since, s.Reason = o.Since, o.Reason
	}
	switch {
	case s.State == RevocationRevoked:
	case o.State == RevocationRevoked, s.State == RevocationUnknown:
		s.State, s.Until = o.State, o.Until
	case o.State == RevocationGood && o.Until.After(s.Until):
		s.Until = o.Until
	}
}

func doubt(d Doubt) Standing { return Standing{State: RevocationUnknown, Doubts: []Doubt{d}} }

// speaks reports whether what was said from one time to another says something
// about when; a word without end holds for its own time and before.
func speaks(cert *x509.Certificate, from, until, when, now time.Time) (Doubt, bool) {
	if until.IsZero() {
		until = from
	}
	switch {
	case from.After(now.Add(skew)):
		return DoubtFuture, false
	case until.Before(when):
		return DoubtStale, false
	case from.After(cert.NotAfter):
		return DoubtLate, false
	}
	return "", true
}

// listed looks for cert in one list of its issuer.
func listed(cert, issuer *x509.Certificate, der []byte, when, now time.Time) Standing {
	list, err := x509.ParseRevocationList(der)
	if err != nil {
		return doubt(DoubtUnreadable)
	}
	if !bytes.Equal(list.RawIssuer, cert.RawIssuer) {
		return doubt(DoubtOther)
	}
	if list.CheckSignatureFrom(issuer) != nil {
		return doubt(DoubtSigner)
	}
	s := Standing{State: RevocationUnknown}
	for _, e := range list.RevokedCertificateEntries {
		if e.SerialNumber.Cmp(cert.SerialNumber) == 0 && e.ReasonCode != ocsp.RemoveFromCRL {
			s.Since, s.Reason = e.RevocationTime, e.ReasonCode
		}
	}
	d, ok := speaks(cert, list.ThisUpdate, list.NextUpdate, when, now)
	switch {
	case !s.Since.IsZero() && !s.Since.After(when): // what is withdrawn stays so, however old the list is
		s.State, s.Until = RevocationRevoked, list.NextUpdate
	case !ok:
		s.Doubts = []Doubt{d}
	case partial(list):
		s.Doubts = []Doubt{DoubtScope}
	default:
		s.State, s.Until = RevocationGood, list.NextUpdate
	}
	return s
}

// partial reports whether a list has an extension that may narrow what it is
// about: its silence then says nothing.
func partial(list *x509.RevocationList) bool {
	for _, e := range list.Extensions {
		if e.Critical {
			return true
		}
	}
	return false
}

// answered judges one OCSP answer.
func answered(cert, issuer *x509.Certificate, der, nonce []byte, when, now time.Time) (s Standing) {
	defer func() {
		if r := recover(); r != nil { // answers come from outside; the parser is not ours
			s = doubt(DoubtUnreadable)
		}
	}()
	data, err := answerData(der)
	if err != nil {
		return doubt(DoubtUnreadable)
	}
	if !slices.ContainsFunc(data.List, func(l ocspSingle) bool { return l.ID.names(issuer, cert.SerialNumber) }) || len(data.List) != 1 {
		return doubt(DoubtOther)
	}
	r, err := ocsp.ParseResponse(der, nil)
	if err != nil {
		return doubt(DoubtUnreadable)
	}
	if !answerer(r, issuer) {
		return doubt(DoubtSigner)
	}
	if got := nonceOf(data.Extensions); nonce != nil && got != nil && !bytes.Equal(got, nonce) {
		return doubt(DoubtNonce)
	}
	d, ok := speaks(cert, r.ThisUpdate, r.NextUpdate, when, now)
	s = Standing{State: RevocationUnknown, Until: r.NextUpdate}
	if r.Status == ocsp.Revoked {
		s.Since, s.Reason = r.RevokedAt, r.RevocationReason
	}
	switch {
	case r.Status == ocsp.Revoked && !r.RevokedAt.After(when):
		s.State = RevocationRevoked
	case !ok:
		s.Doubts = []Doubt{d}
	case r.Status == ocsp.Unknown:
		s.Doubts = []Doubt{DoubtNever}
	default:
		s.State = RevocationGood
	}
	return s
}

// answerData reads what the library does not give: the nonce, and which
// authority the answer names.
func answerData(der []byte) (d ocspData, err error) {
	var r ocspResponse
	if rest, err := asn1.Unmarshal(der, &r); err != nil || len(rest) != 0 || r.Status != 0 {
		return d, fmt.Errorf("status %d: %w", r.Status, err)
	}
	var b ocspBasic
	if rest, err := asn1.Unmarshal(r.Body.DER, &b); err != nil || len(rest) != 0 {
		return d, fmt.Errorf("answer: %w", err)
	}
	return b.Data, nil
}

// answerer reports whether an answer was signed by the issuer, or by a
// certificate the issuer made for answering, valid when it answered. The
// library takes any certificate of the issuer, so also that of a citizen.
func answerer(r *ocsp.Response, issuer *x509.Certificate) bool {
	c := r.Certificate
	if c == nil || c.Equal(issuer) {
		return r.CheckSignatureFrom(issuer) == nil
	}
	return c.CheckSignatureFrom(issuer) == nil && slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageOCSPSigning) &&
		!r.ProducedAt.Before(c.NotBefore) && !r.ProducedAt.After(c.NotAfter)
}

// standing judges every certificate of a chain, the root aside: the worst word
// counts, and what is said of the first is kept.
func (e Evidence) standing(chain []*x509.Certificate, when, now time.Time) Standing {
	all := Standing{State: RevocationGood}
	for i := 0; i+1 < len(chain); i++ {
		s := Judge(chain[i], chain[i+1], e, when, now)
		if i == 0 {
			all.Since, all.Reason, all.Until = s.Since, s.Reason, s.Until
		}
		for _, d := range s.Doubts {
			if !slices.Contains(all.Doubts, d) {
				all.Doubts = append(all.Doubts, d)
			}
		}
		switch {
		case s.State == RevocationRevoked && all.State != RevocationRevoked:
			all.State, all.Since, all.Reason = RevocationRevoked, s.Since, s.Reason
		case s.State == RevocationUnknown && all.State == RevocationGood:
			all.State = RevocationUnknown
		}
	}
	return all
}
