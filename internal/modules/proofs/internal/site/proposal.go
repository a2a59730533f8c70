// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"crypto/x509/pkix"
	"net/url"
	"strings"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/proofs"
	"tinhso.vn/internal/modules/proofs/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// proposal reads the form. Bad are dates that are none.
func proposal(sent url.Values, certificate []byte) (in core.Proposal, bad []errs.Field) {
	in = core.Proposal{Certificate: certificate, Source: sent.Get("source"), Lists: proofs.Lists(sent.Get("lists")), ListURL: sent.Get("list_url")}
	for _, u := range sent["uses"] {
		in.Uses = append(in.Uses, proofs.Use(u))
	}
	var ok bool
	if in.ValidFrom, ok = day(sent.Get("valid_from")); !ok {
		bad = append(bad, errs.Field{Name: "valid_from", Code: "proofs.trust.date"})
	}
	if in.ValidTo, ok = day(sent.Get("valid_to")); !ok {
		bad = append(bad, errs.Field{Name: "valid_to", Code: "proofs.trust.date"})
	}
	return in, bad
}

// badInput says what is wrong with dates beside the rest.
func badInput(in core.Proposal, bad []errs.Field) error {
	in.Source = text.Line(in.Source)
	return errs.BadInput(append(in.Check(), bad...))
}

func wrongDate(field string) error {
	return errs.BadInput([]errs.Field{{Name: field, Code: "proofs.trust.date"}})
}

// problems lists what is wrong with a form, each leading to its field.
func problems(p page.Page, problem *web.ProblemError) (items []ui.ErrorItem) {
	seen := map[string]bool{}
	for _, f := range problem.Fields {
		if !seen[f.Name] {
			seen[f.Name] = true
			items = append(items, ui.ErrorItem{Text: p.Errors(problem.Fields)[f.Name], Href: "#" + f.Name})
		}
	}
	return items
}

// flaw is what is wrong with one field.
func flaw(p page.Page, problem *web.ProblemError, field string) *ui.ErrorMessage {
	if problem == nil {
		return nil
	}
	if text := p.Errors(problem.Fields)[field]; text != "" {
		return p.Wrong(text)
	}
	return nil
}

// commonName is what people call who a certificate names.
func commonName(n pkix.Name) string {
	if n.CommonName != "" {
		return n.CommonName
	}
	return strings.Join(n.Organization, ", ")
}

// grouped writes a fingerprint so that two people can read it to each other.
func grouped(fingerprint string) string {
	var out []string
	for i := 0; i+4 <= len(fingerprint); i += 4 {
		out = append(out, strings.ToUpper(fingerprint[i:i+4]))
	}
	return strings.Join(out, " ")
}

func statusTone(s proofs.Status) string {
	switch s {
	case proofs.Listed:
		return "ts-tag--ok"
	case proofs.Proposed:
		return "ts-tag--soon"
	case proofs.Withdrawn:
		return "ts-tag--late"
	case proofs.Refused:
	}
	return "ts-tag--plain"
}

func uses(p page.Page, all []proofs.Use) string {
	var said []string
	for _, u := range all {
		said = append(said, p.T("proofs.trust.use."+string(u)))
	}
	return strings.Join(said, "; ")
}

// believedFor says from when to when an authority is believed.
func believedFor(p page.Page, a proofs.Authority) string {
	switch {
	case !a.ValidFrom.IsZero() && !a.ValidTo.IsZero():
		return p.T("proofs.signature.from_to", "from", p.Date(a.ValidFrom.Time), "to", p.Date(a.ValidTo.Time))
	case !a.ValidFrom.IsZero():
		return p.T("proofs.trust.since", "from", p.Date(a.ValidFrom.Time))
	case !a.ValidTo.IsZero():
		return p.T("proofs.trust.until", "to", p.Date(a.ValidTo.Time))
	}
	return p.T("proofs.trust.always")
}

// revoked says what is known about the certificates that an authority has revoked.
func revoked(p page.Page, a proofs.Authority) (said []string) {
	l := a.Revoked
	switch {
	case a.Lists == proofs.ListsNone && l.From.IsZero():
		said = append(said, p.T("proofs.trust.lists.none"))
	case l.From.IsZero():
		said = append(said, p.T("proofs.trust.list.missing"))
	case l.Fresh(p.Now):
		said = append(said, p.T("proofs.trust.list.fresh", "number", l.Number, "entries", l.Entries, "from", p.DateTime(l.From.Time), "next", p.DateTime(l.Next.Time)))
	default:
		said = append(said, p.T("proofs.trust.list.stale", "number", l.Number, "next", p.DateTime(l.Next.Time)))
	}
	if l.Error != "" {
		said = append(said, p.T("proofs.trust.list.failed", "why", l.Error))
	}
	return said
}
