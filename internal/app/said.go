// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers/dossiersmod"
	"tinhso.vn/internal/modules/privacy/privacymod"
	"tinhso.vn/internal/platform/db"
)

// saidHolder is what was said to systems outside about the dossiers of somebody, and by them.
type saidHolder struct {
	p    *Program
	work dossierHolder
}

// Name implements privacymod.Holder.
func (saidHolder) Name() string { return "connections" }

// Describe implements privacymod.Holder.
func (saidHolder) Describe() privacymod.Description {
	return privacymod.Description{
		Name: i18n.Text{VI: "Trao đổi với hệ thống khác", EN: "What was said to other systems"},
		What: i18n.Text{VI: "Hệ thống nào đã được báo, đã hỏi về hồ sơ của Ông/Bà, lúc nào. Nội dung được giữ niêm phong một thời gian để gửi lại.", EN: "Which systems were told of your dossiers or asked about them, and when. What was said is kept sealed for a time, to be said again."},
	}
}

// each calls do for every dossier of a person.
func (h saidHolder) each(ctx context.Context, person string, do func(id dossiersmod.ID, code string) error) error {
	// Whoever has no account has dossiers all the same: it is the person whose they are.
	scope, err := access.Require(identity.NewActor("privacy", person).Grant(dossiersmod.PermOwn, identity.Place{}), dossiersmod.PermOwn)
	if err != nil {
		return err
	}
	owned, err := h.work.work.ListOwned(ctx, scope, maxOwned)
	for _, d := range owned {
		if err == nil {
			err = do(d.ID, d.Code)
		}
	}
	return err
}

// Export implements privacymod.Holder.
func (h saidHolder) Export(ctx context.Context, person string, to privacymod.Sink) error {
	ways := map[string]string{connectors.Out: "gửi đi", connectors.In: "nhận về"}
	return h.each(ctx, person, func(id dossiersmod.ID, code string) error {
		for before := ""; ; {
			calls, err := connectors.CallsOf(ctx, h.p.DB, string(id), before, exportPage)
			if err != nil {
				return err
			}
			for _, c := range calls {
				before = c.ID
				title := i18n.Text{VI: c.Partner, EN: c.Partner}
				if known, err := h.p.Parts.Hub.Partner(c.Partner); err == nil { // one that is not connected any more is named by its id
					title = known.Title
				}
				if err := to.Record(privacymod.Record{
					Title: title, At: c.Started, Lines: []privacymod.Line{fact("Hồ sơ", "Dossier", code), fact("Chiều", "Way", ways[c.Direction]), fact("Việc", "What", c.Operation), fact("Mục đích", "Purpose", c.Purpose)},
					Data: map[string]any{"at": c.Started, "dossier": code, "partner": c.Partner, "way": c.Direction, "what": c.Operation, "purpose": c.Purpose, "outcome": c.Outcome, "bytes": c.Sent + c.Got, "kept": c.Request || c.Answer},
				}); err != nil {
					return err
				}
			}
			if len(calls) < exportPage {
				return nil
			}
		}
	})
}

// MustKeep implements privacymod's Eraser: what is not said yet, as the law wants it said.
func (h saidHolder) MustKeep(ctx context.Context, q db.Querier, person string, limit int) (all []privacymod.Kept, err error) {
	err = h.each(ctx, person, func(id dossiersmod.ID, code string) error {
		n, err := connectors.Unsaid(ctx, q, string(id))
		if n > 0 && len(all) < limit {
			all = append(all, privacymod.Kept{What: code, Reason: i18n.Text{VI: "Tin về hồ sơ còn chờ gửi cho hệ thống khác", EN: "Other systems are still to be told of the dossier"}})
		}
		return err
	})
	return all, err
}

// Erase implements privacymod's Eraser. That something was said stays, without what.
func (h saidHolder) Erase(ctx context.Context, tx *db.Tx, person string) (n int, err error) {
	err = h.each(ctx, person, func(id dossiersmod.ID, _ string) error {
		gone, err := connectors.ForgetDossier(ctx, tx, string(id))
		n += gone
		return err
	})
	return n, err
}
