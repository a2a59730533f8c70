// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"strings"
	"testing"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// many are 20,000 versions of units under 200 parents.
const many = `INSERT INTO orgs_versions (unit_id, from_day, to_day, parent_id, kind, name_vi, name_en, agency_vi, agency_en, short, name_folded, sort_key, code, provisional_code,
	area_code, verified, valid_from, valid_to, address, phone, decision, decided_on, entered_by, entered_at, applied)
	SELECT id, '', '', COALESCE(parent_id, ''), kind, name_vi, '', '', '', '', name_folded, sort_key, '', '', '', 1, '', '', '', '', '', '', '', 0, 1 FROM orgs_units`

const units = `INSERT INTO orgs_units (id, parent_id, kind, name_vi, name_en, agency_vi, agency_en, short, name_folded, sort_key, code, provisional_code, area_code, verified, valid_from, valid_to, address, phone)
	WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
	SELECT 'u' || CAST(100000 + i AS TEXT), CASE WHEN i > 200 THEN 'u' || CAST(100001 + i % 200 AS TEXT) END, 'ward', 'n', '', '', '', '', 'n', 'k' || CAST(i AS TEXT), '', '', '', 1, '', '', '', '' FROM n`

func TestALevelUsesAnIndex(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		if err := d.Write(ctx, func(tx *db.Tx) error {
			for _, text := range []string{units, many, `ANALYZE`} {
				if _, err := tx.Exec(ctx, text); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		text, args := childrenQuery("u100007", "2026-03-02", "", "", 51)
		lines := dbtest.Plan(t, d, text, args...)
		plan := strings.Join(lines, "\n")
		for _, bad := range []string{"SCAN v", "SCAN c", "Seq Scan"} {
			if strings.Contains(plan, bad) {
				t.Errorf("a level reads the whole table:\n%s", plan)
			}
		}
	})
}
