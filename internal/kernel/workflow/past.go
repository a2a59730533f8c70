// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package workflow

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// PastStay is one stay of a case that is over at one of its steps.
type PastStay struct {
	Case ID
	Step string
	Took time.Duration // working time of the unit, without the time in which the case was paused
}

// Past returns the stays of the cases of a version that were carried to their
// end, the latest cases first, at most limit cases; the stays of a case follow
// each other in the order in which they began. It is what replay asks for.
func (e *Engine) Past(ctx context.Context, q db.Querier, of Ref, limit int) (all []PastStay, err error) {
	return e.PastIn(ctx, q, access.All(), of, limit)
}

// PastIn is Past for the cases in scope.
func (e *Engine) PastIn(ctx context.Context, q db.Querier, s access.Scope, of Ref, limit int) (all []PastStay, err error) {
	defer errs.Wrap(&err, "past of flow %s", of.Flow)
	text, args := pastQuery(s, of, limit)
	cases, err := db.All(ctx, q, db.Column[string], text, args...)
	if err != nil {
		return nil, err
	}
	for _, one := range cases {
		stays, err := e.stays(ctx, q, ID(one))
		if err != nil {
			return nil, err
		}
		all = append(all, stays...)
	}
	return all, nil
}

func pastQuery(s access.Scope, of Ref, limit int) (string, []any) {
	in, args := seen(s, of.Flow, of.Version, limit)
	return `SELECT c.id FROM workflow_instances c WHERE c.flow_id = $1 AND c.version = $2 AND c.state = 'done' AND ` + in + `
		ORDER BY c.ended_at DESC, c.id DESC LIMIT $3`, args
}

// span is a time from one moment to another.
type span struct{ from, to db.Time }

func (e *Engine) stays(ctx context.Context, q db.Querier, c ID) (all []PastStay, err error) {
	paused, err := pauses(ctx, q, c)
	if err != nil {
		return nil, err
	}
	type stay struct {
		step, unit string
		span
	}
	stays, err := db.All(ctx, q, func(r db.Row) (s stay, err error) {
		err = r.Scan(&s.step, &s.unit, &s.from, &s.to)
		return s, err
	}, `SELECT step, unit_id, opened_at, ended_at FROM workflow_tasks WHERE instance_id = $1 AND kind = 'step' AND state IN ('done', 'returned')
		ORDER BY opened_at, id`, string(c))
	if err != nil {
		return nil, err
	}
	for _, s := range stays {
		cal := e.Calendar(s.unit)
		took := cal.Between(s.from.Time, s.to.Time)
		for _, p := range paused {
			from, to := p.from, p.to
			if from.Before(s.from.Time) {
				from = s.from
			}
			if to.After(s.to.Time) {
				to = s.to
			}
			if from.Before(to.Time) {
				took -= cal.Between(from.Time, to.Time)
			}
		}
		all = append(all, PastStay{Case: c, Step: s.step, Took: took})
	}
	return all, nil
}

// pauses returns when a case stood still.
func pauses(ctx context.Context, q db.Querier, c ID) (all []span, err error) {
	type entry struct {
		event string
		at    db.Time
	}
	entries, err := db.All(ctx, q, func(r db.Row) (e entry, err error) {
		err = r.Scan(&e.event, &e.at)
		return e, err
	}, `SELECT event, at FROM workflow_history WHERE instance_id = $1 AND event IN ('paused', 'resumed') ORDER BY at, id`, string(c))
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		switch {
		case e.event == "paused":
			all = append(all, span{from: e.at})
		case len(all) > 0:
			all[len(all)-1].to = e.at
		}
	}
	return all, nil
}
