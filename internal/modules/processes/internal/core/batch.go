// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/processes"
	"tinhso.vn/internal/modules/processes/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// JobMove moves one batch of cases and asks for the next. Its body is the id of
// the move.
const JobMove jobs.Kind = "processes.move"

// batch is how many cases one job moves: some seconds of work, far less than a lease.
const batch = 100

// MoveBatch does JobMove. Where it is cut off it is done again: a case that has
// a result is stepped over, and the place is saved with the job of the next batch.
func (s *Service) MoveBatch(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "move cases")

	var move processes.MoveID
	if err := json.Unmarshal(body, &move); err != nil {
		return err
	}
	m, err := store.GetMove(ctx, s.DB, move)
	if err != nil || m.State != processes.Running {
		return err
	}
	page, err := workflow.ListStanding(ctx, s.DB, access.All(), m.From, "", m.Next, s.batch)
	if err != nil {
		return err
	}
	actor := identity.Actor{Account: m.Decided.Account, Name: s.Name(ctx, m.Decided.Account)} // who answers for it
	for _, one := range page {
		if err := s.moveOne(ctx, actor, m, one); err != nil {
			return err
		}
		if err := s.pull("behind a case"); err != nil {
			return err
		}
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		now, err := store.LockMove(ctx, tx, move)
		if err != nil || now.State != processes.Running || now.Next != m.Next {
			return err // another runner was here first
		}
		if len(page) > 0 {
			now.Next = page[len(page)-1].Case
		}
		if len(page) == s.batch {
			if err := store.SaveMove(ctx, tx, now); err != nil {
				return err
			}
			return jobs.Enqueue(ctx, tx, JobMove, string(move))
		}
		now.State, now.Ended = processes.Finished, tx.Now
		if err := store.SaveMove(ctx, tx, now); err != nil {
			return err
		}
		return audit.Record(ctx, tx, identity.Program(string(JobMove)), processes.AuditMoveFinished, string(move))
	})
}

func (s *Service) pull(point string) error {
	if s.trip == nil {
		return nil
	}
	return s.trip(point)
}

// moveOne moves one case with its subject and its result in one transaction; what
// refuses it is kept as its result in another.
func (s *Service) moveOne(ctx context.Context, actor identity.Actor, m processes.Move, one workflow.Standing) error {
	if dealt, err := store.HasResult(ctx, s.DB, m.ID, string(one.Case)); err != nil || dealt {
		return err
	}
	result := processes.Result{Case: one.Case, Subject: one.Subject, Outcome: processes.Moved}
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		follower, known := s.Followers[one.Subject.Kind]
		if !known {
			return processes.ErrNoOwner
		}
		if err := follower.Hold(ctx, tx, one.Subject.ID); err != nil {
			return err
		}
		moved, err := s.Flows.MoveCase(ctx, tx, actor, asked(m), one.Case)
		if err != nil {
			return err
		}
		if err := follower.Follow(ctx, tx, moved); err != nil {
			return err
		}
		added, err := store.AddResult(ctx, tx, m.ID, result)
		if err == nil && !added {
			return fmt.Errorf("case %s has a result and was moved again", one.Case)
		}
		return err
	})
	if err == nil {
		return nil
	}
	why, shown := errors.AsType[*errs.Error](err)
	if !shown || why.Kind == errs.Internal || why.Kind == errs.Unavailable {
		return err // ours to mend: the job is tried again
	}
	result.Outcome, result.Why = processes.Refused, why.Code
	if steps, ok := why.Args["steps"].(string); ok {
		result.Steps = steps
	}
	if errors.Is(err, workflow.ErrEnded) || errors.Is(err, workflow.ErrNotFound) {
		result.Outcome = processes.Over // it is over, or another runner was faster
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := store.AddResult(ctx, tx, m.ID, result) // whoever was faster has kept what they did
		return err
	})
}
