// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// facts are those of many, and rows the figures of two years.
const (
	facts = `INSERT INTO dossiers_facts (dossier_id, unit, field, procedure_id, channel, accepted, due_at, ended, outcome, paused, lapsed, pauses, late_by, steps, steps_late, worked, over_by)
		SELECT id, authority_unit, 'Hộ tịch', 'p', 2, 20260100 + due_at / 1000 % 28, due_at, CASE WHEN status = 10 THEN 20260100 + due_at / 1000 % 28 ELSE 0 END,
		CASE WHEN status = 10 THEN 'late' ELSE '' END, 0, 0, '', 5, 3, 1, 60, 5 FROM dossiers_dossiers`
	rows = `INSERT INTO dossiers_figures (level, at, unit, field, procedure_id, channel, received, early, on_time, late, undated, withdrawn, stopped, refused, asked, answered, lapsed, settled, steps, steps_late, worked, over_by)
		WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
		SELECT 10 * (1 + i % 3) + i % 7 % 3, CASE i % 3 WHEN 0 THEN 20260101 + i % 28 WHEN 1 THEN 202601 + i % 12 ELSE 2024 + i % 3 END, 'u' || CAST(i % 100 AS TEXT), 'f' || CAST(i % 13 AS TEXT),
		'p' || CAST(i AS TEXT), 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0 FROM n`
	took = `INSERT INTO dossiers_steps (task_id, dossier_id, procedure_id, unit, decides, step, step_vi, step_en, ended, minutes, over_by, late, late_by)
		SELECT 't' || id, id, 'p' || CAST(due_at / 1000 % 50 AS TEXT), authority_unit, authority_unit, 's', 'Thẩm định', '', 20260100 + due_at / 1000 % 28, 60, 0, 0, 0 FROM dossiers_dossiers`
)

// Every figure, and every list behind one, is read from an index.
func TestFiguresUseAnIndex(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{orgs.Migrations(), Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		err := d.Write(ctx, func(tx *db.Tx) error {
			units := []orgs.Unit{{ID: "tinh", Kind: orgs.Province, Name: i18n.Text{VI: "Tỉnh"}}, {ID: "u1", Parent: "tinh", Kind: orgs.Ward, Name: i18n.Text{VI: "Phường"}}}
			if _, err := orgs.Apply(ctx, tx, units); err != nil {
				return err
			}
			for _, fill := range []string{many, turns, facts, rows, took} {
				if _, err := tx.Exec(ctx, fill); err != nil {
					return err
				}
			}
			_, err := tx.Exec(ctx, `ANALYZE`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		ward, err := access.Require(identity.NewActor("a", "").Grant("x.y", identity.Place{Unit: "u1", Subtree: true}), "x.y")
		if err != nil {
			t.Fatal(err)
		}
		month, m := Rung{Months, 202601, 202603}, Moments{1, 2, 3}
		for _, sc := range []struct {
			name string
			n    Narrow
		}{
			{"ward", Narrow{Scope: ward}},
			{"province", Narrow{Scope: access.All()}},
			{"one unit", Narrow{Scope: access.All(), Units: []string{"u2", "u3"}}},
			{"a field", Narrow{Scope: access.All(), Field: "f1"}},
			{"a procedure", Narrow{Scope: ward, Procedure: "p1"}},
		} {
			for name, query := range map[string]func() (string, []any){
				"by unit":      func() (string, []any) { return sumQuery(sc.n, dossiers.ByUnit, month) },
				"by field":     func() (string, []any) { return sumQuery(sc.n, dossiers.ByField, month) },
				"by procedure": func() (string, []any) { return sumQuery(sc.n, dossiers.ByProcedure, Rung{Years, 0, 2025}) },
				"by month":     func() (string, []any) { return sumQuery(sc.n, dossiers.ByMonth, Rung{Days, 20260101, 20260131}) },
				"clocks":       func() (string, []any) { return clocksQuery(sc.n, dossiers.ByUnit, m) },
				"what is late": func() (string, []any) { return lateQuery(sc.n, dossiers.ByUnit, 5) },
				"what stands":  func() (string, []any) { return pausedQuery(sc.n, dossiers.ByUnit) },
				"received": func() (string, []any) {
					return countedQuery(sc.n, Behind{Measure: dossiers.MeasureReceived, From: 20260102, To: 20260104, After: Key{At: -1}, Limit: 50})
				},
				"late": func() (string, []any) {
					return countedQuery(sc.n, Behind{Measure: dossiers.MeasureLate, From: 20260102, To: 20260104, After: Key{At: -1}, Limit: 50})
				},
				"open": func() (string, []any) {
					return countedQuery(sc.n, Behind{Measure: dossiers.MeasureOpenLate, Now: 5, After: Key{At: -1}, Limit: 50})
				},
				"steps": func() (string, []any) {
					n := sc.n
					n.Procedure = "p1"
					return tookQuery(n, 20260101, 20260131, 500)
				},
			} {
				text, args := query()
				if plan := dbtest.Plan(t, d, text, args...); scans(d.Dialect(), plan) && !throughOpen(plan) {
					t.Errorf("%s, %s reads the whole table:\n%s", sc.name, name, strings.Join(plan, "\n"))
				}
			}
		}
		if n, err := New(crypt.Ephemeral(), nil).CountedUnits(ctx, d); err != nil || len(n) == 0 {
			t.Errorf("%v %v", n, err)
		}
	})
}

// throughOpen reports whether a plan goes through what is open and nothing else: few
// dossiers beside all there ever were.
func throughOpen(plan []string) bool {
	for _, line := range plan {
		if strings.Contains(line, "SCAN dossiers_facts") && !strings.Contains(line, "dossiers_facts_open") && !strings.Contains(line, "dossiers_facts_paused") {
			return false
		}
		if strings.Contains(line, "SCAN dossiers_figures") || strings.Contains(line, "Seq Scan") {
			return false
		}
	}
	return true
}
