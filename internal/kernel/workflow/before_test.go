// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package workflow

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"tinhso.vn/internal/platform/db"
)

// A case that an earlier program left behind, with the one token it moved from
// step to step, goes on as if nothing had happened.
func TestCasesOfEarlierProgramsGoOn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, o office) {
		o.must(func(ctx context.Context, tx *db.Tx) error {
			due := db.At(tx.Now.Add(time.Hour))
			for _, q := range []struct {
				text string
				args []any
			}{
				{`INSERT INTO workflow_instances (id, flow_id, version, subject_kind, subject_id, units, state, started_at)
					VALUES ('c1', 'disability', 1, 'dossier', 'd1', '{"received":"one-stop","authority":"culture"}', 'running', $1)`, []any{tx.Now}},
				{`INSERT INTO workflow_tokens (id, instance_id, step, state) VALUES ('t1', 'c1', 'sign', 'active')`, nil},
				{`INSERT INTO workflow_tasks (id, instance_id, token_id, step, post, unit_id, state, claimed_by, claimer, opened_at, due_at, ended_by, ender)
					VALUES ('x0', 'c1', 't1', 'draft', 'officer', 'culture', 'done', '', '', $1, $2, 'acc-a', 'a'), ('x1', 'c1', 't1', 'sign', 'leader', 'culture', 'open', '', '', $1, $2, '', '')`, []any{tx.Now, due}},
				{`INSERT INTO workflow_timers (id, instance_id, task_id, kind, fires_at, state) VALUES ('w1', 'c1', 'x1', 'due', $1, 'waiting')`, []any{due}},
			} {
				if _, err := tx.Exec(ctx, q.text, q.args...); err != nil {
					return err
				}
			}
			return nil
		})
		s := Subject{"dossier", "d1"}
		o.must(func(ctx context.Context, tx *db.Tx) error { return o.e.Pause(ctx, tx, person("a"), s, "chờ") })
		o.now.Advance(24 * time.Hour)
		o.must(func(ctx context.Context, tx *db.Tx) error { return o.e.Resume(ctx, tx, person("a"), s) })
		var draft Task
		o.must(func(ctx context.Context, tx *db.Tx) (err error) {
			draft, err = o.e.Return(ctx, tx, person("leader"), "x1", "sai tên")
			return err
		})
		if draft.Step != "draft" || draft.Post != "officer" {
			t.Fatalf("%+v", draft)
		}
		at, ended := draft, false
		var err error
		for steps := 0; !ended; steps++ {
			if at, ended, err = o.complete(person("a"), at, ""); err != nil || steps > 5 {
				t.Fatal(err)
			}
		}
		if _, err := o.start("d1"); err != nil {
			t.Errorf("%v", err)
		}
	})
}

func TestThePastInWorkingTime(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, o office) { // Monday, 9:30; the offices rest from 11:30 to 13:30
		at, err := o.start("d1")
		if err != nil {
			t.Fatal(err)
		}
		o.now.Advance(5 * time.Hour) // 14:30: three hours of work
		if at, _, err = o.complete(person("a"), at, ""); err != nil {
			t.Fatal(err)
		}
		o.now.Advance(time.Hour)
		s := Subject{"dossier", "d1"}
		o.must(func(ctx context.Context, tx *db.Tx) error { return o.e.Pause(ctx, tx, person("a"), s, "chờ") })
		o.now.Advance(time.Hour) // not counted
		o.must(func(ctx context.Context, tx *db.Tx) error { return o.e.Resume(ctx, tx, person("a"), s) })
		choice := "draft"
		for ended := false; !ended; choice = "" {
			if at, ended, err = o.complete(person("a"), at, choice); err != nil {
				t.Fatal(err)
			}
		}
		stays, err := o.e.Past(t.Context(), o.d, Ref{"disability", 1}, 10)
		var took []time.Duration
		for _, stay := range stays {
			took = append(took, stay.Took)
		}
		if err != nil || !slices.Equal(took, []time.Duration{3 * time.Hour, time.Hour, 0, 0, 0, 0}) || stays[1].Step != "appraise" {
			t.Errorf("%+v %v", stays, err)
		}
	})
}

// Nobody changes what a process does not declare, and a condition that has no
// answer decides nothing.
func TestVariablesAndConditions(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, o office) {
		p := newPlant(o, flowFile("vars", el("startEvent", "s")+user("u")+el("exclusiveGateway", "x", `default="x_z"`)+el("endEvent", "z")+el("endEvent", "y")+
			arrows("s u", "u x", "x z", "x y 10 / amount &gt; 1")))
		m := p.begin("vars", "d1")
		finish := func(vars map[string]any) error {
			return o.write(func(ctx context.Context, tx *db.Tx) error {
				_, err := o.e.Finish(ctx, tx, person("a"), m.Next().ID, Outcome{Vars: vars})
				return err
			})
		}
		for _, wrong := range []map[string]any{{"nobody": 1}, {"amount": "many"}, {"amount": 1.5}} {
			if err := finish(wrong); !errors.Is(err, ErrVariable) {
				t.Errorf("%v: %v", wrong, err)
			}
		}
		if err := finish(nil); !errors.Is(err, ErrCondition) {
			t.Errorf("a division by zero decided something: %v", err)
		}
		if open, err := Of(t.Context(), o.d, Subject{"test", "d1"}); err != nil || len(open) != 1 {
			t.Errorf("%+v %v", open, err)
		}
		if err := finish(map[string]any{"amount": 5}); err != nil || p.state("d1") != caseDone {
			t.Errorf("%v", err)
		}
	})
}
