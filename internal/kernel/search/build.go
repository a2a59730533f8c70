// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package search

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/search/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

const (
	batch     = 200              // documents of one transaction
	lookEvery = 2 * time.Second  // how often stamps are compared
	restAfter = 30 * time.Second // questions that began before the halves were turned have ended
)

// Step does a piece of what there is to do and reports whether there is more:
// it brings marks into the index, goes on with a rebuild, begins one when kinds
// are declared otherwise than those the index was built with. Several servers
// may call it; each piece is one transaction, so that a crash costs one piece.
func (x *Index) Step(ctx context.Context) (more bool, err error) {
	defer errs.Wrap(&err, "keep the search index")

	if len(x.indexed()) == 0 {
		return false, nil
	}
	state, err := store.GetState(ctx, x.db)
	if err != nil {
		return false, err
	}
	made, err := x.made(ctx, x.db)
	if err != nil {
		return false, err
	}
	if state.Building == "" && state.BuiltWith != made || state.Building != "" && state.With != made {
		return true, x.db.Write(ctx, func(tx *db.Tx) error { return x.begin(ctx, tx) })
	}
	marked, err := x.marks(ctx)
	if err != nil {
		return false, err
	}
	followed, err := x.follow(ctx)
	if err != nil {
		return false, err
	}
	marked = marked || followed
	if state.Building != "" {
		return true, x.db.Write(ctx, func(tx *db.Tx) error { return x.build(ctx, tx) })
	}
	if marked {
		return true, nil
	}
	if err := x.rest(ctx, state); err != nil {
		return false, err
	}
	return false, x.look(ctx, state)
}

// Rebuild begins to build the index anew beside the one that answers. One that
// is running goes on.
func (x *Index) Rebuild(ctx context.Context, tx *db.Tx) error {
	state, err := store.Lock(ctx, tx)
	if err != nil || state.Building != "" {
		return err
	}
	return x.start(ctx, tx, state)
}

// begin is Rebuild for kinds that are declared otherwise: also in the middle of another.
func (x *Index) begin(ctx context.Context, tx *db.Tx) error {
	state, err := store.Lock(ctx, tx)
	if err != nil {
		return err
	}
	made, err := x.made(ctx, tx)
	if err != nil {
		return err
	}
	if state.Building == "" && state.BuiltWith == made || state.Building != "" && state.With == made {
		return nil // another server was first
	}
	return x.start(ctx, tx, state)
}

func (x *Index) start(ctx context.Context, tx *db.Tx, state store.State) error {
	made, err := x.made(ctx, tx)
	if err != nil {
		return err
	}
	state.Building, state.With, state.Kind, state.After, state.Done, state.Total = state.Active.Other(), made, x.indexed()[0].Name, "", 0, 0
	state.Started, state.Finished = tx.Now, db.Time{}
	for _, k := range x.indexed() {
		n, err := k.Count(ctx, tx)
		if err != nil {
			return err
		}
		state.Total += n
	}
	return errors.Join(store.Prepare(ctx, tx, state.Building), store.ZeroTerms(ctx, tx), store.SetState(ctx, tx, state))
}

// build writes the next documents of a rebuild, or turns to the new half.
func (x *Index) build(ctx context.Context, tx *db.Tx) error {
	state, err := store.Lock(ctx, tx)
	if err != nil || state.Building == "" {
		return err
	}
	kinds := x.indexed()
	i := slices.IndexFunc(kinds, func(k Kind) bool { return k.Name == state.Kind })
	if i < 0 {
		return x.start(ctx, tx, state)
	}
	k := kinds[i]
	ids, err := k.List(ctx, tx, state.After, batch)
	if err != nil {
		return err
	}
	if len(ids) > 0 {
		if err := x.write(ctx, tx, state.Building, k, ids, true); err != nil {
			return err
		}
		state.Done, state.After = state.Done+int64(len(ids)), ids[len(ids)-1]
	}
	switch {
	case len(ids) == batch:
	case i+1 < len(kinds):
		state.Kind, state.After = kinds[i+1].Name, ""
	default:
		if err := store.Ready(ctx, tx, state.Building); err != nil {
			return err
		}
		state.Active, state.BuiltWith, state.Building, state.With, state.Kind, state.After = state.Building, state.With, "", "", "", ""
		state.Finished = tx.Now
		if err := store.TurnTerms(ctx, tx); err != nil {
			return err
		}
		// What changed meanwhile in kinds without marks is compared next.
		for _, k := range x.indexed() {
			if k.Since != nil {
				continue // was followed all the while
			}
			if err := store.SetStamp(ctx, tx, k.Name, ""); err != nil {
				return err
			}
		}
		x.mu.Lock()
		x.looked = db.Time{}
		x.mu.Unlock()
	}
	return store.SetState(ctx, tx, state)
}

// rest empties the half that answered before the last rebuild: nothing that was
// erased stays in it.
func (x *Index) rest(ctx context.Context, state store.State) error {
	if state.Finished.IsZero() || x.db.Now().Sub(state.Finished.Time) < restAfter {
		return nil
	}
	if top, err := store.Top(ctx, x.db, state.Active.Other()); err != nil || top == 0 {
		return err
	}
	return x.db.Write(ctx, func(tx *db.Tx) error {
		now, err := store.Lock(ctx, tx)
		if err != nil || now.Building != "" {
			return err
		}
		return store.Clear(ctx, tx, now.Active.Other())
	})
}

// write loads things and brings them into a half: those that are gone leave it.
func (x *Index) write(ctx context.Context, tx *db.Tx, h store.Half, k Kind, ids []string, building bool) error {
	docs, err := k.Load(ctx, tx, ids)
	if err != nil {
		return err
	}
	rows, there := make([]store.Row, len(docs)), map[string]bool{}
	for i, d := range docs {
		rows[i], there[d.ID] = k.row(d), true
	}
	gone := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return there[id] })
	if err := store.Remove(ctx, tx, h, k.Name, gone); err != nil {
		return err
	}
	written, added, err := store.Put(ctx, tx, h, k.Name, rows)
	if err != nil || written == 0 {
		return err
	}
	return store.AddTerms(ctx, tx, vocabulary(k, rows, added), building)
}

// vocabulary counts the words of documents: each once for each document that is
// new. Those of a changed one are known, and not counted again.
func vocabulary(k Kind, rows []store.Row, added map[string]bool) map[string]int64 {
	terms := map[string]int64{kindTag(k.Name): int64(len(added))}
	for _, r := range rows {
		seen, one := map[string]bool{}, int64(0)
		if added[r.Doc] {
			one = 1
		}
		for _, part := range append([]string{r.Title}, r.Words...) {
			for w := range strings.FieldsSeq(part) {
				if store.IsTerm(w) && !seen[w] {
					terms[w] += one
					seen[w] = true
				}
			}
		}
	}
	return terms
}

// both writes things into the half that answers, and into the one that is built.
func (x *Index) both(ctx context.Context, tx *db.Tx, state store.State, k Kind, ids []string) error {
	if err := x.write(ctx, tx, state.Active, k, ids, false); err != nil || state.Building == "" {
		return err
	}
	return x.write(ctx, tx, state.Building, k, ids, true)
}

// marks brings changes into the index and reports whether there may be more at once.
// What has changed since is left to the next tick: a dossier through which somebody
// hurries is written into the index once and not after every step.
func (x *Index) marks(ctx context.Context) (some bool, err error) {
	waiting, err := store.Marks(ctx, x.db, 1)
	if err != nil || len(waiting) == 0 {
		return false, err // an idle server does not write
	}
	most := batch
	if waiting[0].Tries > 0 {
		most = 1 // alone, so that one that fails holds nobody up
	}
	var failed store.Mark
	taken := 0
	err = x.db.Write(ctx, func(tx *db.Tx) error {
		state, err := store.Lock(ctx, tx)
		if err != nil {
			return err
		}
		marks, err := store.Marks(ctx, tx, most)
		if err != nil {
			return err
		}
		byKind := map[string][]string{}
		taken = len(marks)
		for _, m := range marks {
			if !slices.Contains(byKind[m.Kind], m.Doc) {
				byKind[m.Kind] = append(byKind[m.Kind], m.Doc)
			}
		}
		for _, k := range x.indexed() {
			if len(byKind[k.Name]) == 0 {
				continue
			}
			if err := x.both(ctx, tx, state, k, byKind[k.Name]); err != nil {
				failed = marks[0]
				return err
			}
		}
		return store.DropMarks(ctx, tx, marks)
	})
	if err != nil && failed.ID != "" && ctx.Err() == nil {
		// All of the batch count one failure and are tried one by one.
		return true, errors.Join(err, x.db.Write(ctx, func(tx *db.Tx) error { return x.fail(ctx, tx, most) }))
	}
	return taken == most, err
}

func (x *Index) fail(ctx context.Context, tx *db.Tx, most int) error {
	if _, err := store.Lock(ctx, tx); err != nil {
		return err
	}
	marks, err := store.Marks(ctx, tx, most)
	if err != nil {
		return err
	}
	for _, m := range marks {
		if err := store.FailMark(ctx, tx, m.ID); err != nil {
			return err
		}
	}
	return nil
}

// look compares kinds whose source has changed since they were read.
func (x *Index) look(ctx context.Context, state store.State) error {
	now := x.db.Now()
	x.mu.Lock()
	due := now.Sub(x.looked.Time) >= lookEvery
	if due {
		x.looked = now
	}
	x.mu.Unlock()
	if !due {
		return nil
	}
	for _, k := range x.indexed() {
		if k.Stamp == nil {
			continue
		}
		is, err := k.Stamp(ctx, x.db)
		if err != nil {
			return err
		}
		was, err := store.Stamp(ctx, x.db, k.Name)
		if err != nil {
			return err
		}
		if is != was {
			if err := x.compare(ctx, state, k, is); err != nil {
				return err
			}
		}
	}
	return nil
}

// compare makes the index say of a kind what its source says: only what differs
// is written.
func (x *Index) compare(ctx context.Context, state store.State, k Kind, stamp string) error {
	there, err := x.kept(ctx, state.Active, k.Name)
	if err != nil {
		return err
	}
	for after := ""; ; {
		ids, err := k.List(ctx, x.db, after, batch)
		if err != nil {
			return err
		}
		docs, err := k.Load(ctx, x.db, ids)
		if err != nil {
			return err
		}
		said := map[string]string{}
		for _, d := range docs {
			said[d.ID] = sum(d)
		}
		var differ []string
		for _, id := range ids {
			if there[id] != said[id] {
				differ = append(differ, id)
			}
			delete(there, id)
		}
		if err := x.rewrite(ctx, k, differ); err != nil {
			return err
		}
		if len(ids) < batch {
			break
		}
		after = ids[len(ids)-1]
	}
	var gone []string
	for id := range there {
		gone = append(gone, id)
	}
	slices.Sort(gone)
	for part := range slices.Chunk(gone, batch) {
		if err := x.rewrite(ctx, k, part); err != nil {
			return err
		}
	}
	return x.db.Write(ctx, func(tx *db.Tx) error { return store.SetStamp(ctx, tx, k.Name, stamp) })
}

func (x *Index) rewrite(ctx context.Context, k Kind, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	return x.db.Write(ctx, func(tx *db.Tx) error {
		state, err := store.Lock(ctx, tx)
		if err != nil {
			return err
		}
		return x.both(ctx, tx, state, k, ids)
	})
}

// kept returns the sums of all documents of a kind.
func (x *Index) kept(ctx context.Context, h store.Half, kind string) (map[string]string, error) {
	all := map[string]string{}
	for after := int64(0); ; {
		some, err := store.List(ctx, x.db, h, kind, after, 5*batch)
		if err != nil {
			return nil, err
		}
		for _, k := range some {
			all[k.Doc], after = k.Sum, k.Num
		}
		if len(some) < 5*batch {
			return all, nil
		}
	}
}
