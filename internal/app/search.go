// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/search"
	"tinhso.vn/internal/modules/dossiers/dossiersmod"
	"tinhso.vn/internal/modules/procedures/proceduresmod"
	"tinhso.vn/internal/platform/db"
)

// newIndex returns the index of the search; kinds are declared when all modules
// are there.
func (p *Program) newIndex() *search.Index {
	x := search.New(p.DB)
	x.Persons = func(ctx context.Context, q db.Querier, asked string) ([]string, error) { return p.People.FindIDs(ctx, q, asked) }
	return x
}

// dossierChanged tells the search, in the transaction of who changes a dossier.
func dossierChanged(ctx context.Context, tx *db.Tx, id dossiersmod.ID) error {
	return search.Mark(ctx, tx, dossiersmod.SearchKind, string(id))
}

// findProcedures lets the catalogue ask the search of the house. While the index
// is built for the first time it looks itself.
func findProcedures(x *search.Index) func(ctx context.Context, question string, limit int) ([]string, []string, bool, error) {
	return func(ctx context.Context, question string, limit int) (ids, words []string, ok bool, err error) {
		a, err := x.Find(ctx, identity.Actor{}, search.Ask{Question: question, Kind: proceduresmod.SearchKind, Limit: limit})
		if err != nil || a.Building {
			return nil, nil, false, err
		}
		for _, h := range a.Items {
			ids = append(ids, h.ID)
		}
		return ids, a.Words, true, nil
	}
}
