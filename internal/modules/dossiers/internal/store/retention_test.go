// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// What is due is found in an index that holds only what still waits: the many
// dossiers that were erased long ago are not walked over.
func TestWhatIsDueUsesItsIndex(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{orgs.Migrations(), Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		if err := d.Write(ctx, func(tx *db.Tx) error {
			for _, text := range []string{
				many, `UPDATE dossiers_dossiers SET finished_at = submitted_at, delivered_at = submitted_at, status = CASE WHEN submitted_at % 3000 = 0 THEN 7 ELSE status END`,
				`UPDATE dossiers_dossiers SET erased_at = 1 WHERE submitted_at < 19000000`,
				`INSERT INTO dossiers_papers (id, dossier_id, paper, file_id, original, copy, certified, added_by, added_at) SELECT id, id, 'p', id, 0, 0, 0, 'a', 1 FROM dossiers_dossiers`,
				`INSERT INTO dossiers_drafts (id, account, person_id, desk, procedure_id, procedure_sha, name_vi, name_en, unit, channel, parties_sealed, answers_sealed, version, saved_at)
					SELECT id, 'a', 'p', '', 'p', 's', '', '', 'u', 2, '', '', 1, submitted_at FROM dossiers_dossiers`,
				`ANALYZE`,
			} {
				if _, err := tx.Exec(ctx, text); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		before := db.Time{Time: time.UnixMicro(19_500_000)}
		for k, index := range map[dossiers.Kept]string{
			dossiers.KeptClosed: "dossiers_dossiers_closed", dossiers.KeptDelivered: "dossiers_dossiers_handed", dossiers.KeptDrafts: "dossiers_drafts_saved",
		} {
			for name, plan := range map[string][]string{
				"count": dbtest.Plan(t, d, countDueQuery(k), before),
				"list":  dbtest.Plan(t, d, listDueQuery(k, true), before, int64(math.MinInt64), "", 50),
				"ids":   dbtest.Plan(t, d, DueIDs(k), before),
			} {
				found := slices.ContainsFunc(plan, func(line string) bool { return strings.Contains(line, index) })
				if k == dossiers.KeptDrafts && name != "list" {
					continue // most of them are due here: counting may read them all
				}
				if !found || slices.ContainsFunc(plan, func(line string) bool {
					return strings.Contains(line, "USE TEMP B-TREE") || strings.Contains(line, "Sort")
				}) {
					t.Errorf("%s of %s:\n%s", name, k, strings.Join(plan, "\n"))
				}
			}
		}
	})
}
