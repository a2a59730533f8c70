// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package workflow

import (
	"context"
	"time"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// StepTook is a step that was done for a subject, or from which it was given back.
type StepTook struct {
	Task       TaskID
	Step, Unit string
	Opened     db.Time
	Took       time.Duration // working time of the unit, without the time in which the case was paused
	Over       time.Duration // of that, past what the step may take
}

// StaysOf returns the steps of all cases of a subject that are over, in the order
// in which they began. Opinions that others were asked for are none.
func (e *Engine) StaysOf(ctx context.Context, q db.Querier, s Subject) (all []StepTook, err error) {
	defer errs.Wrap(&err, "stays of %s %s", s.Kind, s.ID)

	cases, err := db.All(ctx, q, db.Column[string], `SELECT id FROM workflow_instances WHERE subject_kind = $1 AND subject_id = $2 ORDER BY started_at, id`, s.Kind, s.ID)
	if err != nil {
		return nil, err
	}
	for _, c := range cases {
		paused, err := pauses(ctx, q, ID(c))
		if err != nil {
			return nil, err
		}
		_, err = db.All(ctx, q, func(r db.Row) (one StepTook, err error) {
			var from, due, to db.Time
			if err = r.Scan(&one.Task, &one.Step, &one.Unit, &from, &due, &to); err != nil {
				return one, err
			}
			cal := e.Calendar(one.Unit)
			one.Opened, one.Took = from, cal.Between(from.Time, to.Time)
			for _, p := range paused {
				if p.to.IsZero() || p.to.After(to.Time) {
					p.to = to
				}
				if p.from.Before(from.Time) {
					p.from = from
				}
				if p.from.Before(p.to.Time) {
					one.Took -= cal.Between(p.from.Time, p.to.Time)
				}
			}
			one.Over = cal.Between(due.Time, to.Time) // a pause moves what is due
			all = append(all, one)
			return one, nil
		}, `SELECT id, step, unit_id, opened_at, due_at, ended_at FROM workflow_tasks WHERE instance_id = $1 AND kind = 'step' AND state IN ('done', 'returned')
			ORDER BY opened_at, id`, c)
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}
