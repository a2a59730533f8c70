// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/retention"
	"tinhso.vn/internal/modules/retention/internal/store"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// ApplyRules makes the rules of a pack the rules of the province and returns
// how many changed. One that the pack has no more is dropped: then nothing of
// its kind is erased.
func (s *Service) ApplyRules(ctx context.Context, tx *db.Tx, rules []retention.Rule) (changed int, err error) {
	defer errs.Wrap(&err, "apply rules of retention")

	old, err := store.Rules(ctx, tx)
	if err != nil {
		return 0, err
	}
	for _, r := range rules {
		if slices.Contains(old, r) {
			continue
		}
		changed++
		if err := store.PutRule(ctx, tx, r); err != nil {
			return 0, err
		}
	}
	for _, r := range old {
		if slices.ContainsFunc(rules, func(n retention.Rule) bool { return n.ID == r.ID }) {
			continue
		}
		changed++
		if err := store.DropRule(ctx, tx, r.ID); err != nil {
			return 0, err
		}
	}
	return changed, nil
}

// Rules returns the rules in force, for what the program itself shows of them.
func (s *Service) Rules(ctx context.Context) ([]retention.Rule, error) { return store.Rules(ctx, s.DB) }

// drafts returns the rule of drafts; false where there is none.
func (s *Service) drafts(ctx context.Context) (retention.Rule, bool, error) {
	all, err := store.Rules(ctx, s.DB)
	if err != nil {
		return retention.Rule{}, false, err
	}
	i := slices.IndexFunc(all, func(r retention.Rule) bool { return r.What == dossiers.KeptDrafts && r.Action == retention.Forget })
	if i < 0 {
		return retention.Rule{}, false, nil
	}
	return all[i], true, nil
}

// DraftUntil says up to which day a draft is kept that was saved then; false:
// for ever.
func (s *Service) DraftUntil(ctx context.Context, saved db.Time) (until db.Time, ends bool, err error) {
	defer errs.Wrap(&err, "until when drafts are kept")

	r, ends, err := s.drafts(ctx)
	if err != nil || !ends {
		return until, false, err
	}
	until, ends = r.Until(saved.Time)
	return until, ends, nil
}

// ForgetDrafts forgets drafts that were never sent and are past their time. It
// is meant to run now and again: as days are whole, it finds something after
// midnight only. Nobody has to agree: it is the own text of people, and they are
// told the day.
func (s *Service) ForgetDrafts(ctx context.Context) (forgotten int, err error) {
	defer errs.Wrap(&err, "forget drafts")

	r, ends, err := s.drafts(ctx)
	if err != nil || !ends {
		return 0, err
	}
	before := r.Before(s.DB.Now().Time)
	for after := ""; ; {
		n, next, err := s.Keeper.ForgetDrafts(ctx, before, after, batch)
		forgotten += n
		if n > 0 {
			err = first(err, s.count(ctx, n))
		}
		if err != nil || next == "" {
			return forgotten, err
		}
		after = next
	}
}

func (s *Service) count(ctx context.Context, n int) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		day := tx.Now.In(clock.Vietnam()).Format(time.DateOnly)
		if err := store.AddForgotten(ctx, tx, day, n); err != nil {
			return err
		}
		return audit.Record(ctx, tx, identity.Program("retention.drafts"), retention.AuditForgotten, day)
	})
}
