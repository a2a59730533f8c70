// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/signon"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// The states of a difference.
const (
	Open  = "open"
	Taken = "taken" // their name is now ours
	Left  = "kept"  // ours stays
)

// purposeClear is why names are read.
const purposeClear = access.Handling

// Differences returns the names that differ and that nobody has cleared, the
// oldest first, after the given one. That they were read is written down.
func (s *Service) Differences(ctx context.Context, actor identity.Actor, after string) (found []signon.Difference, next string, err error) {
	defer errs.Wrap(&err, "list differences")

	if _, err := access.Require(actor, signon.PermDifferences); err != nil {
		return nil, "", err
	}
	if found, err = s.store.Differences(ctx, s.DB, Open, after, PageSize+1); err != nil {
		return nil, "", err
	}
	if len(found) > PageSize {
		found = found[:PageSize]
		next = found[PageSize-1].ID
	}
	for i, d := range found {
		p, err := s.People.GetPerson(ctx, s.DB, d.Person)
		if err != nil {
			return nil, "", err
		}
		found[i].Ours = p.Name
	}
	if len(found) == 0 {
		return nil, "", nil
	}
	return found, next, s.DB.Write(ctx, func(tx *db.Tx) error {
		for _, d := range found {
			if err := audit.RecordReadOf(ctx, tx, actor, signon.AuditDiffersLog, d.ID, d.Person, purposeClear); err != nil {
				return err
			}
		}
		return nil
	})
}

// Decision is how a difference is cleared.
type Decision struct {
	Take   bool   // the other name becomes ours
	Reason string // what was looked at
}

const minReason = 5

// Clear ends a difference: the other name is taken, or ours stays. Nobody clears
// their own.
func (s *Service) Clear(ctx context.Context, actor identity.Actor, difference string, d Decision) (err error) {
	defer errs.Wrap(&err, "clear difference %s", difference)

	if _, err := access.Require(actor, signon.PermDifferences); err != nil {
		return err
	}
	d.Reason = text.Line(d.Reason)
	if n := len([]rune(d.Reason)); n < minReason || n > maxPurpose {
		return errs.BadInput([]errs.Field{{Name: "reason", Code: "signon.reason_missing"}})
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		found, err := s.store.Difference(ctx, tx, difference)
		if err != nil {
			return err
		}
		if found.State != Open || found.Person == actor.Person {
			return signon.ErrDifference
		}
		found.State, found.Decider, found.Decided, found.Reason = Left, actor.Account, tx.Now, d.Reason
		if d.Take {
			found.State = Taken
			person, err := s.People.GetPerson(ctx, tx, found.Person)
			if err != nil {
				return err
			}
			person.Name = found.Theirs
			if _, err := s.People.SavePerson(ctx, tx, person); err != nil {
				return err
			}
		}
		if err := s.store.PutDifference(ctx, tx, found); err != nil {
			return err
		}
		return audit.RecordReadOf(ctx, tx, actor, signon.AuditCleared, found.ID, found.Person, purposeClear)
	})
}
