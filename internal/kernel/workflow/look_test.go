// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package workflow

import (
	"context"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// looking is a database with units, which scopes ask for.
func looking(t *testing.T, f func(t *testing.T, o office)) {
	t.Helper()
	dbtest.Each(t, []db.Migrations{orgs.Migrations(), jobs.Migrations(), Migrations()}, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		o := office{t, d, &Engine{}, c}
		o.apply(table())
		f(t, o)
	})
}

func scopeOf(t *testing.T, unit string) access.Scope {
	t.Helper()
	s, err := access.Require(identity.NewActor("a", "").Grant("p", identity.Place{Unit: unit, Subtree: true}), "p")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Lists of those who look after processes hold on 25,000 tasks: none reads a
// table from end to end.
func TestLooksUseTheirIndex(t *testing.T) {
	t.Parallel()
	looking(t, func(t *testing.T, o office) {
		o.fill(2_500)
		of, now := Ref{"disability", 1}, o.d.Now()
		unit := scopeOf(t, "unit-20")
		type question struct {
			text  string
			args  []any
			index string
		}
		ask := func(index, text string, args []any) question { return question{text, args, index} }
		q := map[string]question{}
		add := func(name, index, text string, args []any) { q[name] = ask(index, text, args) }
		text, args := standingQuery(unit, of, "draft", "c100", 50)
		add("cases of a unit at a node", "workflow_instances_version", text, args)
		text, args = standingQuery(access.All(), of, "", "c100", 50)
		add("cases behind a key", "workflow_instances_version", text, args)
		text, args = runningQuery(access.All(), []string{"disability"}, now)
		add("how many run", "workflow_instances_version", text, args)
		text, args = pastQuery(access.All(), of, 500)
		add("the past", "workflow_instances_past", text, args)
		text, args = overdueQuery(unit, now, Overdue{}, 50)
		add("timers that did not ring", "workflow_timers_drawn", text, args)
		add("absences around somebody", "workflow_absences_", involvedQuery, []any{"acc-1", int64(1), int64(2)})
		for name, one := range q {
			plan := o.plan(one.text, one.args...)
			for _, whole := range []string{"SCAN t ", "SCAN t\n", "SCAN k\n", "SCAN l\n", "SCAN w\n", "SCAN workflow_absences\n", "Seq Scan on workflow_tasks", "Seq Scan on workflow_tokens", "Seq Scan on workflow_timers"} {
				if strings.Contains(plan+"\n", whole) {
					t.Errorf("%s reads a whole table:\n%s", name, plan)
				}
			}
			if o.d.Dialect() == db.SQLite && !strings.Contains(plan, one.index) {
				t.Errorf("%s does not use %s:\n%s", name, one.index, plan)
			}
		}
		counts, err := CountAt(t.Context(), o.d, access.All(), of, now)
		if err != nil || len(counts) != 1 || counts[0].Node != "draft" || counts[0].Tokens != 2_500 || counts[0].Late != 2_500 {
			t.Errorf("%+v %v", counts, err)
		}
		running, err := CountRunning(t.Context(), o.d, access.All(), []string{"disability", "nothing"}, now)
		if err != nil || running[of] != (Running{2_500, 2_500}) {
			t.Errorf("%+v %v", running, err)
		}
		if none, err := CountRunning(t.Context(), o.d, access.Scope{}, []string{"disability"}, now); err != nil || none[of].Cases != 0 {
			t.Errorf("nobody sees %+v %v", none, err)
		}
		idle, next, err := ListIdle(t.Context(), o.d, access.All(), "", 50)
		if err != nil || len(idle) != 0 || next != "" {
			t.Errorf("%d idle, %v", len(idle), err)
		}
		o.must(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE workflow_tasks SET state = 'done' WHERE instance_id = 'c777'`)
			if err == nil {
				_, err = tx.Exec(ctx, `UPDATE workflow_timers SET state = 'fired' WHERE instance_id = 'c777'`)
			}
			if err == nil {
				_, err = tx.Exec(ctx, `UPDATE workflow_waits SET state = 'met' WHERE instance_id = 'c777'`)
			}
			return err
		})
		if idle, _, err = ListIdle(t.Context(), o.d, access.All(), "", 50); err != nil || len(idle) != 1 || idle[0].Case != "c777" || idle[0].At[0] != "draft" {
			t.Errorf("%+v %v", idle, err)
		}
	})
}
