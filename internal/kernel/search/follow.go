// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package search

import (
	"context"

	"tinhso.vn/internal/kernel/search/internal/store"
	"tinhso.vn/internal/platform/db"
)

// followAtOnce is how many changes of a feed are read at a time.
const followAtOnce = 100

// follow brings what has changed in kinds with a feed of their own into the index,
// into both halves while one is built, and reports whether there was anything.
func (x *Index) follow(ctx context.Context) (some bool, err error) {
	for _, k := range x.indexed() {
		if k.Since == nil {
			continue
		}
		at, err := store.Place(ctx, x.db, k.Name)
		if err != nil {
			return some, err
		}
		if _, next, lost, err := k.Since(ctx, x.db, at, followAtOnce); err != nil || next == at && !lost {
			if err != nil {
				return some, err
			}
			continue // an idle server does not write
		}
		if err := x.db.Write(ctx, func(tx *db.Tx) error { return x.followOne(ctx, tx, k, at) }); err != nil {
			return some, err
		}
		some = true
	}
	return some, nil
}

func (x *Index) followOne(ctx context.Context, tx *db.Tx, k Kind, from string) error {
	state, err := store.Lock(ctx, tx)
	if err != nil {
		return err
	}
	at, err := store.Place(ctx, tx, k.Name)
	if err != nil || at != from {
		return err // another server was faster
	}
	ids, next, lost, err := k.Since(ctx, tx, at, followAtOnce)
	if err != nil {
		return err
	}
	if err := store.SetPlace(ctx, tx, k.Name, next); err != nil {
		return err
	}
	if lost || at == "" && state.Building == "" {
		return x.start(ctx, tx, state)
	}
	if len(ids) == 0 {
		return nil
	}
	return x.both(ctx, tx, state, k, ids)
}

// merged makes one answer of several ways of finding things of the same kind: what
// is found in more than one way is one hit.
func merged(all []found, most int) (out []found) {
	at := map[string]int{}
	for _, f := range all {
		i, there := at[f.kind.Name]
		if !there {
			at[f.kind.Name] = len(out)
			out = append(out, f)
			continue
		}
		out[i].hits, out[i].more = append(out[i].hits, f.hits...), out[i].more || f.more
	}
	for i, f := range out {
		if f.kind.Thing == nil {
			continue
		}
		best := map[string]int{}
		var hits []Hit
		for _, h := range f.hits {
			h.ID = f.kind.Thing(h.ID)
			if j, there := best[h.ID]; !there {
				best[h.ID] = len(hits)
				hits = append(hits, h)
			} else if h.key().compare(hits[j].key()) < 0 {
				hits[j] = h
			}
		}
		if len(hits) > most { // each way found so many
			out[i].more, hits = true, hits[:most]
		}
		out[i].hits = hits
	}
	return out
}
