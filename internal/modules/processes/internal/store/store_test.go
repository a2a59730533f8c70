// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/processes"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

func each(t *testing.T, f func(t *testing.T, d *db.DB)) {
	t.Helper()
	dbtest.Each(t, []db.Migrations{orgs.Migrations(), Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) { f(t, d) })
}

func write(t *testing.T, d *db.DB, f func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	if err := d.Write(t.Context(), func(tx *db.Tx) error { return f(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

func TestAMoveIsKept(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB) {
		m := processes.Move{
			ID: "m1", From: workflow.Ref{Flow: "a@1", Version: 1}, To: workflow.Ref{Flow: "a@2", Version: 2}, Nodes: map[string]string{"x": "y"}, Reason: "QĐ",
			Found: 3, State: processes.Proposed, Proposed: processes.Hand{Account: "it", At: d.Now()},
		}
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			added, err := InsertMove(ctx, tx, m)
			if err != nil || !added {
				t.Errorf("%v %v", added, err)
			}
			again := m
			again.ID = "m2"
			if added, err = InsertMove(ctx, tx, again); err != nil || added {
				t.Errorf("a second open move: %v %v", added, err)
			}
			for i, o := range []processes.Outcome{processes.Moved, processes.Refused, processes.Moved} {
				r := processes.Result{Case: workflow.ID("c" + string(rune('0'+i))), Outcome: o, Why: "w", Steps: "s"}
				for _, want := range []bool{true, false} { // the second time it is there already
					if added, err := AddResult(ctx, tx, m.ID, r); err != nil || added != want {
						t.Errorf("%v %v", added, err)
					}
				}
			}
			m.State, m.Decided, m.Next = processes.Running, processes.Hand{Account: "chk", At: tx.Now}, "c1"
			return SaveMove(ctx, tx, m)
		})
		got, err := GetMove(t.Context(), d, "m1")
		if err != nil || got.State != processes.Running || got.Done[processes.Moved] != 2 || got.Done[processes.Refused] != 1 || got.Nodes["x"] != "y" || got.Next != "c1" || got.Decided.Account != "chk" {
			t.Errorf("%+v %v", got, err)
		}
		if _, err := GetMove(t.Context(), d, "none"); !errors.Is(err, processes.ErrNotFound) {
			t.Errorf("%v", err)
		}
		only, err := ListResults(t.Context(), d, "m1", processes.Moved, "c0", 10)
		if err != nil || len(only) != 1 || only[0].Case != "c2" {
			t.Errorf("%+v %v", only, err)
		}
	})
}

func TestListsUseTheirIndex(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB) {
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			numbers := ` WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 25000) `
			for _, q := range []string{
				`INSERT INTO processes_moves (id, from_flow, from_version, to_flow, to_version, nodes, reason, found, state, proposed_by, proposed_at, decided_by, next)` + numbers +
					`SELECT 'm' || i, 'f' || i, 1, 'f' || i, 2, '{}', '', 1, 'finished', '', 1, '', '' FROM n`,
				`INSERT INTO processes_results (move_id, case_id, subject_kind, subject_id, outcome, why, steps, at)` + numbers +
					`SELECT 'm' || (i % 5), 'c' || i, '', '', CASE WHEN i % 100 = 0 THEN 'refused' ELSE 'moved' END, '', '', 1 FROM n WHERE i % 5 > 0`,
				`INSERT INTO processes_absences (id, account, deputy, unit_id, from_at, until_at, reason, declared_by, declared_at, ended_by)` + numbers +
					`SELECT 'a' || i, 'acc' || (i % 900), 'acc' || (i % 700), 'u' || (i % 400), i, i + 100, '', '', 1, '' FROM n`,
				`ANALYZE processes_moves`, `ANALYZE processes_results`, `ANALYZE processes_absences`,
			} {
				if _, err := tx.Exec(ctx, q); err != nil {
					return err
				}
			}
			return nil
		})
		scope, err := access.Require(identity.NewActor("a", "").Grant("p", identity.Place{Unit: "u1", Subtree: true}), "p")
		if err != nil {
			t.Fatal(err)
		}
		absences, args := absencesQuery(scope, "acc1", Coming, db.Time{}, Key{}, 50)
		args[3] = int64(5)
		for _, q := range []struct {
			name, text, index string
			args              []any
		}{
			{"moves", listMoves, "processes_moves", []any{"~", 50}},
			{"results", listResults, "processes_results", []any{"m1", "c10", 50}},
			{"results of one outcome", listResultsOf, "processes_results_outcome", []any{"m1", "c10", 50, "refused"}},
			{"absences", absences, "processes_absences_account", args},
			{"absences of those one stands in for", absences, "processes_absences_deputy", args},
			{"absences of a unit", absences, "processes_absences_unit", args},
		} {
			plan := strings.Join(dbtest.Plan(t, d, q.text, q.args...), "\n")
			if strings.Contains(plan, "Seq Scan on processes") || strings.Contains(plan+"\n", "SCAN processes_results\n") || strings.Contains(plan+"\n", "SCAN processes_absences\n") || !strings.Contains(plan, q.index) {
				t.Errorf("%s does not use %s:\n%s", q.name, q.index, plan)
			}
		}
	})
}
