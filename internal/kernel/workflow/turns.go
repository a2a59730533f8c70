// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package workflow

import (
	"context"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Turn is a task of a case with its end.
type Turn struct {
	Task
	Ended db.Time // zero: it is open
	Ender string  // name of who ended it
}

const (
	maxTurns = 1000
	turnsOf  = columns + `, t.ended_at FROM workflow_tasks t JOIN workflow_instances c ON c.id = t.instance_id
		WHERE c.subject_kind = $1 AND c.subject_id = $2 ORDER BY t.opened_at, t.id LIMIT $3`
)

// Turns returns all tasks that the cases of a subject ever had, as they were
// opened, the first thousand: who had it in hand, from when and until when.
func Turns(ctx context.Context, q db.Querier, s Subject) (all []Turn, err error) {
	defer errs.Wrap(&err, "turns of %s %s", s.Kind, s.ID)
	return db.All(ctx, q, func(r db.Row) (one Turn, err error) {
		one.Task, err = scan(longer{r, &one.Ended})
		one.Ender = one.ended
		return one, err
	}, turnsOf, s.Kind, s.ID, maxTurns)
}

// longer is a row with one column more than what scans it knows.
type longer struct {
	db.Row
	last any
}

// Scan implements db.Row.
func (l longer) Scan(dest ...any) error { return l.Row.Scan(append(dest, l.last)...) }
