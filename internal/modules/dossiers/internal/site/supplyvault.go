// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/web"
)

// vaulted is what the vault of the owner holds for a paper that is missing.
func (v supplyView) vaulted(paper procedures.Paper) given {
	g := given{paper: paper}
	if i := slices.IndexFunc(v.offers, func(o core.Offer) bool { return o.Paper == paper.ID }); i >= 0 {
		g.vault = v.offers[i].Holdings
	}
	return g
}

// typed reports whether anything that is missing is of a type that vaults keep.
func (v supplyView) typed() bool {
	return slices.ContainsFunc(v.papers(), func(paper procedures.Paper) bool { return paper.Type != "" })
}

// tickMissing takes what was ticked from the vault, or says beside the paper why
// not, and gives back what is not wanted any more.
func (s site) tickMissing(r *http.Request, id dossiers.ID, up upload, present bool) error {
	p := page.From(r.Context())
	for name, holdings := range up.form {
		paper, found := strings.CutPrefix(name, vaultPrefix)
		if !found {
			continue
		}
		for _, holding := range holdings {
			_, err := s.svc.TakeMissingHolding(r.Context(), p.Actor, id, paper, holding, present)
			if kind := errs.KindOf(err); err == nil || kind != errs.Conflict && kind != errs.NotFound && kind != errs.Invalid || errors.Is(err, dossiers.ErrNotFound) || errors.Is(err, dossiers.ErrNotAsked) {
				if err != nil {
					return err
				}
				continue
			}
			told := web.Problem(err)
			p.Site.Explain(r, told)
			text := told.Detail
			if len(told.Fields) > 0 {
				text = told.Fields[0].Detail
			}
			up.wrong.add(paperPrefix+paper, text)
		}
	}
	if attachment, found := strings.CutPrefix(up.form.Get("do"), "remove:"); found {
		if err := s.svc.DropMissingHolding(r.Context(), p.Actor, id, attachment); err != nil && !errors.Is(err, dossiers.ErrNoPaper) {
			return err
		}
	}
	return nil
}
