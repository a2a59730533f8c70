// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"slices"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/modules/proofs"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/pdfread"
)

// patience is how long a document waits for its turn.
const patience = 10 * time.Second

// Verify checks every signature of a document. Anybody may ask: the document is
// the asker's own, and the answer holds nothing else.
func (s *Service) Verify(ctx context.Context, content io.Reader) (rep proofs.Report, err error) {
	defer errs.Wrap(&err, "check a document")

	select {
	case s.uploads <- struct{}{}:
		defer func() { <-s.uploads }()
	default:
		return rep, proofs.ErrBusy
	}
	h, err := hold(content)
	if err != nil {
		return rep, err
	}
	defer h.close()
	if h.size == 0 {
		return rep, proofs.ErrEmpty
	}
	if err := s.turn(ctx); err != nil {
		return rep, err
	}
	defer func() { <-s.checks }()
	document, err := h.read()
	if err != nil {
		return rep, err
	}
	b, err := s.beliefs(ctx)
	if err != nil {
		return rep, err
	}
	now := s.DB.Now().Time
	if rep, err = b.judge(document, now); err != nil {
		return rep, err
	}
	if rep.Stated != nil && !s.ours(ctx, rep.Signatures[0]) {
		rep.Notes = append(rep.Notes, proofs.NoteOther)
	}
	rep.SHA256, rep.Size, rep.CheckedAt, rep.Software = h.hash, h.size, now.UTC().Truncate(time.Second), s.Version
	if s.Issued == nil {
		return rep, nil
	}
	number, at, agency, found, err := s.Issued(ctx, h.hash)
	if err != nil || !found {
		return rep, err
	}
	rep.Issued = &proofs.Issued{Number: number, At: at, Agency: agency}
	if s.Revoked == nil {
		return rep, nil
	}
	back, newer, revoked, err := s.Revoked(ctx, h.hash)
	if revoked {
		rep.Issued.RevokedAt, rep.Issued.ReplacedBy = back, newer
	}
	return rep, err
}

// judge reports on a document, or says what it is instead.
func (b *beliefs) judge(document []byte, at time.Time) (rep proofs.Report, err error) {
	kind, err := recognise(document)
	switch {
	case err != nil:
		return rep, err
	case kind == proofs.XML:
		return b.judgeXML(document, at)
	case kind == proofs.Statement:
		return b.judgeStatement(document, at)
	}
	found, err := b.verify(document, at)
	if err != nil {
		return rep, err
	}
	rep = b.report(found)
	if f, err := pdfread.Open(document); err == nil {
		rep.Notes = notes(f.Active())
	}
	return rep, nil
}

func notes(a pdfread.Active) []string {
	said := []string{}
	for _, n := range []struct {
		is   bool
		code string
	}{{a.Scripts, proofs.NoteScripts}, {a.Files, proofs.NoteFiles}, {a.Launch, proofs.NoteLaunch}} {
		if n.is {
			said = append(said, n.code)
		}
	}
	return said
}

// turn waits until few enough documents are in memory.
func (s *Service) turn(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	select {
	case s.checks <- struct{}{}:
		return nil
	case <-ctx.Done():
		return proofs.ErrBusy.Because(ctx.Err())
	}
}

func (b *beliefs) report(found signing.Report) proofs.Report {
	rep := proofs.Report{
		Format: proofs.ReportFormat, Kind: proofs.PDF, TrustList: b.version, Unsigned: []string{}, Notes: []string{}, Verdict: proofs.Unsigned, Revisions: found.Revisions,
		Reasons: []string{}, Signatures: []proofs.Signature{}, FreeFields: append([]string{}, found.Free...),
	}
	for i, f := range found.Signatures {
		s := b.signature(f)
		rep.Simulated = rep.Simulated || s.Simulated
		rep.Signatures = append(rep.Signatures, s)
		if i == 0 {
			rep.Verdict = proofs.Valid
		}
		rep.Verdict = worse(rep.Verdict, s.Verdict)
	}
	if n := len(found.Signatures); n > 0 && !covered(found.Signatures[n-1]) {
		rep.Reasons = append(rep.Reasons, proofs.ReasonAfterLast)
		rep.Verdict = proofs.Invalid
	}
	if rep.Verdict == proofs.Valid && !found.Valid() { // what we do not understand is not valid
		rep.Verdict = proofs.Invalid
	}
	return rep
}

// covered reports whether nothing but evidence came after the last signature.
func covered(last signing.Signature) bool {
	evidence := func(c signing.Change) bool { return c.Kind == signing.ChangeEvidence }
	return last.Whole || (len(last.Changes) > 0 && !slices.ContainsFunc(last.Changes, func(c signing.Change) bool { return !evidence(c) }))
}

func worse(a, b proofs.Verdict) proofs.Verdict {
	order := []proofs.Verdict{proofs.Valid, proofs.Unconfirmed, proofs.Invalid}
	return order[max(slices.Index(order, a), slices.Index(order, b))]
}

// doubtful reports whether a problem leaves open who signed, and says nothing
// against the document.
func doubtful(p signing.Problem) bool {
	return p == signing.ProblemUntrusted || p == signing.ProblemWithdrawn || p == proofs.ProblemUnknown
}

func (b *beliefs) signature(f signing.Signature) proofs.Signature {
	s := proofs.Signature{
		TimeStamp: f.Stamp, Level: f.Level, RevokedAt: moment(f.Standing.Since),
		Verdict: proofs.Invalid, Field: f.Field, ClaimedName: f.Name, ClaimedAt: moment(f.Claimed), StampedAt: moment(f.Stamped),
		Reason: f.Reason, Location: f.Location, Whole: f.Whole, Covers: f.Covers, Later: f.Later, Changes: tally(f.Changes),
		Certifies: f.Certify, Intact: f.Intact, Trusted: f.Trusted, Revocation: f.Revocation, Problems: append([]signing.Problem{}, f.Problems...), Chain: []proofs.Link{},
	}
	switch {
	case f.Valid():
		s.Verdict = proofs.Valid
	case f.Intact && !slices.ContainsFunc(f.Problems, func(p signing.Problem) bool { return !doubtful(p) }):
		s.Verdict = proofs.Unconfirmed
	}
	b.certificate(&s, f.Cert, f.Chain)
	return s
}

// certificate describes who signed, and why that is believed.
func (b *beliefs) certificate(s *proofs.Signature, cert *x509.Certificate, chain []*x509.Certificate) {
	if cert == nil {
		return
	}
	s.Signer, s.Issuer, s.Serial = name(cert.Subject), name(cert.Issuer), cert.SerialNumber.Text(16)
	s.ValidFrom, s.ValidTo = moment(cert.NotBefore), moment(cert.NotAfter)
	s.Simulated = strings.Contains(cert.Issuer.CommonName, signing.Simulated)
	s.Fingerprint = fingerprint(cert)
	for _, c := range chain {
		s.Chain = append(s.Chain, proofs.Link{Name: name(c.Subject), Serial: c.SerialNumber.Text(16), Fingerprint: fingerprint(c)})
	}
	if a, ok := b.anchor(chain); ok {
		s.Simulated = s.Simulated || a.Simulated
		s.Authority = &proofs.Believed{Fingerprint: a.Fingerprint, Status: a.Status, Uses: a.Uses}
	}
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func name(n pkix.Name) proofs.Name {
	return proofs.Name{
		Name: n.CommonName, Organisation: strings.Join(n.Organization, ", "),
		Unit: strings.Join(n.OrganizationalUnit, ", "), Country: strings.Join(n.Country, ", "),
	}
}

// tally counts changes of a kind: a filled field alone is several objects.
func tally(all []signing.Change) []proofs.Change {
	out := []proofs.Change{}
	for _, c := range all {
		i := slices.IndexFunc(out, func(o proofs.Change) bool { return o.Kind == c.Kind })
		if i < 0 {
			i, out = len(out), append(out, proofs.Change{Kind: c.Kind})
		}
		if c.Field == "" {
			out[i].Count++
		} else if !slices.Contains(out[i].Fields, c.Field) {
			out[i].Count++
			out[i].Fields = append(out[i].Fields, c.Field)
		}
	}
	return out
}
