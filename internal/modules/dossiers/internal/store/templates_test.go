// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"strings"
	"testing"

	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// versions are 20,000 of 2,000 procedures.
const versions = `INSERT INTO dossiers_templates (id, kind, procedure_id, version, file_id, file_sha, file_name, note, state, valid_from, uploaded_by, uploader, uploader_person, uploaded_at,
	decided_by, decider, decided_at, words)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
SELECT 't' || CAST(100000 + i AS TEXT), 'result', 'p' || CAST(i % 2000 AS TEXT), i, '', '', '', '', 'approved', i, 'a', '', '', i, 'b', '', i, '' FROM n`

// The list and the version of a moment are found by an index.
func TestTemplatesUseAnIndex(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx, s := t.Context(), New(crypt.Ephemeral(), nil)
		err := d.Write(ctx, func(tx *db.Tx) error {
			if _, err := tx.Exec(ctx, versions); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `ANALYZE`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for name, args := range map[string][]any{listTemplatesQuery: {"t110000", 50}, templateOfQuery: {"result", "p7", int64(9_000)}} {
			plan := strings.Join(dbtest.Plan(t, d, name, args...), "\n")
			if scans(d.Dialect(), strings.Split(plan, "\n")) || strings.Contains(plan, "SCAN dossiers_templates") || strings.Contains(plan, "TEMP B-TREE") {
				t.Errorf("%s\n%s", name, plan)
			}
		}
		got, found, err := s.FindTemplate(ctx, d, dossiers.ForResult, "p7", db.Time{Time: d.Now().Time})
		if err != nil || !found || got.Version != 18_007 {
			t.Errorf("got %d, %v, %v", got.Version, found, err)
		}
		page, err := s.ListTemplates(ctx, d, "", 3)
		if err != nil || len(page) != 3 || page[0].ID != "t120000" {
			t.Errorf("got %v, %v", page, err)
		}
	})
}
