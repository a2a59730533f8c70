// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/search"
	"tinhso.vn/internal/modules/dossiers/dossiersmod"
	"tinhso.vn/internal/modules/procedures/proceduresmod"
	"tinhso.vn/internal/platform/db"
)

// newIndex returns the index of the search; kinds are declared when all modules
// are there.
func (p *Program) newIndex() *search.Index {
	x := search.New(p.DB)
	x.Persons = func(ctx context.Context, q db.Querier, asked string) ([]string, error) {
		return p.People.FindIDs(ctx, q, asked)
	}
	return x
}

// formerly returns what the commune with a code came from, for the search.
func (p *Program) formerly(ctx context.Context, code, day string) (names []string, err error) {
	x, err := p.areas.Index(ctx)
	if err != nil {
		return nil, err
	}
	u, there := x.Get(code, day)
	if !there {
		return nil, nil
	}
	for _, l := range x.From(u) {
		name := l.Old.Name
		if above := x.Above(l.Old); len(above) > 2 { // a district stands between it and the province
			name += " (" + above[1].Name + ")"
		}
		names = append(names, name)
	}
	return names, nil
}

// dossierChanged tells the search, in the transaction of who changes a dossier.
func dossierChanged(ctx context.Context, tx *db.Tx, id dossiersmod.ID) error {
	return search.Mark(ctx, tx, dossiersmod.SearchKind, string(id))
}

// dossiersMoved tells it of dossiers that come from an older system.
func dossiersMoved(ctx context.Context, tx *db.Tx, ids ...dossiersmod.ID) error {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = string(id)
	}
	return search.MarkAll(ctx, tx, dossiersmod.SearchKind, words)
}

// follower is told, in the transaction, that a dossier was added or changed.
type follower interface {
	Changed(ctx context.Context, tx *db.Tx, id dossiersmod.ID) error
}

// dossierFollowed tells those who follow dossiers as well: the national portal, and
// the legs of linked ones.
func dossierFollowed(all func() []follower) func(ctx context.Context, tx *db.Tx, id dossiersmod.ID) error {
	return func(ctx context.Context, tx *db.Tx, id dossiersmod.ID) error {
		err := dossierChanged(ctx, tx, id)
		for _, one := range all() {
			err = errors.Join(err, one.Changed(ctx, tx, id))
		}
		return err
	}
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

// applySynonyms makes the synonyms of a pack those of the search, and has all
// kinds compared with the index: what a pack changes is found at once.
func (p *Program) applySynonyms(ctx context.Context, tx *db.Tx, set *packs.Set, plan *Plan) error {
	var all search.Synonyms
	for _, s := range set.Synonyms {
		if len(s.Same) > 0 {
			all.Same = append(all.Same, s.Same)
		}
		for _, old := range s.Old {
			all.Now = append(all.Now, search.Renamed{Old: old, New: s.Now})
		}
		all.Stops = append(all.Stops, s.Stop...)
	}
	changed, err := search.Apply(ctx, tx, all)
	if err != nil {
		return err
	}
	if changed {
		plan.add("nhóm từ đồng nghĩa khi tìm kiếm", "synonyms of the search", len(set.Synonyms))
	}
	return search.Refresh(ctx, tx)
}
