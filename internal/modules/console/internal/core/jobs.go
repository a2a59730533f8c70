// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/modules/console"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// JobPage is a page of jobs.
type JobPage struct {
	Jobs []jobs.Waiting
	Next string // the id to go on after; empty: this is the last page
}

// DeadJobs returns the jobs that wait for a person, the oldest first, after the
// one with the given id.
func (s *Service) DeadJobs(ctx context.Context, actor identity.Actor, after string) (p JobPage, err error) {
	defer errs.Wrap(&err, "list jobs that wait for a person")

	if _, err := access.Require(actor, console.PermOperate); err != nil {
		return JobPage{}, err
	}
	p.Jobs, err = jobs.List(ctx, s.db, true, text.Line(after), PageSize+1)
	if len(p.Jobs) > PageSize {
		p.Jobs = p.Jobs[:PageSize]
		p.Next = p.Jobs[PageSize-1].ID
	}
	return p, err
}

// CountDead returns how many jobs wait for a person: the menu shows it.
func (s *Service) CountDead(ctx context.Context, actor identity.Actor) (n int64, err error) {
	defer errs.Wrap(&err, "count jobs that wait for a person")

	if _, err := access.Require(actor, console.PermOperate); err != nil {
		return 0, err
	}
	_, n, err = jobs.Counts(ctx, s.db)
	return n, err
}

// RetryJob lets a job that was given up run again, now.
func (s *Service) RetryJob(ctx context.Context, actor identity.Actor, job string) (err error) {
	defer errs.Wrap(&err, "retry job")

	if _, err := access.Require(actor, console.PermOperate); err != nil {
		return err
	}
	if !id.Valid(job) {
		return jobs.ErrUnknown
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := jobs.Retry(ctx, tx, job); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, console.AuditJobRetried, job)
	})
}
