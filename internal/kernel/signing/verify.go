// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"slices"
	"sort"
	"strings"
	"time"

	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/pdfread"
)

// Problem is one thing wrong with a signature, a translation key.
type Problem string

// The problems Verify finds.
const (
	ProblemRange       Problem = "signing.problem.range"       // the signed bytes are not all but the signature
	ProblemRevision    Problem = "signing.problem.revision"    // the signed bytes are no complete document
	ProblemSubFilter   Problem = "signing.problem.sub_filter"  // a kind of signature that is not checked
	ProblemCMS         Problem = "signing.problem.cms"         // the signature cannot be read
	ProblemDigest      Problem = "signing.problem.digest"      // the document was changed
	ProblemSignature   Problem = "signing.problem.signature"   // not made with the certificate's key
	ProblemCertificate Problem = "signing.problem.certificate" // the certificate is not bound to the signature
	ProblemUntrusted   Problem = "signing.problem.untrusted"   // no path to a trusted root
	ProblemExpired     Problem = "signing.problem.expired"     // not valid at the time
	ProblemRevoked     Problem = "signing.problem.revoked"     // withdrawn before the time
	ProblemWithdrawn   Problem = "signing.problem.withdrawn"   // an authority that is believed no longer, and no proof that it was before
	ProblemStamp       Problem = "signing.problem.time_stamp"  // the time stamp is wrong or not trusted
	ProblemChanged     Problem = "signing.problem.changed"     // a later revision changed what may not change
	ProblemAppended    Problem = "signing.problem.appended"    // bytes follow that are no revision
)

// Signature is one signature and what the check found.
type Signature struct {
	Field     string
	SubFilter string
	Name      string // said by the signer
	Reason    string
	Location  string
	Claimed   time.Time         // said by the signer, zero when it cannot be read
	Stamped   time.Time         // time of a trusted time stamp, zero for none
	Cert      *x509.Certificate // nil when the signature cannot be read
	Certify   bool
	Covers    int      // bytes of the revision it covers
	Whole     bool     // covers the whole file
	Later     int      // revisions after it
	Changes   []Change // what they changed
	Intact    bool     // the covered revision is what was signed, by Cert
	Trusted   bool     // Cert leads to a root, valid at the time stamp or at the time of the check
	Problems  []Problem

	Revocation Revocation          // of Cert and its authorities, "" when Cert leads to no root
	Chain      []*x509.Certificate // from Cert to a root; Cert and what came with it where it leads to none
	StampChain []*x509.Certificate // of the authority of the time stamp, to a root; nil when there is no trusted one
}

// Valid reports whether nothing is wrong.
func (s Signature) Valid() bool { return s.Intact && s.Trusted && len(s.Problems) == 0 }

// Report is the result of a check.
type Report struct {
	Signatures []Signature // in the order they were made
	Revisions  int
	Free       []string // signature fields without signature
}

// Valid reports whether there is a signature, all are valid and the last
// covers the whole file, evidence added later aside.
func (r Report) Valid() bool {
	for _, s := range r.Signatures {
		if !s.Valid() {
			return false
		}
	}
	if len(r.Signatures) == 0 {
		return false
	}
	last := r.Signatures[len(r.Signatures)-1]
	for _, c := range last.Changes {
		if c.Kind != ChangeEvidence {
			return false
		}
	}
	return last.Whole || len(last.Changes) > 0
}

// Trust is whom to believe.
type Trust struct {
	Roots         *x509.CertPool
	Intermediates []*x509.Certificate // known beside those in the signature
	CRLs          [][]byte            // lists that are known beside those in the document, DER
	// Accept, where given, has the last word about a path from a certificate to
	// a root: what is wrong with it, or "". A time that is not proven was not
	// stamped: it is that of the check.
	Accept func(chain []*x509.Certificate, use Use, at time.Time, proven bool) Problem
}

// Use is what a certificate was used for.
type Use string

// The uses.
const (
	UseSigning  Use = "signing"
	UseStamping Use = "stamping"
)

// path returns the first path from cert to a root that is accepted; else what
// is wrong with it.
func (t Trust) path(cert *x509.Certificate, with []*x509.Certificate, use Use, at time.Time, proven bool) ([]*x509.Certificate, Problem) {
	usage := x509.ExtKeyUsageAny
	if use == UseStamping {
		usage = x509.ExtKeyUsageTimeStamping
	}
	chains, err := cert.Verify(x509.VerifyOptions{
		Roots: t.Roots, Intermediates: pool(slices.Concat(with, t.Intermediates)), CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{usage},
	})
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok && invalid.Reason == x509.Expired {
		return nil, ProblemExpired
	}
	if err != nil {
		return nil, ProblemUntrusted
	}
	if t.Accept == nil {
		return chains[0], ""
	}
	problem := Problem("")
	for _, chain := range chains {
		if problem = t.Accept(chain, use, at, proven); problem == "" {
			return chain, ""
		}
	}
	return nil, problem
}

// maxSignatures bounds the work: each reads the file once more.
const maxSignatures = 64

// Verify checks every signature of a document against roots, at a time. It
// asks no network. An error means that the document cannot be read; a bad
// signature is a finding.
func Verify(document []byte, roots *x509.CertPool, at time.Time) (Report, error) {
	return Trust{Roots: roots}.Verify(document, at)
}

// Verify checks every signature of a document at a time, with what is known
// about revocation.
func (t Trust) Verify(document []byte, at time.Time) (rep Report, err error) {
	defer errs.Wrap(&err, "verify document")

	f, err := pdfread.Open(document)
	if err != nil {
		return rep, err
	}
	if _, _, err := f.Catalog(); err != nil {
		return rep, err
	}
	rep.Revisions = len(f.Sections)
	t.CRLs = append(evidence(f).CRLs, t.CRLs...)
	for _, e := range fieldsOf(f) {
		if e.kind != "Sig" {
			continue
		}
		dict := f.Dict(e.dict["V"])
		if dict == nil {
			rep.Free = append(rep.Free, e.name)
			continue
		}
		if len(rep.Signatures) == maxSignatures {
			return rep, ErrMany.With("max", maxSignatures)
		}
		rep.Signatures = append(rep.Signatures, t.verifyOne(f, e, dict, at))
	}
	sort.SliceStable(rep.Signatures, func(i, j int) bool { return rep.Signatures[i].Covers < rep.Signatures[j].Covers })
	return rep, nil
}

func (t Trust) verifyOne(f *pdfread.File, e entry, dict pdfread.Dict, at time.Time) Signature {
	text := func(key pdfread.Name) string {
		s, ok := f.Resolve(dict[key]).(pdfread.String)
		if !ok {
			return ""
		}
		return s.Text()
	}
	s := Signature{Field: e.name, Name: text("Name"), Reason: text("Reason"), Location: text("Location"), Claimed: parseTime(text("M"))}
	if sub, ok := f.Resolve(dict["SubFilter"]).(pdfread.Name); ok {
		s.SubFilter = string(sub)
	}
	if s.SubFilter != "ETSI.CAdES.detached" && s.SubFilter != "adbe.pkcs7.detached" {
		s.add(ProblemSubFilter)
	}
	start, end, covers, ok := signedRange(f, dict)
	if !ok {
		s.add(ProblemRange)
		return s
	}
	s.Covers, s.Whole = covers, covers == len(f.Bytes)
	contents, ok := dict["Contents"].(pdfread.String)
	if !ok {
		s.add(ProblemRange)
		return s
	}
	s.checkRevisions(f, e.name, contents.Start)
	sum := sha256.New()
	sum.Write(f.Bytes[:start])
	sum.Write(f.Bytes[end:covers])
	cms, ok := unpadded(contents.Bytes)
	if !ok {
		s.add(ProblemCMS)
		return s
	}
	c, err := checkCMS(cms, sum.Sum(nil))
	if err != nil {
		s.add(ProblemCMS)
		return s
	}
	s.Cert = c.cert
	s.require(c.digest, ProblemDigest)
	s.require(c.signature, ProblemSignature)
	s.require(c.bound || s.SubFilter != "ETSI.CAdES.detached", ProblemCertificate)
	s.Intact = len(without(s.Problems, ProblemChanged, ProblemAppended)) == 0
	s.checkTrust(c, t, at)
	return s
}

// unpadded returns the CMS without the zeros that fill its place. Anything else
// after it is not protected by the signature and is refused.
func unpadded(place []byte) ([]byte, bool) {
	var cms asn1.RawValue
	rest, err := asn1.Unmarshal(place, &cms)
	return cms.FullBytes, err == nil && len(bytes.Trim(rest, "\x00")) == 0
}

func (s *Signature) add(p Problem) {
	if !slices.Contains(s.Problems, p) {
		s.Problems = append(s.Problems, p)
	}
}

func (s *Signature) require(ok bool, p Problem) {
	if !ok {
		s.add(p)
	}
}

func without(list []Problem, drop ...Problem) []Problem {
	return slices.DeleteFunc(slices.Clone(list), func(p Problem) bool { return slices.Contains(drop, p) })
}

// parseTime reads a date of ISO 32000-1 7.9.4, written to the second.
func parseTime(s string) time.Time {
	s = strings.ReplaceAll(strings.TrimPrefix(s, "D:"), "'", "")
	for _, layout := range []string{"20060102150405-0700", "20060102150405Z0700", "20060102150405"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t
		}
	}
	return time.Time{}
}

// signedRange returns the gap of the byte range and where it ends, when the
// range starts with the file and leaves out exactly the hexadecimal string of
// Contents, which stands in the dictionary itself.
func signedRange(f *pdfread.File, dict pdfread.Dict) (start, end, covers int, ok bool) {
	list, isArray := dict["ByteRange"].(pdfread.Array)
	contents, isString := dict["Contents"].(pdfread.String)
	if !isArray || !isString || !contents.Hex || contents.End == 0 || len(list) != 4 {
		return 0, 0, 0, false
	}
	var n [4]int
	for i, o := range list {
		number, isNumber := o.(pdfread.Number)
		v, whole := number.Int()
		if !isNumber || !whole || v < 0 || v > len(f.Bytes) {
			return 0, 0, 0, false
		}
		n[i] = v
	}
	start, end, covers = n[1], n[2], n[2]+n[3]
	return start, end, covers, n[0] == 0 && start == contents.Start && end == contents.End && covers <= len(f.Bytes)
}

// checkRevisions looks at the covered bytes as a document of their own, which
// must have the same signature in the same place, and at what came after.
func (s *Signature) checkRevisions(f *pdfread.File, field string, contents int) {
	old, err := pdfread.Open(f.Bytes[:s.Covers])
	if err != nil || !endsRevision(f.Bytes[:s.Covers]) {
		s.add(ProblemRevision)
		return
	}
	_, then := find(old, field)
	dict := old.Dict(then["V"])
	place, ok := dict["Contents"].(pdfread.String)
	if !ok || place.Start != contents {
		s.add(ProblemRevision)
		return
	}
	s.Certify = allowed(old) > 0 && old.Dict(old.Dict(catalog(old)["Perms"])["DocMDP"]) != nil && sameContents(old, dict)
	for _, section := range f.Sections {
		if section.Offset >= s.Covers {
			s.Later++
		}
	}
	if s.Whole {
		return
	}
	if s.Later == 0 || !endsRevision(f.Bytes) {
		s.add(ProblemAppended)
	}
	s.Changes = changes(old, f)
	for _, c := range s.Changes {
		if !c.allowed(allowed(old)) {
			s.add(ProblemChanged)
		}
	}
}

func catalog(f *pdfread.File) pdfread.Dict {
	_, root, err := f.Catalog()
	if err != nil {
		return nil
	}
	return root
}

// sameContents reports whether dict is the certifying signature.
func sameContents(f *pdfread.File, dict pdfread.Dict) bool {
	a, ok1 := f.Dict(f.Dict(catalog(f)["Perms"])["DocMDP"])["Contents"].(pdfread.String)
	b, ok2 := dict["Contents"].(pdfread.String)
	return ok1 && ok2 && a.Start == b.Start
}

// endsRevision reports whether the bytes end with the mark of a revision.
func endsRevision(b []byte) bool {
	return bytes.HasSuffix(bytes.TrimRight(b, "\r\n"), []byte("%%EOF"))
}

func (s *Signature) checkTrust(c cmsCheck, trust Trust, at time.Time) {
	when := at
	s.Chain = c.certs
	if c.token != nil {
		stamp, err := readStamp(c.token, c.raw)
		problem := ProblemUntrusted
		if err == nil {
			s.StampChain, problem = trust.path(stamp.cert, stamp.certs, UseStamping, stamp.at, true)
		}
		if problem == "" {
			s.Stamped, when = stamp.at, stamp.at
		} else {
			s.add(ProblemStamp)
		}
	}
	usage := c.cert.KeyUsage
	if usage != 0 && usage&(x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment) == 0 {
		s.add(ProblemCertificate)
		return
	}
	chain, problem := trust.path(c.cert, c.certs, UseSigning, when, !s.Stamped.IsZero())
	if problem != "" {
		s.add(problem)
		return
	}
	s.Chain = chain
	s.Revocation = revocation(chain, trust.CRLs, when)
	if s.Revocation == RevocationRevoked {
		s.add(ProblemRevoked)
		return
	}
	s.Trusted = true
}
