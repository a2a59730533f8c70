// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package workflow

import (
	"context"
	"errors"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Assign puts a task that nobody has in hand into somebody's hands, as a rule says;
// false where somebody has it. Why goes into the history.
func (e *Engine) Assign(ctx context.Context, tx *db.Tx, by identity.Actor, taskID TaskID, account, name, why string) (done bool, err error) {
	defer errs.Wrap(&err, "assign task %s", taskID)
	t, _, err := e.lock(ctx, tx, taskID, by)
	if errors.Is(err, ErrClaimed) || err == nil && t.ClaimedBy != "" {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, hold(ctx, tx, by, t, account, name, "assigned", why)
}

const lastDoer = `SELECT t.ended_by FROM workflow_tasks t JOIN workflow_instances c ON c.id = t.instance_id
	WHERE c.subject_kind = $1 AND c.subject_id = $2 AND t.unit_id = $3 AND t.post = $4 AND t.kind = 'step' AND t.state = 'done'
	ORDER BY t.ended_at DESC, t.id DESC LIMIT 1`

// LastDoer returns the account of who was the last to do a step of a post of a unit
// for a subject; empty where nobody did.
func LastDoer(ctx context.Context, q db.Querier, s Subject, unit, post string) (account string, err error) {
	err = q.QueryRow(ctx, lastDoer, s.Kind, s.ID, unit, post).Scan(&account)
	if errors.Is(err, db.ErrNoRows) {
		return "", nil
	}
	return account, err
}

// recent walks the index of units: the ids of cases grow with time.
const recent = query + ` WHERE t.unit_id = $1 AND t.kind = 'step' ORDER BY t.instance_id DESC, t.id DESC LIMIT $2`

// Recent returns at most limit tasks of a unit, open or over, of the cases that began
// last.
func Recent(ctx context.Context, q db.Querier, unit string, limit int) (all []Task, err error) {
	defer errs.Wrap(&err, "recent tasks of %s", unit)
	return db.All(ctx, q, scan, recent, unit, limit)
}

// EndedBy is the name of who ended a task; empty while it is open.
func (t Task) EndedBy() string { return t.ended }
