// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// JobPublish publishes an approved change at the first moment of its day.
const JobPublish jobs.Kind = "authoring.publish"

// errStale means that what was looked at is no longer so: look again.
var errStale = errs.New(errs.Conflict, "authoring.seen")

// step takes a change from one state to another in one transaction.
type step struct {
	from  []authoring.State
	to    authoring.State
	rev   int // as the person saw it; 0: whatever it is
	audit audit.Event
	note  string
	more  func(tx *db.Tx, c *authoring.Change) error
}

func (s *Service) take(ctx context.Context, actor identity.Actor, change authoring.ID, st step) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		c, err := store.Lock(ctx, tx, change)
		if err != nil {
			return err
		}
		if !slices.Contains(st.from, c.State) {
			return authoring.ErrClosed.With("state", string(c.State))
		}
		if st.rev != 0 && c.Rev != st.rev {
			return authoring.ErrSeen
		}
		if st.more != nil {
			if err := st.more(tx, &c); err != nil {
				return err
			}
		}
		c.State, c.Rev, c.Changed = st.to, c.Rev+1, tx.Now
		if err := store.Put(ctx, tx, c); err != nil {
			return err
		}
		e := authoring.Event{What: string(st.to), Hand: authoring.Hand{Account: actor.Account, At: tx.Now}, Note: st.note}
		if err := store.Note(ctx, tx, change, e); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, st.audit, string(change))
	})
}

// clear refuses a change whose check list is not clear in the revision that was looked at.
func (s *Service) clear(ctx context.Context, change authoring.ID, rev int) error {
	list, now, err := s.checkList(ctx, s.DB, change)
	switch {
	case err != nil:
		return err
	case now != rev:
		return errStale
	case !list.Clear():
		return authoring.ErrProblems
	}
	return nil
}

// Submit asks for the approval of a change as it is in a revision.
func (s *Service) Submit(ctx context.Context, actor identity.Actor, change authoring.ID, rev int) (err error) {
	defer errs.Wrap(&err, "submit change %s", change)

	if _, err := access.Everywhere(actor, authoring.PermEdit); err != nil {
		return err
	}
	c, err := store.Get(ctx, s.DB, change)
	if err != nil {
		return err
	}
	if !c.State.Open() {
		return authoring.ErrClosed.With("state", string(c.State))
	}
	if err := s.clear(ctx, change, rev); err != nil {
		return err
	}
	return s.take(ctx, actor, change, step{
		from: []authoring.State{authoring.Draft, authoring.Returned}, to: authoring.Submitted, rev: rev, audit: authoring.AuditSubmitted,
		more: func(tx *db.Tx, c *authoring.Change) error {
			if c.Day.Before(calendar.On(tx.Now.Time)) {
				return authoring.ErrPast
			}
			c.Submitted, c.Decided = authoring.Hand{Account: actor.Account, At: tx.Now}, authoring.Hand{}
			c.Reason, c.Problems = "", nil
			return store.Wrote(ctx, tx, change, actor.Account)
		},
	})
}

// Approve approves a change as it is in a revision; who has written in it
// cannot. It is published at the first moment of its day, today at once.
func (s *Service) Approve(ctx context.Context, actor identity.Actor, change authoring.ID, rev int) (err error) {
	defer errs.Wrap(&err, "approve change %s", change)

	if _, err := access.Everywhere(actor, authoring.PermApprove); err != nil {
		return err
	}
	c, err := store.Get(ctx, s.DB, change)
	if err != nil {
		return err
	}
	if c.State != authoring.Submitted {
		return authoring.ErrClosed.With("state", string(c.State))
	}
	if err := s.clear(ctx, change, rev); err != nil {
		return err
	}
	now := false
	err = s.take(ctx, actor, change, step{
		from: []authoring.State{authoring.Submitted}, to: authoring.Approved, rev: rev, audit: authoring.AuditApproved,
		more: func(tx *db.Tx, c *authoring.Change) error {
			wrote, err := store.HasWritten(ctx, tx, change, actor.Account)
			switch {
			case err != nil:
				return err
			case wrote || c.Created.Account == actor.Account || c.Submitted.Account == actor.Account:
				return authoring.ErrSame
			}
			today := calendar.On(tx.Now.Time)
			if c.Day.Before(today) {
				return authoring.ErrPast
			}
			c.Decided, now = authoring.Hand{Account: actor.Account, At: tx.Now}, c.Day == today
			due := db.At(c.Day.At(0))
			if now {
				due = tx.Now
			}
			return jobs.EnqueueAt(ctx, tx, JobPublish, publishing{change}, due)
		},
	})
	if err != nil || !now {
		return err
	}
	return s.publish(ctx, change) // the job finds it done, or does it after a crash
}

// Return gives a submitted or approved change back to be written, with the reason.
func (s *Service) Return(ctx context.Context, actor identity.Actor, change authoring.ID, reason string) (err error) {
	defer errs.Wrap(&err, "return change %s", change)

	if _, err := access.Everywhere(actor, authoring.PermApprove); err != nil {
		return err
	}
	return s.giveUp(ctx, actor, change, reason, step{
		from: []authoring.State{authoring.Submitted, authoring.Approved}, to: authoring.Returned, audit: authoring.AuditReturned,
		more: func(tx *db.Tx, c *authoring.Change) error {
			c.Decided = authoring.Hand{Account: actor.Account, At: tx.Now}
			return nil
		},
	})
}

// Withdraw ends a change that is not published, with the reason.
func (s *Service) Withdraw(ctx context.Context, actor identity.Actor, change authoring.ID, reason string) (err error) {
	defer errs.Wrap(&err, "withdraw change %s", change)

	if _, err := access.Everywhere(actor, authoring.PermEdit); err != nil {
		return err
	}
	return s.giveUp(ctx, actor, change, reason, step{
		from: []authoring.State{authoring.Draft, authoring.Submitted, authoring.Returned, authoring.Approved}, to: authoring.Withdrawn,
		audit: authoring.AuditWithdrawn,
	})
}

func (s *Service) giveUp(ctx context.Context, actor identity.Actor, change authoring.ID, reason string, st step) error {
	reason = strings.TrimSpace(text.NFC(reason))
	if reason == "" || utf8.RuneCountInString(reason) > maxWords {
		return errs.BadInput([]errs.Field{{Name: "reason", Code: "authoring.reason"}})
	}
	st.note = reason
	more := st.more
	st.more = func(tx *db.Tx, c *authoring.Change) error {
		c.Reason = reason
		if more == nil {
			return nil
		}
		return more(tx, c)
	}
	return s.take(ctx, actor, change, st)
}
