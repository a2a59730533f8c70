// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"

	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/dossiers/dossiersmod"
	"tinhso.vn/internal/platform/db"
)

// applyPhrases makes the phrases of a pack those of every unit; what units have written themselves stays.
func (p *Program) applyPhrases(ctx context.Context, tx *db.Tx, set *packs.Set, plan *Plan) error {
	all := make([]dossiersmod.PackPhrase, len(set.Phrases))
	for i, one := range set.Phrases {
		all[i] = dossiersmod.NewPackPhrase(one.ID, one.Kind, one.Procedure, one.Paper, one.Words, one.Basis, one.Verified())
	}
	_, offers := dossiersmod.New(dossiersmod.Deps{Work: dossiersmod.Work{DB: p.DB}})
	changed, err := offers.ApplyPhrases(ctx, tx, all)
	if err != nil {
		return err
	}
	if changed > 0 {
		plan.add("câu mẫu", "phrases", changed)
	}
	return nil
}
