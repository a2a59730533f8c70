// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
)

// Task is an open step of a dossier, a row of dossiers_tasks.
type Task struct {
	ID                     dossiers.TaskID
	Step                   string
	Name                   i18n.Text
	Action, Post           string
	Unit                   orgs.ID
	Due                    db.Time
	Assignee, AssigneeName string
	WorkDue                db.Time
}

// Focus makes a step the one that the row of the dossier speaks of.
func (d *Dossier) Focus(t Task) {
	d.Task, d.Step, d.StepName, d.Action, d.Post, d.StepDue = string(t.ID), t.Step, t.Name, t.Action, t.Post, t.Due
	d.Handler, d.Assignee, d.AssigneeName, d.WorkDue = t.Unit, t.Assignee, t.AssigneeName, t.WorkDue
}

const taskColumns = `id, step, step_vi, step_en, action, post, unit, due_at, assignee, assignee_name, work_due`

func scanTask(r db.Row) (t Task, err error) {
	err = r.Scan(&t.ID, &t.Step, &t.Name.VI, &t.Name.EN, &t.Action, &t.Post, &t.Unit, &t.Due, &t.Assignee, &t.AssigneeName, &t.WorkDue)
	return t, err
}

// Tasks returns the open steps of a dossier, in the order in which they opened.
func (Store) Tasks(ctx context.Context, q db.Querier, id dossiers.ID) ([]Task, error) {
	return db.All(ctx, q, scanTask, `SELECT `+taskColumns+` FROM dossiers_tasks WHERE dossier_id = $1 ORDER BY id`, string(id))
}

// PutTasks makes these the open steps of a dossier that the transaction has locked.
func (s Store) PutTasks(ctx context.Context, tx *db.Tx, id dossiers.ID, all []Task) error {
	if _, err := tx.Exec(ctx, `DELETE FROM dossiers_tasks WHERE dossier_id = $1`, string(id)); err != nil {
		return err
	}
	for _, t := range all {
		if _, err := tx.Exec(ctx, `INSERT INTO dossiers_tasks (dossier_id, `+taskColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
			string(id), string(t.ID), t.Step, t.Name.VI, t.Name.EN, t.Action, t.Post, string(t.Unit), t.Due, t.Assignee, t.AssigneeName, t.WorkDue); err != nil {
			return err
		}
	}
	return s.tell(ctx, tx, id)
}

// DossierOf returns whose open step a task is; ErrNotFound where it is none.
func (Store) DossierOf(ctx context.Context, q db.Querier, t dossiers.TaskID) (id dossiers.ID, err error) {
	err = q.QueryRow(ctx, `SELECT dossier_id FROM dossiers_tasks WHERE id = $1`, string(t)).Scan(&id)
	return id, orNotFound(err)
}

// ListHeld returns at most limit steps that an account has in hand, in a unit or
// (empty) in all, the most urgent first, after a key; each as a dossier that
// speaks of this step.
func (Store) ListHeld(ctx context.Context, q db.Querier, account string, unit orgs.ID, after Key, limit int) ([]Dossier, error) {
	text, args := heldQuery(account, unit, after, limit)
	return db.All(ctx, q, scan, text, args...)
}

func heldQuery(account string, unit orgs.ID, after Key, limit int) (string, []any) {
	args := []any{after.At, after.ID, limit, account}
	in := ""
	if unit != "" {
		args = append(args, string(unit))
		in = " AND t.unit = $5"
	}
	return `SELECT ` + turnColumns() + ` FROM dossiers_tasks t JOIN dossiers_dossiers d ON d.id = t.dossier_id
		WHERE t.assignee = $4 AND t.assignee <> ''` + in + ` AND (t.work_due, t.id) > ($1, $2) ORDER BY t.work_due, t.id LIMIT $3`, args
}

// turnColumns are the columns of a dossier with those of one of its open steps
// in place of its own.
func turnColumns() string {
	own := map[string]string{
		"task": "t.id", "step": "t.step", "step_vi": "t.step_vi", "step_en": "t.step_en", "action": "t.action", "post": "t.post", "step_due": "t.due_at",
		"assignee": "t.assignee", "assignee_name": "t.assignee_name", "work_due": "t.work_due", "handler_unit": "t.unit",
	}
	var all []string
	for name := range strings.SplitSeq(columns, ",") {
		name = strings.TrimSpace(name)
		if of, ok := own[name]; ok {
			all = append(all, of)
			continue
		}
		all = append(all, "d."+name)
	}
	return strings.Join(all, ", ")
}

// Part says by which columns of a dossier somebody takes part in it.
type Part struct {
	access.Columns
	Turns bool // or a unit whose turn it is
}

// Where returns the condition that holds a query on dossiers_dossiers to a scope.
func (p Part) Where(s access.Scope, args ...any) (string, []any) {
	if !p.Turns {
		return s.Where(p.Columns, args...)
	}
	turn, args := s.Where(access.Columns{Units: []string{"unit"}}, args...)
	turn = "EXISTS (SELECT 1 FROM dossiers_tasks WHERE dossier_id = dossiers_dossiers.id AND " + turn + ")" // few rows: by the dossier, not by the unit
	if len(p.Units)+len(p.Persons) == 0 {
		return turn, args
	}
	in, args := s.Where(p.Columns, args...)
	return "(" + in + " OR " + turn + ")", args
}
