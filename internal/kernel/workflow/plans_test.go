// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package workflow

import (
	"context"
	"strings"
	"testing"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// fill makes cases and tasks by the thousand: ten tasks for each case, of which
// one is open, with its clock. Units and people are many; unit-0 has a pile.
func (o office) fill(cases int) {
	o.t.Helper()
	err := o.write(func(ctx context.Context, tx *db.Tx) error {
		numbers := func(n string) string {
			return ` WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ` + n + `) `
		}
		for _, q := range []string{
			`INSERT INTO workflow_instances (id, flow_id, version, subject_kind, subject_id, units, state, started_at)` + numbers("$1") +
				`SELECT 'c' || i, 'disability', 1, 'dossier', 'd' || i, '{}', 'running', i FROM n`,
			`INSERT INTO workflow_tokens (id, instance_id, step, state)` + numbers("$1") + `SELECT 't' || i, 'c' || i, 'draft', 'active' FROM n`,
			`INSERT INTO workflow_tasks (id, instance_id, token_id, step, post, unit_id, state, claimed_by, claimer, opened_at, due_at, ended_by, ender)` + numbers("$1 * 10") +
				`SELECT 'x' || i, 'c' || (1 + (i - 1) / 10), 't' || (1 + (i - 1) / 10), 'draft', CASE WHEN i / 10 % 4 = 0 THEN 'leader' ELSE 'officer' END,
				CASE WHEN i % 7 = 0 THEN 'unit-0' ELSE 'unit-' || (i / 10 % 500) END, CASE WHEN i % 10 = 0 THEN 'open' ELSE 'done' END,
				CASE WHEN i % 30 = 0 THEN 'acc-' || (i % 900) ELSE '' END, '', i, 1000000 + i * 7 % 999983, '', '' FROM n`,
			`INSERT INTO workflow_timers (id, instance_id, task_id, kind, fires_at, state)` + numbers("$1") +
				`SELECT 'w' || i, 'c' || i, 'x' || (i * 10), 'due', 1000000 + i, 'waiting' FROM n`,
			`INSERT INTO workflow_waits (id, instance_id, token_id, node, message, corr_key, state)` + numbers("$1") +
				`SELECT 'm' || i, 'c' || i, 't' || i, 'n', 'answer', 'k' || i, CASE WHEN i % 2 = 0 THEN 'waiting' ELSE 'met' END FROM n`,
		} {
			if _, err := tx.Exec(ctx, q, cases); err != nil {
				return err
			}
		}
		for _, name := range []string{"instances", "tokens", "tasks", "timers", "waits"} {
			if _, err := tx.Exec(ctx, `ANALYZE workflow_`+name); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

// plan is how the database would answer a question.
func (o office) plan(text string, args ...any) string {
	o.t.Helper()
	return strings.Join(dbtest.Plan(o.t, o.d, text, args...), "\n")
}

func TestQuestionsUseTheirIndex(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, o office) {
		o.fill(2000) // 20,000 tasks
		list, listArgs := tasksQuery([]Seat{{"unit-0", "officer"}, {"unit-20", "leader"}}, []string{"acc-30"}, Key{}, 50)
		later, laterArgs := tasksQuery([]Seat{{"unit-0", "officer"}}, nil, Key{Due: db.At(o.now.Now()), ID: "x1"}, 50)
		for _, q := range []struct {
			name, text, index string
			args              []any
		}{
			{"my tasks", list, "workflow_tasks_open", listArgs},
			{"what I hold", list, "workflow_tasks_held", listArgs},
			{"the next page", later, "workflow_tasks_open", laterArgs},
			{"timers", dueTimers, "workflow_timers_", []any{int64(5), 10}},
			{"clocks of a token", stopClocks, "workflow_tasks_instance", []any{"t10", "c10"}},
			{"waits", `SELECT id FROM workflow_waits WHERE message = $1 AND corr_key = $2 AND state = 'waiting' ORDER BY id LIMIT 10`, "workflow_waits_open", []any{"answer", "k10"}},
			{"tokens of a case", `SELECT id FROM workflow_tokens WHERE instance_id = $1 AND state = 'active' AND scope = $2 ORDER BY id`, "workflow_tokens_", []any{"c10", ""}},
			{"opinions", query + ` WHERE t.asked_by = $1 AND t.asked_by <> '' ORDER BY t.id LIMIT 200`, "workflow_tasks_asked", []any{"x10"}},
			{"who stands where", standingAt, "workflow_instances_version", []any{"disability", 1, "", 50}},
			{"the last of a unit", recent, "workflow_tasks_unit", []any{"unit-0", 20}},
			{"who did it last", lastDoer, "workflow_instances_of", []any{"dossier", "d10", "unit-20", "officer"}},
			{"who is away", `SELECT DISTINCT account FROM workflow_absences WHERE deputy = $1 AND ended_at IS NULL AND from_at <= $2 AND until_at > $2`, "", []any{"acc-1", int64(1)}},
		} {
			plan := o.plan(q.text, q.args...)
			for _, whole := range []string{"SCAN t ", "SCAN t\n", "SCAN workflow_tasks\n", "SCAN c\n", "Seq Scan on workflow_tasks", "Seq Scan on workflow_instances", "Seq Scan on workflow_waits", "Seq Scan on workflow_tokens", "Seq Scan on workflow_timers"} {
				if strings.Contains(plan+"\n", whole) {
					t.Errorf("%s reads a whole table:\n%s", q.name, plan)
				}
			}
			if !strings.Contains(plan, q.index) {
				t.Errorf("%s does not use %s:\n%s", q.name, q.index, plan)
			}
		}
	})
}
