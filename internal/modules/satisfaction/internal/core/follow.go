// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/satisfaction"
	"tinhso.vn/internal/modules/satisfaction/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// ListFollowUps returns low scores of the actor's units in a state (empty: open),
// the newest months first. Words and contacts are not in the list.
func (s *Service) ListFollowUps(ctx context.Context, actor identity.Actor, state string, after FollowAfter) (all []FollowUp, next FollowAfter, err error) {
	defer errs.Wrap(&err, "list low scores")

	scope, err := access.Require(actor, satisfaction.PermFollow)
	if err != nil {
		return nil, next, err
	}
	if state != Answered && state != Closed {
		state = Open
	}
	if all, err = s.store.ListFollow(ctx, s.DB, scope, state, after, PageSize+1); err != nil {
		return nil, next, err
	}
	if len(all) > PageSize {
		all = all[:PageSize]
		next = FollowAfter{Month: all[PageSize-1].Month, ID: all[PageSize-1].ID}
	}
	for i := range all {
		all[i].Words, all[i].Contact = "", ""
	}
	return all, next, nil
}

// GetFollowUp returns a low score with what was written; that it was read is recorded.
func (s *Service) GetFollowUp(ctx context.Context, actor identity.Actor, followUp string) (f FollowUp, err error) {
	defer errs.Wrap(&err, "read a low score")

	scope, err := access.Require(actor, satisfaction.PermFollow)
	if err != nil {
		return f, err
	}
	if f, err = s.store.GetFollow(ctx, s.DB, scope, followUp); err != nil {
		return f, err
	}
	return f, s.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.RecordRead(ctx, tx, actor, satisfaction.AuditLooked, f.ID, access.Handling)
	})
}

// follow changes a follow-up of the actor's units that is not closed.
func (s *Service) follow(ctx context.Context, actor identity.Actor, followUp string, e audit.Event, change func(f *FollowUp) error) error {
	scope, err := access.Require(actor, satisfaction.PermFollow)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		f, err := s.store.GetFollow(ctx, tx, scope, followUp)
		if err != nil {
			return err
		}
		if f.State == store.Closed {
			return satisfaction.ErrDecided
		}
		if err := change(&f); err != nil {
			return err
		}
		f.By, f.At = actor.Account, tx.Now
		if err := s.store.PutFollow(ctx, tx, f); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, e, f.ID)
	})
}

// Reply says what was done about a low score.
func (s *Service) Reply(ctx context.Context, actor identity.Actor, followUp, answer string) (err error) {
	defer errs.Wrap(&err, "say what was done")

	var a asked
	answer = a.words("answer", answer, true)
	if err := a.err(); err != nil {
		return err
	}
	return s.follow(ctx, actor, followUp, satisfaction.AuditReplied, func(f *FollowUp) error {
		f.State, f.Answer = store.Answered, answer
		return nil
	})
}

// CloseFollowUp closes a low score of which it is said what was done. How to reach
// who gave it is erased.
func (s *Service) CloseFollowUp(ctx context.Context, actor identity.Actor, followUp string) (err error) {
	defer errs.Wrap(&err, "close a low score")

	return s.follow(ctx, actor, followUp, satisfaction.AuditClosed, func(f *FollowUp) error {
		if f.State != store.Answered {
			return satisfaction.ErrNoAnswer
		}
		f.State, f.Contact = store.Closed, ""
		return nil
	})
}
