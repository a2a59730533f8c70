// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"errors"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// The inputs with which papers of the vault are ticked: before the paper of the
// procedure, with the papers of the vault as values. What was shown comes along,
// so that what is not ticked any more is known from what was not there.
const (
	vaultPrefix = "kho-"
	vaultShown  = "kho"
)

// withVault joins what was given with what the vault holds.
func withVault(all []given, offers []core.Offer) []given {
	for i, g := range all {
		for _, o := range offers {
			if o.Paper == g.paper.ID {
				all[i].vault = o.Holdings
			}
		}
	}
	return all
}

// fromVault reports whether a paper was taken from the vault.
func (g given) fromVault() bool {
	return slices.ContainsFunc(g.files, func(a core.Attachment) bool { return a.Vault != "" })
}

// vaultItems are the boxes of the papers that can be used, or are.
func (g given) vaultItems(p page.Page) (items []ui.CheckboxItem) {
	for _, h := range g.vault {
		taken := slices.ContainsFunc(g.files, func(a core.Attachment) bool { return a.Vault == h.ID })
		if h.Why == nil || taken {
			items = append(items, ui.CheckboxItem{
				Value: h.ID, Text: p.T("dossiers.page.vault.have", "number", h.Number), Hint: &ui.Hint{HTML: holdingLine(p, h)}, Checked: taken,
			})
		}
	}
	return items
}

// vaultNot are the papers that cannot be used, with the reason.
func (g given) vaultNot(p page.Page) (lines []string) {
	for _, h := range g.vault {
		if e, ok := errors.AsType[*errs.Error](h.Why); ok {
			lines = append(lines, p.T("dossiers.page.vault.not", "number", h.Number, "why", p.Named(e.Code, e.Args)))
		}
	}
	return lines
}

// holdingText says when a paper was issued, and until when it is valid.
func holdingText(p page.Page, h dossiers.Holding) string {
	day := func(iso string) string {
		if t, err := time.Parse(time.DateOnly, iso); err == nil {
			return p.Date(t)
		}
		return iso
	}
	text := p.T("dossiers.page.vault.issued", "date", day(h.Issued))
	switch {
	case h.Perpetual:
		return text + " · " + p.T("dossiers.page.vault.perpetual")
	case h.Until != "":
		return text + " · " + p.T("dossiers.page.vault.until", "date", day(h.Until))
	}
	return text
}

// tick takes what was ticked from the vault, and gives back what is not any more.
func (u upload) tick() error {
	shown := u.form[vaultShown]
	for _, paper := range u.draft.Procedure.Papers {
		ticked := u.form[vaultPrefix+paper.ID]
		for _, holding := range ticked {
			if err := u.take1(paper.ID, holding); err != nil {
				return err
			}
		}
		for _, a := range u.draft.Papers {
			if a.Paper != paper.ID || a.Vault == "" || slices.Contains(ticked, a.Vault) || !slices.Contains(shown, a.Vault) {
				continue
			}
			err := u.site.svc.Detach(u.r.Context(), page.From(u.r.Context()).Actor, u.draft.ID, a.ID)
			if err != nil && !errors.Is(err, dossiers.ErrNoPaper) {
				return err
			}
		}
	}
	return nil
}

// take1 takes one paper, or says beside it why it cannot be taken.
func (u upload) take1(paper, holding string) error {
	p := page.From(u.r.Context())
	_, err := u.site.svc.TakeHolding(u.r.Context(), p.Actor, u.draft.ID, paper, holding)
	if kind := errs.KindOf(err); err == nil || kind != errs.Conflict && kind != errs.NotFound || errors.Is(err, dossiers.ErrDraftSent) {
		return err
	}
	told := web.Problem(err)
	p.Site.Explain(u.r, told)
	u.wrong.add(paperPrefix+paper, told.Detail)
	return nil
}
