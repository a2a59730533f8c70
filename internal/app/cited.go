// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"net/url"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/law"
	"tinhso.vn/internal/modules/lawbook/lawbookmod"
	"tinhso.vn/internal/modules/procedures/proceduresmod"
	"tinhso.vn/internal/modules/retention/retentionmod"
)

// citedByProcedures says what procedures and their fees rest on.
func citedByProcedures(catalogue proceduresmod.Catalogue) lawbookmod.Citer {
	return func(ctx context.Context) (all []lawbookmod.Citation, err error) {
		cited, err := catalogue.Cited(ctx)
		for _, c := range cited {
			var kind lawbookmod.Kind
			switch c.Part {
			case proceduresmod.Itself:
				kind = lawbookmod.Procedure
			case proceduresmod.ItsFee:
				kind = lawbookmod.Fee
			case proceduresmod.ItsForm:
				kind = lawbookmod.Form
			case proceduresmod.ItsFlow:
				kind = lawbookmod.Flow
			}
			all = append(all, lawbookmod.Citation{Kind: kind, Name: c.Name, Path: "/thu-tuc/" + url.PathEscape(string(c.ID)), On: law.ID(c.Legal)})
		}
		return all, err
	}
}

// citedByHolidays says what the holidays of the year rest on.
func citedByHolidays(c calendar.Config) lawbookmod.Citer {
	return func(context.Context) (all []lawbookmod.Citation, err error) {
		for _, r := range c.Rules {
			all = append(all, lawbookmod.Citation{Kind: lawbookmod.Holiday, Name: i18n.Text{VI: r.Name}, On: law.ID(r.Basis)})
		}
		return all, nil
	}
}

// citedByRetention says what the times rest on for which things are kept.
func citedByRetention(rules retentionmod.Rules) lawbookmod.Citer {
	return func(ctx context.Context) (all []lawbookmod.Citation, err error) {
		inForce, err := rules.Rules(ctx)
		for _, r := range inForce {
			if r.Basis != "" {
				all = append(all, lawbookmod.Citation{Kind: lawbookmod.Retention, Name: r.Name, On: law.ID(r.Basis)})
			}
		}
		return all, err
	}
}
