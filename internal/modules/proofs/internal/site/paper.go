// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/modules/proofs"
	"tinhso.vn/internal/platform/text"
)

// words puts a report into the words of a paper. Written is the report as
// programs read it: the paper names its hash.
func words(p page.Page, rep proofs.Report, written string) papers.Statement {
	sum := sha256.Sum256([]byte(written))
	s := papers.Statement{
		Title: p.T("proofs.paper.title"), Verdict: verdictTitle(p, rep), Lead: explain(p, rep), Caption: p.T("proofs.paper.caption"), Language: string(p.Lang()),
		Foot: []string{p.T("proofs.paper.foot_1"), p.T("proofs.paper.foot_2"), p.T("proofs.paper.foot_3", "sha", hex.EncodeToString(sum[:]))},
		Facts: []papers.Pair{
			{Label: p.T("proofs.file.sha256"), Value: rep.SHA256},
			{Label: p.T("proofs.file.size"), Value: p.Size(rep.Size)},
			{Label: p.T("proofs.file.checked"), Value: p.DateTime(rep.CheckedAt)},
			{Label: p.T("proofs.file.software"), Value: rep.Software},
			{Label: p.T("proofs.file.trust"), Value: rep.TrustList.Hash},
		},
	}
	if rep.Issued != nil {
		s.Facts = append(s.Facts, papers.Pair{Label: p.T("proofs.paper.issued"), Value: p.T("proofs.issued", "number", rep.Issued.Number, "at", p.Date(rep.Issued.At), "agency", rep.Issued.Agency)})
		if !rep.Issued.RevokedAt.IsZero() {
			s.Facts = append(s.Facts, papers.Pair{Label: p.T("proofs.paper.revoked"), Value: takenBack(p, *rep.Issued)})
		}
	}
	for _, note := range rep.Notes {
		s.Facts = append(s.Facts, papers.Pair{Label: p.T("proofs.paper.note"), Value: p.T(note)})
	}
	if len(rep.Unsigned) > 0 {
		s.Facts = append(s.Facts, papers.Pair{Label: p.T("proofs.unsigned.title"), Value: strings.Join(rep.Unsigned, ", ")})
	}
	for i, sig := range rep.Signatures {
		s.Parts = append(s.Parts, part(p, i, sig))
	}
	return s
}

func part(p page.Page, i int, s proofs.Signature) papers.Part {
	out := papers.Part{Title: text.NFC(signatureHeading(p, i, s) + " – " + p.T("proofs.tag."+string(s.Verdict)))}
	add := func(key string, values ...string) {
		if value := strings.Join(some(values...), " "); value != "" {
			out.Facts = append(out.Facts, papers.Pair{Label: p.T("proofs.signature." + key), Value: text.NFC(value)})
		}
	}
	var problems []string
	for _, problem := range s.Problems {
		problems = append(problems, p.T(string(problem)))
	}
	add("problems", problems...)
	add("organisation", strings.Join(some(s.Signer.Unit, s.Signer.Organisation), ", "))
	add("role", role(p, s))
	add("when", strings.Join(when(p, s), "; "))
	add("reason", s.Reason)
	add("content", content(p, s)...)
	if s.Issuer.Name != "" {
		add("issuer", strings.Join(authority(p, s), ". "))
	}
	if s.Revocation != "" {
		add("revocation", standing(p, s))
	}
	if s.Level != "" {
		add("level", p.T("proofs.level."+string(s.Level)))
	}
	for _, f := range certificateFacts(p, s) {
		out.Facts = append(out.Facts, papers.Pair{Label: f[0], Value: text.NFC(f[1])})
	}
	return out
}
