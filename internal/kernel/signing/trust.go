// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing

import (
	"crypto/x509"
	"errors"
	"time"

	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/pdfread"
)

// Level is how long a signature can be checked (ETSI EN 319 142-1).
type Level string

// The levels, each with what the one before has.
const (
	LevelB   Level = "B-B"   // while the certificate is valid
	LevelT   Level = "B-T"   // and a trusted time stamp proves when it was
	LevelLT  Level = "B-LT"  // and the document holds what proves that nothing was withdrawn
	LevelLTA Level = "B-LTA" // and a time stamp over the document protects that proof
)

// path leads from a certificate to a root and must hold at a time.
type path struct {
	chain []*x509.Certificate
	when  time.Time
}

// lead returns the first path from cert to a root that is accepted, or what is
// wrong.
func (t Trust) lead(cert *x509.Certificate, others *x509.CertPool, use Use, at time.Time, proven bool) ([]*x509.Certificate, Problem) {
	usage := x509.ExtKeyUsageAny
	if use == UseStamping {
		usage = x509.ExtKeyUsageTimeStamping
	}
	chains, err := cert.Verify(x509.VerifyOptions{Roots: t.Roots, Intermediates: others, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{usage}})
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok && invalid.Reason == x509.Expired {
		return nil, ProblemExpired
	}
	if err != nil {
		return nil, ProblemUntrusted
	}
	problem := Problem("")
	for _, chain := range chains {
		if t.Accept == nil {
			return chain, ""
		}
		if problem = t.Accept(chain, use, at, proven); problem == "" {
			return chain, ""
		}
	}
	return nil, problem
}

// Path returns the first path from cert to a root that is accepted for a use at
// a time, or what is wrong. Whether something on it was withdrawn is Judge's to say.
func (t Trust) Path(cert *x509.Certificate, others []*x509.Certificate, use Use, at time.Time, proven bool) ([]*x509.Certificate, Problem) {
	return t.lead(cert, pool(others), use, at, proven)
}

// judge says of every signature whether to trust it, the last first: a time
// stamp over the document proves that what it covers was there at its time, so
// older stamps are judged at that time and not at the time of the check.
func (t Trust) judge(f *pdfread.File, all []judged, at time.Time) {
	own := evidence(f)
	known := Evidence{CRLs: append(own.CRLs, t.CRLs...), OCSPs: append(own.OCSPs, t.OCSPs...)}
	w := witness{trust: t, known: known, certs: parsed(own.Certs), now: at, proven: at}
	var seals []int // covered bytes of the time stamps that were believed
	for i := len(all) - 1; i >= 0; i-- {
		s := &all[i]
		switch {
		case s.stamp != nil:
			if w.documentStamp(s) {
				seals = append(seals, s.Covers)
			}
		case s.cms != nil:
			w.signature(s)
			s.Level = level(f, s, own, at, seals)
		}
	}
}

// level says how far a trusted signature can be checked; seals are the time
// stamps over the document that came after it.
func level(f *pdfread.File, s *judged, own Evidence, at time.Time, seals []int) Level {
	switch {
	case !s.Intact || !s.Trusted || s.SubFilter != padesFilter:
		return ""
	case s.Stamped.IsZero() && len(seals) == 0:
		return LevelB
	case !own.proves(s.paths, at):
		return LevelT
	}
	for _, covers := range seals {
		if old, err := pdfread.Open(f.Bytes[:covers]); err == nil && evidence(old).proves(s.paths, at) {
			return LevelLTA
		}
	}
	return LevelLT
}

// proves reports whether nothing on the paths was withdrawn, by this evidence
// alone.
func (e Evidence) proves(paths []path, now time.Time) bool {
	for _, p := range paths {
		if e.standing(p.chain, p.when, now).State != RevocationGood {
			return false
		}
	}
	return true
}

// witness judges the signatures of one document.
type witness struct {
	trust  Trust
	known  Evidence
	certs  []*x509.Certificate // of the document's store
	now    time.Time           // of the check
	proven time.Time           // what is looked at next was there at this time
}

// believes says whether a time stamp counts, and the path of its authority: a
// path to a root when it was made, and a certificate that is still valid when
// the stamp is known to have been there, or proof that it was not withdrawn.
func (w *witness) believes(t *stamped) ([]*x509.Certificate, Standing, bool) {
	chain, problem := w.trust.lead(t.cert, pool(t.certs, w.certs), UseStamping, t.at, true)
	if problem != "" || t.at.After(w.now.Add(skew)) {
		return nil, Standing{}, false
	}
	s := w.known.standing(chain, t.at, w.now)
	if s.State == RevocationRevoked || (!s.Since.IsZero() && !w.proven.Before(s.Since) && !orderly(s.Reason)) {
		return chain, s, false
	}
	return chain, s, s.State == RevocationGood || !w.proven.After(chain[0].NotAfter)
}

// orderly reports whether an authority ended without losing its key: only then
// do its earlier stamps stay good (RFC 3161 4).
func orderly(reason int) bool { return reason >= 3 && reason <= 5 }

func (w *witness) documentStamp(s *judged) bool {
	chain, standing, ok := w.believes(s.stamp)
	if chain != nil {
		s.Revocation, s.Standing, s.Chain = standing.State, standing, chain
	}
	switch {
	case ok:
		s.Trusted, s.Stamped = true, s.stamp.at
		s.paths = []path{{chain, s.stamp.at}}
	case chain != nil && standing.State == RevocationRevoked:
		s.add(ProblemRevoked)
	case chain != nil && w.proven.After(chain[0].NotAfter):
		s.add(ProblemExpired)
	default:
		s.add(ProblemStamp)
	}
	if !ok || !s.Intact {
		return false
	}
	if s.Stamped.Before(w.proven) {
		w.proven = s.Stamped
	}
	return true
}

func (w *witness) signature(s *judged) {
	c, when := s.cms, w.proven
	if c.token != nil {
		t, err := readStamp(c.token, c.raw)
		if err != nil {
			s.add(ProblemStamp)
		} else if chain, standing, ok := w.believes(&t); ok {
			s.Stamped, when = t.at, t.at
			s.paths = append(s.paths, path{chain, t.at})
		} else if chain == nil || standing.State == RevocationRevoked || !standing.Since.IsZero() {
			s.add(ProblemStamp)
		} // else its authority has run out, without proof: as if there were no stamp
	}
	usage := c.cert.KeyUsage
	if usage != 0 && usage&(x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment) == 0 {
		s.add(ProblemCertificate)
		return
	}
	chain, problem := w.trust.lead(c.cert, pool(c.certs, w.certs), UseSigning, when, when.Before(w.now))
	if problem != "" {
		s.add(problem)
		return
	}
	s.Chain = chain
	s.paths = append(s.paths, path{chain, when})
	s.Standing = w.known.standing(chain, when, w.now)
	s.Revocation = s.Standing.State
	if s.Revocation == RevocationRevoked {
		s.add(ProblemRevoked)
		return
	}
	s.Trusted = true
}

func parsed(list [][]byte) (certs []*x509.Certificate) {
	for _, der := range list {
		if c, err := x509.ParseCertificate(der); err == nil {
			certs = append(certs, c)
		}
	}
	return certs
}

// Ask is a certificate whose standing is to be fetched, and where. A list or an
// answer is judged by Judge; what it is good for goes into Evidence.
type Ask struct {
	Cert, Issuer *x509.Certificate
	When         time.Time // the standing at this time is wanted
	CRL          []string  // URLs of lists
	OCSP         []string  // URLs of answerers
}

// Wanted lists what a document lacks for B-LT, and the certificates to keep
// beside it: those of its trusted signatures and their time stamps, from signer
// to root. Fetch, then AddEvidence, then StampDocument for B-LTA.
func (t Trust) Wanted(document []byte, at time.Time) (asks []Ask, certs [][]byte, err error) {
	defer errs.Wrap(&err, "evidence a document lacks")

	rep, err := t.Verify(document, at)
	if err != nil {
		return nil, nil, err
	}
	f, err := pdfread.Open(document)
	if err != nil {
		return nil, nil, err
	}
	own, seen := evidence(f), map[string]bool{}
	for _, der := range own.Certs {
		seen[string(der)] = true
	}
	asked := map[string]bool{}
	for _, s := range rep.Signatures {
		for _, p := range s.paths {
			for i, c := range p.chain {
				if key := string(c.Raw); !seen[key] {
					seen[key] = true
					certs = append(certs, c.Raw)
				}
				if i+1 == len(p.chain) || asked[string(c.Raw)] || Judge(c, p.chain[i+1], own, p.when, at).State == RevocationGood {
					continue
				}
				asked[string(c.Raw)] = true
				asks = append(asks, Ask{c, p.chain[i+1], p.when, c.CRLDistributionPoints, c.OCSPServer})
			}
		}
	}
	return asks, certs, nil
}
