// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"tinhso.vn/internal/kernel/law"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/lawbook/internal/core"
	"tinhso.vn/internal/platform/ui"
)

// facts are the rows of what is known of a document.
func facts(p page.Page, d law.Standing) (rows []ui.SummaryRow) {
	add := func(key, value string) {
		rows = append(rows, ui.SummaryRow{Key: ui.SummaryText{Text: p.T("lawbook.one." + key)}, Value: ui.SummaryText{Text: value}})
	}
	add("number", d.Number)
	add("kind", p.T("lawbook.kind."+d.Kind))
	add("issuer", d.Issuer)
	signed := p.T("lawbook.one.not_stated")
	if !d.Signed.IsZero() {
		signed = p.Date(d.Signed.At(0))
	}
	add("signed", signed)
	add("period", period(p, d))
	add("mark", p.T("lawbook.mark."+d.Mark))
	if d.Source != "" {
		add("source", d.Source)
	}
	return rows
}

// days lead to the days of change before and after.
func days(p page.Page, c core.Changes) ui.PaginationParams {
	out := ui.PaginationParams{LandmarkLabel: p.T("lawbook.changes.days")}
	if !c.Before.IsZero() {
		out.Previous = &ui.PaginationLink{Text: p.T("lawbook.changes.before"), LabelText: p.Date(c.Before.At(0)), Href: changesHref(c.Before)}
	}
	if !c.After.IsZero() {
		out.Next = &ui.PaginationLink{Text: p.T("lawbook.changes.after"), LabelText: p.Date(c.After.At(0)), Href: changesHref(c.After)}
	}
	return out
}
