// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"hash/fnv"

	"tinhso.vn/internal/modules/moving/internal/core/dump"
	"tinhso.vn/internal/modules/moving/internal/core/mapping"
)

// needs reports whether a person of the dump is of a dossier that is new or changed.
func (g *going) needs(key string) bool { return g.need == nil || g.need[hashed(key)] }

// hashed is what is kept of a key while a table is read: of two with one hash, one is
// kept that nobody needs.
func hashed(key string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(key)) // a hash does not fail
	return h.Sum64()
}

// look finds out whom a run needs, where it is not everybody: in the second run of a
// wave few dossiers are new or changed, in the first of two communes most are of others.
func (g *going) look(ctx context.Context) error {
	known, err := g.store.HasRows(ctx, g.DB, g.wave.Source)
	if err != nil || !known && g.everybody() {
		return err
	}
	rows, err := dump.Open(g.folder, g.m.Tables[mapping.Dossiers])
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	g.need = map[uint64]bool{}
	var some []legacy
	check := func() error {
		words := make([]string, 0, len(some))
		for _, l := range some {
			words = append(words, l.Word)
		}
		there, err := g.store.FindRows(ctx, g.DB, g.wave.Source, unique(words))
		for _, l := range some {
			if old, here := there[l.Word]; !here || old.Sum != l.Sum {
				g.need[hashed(l.OwnerKey)], g.need[hashed(l.SubmitterKey)] = true, true
			}
		}
		some = some[:0]
		return err
	}
	now := g.DB.Now().Time
	for rows.Next() {
		l, wrong := dossierRow(rows, g.m, now)
		if wrong != nil || !g.mine[string(l.Unit)] {
			continue
		}
		if some = append(some, l); len(some) == 1024 {
			if err := check(); err != nil {
				return err
			}
		}
	}
	return errors.Join(rows.Err(), check())
}

// everybody reports whether all units of the dump are in the wave.
func (g *going) everybody() bool {
	for _, u := range unitsOf(g.m) {
		if !g.mine[u] {
			return false
		}
	}
	return true
}
