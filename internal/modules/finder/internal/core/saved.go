// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"net/url"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/search"
	"tinhso.vn/internal/modules/finder"
	"tinhso.vn/internal/modules/finder/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Saved is a search under a name of its owner.
type Saved struct {
	ID             finder.ID
	Name, Question string
	Kind           string
	Values         map[string]string
}

const maxName = 80 // characters of the name of a saved search

// ListSaved returns the saved searches of the actor, the oldest first.
func (s *Service) ListSaved(ctx context.Context, actor identity.Actor) (all []Saved, err error) {
	defer errs.Wrap(&err, "list saved searches")

	if actor.Anonymous() {
		return nil, nil
	}
	rows, err := s.store.ListSaved(ctx, s.db, actor.Account, mostSaved)
	for _, r := range rows {
		one := Saved{ID: finder.ID(r.ID), Name: r.Name, Question: r.Question, Kind: r.Kind, Values: map[string]string{}}
		parsed, err := url.ParseQuery(r.Filters)
		if err != nil {
			return nil, err
		}
		for name := range parsed {
			one.Values[name] = parsed.Get(name)
		}
		all = append(all, one)
	}
	return all, err
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
	if one.Kind != "" && !slices.ContainsFunc(s.index.Kinds(), func(k search.Kind) bool { return k.Name == one.Kind }) {
		wrong = append(wrong, errs.Field{Name: "kind", Code: "form.choose"})
	}
	return wrong
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
		row, err := s.store.AddSaved(ctx, tx, store.Saved{Account: actor.Account, Name: one.Name, Question: one.Question, Kind: one.Kind, Filters: filters.Encode()})
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
