// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package search

import (
	"context"

	"tinhso.vn/internal/kernel/search/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Health is what operators see of the index.
type Health struct {
	Kinds    []KindHealth
	Waiting  int64 // changes that are not in the index yet
	Failed   int64 // changes whose module could not say what has changed
	Building bool
	First    bool // the first time: until then not everything is found
	Done     int64
	Total    int64
	Started  db.Time
	Finished db.Time // of the last rebuild
}

// Percent is how far a rebuild has come, 0 to 100.
func (h Health) Percent() int {
	if h.Total == 0 {
		return 0
	}
	return int(min(100, h.Done*100/h.Total))
}

// KindHealth is how many of a kind there are, at the source and in the index.
type KindHealth struct {
	Kind          Kind
	Source, Index int64
}

// Health counts what is there.
func (x *Index) Health(ctx context.Context) (h Health, err error) {
	defer errs.Wrap(&err, "health of the search index")

	state, err := store.GetState(ctx, x.db)
	if err != nil {
		return h, err
	}
	h = Health{
		Building: state.Building != "", First: state.BuiltWith == "", Done: state.Done, Total: state.Total,
		Started: state.Started, Finished: state.Finished,
	}
	counts, err := store.Count(ctx, x.db, state.Active)
	if err != nil {
		return h, err
	}
	for _, k := range x.indexed() {
		n, err := k.Count(ctx, x.db)
		if err != nil {
			return h, err
		}
		h.Kinds = append(h.Kinds, KindHealth{Kind: k, Source: n, Index: counts[k.Name]})
	}
	h.Waiting, h.Failed, err = store.CountMarks(ctx, x.db)
	return h, err
}

// Retry lets changes be read again that could not be.
func Retry(ctx context.Context, tx *db.Tx) error { return store.RetryMarks(ctx, tx) }

// Difference is a document that the index has otherwise than its source.
type Difference struct {
	Kind Kind
	ID   string
	Gone bool // the source has it no more
}

// Checked is the result of a comparison.
type Checked struct {
	Looked      int
	Differences []Difference
}

const (
	samples    = 8  // stretches of each kind that are compared
	sampleSize = 25 // documents of a stretch
)

// Check compares samples of each kind, spread over all of it, with the source,
// and has marked what differs so that it is mended.
func (x *Index) Check(ctx context.Context) (c Checked, err error) {
	defer errs.Wrap(&err, "check the search index")

	state, err := store.GetState(ctx, x.db)
	if err != nil {
		return c, err
	}
	for _, k := range x.indexed() {
		last, err := store.Last(ctx, x.db, state.Active, k.Name)
		if err != nil {
			return c, err
		}
		after := int64(0)
		for i := range int64(samples) {
			some, err := store.List(ctx, x.db, state.Active, k.Name, max(after, i*last/samples), sampleSize)
			if err != nil {
				return c, err
			}
			if len(some) == 0 {
				break
			}
			after = some[len(some)-1].Num
			if err := x.differ(ctx, k, some, &c); err != nil {
				return c, err
			}
		}
		newest, err := x.missing(ctx, state, k)
		if err != nil {
			return c, err
		}
		c.Differences = append(c.Differences, newest...)
	}
	if len(c.Differences) == 0 {
		return c, nil
	}
	return c, x.db.Write(ctx, func(tx *db.Tx) error {
		for _, d := range c.Differences {
			if err := Mark(ctx, tx, d.Kind.Name, d.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

func (x *Index) differ(ctx context.Context, k Kind, some []store.Kept, c *Checked) error {
	ids := make([]string, len(some))
	for i, one := range some {
		ids[i] = one.Doc
	}
	docs, err := k.Load(ctx, x.db, ids)
	if err != nil {
		return err
	}
	said := map[string]string{}
	for _, d := range docs {
		said[d.ID] = sum(d)
	}
	for _, one := range some {
		c.Looked++
		if now, there := said[one.Doc]; now != one.Sum {
			c.Differences = append(c.Differences, Difference{Kind: k, ID: one.Doc, Gone: !there})
		}
	}
	return nil
}

// missing looks for things of the first stretch of the source that the index lacks.
func (x *Index) missing(ctx context.Context, state store.State, k Kind) (all []Difference, err error) {
	ids, err := k.List(ctx, x.db, "", samples*sampleSize)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	there, err := store.Named(ctx, x.db, state.Active, k.Name, ids, nil)
	if err != nil {
		return nil, err
	}
	has := map[string]bool{}
	for _, c := range there {
		has[c.Doc] = true
	}
	docs, err := k.Load(ctx, x.db, ids)
	if err != nil {
		return nil, err
	}
	for _, d := range docs {
		if !has[d.ID] {
			all = append(all, Difference{Kind: k, ID: d.ID})
		}
	}
	return all, nil
}
