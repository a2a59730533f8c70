// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core finds what is past its time and has it erased: one file per use
// case. What it erases belongs to other modules, which do it.
package core

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/retention"
	"tinhso.vn/internal/modules/retention/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Deps is everything the use cases need, by name and without defaults.
type Deps struct {
	DB     *db.DB
	Keeper dossiers.Keeper
	Told   retention.Told
	// Name names an account.
	Name func(ctx context.Context, account string) string
}

// Service runs the use cases.
type Service struct {
	Deps
	batch int // how many dossiers one job takes: so many are erased in seconds
}

// New returns a service.
func New(d Deps) *Service { return &Service{Deps: d, batch: 50} }

// PageSize is how many rows a list returns at most.
const PageSize = 50

// Page is a part of a list. Next is given back to get the part after it; empty
// at the end.
type Page[T any] struct {
	Items []T
	Next  string
}

// findRule returns the rule in force with an id.
func (s *Service) findRule(ctx context.Context, q db.Querier, id string) (retention.Rule, error) {
	all, err := store.Rules(ctx, q)
	if err != nil {
		return retention.Rule{}, err
	}
	for _, r := range all {
		if r.ID == id {
			return r, nil
		}
	}
	return retention.Rule{}, retention.ErrNotFound
}

// Standing is a rule with how much is past its time.
type Standing struct {
	Rule retention.Rule
	Now  dossiers.Due // nothing of a rule that never ends
	Soon dossiers.Due // in 30 days, with those of now
	Open string       // the run that is proposed or going on; empty: none
}

// Overview is all rules, and what was forgotten by itself.
type Overview struct {
	Rules     []Standing
	Day       string // the last on which drafts were forgotten, YYYY-MM-DD; empty: never
	Forgotten int    // drafts on that day
	All       int    // drafts since the beginning
}

// soon is how far ahead the overview looks, in days.
const soon = 30

// ListRules returns the rules in force with how much is due now and soon.
func (s *Service) ListRules(ctx context.Context, actor identity.Actor) (o Overview, err error) {
	defer errs.Wrap(&err, "list rules of retention")

	if _, err := access.Require(actor, retention.PermView); err != nil {
		return o, err
	}
	rules, err := store.Rules(ctx, s.DB)
	if err != nil {
		return o, err
	}
	runs, err := store.ListRuns(ctx, s.DB, "", PageSize)
	if err != nil {
		return o, err
	}
	now := s.DB.Now()
	for _, r := range rules {
		st := Standing{Rule: r}
		if before := r.Before(now.Time); !before.IsZero() {
			if st.Now, err = s.due(ctx, r.What, before); err != nil {
				return o, err
			}
			if st.Soon, err = s.due(ctx, r.What, r.Before(now.AddDate(0, 0, soon))); err != nil {
				return o, err
			}
		}
		for _, run := range runs {
			if run.Rule.What == r.What && (run.State == retention.Proposed || run.State == retention.Running) {
				st.Open = run.ID
			}
		}
		o.Rules = append(o.Rules, st)
	}
	o.Day, o.Forgotten, o.All, err = store.Forgotten(ctx, s.DB)
	return o, err
}

// Preview is what a run of a rule would erase, a part of it.
type Preview struct {
	Standing
	Page[dossiers.DueDossier]
}

// PreviewRule lists what a run of a rule would erase if it were proposed now,
// and what would stay because it is held: codes and dates, and nobody's name.
func (s *Service) PreviewRule(ctx context.Context, actor identity.Actor, rule, after string) (p Preview, err error) {
	defer errs.Wrap(&err, "preview rule %s", rule)

	all, err := s.ListRules(ctx, actor)
	if err != nil {
		return p, err
	}
	for _, st := range all.Rules {
		if st.Rule.ID != rule {
			continue
		}
		p.Standing = st
		if st.Rule.Action != retention.EraseFiles {
			return p, nil // of drafts nothing is shown: they are their writers' own
		}
		p.Items, p.Next, err = s.Keeper.ListDue(ctx, st.Rule.What, st.Rule.Before(s.DB.Now().Time), after, PageSize)
		return p, err
	}
	return p, retention.ErrNotFound
}
