// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package workflow_test

import (
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// Among 32,768 cases that are over, those of one subject are found without reading the others.
func TestOneSubjectIsFoundAmongMany(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{workflow.Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		t.Helper()
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			if _, err := tx.Exec(t.Context(), `INSERT INTO workflow_definitions (flow_id, version, sha256, steps, added_at) VALUES ('f', 1, 's', '[]', 1)`); err != nil {
				return err
			}
			if _, err := tx.Exec(t.Context(), `INSERT INTO workflow_instances (id, flow_id, version, subject_kind, subject_id, units, state, started_at, ended_at)
				VALUES ('a', 'f', 1, 'dossier', 'a', '{}', 'done', 1, 2)`); err != nil {
				return err
			}
			for more := range strings.SplitSeq("bcdefghijklmnop", "") { // twice as many each time
				if _, err := tx.Exec(t.Context(), `INSERT INTO workflow_instances (id, flow_id, version, subject_kind, subject_id, units, state, started_at, ended_at)
					SELECT id || $1, flow_id, version, subject_kind, subject_id || $1, units, state, started_at, ended_at FROM workflow_instances`, more); err != nil {
					return err
				}
			}
			_, err := tx.Exec(t.Context(), `ANALYZE workflow_instances`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for name, text := range map[string]string{"open tasks": workflow.OfSubject, "history": workflow.HistoryOf} {
			plan := dbtest.Plan(t, d, text, "dossier", "abc")
			said := strings.Join(plan, "\n")
			if !strings.Contains(said, "workflow_instances_of") || strings.Contains(said, "SCAN c") || strings.Contains(said, "Seq Scan on workflow_instances") {
				t.Errorf("%s: all cases are read:\n%s", name, said)
			}
		}
	})
}
