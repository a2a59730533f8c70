// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"maps"

	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/province"
	"tinhso.vn/internal/modules/authoring/authoringmod"
	"tinhso.vn/internal/modules/dossiers/dossiersmod"
	"tinhso.vn/internal/modules/procedures/proceduresmod"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/pdf"
)

// relay lays what the province has written in the browser over a pack that is
// being applied. What the pack says by itself now is no longer in the layer; a
// conflict is the list of all mistakes. A set that brings its own layer stays.
func relay(ctx context.Context, q db.Querier, set *packs.Set) (laid *packs.Set, err error) {
	defer errs.Wrap(&err, "lay the local layer over pack %s", set.Meta.Name)

	if set.HasLayer() {
		return set, nil
	}
	kept, err := province.Files(ctx, q)
	switch {
	case errors.Is(err, province.ErrNotApplied), errors.Is(err, province.ErrNoFiles):
		return set, nil
	case err != nil:
		return nil, err
	}
	items, err := packs.LayerItems(set, kept)
	if err != nil || len(items) == 0 {
		return set, err
	}
	layer, err := packs.Layer(set, items)
	if err != nil || len(layer) == 0 {
		return set, err
	}
	files := maps.Clone(set.Files())
	maps.Copy(files, layer)
	fsys, err := packs.FromFiles(files)
	if err != nil {
		return nil, err
	}
	return loadChecked(fsys, packs.LayerName)
}

// authoring is what the writing of procedures needs of the program.
func (p *Program) authoring(fonts pdf.Fonts) authoringmod.Deps {
	return authoringmod.Deps{
		DB: p.DB, Name: names{p.DB, p.People}.Name, Unusable: proceduresmod.Unusable, Lock: province.Lock, Fonts: fonts, PlanRegister: p.Registers.Plan, Standings: p.Registers.Standings, Files: p.Files,
		Apply: func(ctx context.Context, tx *db.Tx, set *packs.Set) error {
			settings, err := province.Get(ctx, tx)
			if err != nil {
				return err
			}
			return p.applyIn(ctx, tx, set, settings.Demo, "", &Plan{})
		},
		Running: func(ctx context.Context, q db.Querier) (map[string]int64, error) {
			_, offers := dossiersmod.New(dossiersmod.Deps{Work: dossiersmod.Work{DB: p.DB}})
			open, err := offers.Open(ctx, q)
			if err != nil {
				return nil, err
			}
			all := make(map[string]int64, len(open))
			for id, n := range open {
				all[string(id)] = n.Waiting + n.InHand
			}
			return all, nil
		},
	}
}

// approvals says how versions of a procedure came to be in force, as far as they
// were written in the browser.
func (p *Program) approvals(ctx context.Context, id proceduresmod.ID) (all []proceduresmod.Approval, err error) {
	passed, err := authoringmod.NewOffers(authoringmod.Deps{DB: p.DB}).Passed(ctx, string(id))
	who := names{p.DB, p.People}.Name
	for _, c := range passed {
		all = append(all, proceduresmod.Approval{At: c.At, Title: c.Title, Basis: c.Basis, Proposed: who(ctx, c.By.Account), Approved: who(ctx, c.Passed.Account)})
	}
	return all, err
}
