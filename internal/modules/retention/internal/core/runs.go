// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/retention"
	"tinhso.vn/internal/modules/retention/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// JobErase erases one batch of a run and asks for the next. Its body is the id.
const JobErase jobs.Kind = "retention.erase"

// batch is how many dossiers one job takes: so many are erased in seconds.
const batch = 50

// Progress is a run with who decided about it and how far it is.
type Progress struct {
	retention.Run
	Erased      dossiers.Erased
	By, Decided string // names
	Mine        bool   // the actor has proposed it, and so cannot confirm it
}

func (s *Service) progress(ctx context.Context, actor identity.Actor, r retention.Run) (p Progress, err error) {
	p = Progress{Run: r, By: s.Name(ctx, r.Proposer), Mine: r.Proposer == actor.Account}
	if r.Decider != "" {
		p.Decided = s.Name(ctx, r.Decider)
	}
	p.Erased, err = s.Keeper.CountErased(ctx, r.ID)
	return p, err
}

// ListRuns returns runs, the newest first, before one.
func (s *Service) ListRuns(ctx context.Context, actor identity.Actor, before string) (p Page[Progress], err error) {
	defer errs.Wrap(&err, "list runs")

	if _, err := access.Require(actor, retention.PermView); err != nil {
		return p, err
	}
	runs, err := store.ListRuns(ctx, s.DB, before, PageSize+1)
	if err != nil {
		return p, err
	}
	if len(runs) > PageSize {
		runs = runs[:PageSize]
		p.Next = runs[PageSize-1].ID
	}
	for _, r := range runs {
		one, err := s.progress(ctx, actor, r)
		if err != nil {
			return p, err
		}
		p.Items = append(p.Items, one)
	}
	return p, nil
}

// GetRun returns a run with how far it is.
func (s *Service) GetRun(ctx context.Context, actor identity.Actor, run string) (p Progress, err error) {
	defer errs.Wrap(&err, "get run %s", run)

	if _, err := access.Require(actor, retention.PermView); err != nil {
		return p, err
	}
	r, err := store.GetRun(ctx, s.DB, run)
	if err != nil {
		return p, err
	}
	return s.progress(ctx, actor, r)
}

// ProposeRun proposes to erase what is past its time now. Somebody else has to
// confirm it; of each kind one run is open at a time.
func (s *Service) ProposeRun(ctx context.Context, actor identity.Actor, rule string) (run string, err error) {
	defer errs.Wrap(&err, "propose a run of %s", rule)

	if _, err := access.Require(actor, retention.PermErase); err != nil {
		return "", err
	}
	r, err := s.findRule(ctx, s.DB, rule)
	if err != nil {
		return "", err
	}
	before := r.Before(s.DB.Now().Time)
	if r.Action != retention.EraseFiles || before.IsZero() {
		return "", retention.ErrNoRun
	}
	due, err := s.Keeper.CountDue(ctx, r.What, before)
	if err != nil {
		return "", err
	}
	if due.Count == due.Held {
		return "", retention.ErrNothing
	}
	made := retention.Run{
		ID: id.New(), Rule: r, Before: before, Found: due.Count, Bytes: due.Bytes, State: retention.Proposed, Proposer: actor.Account,
	}
	return made.ID, s.DB.Write(ctx, func(tx *db.Tx) error {
		made.Proposed = tx.Now
		added, err := store.InsertRun(ctx, tx, made)
		if err != nil {
			return err
		}
		if !added {
			return retention.ErrOpen
		}
		return audit.Record(ctx, tx, actor, retention.AuditProposed, made.ID)
	})
}

// DecideRun confirms or refuses a proposed run. Who proposed it cannot confirm
// it, but take it back. What was confirmed is erased by a job.
func (s *Service) DecideRun(ctx context.Context, actor identity.Actor, run string, confirm bool) (err error) {
	defer errs.Wrap(&err, "decide run %s", run)

	if _, err := access.Require(actor, retention.PermErase); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := store.LockRun(ctx, tx, run)
		switch {
		case err != nil:
			return err
		case r.State != retention.Proposed:
			return retention.ErrDecided
		case confirm && r.Proposer == actor.Account:
			return retention.ErrSame
		}
		r.State, r.Decider, r.Decided = retention.Refused, actor.Account, tx.Now
		if !confirm {
			r.Ended = tx.Now
			if err := store.SaveRun(ctx, tx, r); err != nil {
				return err
			}
			return audit.Record(ctx, tx, actor, retention.AuditRefused, r.ID)
		}
		if stands, err := s.stands(ctx, tx, r); err != nil || !stands {
			return first(err, retention.ErrChanged)
		}
		r.State = retention.Running
		if err := store.SaveRun(ctx, tx, r); err != nil {
			return err
		}
		if err := audit.Record(ctx, tx, actor, retention.AuditConfirmed, r.ID); err != nil {
			return err
		}
		return jobs.Enqueue(ctx, tx, JobErase, r.ID)
	})
}

func first(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// stands reports whether the rule of a run is still the one by which it was proposed.
func (s *Service) stands(ctx context.Context, q db.Querier, r retention.Run) (bool, error) {
	all, err := store.Rules(ctx, q)
	for _, now := range all {
		if now.ID == r.Rule.ID {
			return now.What == r.Rule.What && now.Action == r.Rule.Action && now.Amount == r.Rule.Amount && now.Unit == r.Rule.Unit, err
		}
	}
	return false, err
}

// EraseBatch does JobErase. Where it is cut off it is done again: what is erased
// already is stepped over, and the place is saved with the job of the next batch.
func (s *Service) EraseBatch(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "erase by a run")

	var run string
	if err := json.Unmarshal(body, &run); err != nil {
		return err
	}
	r, err := store.GetRun(ctx, s.DB, run)
	if err != nil || r.State != retention.Running {
		return err
	}
	stands, err := s.stands(ctx, s.DB, r)
	if err != nil {
		return err
	}
	next, held := "", 0
	if stands {
		if next, held, err = s.Keeper.EraseDue(ctx, dossiers.Erasure{Run: r.ID, Kept: r.Rule.What, Before: r.Before, After: r.Next}, batch); err != nil {
			return err
		}
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		now, err := store.LockRun(ctx, tx, run)
		if err != nil || now.State != retention.Running || now.Next != r.Next {
			return err // another runner was here first
		}
		now.Next, now.Held = next, now.Held+held
		event := retention.AuditFinished
		switch {
		case !stands:
			now.State, now.Ended, event = retention.Stopped, tx.Now, retention.AuditStopped
		case next == "":
			now.State, now.Ended = retention.Finished, tx.Now
		}
		if err := store.SaveRun(ctx, tx, now); err != nil {
			return err
		}
		if now.State == retention.Running {
			return jobs.Enqueue(ctx, tx, JobErase, run)
		}
		return audit.Record(ctx, tx, identity.Program(string(JobErase)), event, run)
	})
}
