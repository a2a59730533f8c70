// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/platform/pdfread"
)

// evidence fetches what a document lacks, as a client of the authority would:
// the list for every other certificate when lists are wanted, else answers.
func (o *office) evidence(document []byte, lists bool) signing.Evidence {
	o.t.Helper()
	asks, certs, err := signing.Trust{Roots: o.ca.Roots()}.Wanted(document, o.now)
	o.must(err)
	e := signing.Evidence{Certs: certs}
	list, err := o.ca.CRL(nil, 1, o.now.Add(-time.Hour), o.now.Add(time.Hour))
	o.must(err)
	for i, a := range asks {
		if lists && i%2 == 0 {
			e.CRLs = append(e.CRLs, list)
			continue
		}
		q, err := signing.NewQuestion(a.Cert, a.Issuer)
		o.must(err)
		der, err := q.DER()
		o.must(err)
		answer := o.ca.AnswerOCSP(der, withdrawn(nil, o.now), nil, o.now, o.now.Add(time.Hour))
		if s := q.Check(answer, o.now); s.State != signing.RevocationGood {
			o.t.Fatalf("%+v", s)
		}
		e.OCSPs = append(e.OCSPs, answer)
	}
	return e
}

func (o *office) at(document []byte, at time.Time) signing.Report {
	o.t.Helper()
	rep, err := signing.Verify(document, o.ca.Roots(), at)
	o.must(err)
	return rep
}

func levels(rep signing.Report) (all []signing.Level) {
	for _, s := range rep.Signatures {
		if !s.Stamp {
			all = append(all, s.Level)
		}
	}
	return all
}

func TestLevelsOfAChain(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	document := o.steps()[2] // the drafter's signature has no time stamp of its own
	if got := levels(o.verify(document)); !slices.Equal(got, []signing.Level{signing.LevelB, signing.LevelT, signing.LevelT}) {
		t.Errorf("signed: %v", got)
	}
	asks, certs, err := signing.Trust{Roots: o.ca.Roots()}.Wanted(document, o.now)
	o.must(err)
	if len(asks) != 4 || len(certs) != 5 { // three signers and the time stamps; the root is not asked about
		t.Errorf("%d to ask, %d certificates", len(asks), len(certs))
	}
	kept, err := signing.AddEvidence(document, o.evidence(document, true))
	o.must(err)
	if got := levels(o.verify(kept)); !slices.Equal(got, []signing.Level{signing.LevelB, signing.LevelLT, signing.LevelLT}) {
		t.Errorf("with evidence: %v", got)
	}
	if asks, certs, err := (signing.Trust{Roots: o.ca.Roots()}).Wanted(kept, o.now); err != nil || len(asks) != 0 || len(certs) != 0 {
		t.Errorf("still wanted: %d, %d, %v", len(asks), len(certs), err)
	}
	again, err := signing.AddEvidence(kept, o.evidence(document, true))
	o.must(err)
	if f, err := pdfread.Open(again); err != nil || len(f.Array(f.Dict(root(f)["DSS"])["Certs"])) != 5 {
		t.Errorf("the same certificates are kept twice: %v", err)
	}
	sealed, err := signing.StampDocument(t.Context(), kept, o.stamp)
	o.must(err)
	rep := o.verify(sealed)
	if !rep.Valid() || !slices.Equal(levels(rep), []signing.Level{signing.LevelLTA, signing.LevelLTA, signing.LevelLTA}) {
		t.Errorf("with a stamp over all: %v %+v", levels(rep), rep.Signatures)
	}
	last := rep.Signatures[3]
	if !last.Stamp || !last.Whole || !last.Valid() || !last.Stamped.Equal(o.now) || !bytes.HasPrefix(sealed, kept) {
		t.Errorf("%+v", last)
	}
	for _, s := range rep.Signatures[:3] {
		if !slices.ContainsFunc(s.Changes, func(c signing.Change) bool { return c.Kind == signing.ChangeStamped && c.Field == "timestamp-1" }) {
			t.Errorf("%s: %+v", s.Field, s.Changes)
		}
	}
	if dir := os.Getenv("TINHSO_LOOK"); dir != "" {
		o.must(os.WriteFile(filepath.Join(dir, "sealed.pdf"), sealed, 0o600))
	}
	said := o.pdfsig(kept)
	if strings.Count(said, "Signature is Valid.") != 3 || strings.Count(said, "Certificate is Trusted.") != 3 {
		t.Errorf("with evidence, pdfsig says\n%s", said)
	}
	said = o.pdfsig(sealed)
	if strings.Count(said, "Signature is Valid.") != 3 || strings.Count(said, "Certificate is Trusted.") != 3 ||
		strings.Count(said, "Not total document signed") != 3 || !strings.Contains(said[strings.LastIndex(said, "Signature #4"):], "  - Total document signed") {
		t.Errorf("with a stamp over all, pdfsig says\n%s", said)
	}
	second, err := signing.StampDocument(t.Context(), sealed, o.stamp)
	o.must(err)
	if rep := o.verify(second); !rep.Valid() || rep.Signatures[4].Field != "timestamp-2" {
		t.Errorf("a second stamp: %+v", rep.Signatures)
	}
}

func root(f *pdfread.File) pdfread.Dict {
	_, d, err := f.Catalog()
	if err != nil {
		return nil
	}
	return d
}

// Ten years on every certificate has run out, the root's as well.
func TestAfterTenYears(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	later := o.now.AddDate(10, 0, 0)
	paper, _ := o.paper()
	signed := o.sign(paper, "leader", signing.Request{Field: "signature", Certify: true}, o.stamp)
	if rep := o.at(signed, later); rep.Valid() || !slices.Equal(rep.Signatures[0].Problems, []signing.Problem{signing.ProblemExpired}) {
		t.Errorf("without evidence: %+v", rep.Signatures[0])
	}
	kept, err := signing.AddEvidence(signed, o.evidence(signed, false))
	o.must(err)
	rep := o.at(kept, later)
	if s := rep.Signatures[0]; !rep.Valid() || s.Level != signing.LevelLT || !s.Stamped.Equal(o.now) || s.Revocation != signing.RevocationGood {
		t.Errorf("with evidence: %+v", s)
	}
	other, err := o.ca.Issue(signing.Subject{Name: "Lưu trữ", Stamps: true, From: o.now.AddDate(0, -1, 0), Until: o.now.AddDate(3, 0, 0), Key: signing.RSA2048})
	o.must(err)
	sealed, err := signing.StampDocument(t.Context(), kept, o.ca.Stamper(other, o.clock))
	o.must(err)
	if rep := o.at(sealed, later); rep.Signatures[1].Valid() || !slices.Contains(rep.Signatures[1].Problems, signing.ProblemExpired) {
		t.Errorf("the last stamp alone has no evidence: %+v", rep.Signatures[1])
	}
	both, err := signing.AddEvidence(sealed, o.evidence(sealed, false))
	o.must(err)
	if rep := o.at(both, later); !rep.Valid() || rep.Signatures[0].Level != signing.LevelLTA {
		t.Errorf("with a stamp over the evidence: %+v", rep.Signatures)
	}
	// Evidence without a stamp proves nothing about when it was signed.
	bare := o.sign(paper, "leader", signing.Request{Field: "signature", Certify: true}, nil)
	held, err := signing.AddEvidence(bare, o.evidence(bare, true))
	o.must(err)
	if rep := o.at(held, later); rep.Valid() || !slices.Contains(rep.Signatures[0].Problems, signing.ProblemExpired) {
		t.Errorf("no stamp: %+v", rep.Signatures[0])
	}
}

// A stamp over the document proves when an unstamped signature was there.
func TestStampOverTheDocumentSavesWhatItCovers(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	paper, _ := o.paper()
	long, err := o.ca.Issue(signing.Subject{Name: "Lưu trữ", Stamps: true, From: o.now.AddDate(0, -1, 0), Until: o.now.AddDate(8, 0, 0), Key: signing.RSA2048})
	o.must(err)
	bare := o.sign(paper, "leader", signing.Request{Field: "signature", Certify: true}, nil)
	sealed, err := signing.StampDocument(t.Context(), bare, o.ca.Stamper(long, o.clock))
	o.must(err)
	if rep := o.at(bare, o.now.AddDate(4, 0, 0)); rep.Valid() {
		t.Error("an expired signature is valid")
	}
	rep := o.at(sealed, o.now.AddDate(4, 0, 0))
	if s := rep.Signatures[0]; !rep.Valid() || s.Level != signing.LevelT || !s.Stamped.IsZero() {
		t.Errorf("%+v", rep.Signatures)
	}
	// Withdrawn after that: it stays. Withdrawn before: it does not.
	for _, c := range []struct {
		at    time.Time
		valid bool
	}{{o.now.Add(time.Hour), true}, {o.now.Add(-time.Hour), false}} {
		list, err := o.ca.CRL([]signing.Withdrawn{{Serial: o.cert("leader").SerialNumber, At: c.at}}, 1, o.now.AddDate(1, 0, 0), o.now.AddDate(1, 0, 1))
		o.must(err)
		rep, err := signing.Trust{Roots: o.ca.Roots(), CRLs: [][]byte{list}}.Verify(sealed, o.now.AddDate(1, 0, 0))
		o.must(err)
		if rep.Valid() != c.valid || !rep.Signatures[0].Standing.Since.Equal(c.at.UTC()) {
			t.Errorf("withdrawn at %v: %+v", c.at, rep.Signatures[0])
		}
	}
}

// An authority whose key is in other hands could give stamps of any day.
func TestStampsOfAWithdrawnAuthority(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	paper, _ := o.paper()
	signed := o.sign(paper, "leader", signing.Request{Field: "signature"}, o.stamp)
	later := o.now.AddDate(0, 1, 0)
	for reason, valid := range map[int]bool{0: false, 1: false, 4: true, 5: true} {
		list, err := o.ca.CRL([]signing.Withdrawn{{Serial: o.cert("stamps").SerialNumber, At: o.now.AddDate(0, 0, 7), Reason: reason}}, 1, later.Add(-time.Hour), later.Add(time.Hour))
		o.must(err)
		rep, err := signing.Trust{Roots: o.ca.Roots(), CRLs: [][]byte{list}}.Verify(signed, later)
		o.must(err)
		if rep.Valid() != valid || slices.Contains(rep.Signatures[0].Problems, signing.ProblemStamp) == valid {
			t.Errorf("reason %d: %v", reason, rep.Signatures[0].Problems)
		}
	}
}

func TestStampsOverTheDocumentThatDoNotFit(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	document := o.steps()[2]
	p, err := signing.PrepareStamp(document)
	o.must(err)
	token, err := o.stamp(t.Context(), make([]byte, 32))
	o.must(err)
	if _, err := p.EmbedStamp(token); !errors.Is(err, signing.ErrTime) {
		t.Errorf("over something else: %v", err)
	}
	if _, err := p.EmbedStamp([]byte("nonsense")); !errors.Is(err, signing.ErrTime) {
		t.Errorf("nonsense: %v", err)
	}
	stranger, err := signing.NewDevCA("Nơi khác", o.now.AddDate(-1, 0, 0), signing.P256)
	o.must(err)
	liar, err := stranger.Issue(signing.Subject{Name: "Giờ", Stamps: true, From: o.now.AddDate(0, -1, 0), Until: o.now.AddDate(1, 0, 0), Key: signing.RSA2048})
	o.must(err)
	sealed, err := signing.StampDocument(t.Context(), document, stranger.Stamper(liar, o.clock))
	o.must(err)
	rep := o.verify(sealed)
	if s := rep.Signatures[3]; rep.Valid() || s.Valid() || !s.Stamped.IsZero() || !slices.Contains(s.Problems, signing.ProblemStamp) {
		t.Errorf("of a stranger: %+v", s)
	}
	if s := rep.Signatures[0]; s.Level != signing.LevelB {
		t.Errorf("a stranger's stamp lifts a signature: %v", s.Level)
	}
	good, err := signing.StampDocument(t.Context(), document, o.stamp)
	o.must(err)
	r := ranges(t, good)[3]
	changed := bytes.Clone(good)
	changed[r[2]+r[3]-40] ^= 1
	if rep, err := signing.Verify(changed, o.ca.Roots(), o.now); err == nil && rep.Valid() {
		t.Error("a changed byte under the stamp is not found")
	}
	future, err := signing.StampDocument(t.Context(), document, o.ca.Stamper(o.keys["stamps"], func() time.Time { return o.now.AddDate(0, 0, 2) }))
	o.must(err)
	if s := o.verify(future).Signatures[3]; s.Valid() || !slices.Contains(s.Problems, signing.ProblemStamp) {
		t.Errorf("a stamp of the day after tomorrow: %+v", s)
	}
}
