// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"net/url"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/search"
	"tinhso.vn/internal/modules/finder"
	"tinhso.vn/internal/modules/finder/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Saved is a search under a name.
type Saved struct {
	ID             finder.ID
	Name, Question string
	Kind           string
	Values         map[string]string
	Sort           search.Sort
	Shared         bool // the officials of the owner's unit see it too
	Mine           bool
	New            int // found since the reader looked at it last; -1: not counted
}

// Ask returns the question.
func (s Saved) Ask() search.Ask {
	return search.Ask{Question: s.Question, Kind: s.Kind, Values: s.Values, Sort: s.Sort}
}

const (
	maxName  = 80                     // characters of the name of a saved search
	patience = 300 * time.Millisecond // for counting what is new
)

// ListSaved returns the saved searches of the actor, then those that others share
// with the actor's unit; the oldest first.
func (s *Service) ListSaved(ctx context.Context, actor identity.Actor) (all []Saved, err error) {
	defer errs.Wrap(&err, "list saved searches")

	if actor.Anonymous() {
		return nil, nil
	}
	rows, err := s.store.ListSaved(ctx, s.db, actor.Account, mostSaved)
	if err != nil {
		return nil, err
	}
	shared, err := s.store.ListShared(ctx, s.db, actor.Account, actor.Unit, mostSaved)
	if err != nil {
		return nil, err
	}
	began := s.db.Now()
	for _, r := range append(rows, shared...) {
		one := Saved{
			ID: finder.ID(r.ID), Name: r.Name, Question: r.Question, Kind: r.Kind, Values: map[string]string{}, Sort: search.Sort(r.Sort),
			Shared: r.Unit != "", Mine: r.Account == actor.Account, New: -1,
		}
		parsed, err := url.ParseQuery(r.Filters)
		if err != nil {
			return nil, err
		}
		for name := range parsed {
			one.Values[name] = parsed.Get(name)
		}
		if s.db.Now().Sub(began.Time) < patience {
			if one.New, err = s.index.CountSince(ctx, actor, one.Ask(), r.Looked); err != nil {
				return nil, err
			}
		}
		all = append(all, one)
	}
	return all, nil
}

// Look notes that the actor looks at what a saved search finds: what is new is
// counted from here on.
func (s *Service) Look(ctx context.Context, actor identity.Actor, id finder.ID) (err error) {
	defer errs.Wrap(&err, "look at a saved search")

	if actor.Anonymous() {
		return access.ErrSignInNeeded
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		there, err := s.store.Look(ctx, tx, actor.Account, actor.Unit, string(id))
		if err == nil && !there {
			return finder.ErrNotFound
		}
		return err
	})
}

// check reports what is wrong with a search that somebody wants to keep.
func (s *Service) check(one Saved) (wrong []errs.Field) {
	if one.Name == "" {
		wrong = append(wrong, errs.Field{Name: "name", Code: "form.required"})
	} else if n := len([]rune(one.Name)); n > maxName {
		wrong = append(wrong, errs.Field{Name: "name", Code: "form.too_long", Args: map[string]any{"max": maxName, "over": n - maxName}})
	}
	if one.Question == "" {
		wrong = append(wrong, errs.Field{Name: "question", Code: "form.required"})
	}
	return append(wrong, s.index.Problems(one.Ask())...)
}

// Save keeps a search under a name. What looks like a number of a person is not kept.
func (s *Service) Save(ctx context.Context, actor identity.Actor, one Saved) (id finder.ID, err error) {
	defer errs.Wrap(&err, "save a search")

	if actor.Anonymous() {
		return "", access.ErrSignInNeeded
	}
	one.Name, one.Question = text.Line(one.Name), search.Asked(one.Question)
	if wrong := s.check(one); len(wrong) > 0 {
		return "", errs.BadInput(wrong)
	}
	if search.LooksPersonal(one.Question) || search.LooksPersonal(one.Name) {
		return "", finder.ErrPersonal
	}
	unit := ""
	if one.Shared {
		if unit = actor.Unit; unit == "" {
			return "", finder.ErrNoUnit
		}
	}
	filters := url.Values{}
	for name, value := range one.Values {
		if value != "" {
			filters.Set(name, value)
		}
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		have, err := s.store.ListSaved(ctx, tx, actor.Account, mostSaved)
		if err != nil {
			return err
		}
		if len(have) >= mostSaved {
			return finder.ErrTooMany.With("most", mostSaved)
		}
		row, err := s.store.AddSaved(ctx, tx, store.Saved{Account: actor.Account, Name: one.Name, Question: one.Question, Kind: one.Kind, Filters: filters.Encode(), Sort: string(one.Sort), Unit: unit})
		id = finder.ID(row)
		return err
	})
	return id, err
}

// Unsave removes a saved search of the actor.
func (s *Service) Unsave(ctx context.Context, actor identity.Actor, id finder.ID) (err error) {
	defer errs.Wrap(&err, "remove a saved search")

	if actor.Anonymous() {
		return access.ErrSignInNeeded
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		was, err := s.store.DropSaved(ctx, tx, actor.Account, string(id))
		if err == nil && !was {
			return finder.ErrNotFound
		}
		return err
	})
}
