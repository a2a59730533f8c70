// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/internal/store"
	"tinhso.vn/internal/platform/errs"
)

// Overview is what the home page says of the catalogue.
type Overview struct {
	Counts   Counts
	Fields   map[string]i18n.Text // names of the fields by slug
	Agencies map[string]i18n.Text // names of the units that decide, by their ids; kinds of unit have none
	Examples []string             // everyday words of a few procedures, one each
}

// overviewOn is an overview and what it was made from.
type overviewOn struct {
	day      string
	revision int64
	Overview
}

const maxExamples = 5

// Overview counts today's catalogue. It is counted once for each day and each
// change of the catalogue.
func (s *Service) Overview(ctx context.Context) (o Overview, err error) {
	defer errs.Wrap(&err, "overview of procedures")

	now := overviewOn{day: today(s.db.Now())}
	if now.revision, err = store.Revision(ctx, s.db); err != nil {
		return o, err
	}
	s.mu.Lock()
	seen := s.seen
	s.mu.Unlock()
	if seen.day == now.day && seen.revision == now.revision {
		return seen.Overview, nil
	}
	if now.Counts, err = s.Counts(ctx, Filter{}); err != nil {
		return o, err
	}
	if now.Examples, err = s.examples(ctx, now.Counts.Life); err != nil {
		return o, err
	}
	now.Fields = map[string]i18n.Text{}
	for _, c := range now.Counts.Field {
		one, err := s.List(ctx, Filter{Field: c.Value}, "", 1)
		if err != nil {
			return o, err
		}
		for _, v := range one.Items {
			now.Fields[c.Value] = v.Field
		}
	}
	now.Agencies = map[string]i18n.Text{}
	for _, c := range now.Counts.Agency {
		unit, err := orgs.Get(ctx, s.db, orgs.ID(c.Value))
		if errors.Is(err, orgs.ErrNotFound) {
			continue
		}
		if err != nil {
			return o, err
		}
		now.Agencies[c.Value] = unit.Name
	}
	s.mu.Lock()
	s.seen = now
	s.mu.Unlock()
	return now.Overview, nil
}

// LifeOrder returns the events of life in the order in which they come.
func LifeOrder() []string {
	return []string{
		"sinh-con", "hoc-tap", "giay-to-tuy-than", "viec-lam", "ket-hon", "nha-dat", "kinh-doanh",
		"suc-khoe-khuyet-tat", "kho-khan", "nguoi-co-cong", "tuoi-gia", "qua-doi",
	}
}

// examples are everyday words of procedures of different events of life, then of
// any others.
func (s *Service) examples(ctx context.Context, life []Count) (words []string, err error) {
	add := func(all []procedures.Version, most int) {
		for _, v := range all {
			if most > 0 && len(words) < maxExamples && len(v.Keywords) > 0 && !slices.Contains(words, v.Keywords[0]) {
				words = append(words, v.Keywords[0])
				most--
			}
		}
	}
	for _, event := range LifeOrder() {
		if slices.ContainsFunc(life, func(c Count) bool { return c.Value == event }) {
			some, err := s.List(ctx, Filter{Life: event}, "", PageSize)
			if err != nil {
				return nil, err
			}
			// The name says what it is for: the shortest is the most usual one.
			slices.SortStableFunc(some.Items, func(a, b procedures.Version) int { return cmp.Compare(len(a.Name.VI), len(b.Name.VI)) })
			add(some.Items, 1)
		}
	}
	others, err := s.List(ctx, Filter{}, "", PageSize)
	if err != nil {
		return nil, err
	}
	add(others.Items, maxExamples)
	return words, nil
}
