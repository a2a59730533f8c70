// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"bytes"
	"context"
	"crypto/x509/pkix"
	"io"
	"slices"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/modules/proofs"
	"tinhso.vn/internal/platform/errs"
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
	if !bytes.HasPrefix(document, []byte("%PDF-")) {
		return rep, proofs.ErrNotPDF
	}
	b, err := s.beliefs(ctx)
	if err != nil {
		return rep, err
	}
	now := s.DB.Now().Time
	found, err := b.verify(document, now)
	if err != nil {
		return rep, err
	}
	rep = b.report(found)
	rep.SHA256, rep.Size, rep.CheckedAt = h.hash, h.size, now.UTC().Truncate(time.Second)
	return rep, nil
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
		Format: proofs.ReportFormat, TrustList: b.version, Verdict: proofs.Unsigned, Revisions: found.Revisions,
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
	if f.Cert != nil {
		s.Signer, s.Issuer, s.Serial = name(f.Cert.Subject), name(f.Cert.Issuer), f.Cert.SerialNumber.Text(16)
		s.ValidFrom, s.ValidTo = moment(f.Cert.NotBefore), moment(f.Cert.NotAfter)
		s.Simulated = strings.Contains(f.Cert.Issuer.CommonName, signing.Simulated)
		s.Fingerprint = fingerprint(f.Cert)
	}
	for _, c := range f.Chain {
		s.Chain = append(s.Chain, proofs.Link{Name: name(c.Subject), Serial: c.SerialNumber.Text(16), Fingerprint: fingerprint(c)})
	}
	if a, ok := b.anchor(f.Chain); ok {
		s.Simulated = s.Simulated || a.Simulated
		s.Authority = &proofs.Believed{Fingerprint: a.Fingerprint, Status: a.Status, Uses: a.Uses}
	}
	return s
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
