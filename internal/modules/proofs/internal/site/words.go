// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"encoding/json"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/modules/proofs"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

func wrong(p page.Page, problem *web.ProblemError) *ui.ErrorMessage {
	if problem == nil {
		return nil
	}
	return p.Wrong(problem.Detail)
}

// explain says what the verdict means for whoever holds the document.
func explain(p page.Page, rep proofs.Report) string {
	if ownStatement(rep) {
		return p.T("proofs.explain.statement")
	}
	said := []string{p.T("proofs.explain."+known(rep.Verdict), "count", len(rep.Signatures))}
	for _, reason := range rep.Reasons {
		said = append(said, p.T(reason))
	}
	return strings.Join(said, " ")
}

func simulated(rep proofs.Report) bool {
	return rep.Simulated || slices.ContainsFunc(rep.Signatures, func(s proofs.Signature) bool { return s.Simulated })
}

func tone(v proofs.Verdict) string {
	switch v {
	case proofs.Valid:
		return "ts-tag--ok"
	case proofs.Unconfirmed:
		return "ts-tag--soon"
	case proofs.Invalid, proofs.Unsigned:
		return "ts-tag--late"
	}
	return "ts-tag--plain"
}

func signerName(p page.Page, s proofs.Signature) string {
	switch {
	case s.Signer.Name != "":
		return s.Signer.Name
	case s.ClaimedName != "":
		return s.ClaimedName
	}
	return p.T("proofs.signature.nobody")
}

func row(key, value string) ui.SummaryRow {
	return ui.SummaryRow{Key: ui.SummaryText{Text: key}, Value: ui.SummaryText{Text: value}}
}

func list(key string, items []string) ui.SummaryRow {
	return ui.SummaryRow{Key: ui.SummaryText{Text: key}, Value: ui.SummaryText{HTML: linesOf(items)}}
}

// signatureHeading names a signature by its place in the chain.
func signatureHeading(p page.Page, i int, s proofs.Signature) string {
	if s.TimeStamp {
		return p.T("proofs.signature.stamp_title", "n", i+1, "name", signerName(p, s))
	}
	return p.T("proofs.signature.title", "n", i+1, "name", signerName(p, s))
}

// role is what a signature is for, where the paper has a place for it.
func role(p page.Page, s proofs.Signature) string {
	switch papers.Area(s.Field) {
	case papers.AreaInitial, papers.AreaSignature, papers.AreaSeal:
		return p.T("proofs.role." + s.Field)
	case papers.AreaNumber, papers.AreaDay, papers.AreaMonth, papers.AreaYear, papers.AreaFingerprint:
	}
	return strings.Join(s.Roles, ", ")
}

// signatureRows tells of one signature: problems first, then who, when, what.
func signatureRows(p page.Page, s proofs.Signature) (rows []ui.SummaryRow) {
	add := func(key, value string) {
		if value != "" {
			rows = append(rows, row(p.T("proofs.signature."+key), value))
		}
	}
	if len(s.Problems) > 0 {
		var said []string
		for _, problem := range s.Problems {
			said = append(said, p.T(string(problem)))
		}
		rows = append(rows, list(p.T("proofs.signature.problems"), said))
	}
	add("who", s.Signer.Name)
	if s.ClaimedName != "" && !strings.Contains(s.Signer.Name, s.ClaimedName) {
		add("claimed_name", s.ClaimedName)
	}
	add("organisation", strings.Join(some(s.Signer.Unit, s.Signer.Organisation), ", "))
	add("role", role(p, s))
	if said := when(p, s); len(said) > 0 {
		rows = append(rows, list(p.T("proofs.signature.when"), said))
	}
	add("reason", s.Reason)
	add("location", s.Location)
	rows = append(rows, list(p.T("proofs.signature.content"), content(p, s)))
	if len(s.Changes) > 0 {
		var said []string
		for _, c := range s.Changes {
			said = append(said, p.T("proofs.change."+string(c.Kind), "count", c.Count))
		}
		rows = append(rows, list(p.T("proofs.signature.later"), said))
	}
	if s.Issuer.Name != "" {
		rows = append(rows, list(p.T("proofs.signature.issuer"), authority(p, s)))
	}
	if s.Revocation != "" {
		add("revocation", standing(p, s))
	}
	if s.Level != "" {
		add("level", p.T("proofs.level."+string(s.Level)))
	}
	if s.Fingerprint != "" {
		rows = append(rows, ui.SummaryRow{Key: ui.SummaryText{Text: p.T("proofs.signature.certificate")}, Value: ui.SummaryText{HTML: certificate(p, s)}})
	}
	return rows
}

// when tells what was proved from what was only said.
func when(p page.Page, s proofs.Signature) (said []string) {
	if s.StampedAt != nil {
		said = append(said, p.T("proofs.signature.stamped", "at", p.DateTime(*s.StampedAt)))
	}
	if s.ClaimedAt != nil {
		said = append(said, p.T("proofs.signature.claimed", "at", p.DateTime(*s.ClaimedAt)))
	}
	return said
}

func standing(p page.Page, s proofs.Signature) string {
	if s.Revocation == signing.RevocationRevoked && s.RevokedAt != nil {
		return p.T("proofs.revocation.revoked_at", "at", p.DateTime(*s.RevokedAt))
	}
	return p.T("proofs.revocation." + string(s.Revocation))
}

// certificateFacts is what names a certificate.
func certificateFacts(p page.Page, s proofs.Signature) (facts [][2]string) {
	add := func(key, value string) {
		if value != "" {
			facts = append(facts, [2]string{p.T("proofs.signature." + key), value})
		}
	}
	add("serial", s.Serial)
	if s.ValidFrom != nil && s.ValidTo != nil {
		add("validity", p.T("proofs.signature.from_to", "from", p.DateTime(*s.ValidFrom), "to", p.DateTime(*s.ValidTo)))
	}
	add("fingerprint", grouped(s.Fingerprint))
	if s.Authority != nil {
		add("believed", uses(p, s.Authority.Uses))
	}
	return facts
}

// ownStatement reports whether a report of this very service was checked, and holds.
func ownStatement(rep proofs.Report) bool {
	return rep.Kind == proofs.Statement && rep.Verdict == proofs.Valid && rep.Stated != nil && !slices.Contains(rep.Notes, proofs.NoteOther)
}

// verdictTitle is the answer in a few words.
func verdictTitle(p page.Page, rep proofs.Report) string {
	if ownStatement(rep) {
		return p.T("proofs.verdict.statement")
	}
	return p.T("proofs.verdict." + known(rep.Verdict))
}

// known keeps words from outside out of keys.
func known(v proofs.Verdict) string {
	switch v {
	case proofs.Valid, proofs.Unconfirmed, proofs.Unsigned:
		return string(v)
	case proofs.Invalid:
	}
	return string(proofs.Invalid)
}

// advices says what to do, for the verdict and for each problem once.
func advices(p page.Page, rep proofs.Report) (lines []string) {
	add := func(key string) {
		if line := p.T(key); !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	for _, s := range rep.Signatures {
		for _, problem := range s.Problems {
			if key := "proofs.do." + strings.TrimPrefix(strings.TrimPrefix(string(problem), "signing.problem."), "proofs.problem."); p.Site.Catalogue.Has(key) {
				add(key)
			}
		}
	}
	if len(rep.Unsigned) > 0 {
		add("proofs.do.parts")
	}
	add("proofs.do." + known(rep.Verdict))
	if rep.Verdict != proofs.Valid {
		add("proofs.do.original")
	}
	return lines
}

// content says whether the document is still as it was signed, and how much of
// it the signature covers.
func content(p page.Page, s proofs.Signature) []string {
	covers := "proofs.covers.revision"
	if s.Whole {
		covers = "proofs.covers.whole"
	}
	intact := "proofs.intact.no"
	switch {
	case s.Intact && (slices.Contains(s.Problems, signing.ProblemChanged) || slices.Contains(s.Problems, signing.ProblemAppended)):
		intact = "proofs.intact.then"
	case s.Intact:
		intact = "proofs.intact.yes"
	}
	said := []string{p.T(intact)}
	if s.Element != "" && !s.Whole {
		return append(said, p.T("proofs.covers.element", "element", s.Element))
	}
	if s.Covers > 0 {
		said = append(said, p.T(covers, "later", s.Later))
	}
	if s.Certifies {
		said = append(said, p.T("proofs.covers.certifies"))
	}
	return said
}

func authority(p page.Page, s proofs.Signature) []string {
	name := s.Issuer.Name
	if s.Issuer.Organisation != "" && !strings.Contains(name, s.Issuer.Organisation) {
		name += " (" + s.Issuer.Organisation + ")"
	}
	if s.Trusted {
		return []string{name, p.T("proofs.trusted.yes")}
	}
	if slices.Contains(s.Problems, "signing.problem.untrusted") {
		return []string{name, p.T("proofs.trusted.no")}
	}
	return []string{name}
}

func some(texts ...string) (out []string) {
	for _, t := range texts {
		if t != "" {
			out = append(out, t)
		}
	}
	return out
}

func fileRows(p page.Page, rep proofs.Report) []ui.SummaryRow {
	rows := []ui.SummaryRow{
		{Key: ui.SummaryText{Text: p.T("proofs.file.sha256")}, Value: ui.SummaryText{HTML: hash(rep.SHA256)}},
		row(p.T("proofs.file.size"), p.Size(rep.Size)),
		row(p.T("proofs.file.revisions"), p.Number(int64(rep.Revisions))),
	}
	if n := len(rep.FreeFields); n > 0 {
		rows = append(rows, row(p.T("proofs.file.free"), p.Number(int64(n))))
	}
	return append(rows,
		row(p.T("proofs.file.checked"), p.DateTime(rep.CheckedAt)), row(p.T("proofs.file.software"), rep.Software),
		ui.SummaryRow{Key: ui.SummaryText{Text: p.T("proofs.file.trust")}, Value: ui.SummaryText{HTML: hash(rep.TrustList.Hash)}})
}

// eventName says an event as the log of the program is read; its code where
// nobody has put it into words.
func eventName(p page.Page, event string) string {
	if key := "audit." + event; p.Site.Catalogue.Has(key) {
		return p.T(key)
	}
	return event
}

// eventNames are the words of all events, for the script in the browser.
func eventNames(p page.Page) string {
	names := map[string]string{}
	for _, key := range p.Site.Catalogue.Keys() {
		if event, ok := strings.CutPrefix(key, "audit."); ok && strings.Contains(event, ".") && !strings.HasPrefix(event, "proof.") {
			names[event] = p.T(key)
		}
	}
	text, err := json.Marshal(names)
	if err != nil {
		return "{}" // a map of texts
	}
	return string(text)
}

// takenBack says that a document counts no more, whatever its signatures are worth.
func takenBack(p page.Page, i proofs.Issued) string {
	if i.ReplacedBy == "" {
		return p.T("proofs.revoked", "at", p.Date(i.RevokedAt))
	}
	return p.T("proofs.revoked_replaced", "at", p.Date(i.RevokedAt), "number", i.ReplacedBy)
}
