// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"strings"

	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/procedures"
)

// more reads what most procedures do not say: their decision, cases, routes by
// day and how long it takes what comes online.
func more(set *packs.Set, p packs.Procedure, v *procedures.Version) error {
	v.OnlineStatutory, v.OnlineReduced = duration(p.OnlineStatutory), duration(p.OnlineReduced)
	v.Paperless, v.BoundaryFree = p.Paperless, p.BoundaryFree
	if a := p.AfterDeath; a != nil {
		v.AfterDeath = &procedures.AfterDeath{Outcome: strings.TrimPrefix(a.Outcome, "goes_on"), Legal: a.Legal, Note: words(a.Note), Source: a.Source, Verified: a.Status != packs.Unverified}
	}
	if f := p.FinancialDuty; f != nil {
		v.FinancialDuty = &procedures.FinancialDuty{Issuer: words(f.Issuer), Legal: f.Legal, Note: words(f.Note), Source: f.Source, Verified: f.Status != packs.Unverified}
	}
	if d := p.Decision; d != nil {
		v.Decision = &procedures.Deciding{Number: d.Number, Signed: string(d.Signed), Effective: string(d.Effective), Issuer: words(d.Issuer)}
	}
	for _, r := range p.Routes {
		v.Routes = append(v.Routes, procedures.Routing{From: string(r.From), Route: r.Route, Where: words(r.Where)})
	}
	for _, c := range p.Cases {
		one := procedures.Case{
			ID: c.ID, Name: words(c.Name), Note: words(c.Note), SameDay: c.SameDay,
			Statutory: duration(c.Times.Statutory), Reduced: duration(c.Times.Reduced),
			OnlineStatutory: duration(c.Times.OnlineStatutory), OnlineReduced: duration(c.Times.OnlineReduced),
			Papers: required(p, c.Papers),
		}
		var err error
		if c.Fee.Kind != "" {
			if one.Fee, err = fee(set, c.Fee); err != nil {
				return err
			}
			if err := feeInputs(procedures.Version{Form: v.Form, Fee: one.Fee}); err != nil {
				return err
			}
		}
		if one.Flow, err = flow(set, c.Flow); err != nil {
			return err
		}
		v.Cases = append(v.Cases, one)
	}
	return nil
}

func fee(set *packs.Set, f packs.Fee) (out procedures.Fee, err error) {
	out = procedures.Fee{
		Kind: f.Kind, Amount: int64(f.Amount), Per: words(f.Per), Note: words(f.Note), Legal: f.Legal,
		Verified: f.Kind != "unverified" && f.Status != packs.Unverified,
	}
	for _, s := range f.Shares {
		out.Shares = append(out.Shares, procedures.Share{To: s.To, Part: int64(s.Part), Legal: s.Legal, From: string(s.Valid.From), Until: string(s.Valid.To)})
	}
	out.Table, err = feeTable(set, f.Table)
	return out, err
}

// required are the papers that people bring for a procedure.
func required(p packs.Procedure, papers []packs.Paper) (all []procedures.Paper) {
	for _, paper := range papers {
		all = append(all, procedures.Paper{
			ID: paper.ID, Name: words(paper.Name), Note: words(paper.Note), Required: paper.Required, Type: paper.Type,
			ByForm: p.Form != "" && paper.Form == p.Form, Original: paper.Original, Copy: paper.Copy, Certified: paper.Certified, Verified: paper.Status != packs.Unverified,
		})
	}
	return all
}
