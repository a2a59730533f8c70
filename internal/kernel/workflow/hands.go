// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package workflow

import (
	"context"
	"errors"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// Claim takes a task into one's own hands, so that colleagues of the same post
// leave it. Claiming it again changes nothing.
func (e *Engine) Claim(ctx context.Context, tx *db.Tx, actor identity.Actor, taskID TaskID) (err error) {
	defer errs.Wrap(&err, "claim task %s", taskID)
	t, _, err := e.lock(ctx, tx, taskID, actor)
	if err != nil || t.ClaimedBy != "" {
		return err
	}
	return hold(ctx, tx, actor, t, actor.Account, actor.Name, "claimed", "")
}

// Release gives a task that was claimed back to everybody of its post.
func (e *Engine) Release(ctx context.Context, tx *db.Tx, actor identity.Actor, taskID TaskID) (err error) {
	defer errs.Wrap(&err, "release task %s", taskID)
	t, _, err := e.lock(ctx, tx, taskID, actor)
	if err != nil || t.ClaimedBy == "" {
		return err
	}
	return hold(ctx, tx, actor, t, "", "", "released", "")
}

// Reassign puts a task into somebody's hands, whoever holds it now: the act of
// a superior, whose right the owner of the case has asked for.
func (e *Engine) Reassign(ctx context.Context, tx *db.Tx, actor identity.Actor, taskID TaskID, account, name, reason string) (err error) {
	defer errs.Wrap(&err, "reassign task %s", taskID)
	if reason == "" {
		return ErrNoReason
	}
	if _, err := lockCaseOf(ctx, tx, `(SELECT instance_id FROM workflow_tasks WHERE id = $1)`, string(taskID)); err != nil {
		return err
	}
	t, err := Get(ctx, tx, taskID)
	if err != nil {
		return err
	}
	as := actor
	as.Account = t.ClaimedBy // nobody's claim is in the way
	if t, _, err = e.lock(ctx, tx, taskID, as); err != nil {
		return err
	}
	if deputy, deputyName, err := deputyOf(ctx, tx, account, tx.Now); err != nil {
		return err
	} else if deputy != "" {
		account, name = deputy, deputyName
	}
	return hold(ctx, tx, actor, t, account, name, "reassigned", reason)
}

func hold(ctx context.Context, tx *db.Tx, actor identity.Actor, t Task, account, name, event, text string) error {
	if _, err := tx.Exec(ctx, `UPDATE workflow_tasks SET claimed_by = $1, claimer = $2 WHERE id = $3`, account, name, string(t.ID)); err != nil {
		return err
	}
	return note(ctx, tx, t, event, actor, text)
}

// Absence is a time in which somebody else does one's work.
type Absence struct {
	ID         string
	Account    string // who is away
	Deputy     string // account of who stands in
	DeputyName string
	From       db.Time
	Until      db.Time // exclusive
}

// Delegate notes that somebody is away. What is in their hands, and what would
// come into them, can be done by the deputy meanwhile; a deputy who is away
// as well hands nothing on.
func Delegate(ctx context.Context, tx *db.Tx, a Absence) (absenceID string, err error) {
	defer errs.Wrap(&err, "delegate")
	if a.Account == "" || a.Deputy == "" || a.Account == a.Deputy || !a.From.Before(a.Until.Time) {
		return "", ErrAbsence
	}
	a.ID = id.New()
	_, err = tx.Exec(ctx, `INSERT INTO workflow_absences (id, account, deputy, deputy_name, from_at, until_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		a.ID, a.Account, a.Deputy, a.DeputyName, a.From, a.Until)
	return a.ID, err
}

// Return ends an absence before its time. Ending it again changes nothing.
func (a Absence) Return(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `UPDATE workflow_absences SET ended_at = $1 WHERE id = $2 AND account = $3 AND ended_at IS NULL`, tx.Now, a.ID, a.Account)
	return err
}

// Absences returns the absences of somebody that are not over, the next first.
func Absences(ctx context.Context, q db.Querier, account string, now db.Time) ([]Absence, error) {
	return db.All(ctx, q, func(r db.Row) (a Absence, err error) {
		err = r.Scan(&a.ID, &a.Account, &a.Deputy, &a.DeputyName, &a.From, &a.Until)
		return a, err
	}, `SELECT id, account, deputy, deputy_name, from_at, until_at FROM workflow_absences
		WHERE account = $1 AND ended_at IS NULL AND until_at > $2 ORDER BY from_at, id LIMIT 100`, account, now)
}

// absentFor returns the accounts for which somebody stands in now.
func absentFor(ctx context.Context, q db.Querier, deputy string, now db.Time) ([]string, error) {
	return db.All(ctx, q, db.Column[string], `SELECT DISTINCT account FROM workflow_absences
		WHERE deputy = $1 AND ended_at IS NULL AND from_at <= $2 AND until_at > $2 ORDER BY account LIMIT 50`, deputy, now)
}

// StandsIn reports whether deputy may do the work of account now.
func StandsIn(ctx context.Context, q db.Querier, deputy, account string, now db.Time) (bool, error) {
	var n int
	err := q.QueryRow(ctx, `SELECT COUNT(*) FROM workflow_absences
		WHERE account = $1 AND deputy = $2 AND ended_at IS NULL AND from_at <= $3 AND until_at > $3`, account, deputy, now).Scan(&n)
	return n > 0, err
}

// deputyOf returns who stands in for somebody now; empty where they are there.
func deputyOf(ctx context.Context, q db.Querier, account string, now db.Time) (deputy, name string, err error) {
	err = q.QueryRow(ctx, `SELECT deputy, deputy_name FROM workflow_absences
		WHERE account = $1 AND ended_at IS NULL AND from_at <= $2 AND until_at > $2 ORDER BY from_at DESC, id DESC LIMIT 1`, account, now).Scan(&deputy, &name)
	if errors.Is(err, db.ErrNoRows) {
		return "", "", nil
	}
	return deputy, name, err
}
