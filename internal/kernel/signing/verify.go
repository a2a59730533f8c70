// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
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
	Standing   Standing            // of Cert: since when withdrawn, and what was not believed
	Level      Level               // "" when it is not valid or no PAdES signature
	Stamp      bool                // a time stamp over the document, signed by an authority, not a person
	Chain      []*x509.Certificate // from Cert to a root; Cert and what came with it where it leads to none

	paths []path // that must hold: of Cert, of the time stamp
}

// Valid reports whether nothing is wrong.
func (s Signature) Valid() bool { return s.Intact && s.Trusted && len(s.Problems) == 0 }

// Report is the result of a check.
type Report struct {
	Signatures []Signature // in the order they were made
	Revisions  int
	Free       []string // signature fields without signature
	Empty      []string // text fields without value
	Active     []string // what can change the look without a change: JavaScript, Launch, ImportData, XFA
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
	Roots *x509.CertPool
	CRLs  [][]byte // lists that are known beside those in the document, DER
	OCSPs [][]byte // answers that are known, DER
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

// maxSignatures bounds the work: each reads the file once more.
const maxSignatures = 64

const padesFilter = "ETSI.CAdES.detached"

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
	rep.Revisions, rep.Active = len(f.Sections), active(f)
	var all []judged
	for _, e := range fieldsOf(f) {
		if e.kind == "Tx" && f.Resolve(e.dict["V"]) == nil {
			rep.Empty = append(rep.Empty, e.name)
		}
		if e.kind != "Sig" {
			continue
		}
		dict := f.Dict(e.dict["V"])
		if dict == nil {
			rep.Free = append(rep.Free, e.name)
			continue
		}
		if len(all) == maxSignatures {
			return rep, ErrMany.With("max", maxSignatures)
		}
		all = append(all, read(f, e, dict))
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].Covers < all[j].Covers })
	t.judge(f, all, at)
	for _, j := range all {
		rep.Signatures = append(rep.Signatures, j.Signature)
	}
	return rep, nil
}

// judged is a signature with what is needed to judge it.
type judged struct {
	Signature
	cms   *cmsCheck // nil when it could not be read, and for time stamps
	stamp *stamped  // of a time stamp over the document
}

// read checks what a signature is over and who made it; not whether to trust.
func read(f *pdfread.File, e entry, dict pdfread.Dict) (s judged) {
	text := func(key pdfread.Name) string {
		s, ok := f.Resolve(dict[key]).(pdfread.String)
		if !ok {
			return ""
		}
		return s.Text()
	}
	s.Signature = Signature{Field: e.name, Name: text("Name"), Reason: text("Reason"), Location: text("Location"), Claimed: parseTime(text("M"))}
	if sub, ok := f.Resolve(dict["SubFilter"]).(pdfread.Name); ok {
		s.SubFilter = string(sub)
	}
	s.Stamp = s.SubFilter == stampFilter
	if !s.Stamp && s.SubFilter != padesFilter && s.SubFilter != "adbe.pkcs7.detached" {
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
	cms, ok := unpadded(contents.Bytes)
	if !ok {
		s.add(ProblemCMS)
		return s
	}
	if s.Stamp {
		s.readToken(cms, f.Bytes[:start], f.Bytes[end:covers])
		return s
	}
	sum := sha256.New()
	sum.Write(f.Bytes[:start])
	sum.Write(f.Bytes[end:covers])
	c, err := checkCMS(cms, sum.Sum(nil))
	if err != nil {
		s.add(ProblemCMS)
		return s
	}
	s.Cert, s.cms, s.Chain = c.cert, &c, c.certs
	s.require(c.digest, ProblemDigest)
	s.require(c.signature, ProblemSignature)
	_, err = algorithm(c.cert)
	s.require(err == nil, ProblemAlgorithm) // a key too short to believe
	s.require(c.bound || s.SubFilter != padesFilter, ProblemCertificate)
	s.Intact = len(without(s.Problems, ProblemChanged, ProblemAppended)) == 0
	return s
}

// readToken reads a time stamp over the document.
func (s *judged) readToken(token []byte, parts ...[]byte) {
	t, kind, err := readToken(token)
	if err != nil {
		s.add(ProblemCMS)
		return
	}
	s.Cert, s.stamp, s.Chain = t.cert, &t, t.certs
	h := kind.New()
	for _, p := range parts {
		h.Write(p)
	}
	s.require(bytes.Equal(h.Sum(nil), t.hash), ProblemDigest)
	s.Intact = len(without(s.Problems, ProblemChanged, ProblemAppended)) == 0
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
