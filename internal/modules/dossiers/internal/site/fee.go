// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"tinhso.vn/internal/kernel/decisions"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/ui"
)

// feeOf says what a draft will cost and why, before it is sent. A fee that
// cannot be worked out yet is said to come later: it keeps nobody from sending.
func feeOf(p page.Page, d core.Draft) (rows []ui.SummaryRow) {
	channel := procedures.ChannelOnline
	if atCounter(d) {
		channel = procedures.ChannelCounter
	}
	v := d.Procedure
	c, err := v.Charge(d.Answers, channel)
	switch {
	case err != nil:
		return []ui.SummaryRow{row(p.T("dossiers.page.fee.title"), p.T("dossiers.page.fee.later"))}
	case !c.Known || v.Fee.Kind == "none" || !c.Exact:
		return []ui.SummaryRow{row(p.T("dossiers.page.fee.title"), fee(p, v.Fee))}
	}
	rows = append(rows, row(p.T("dossiers.page.fee.title"), p.Money(c.Amount)))
	if c.Why != nil {
		for _, why := range c.Why.Why {
			rows = append(rows, row(p.T("dossiers.page.fee.why"), reason(p, v.Fee.Table, *c.Why, why)))
		}
	}
	if !v.Fee.Verified {
		rows = append(rows, row("", p.T("dossiers.page.fee.unverified")))
	}
	return rows
}

// reason says one step of how a fee was worked out.
func reason(p page.Page, table *decisions.Decision, r decisions.Result, why decisions.Reason) string {
	amount, _ := why.Value.(int64)
	said := ""
	switch why.Step {
	case decisions.Stated, decisions.Computed, decisions.Added:
		said = p.T("dossiers.page.fee.row", "row", why.Row+1)
		if note := p.Text(table.Rows[why.Row].Note); note != "" {
			said = note
		}
		if why.Formula != "" {
			said += ": " + r.Sum(why.Formula)
		}
	case decisions.Rounded, decisions.Raised, decisions.Lowered:
		said = p.T("dossiers.page.fee." + string(why.Step))
	}
	return said + " = " + p.Money(amount)
}
