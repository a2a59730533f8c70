// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store_test

import (
	"fmt"
	"strings"
	"testing"

	"tinhso.vn/internal/modules/support/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// The list of feedback walks its index and sorts nothing, among 20,000 of which few wait.
func TestFeedbackIsListedByItsIndex(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{store.Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		if err := d.Write(ctx, func(tx *db.Tx) error {
			for i := 0; i < 20_000; i += 500 {
				rows := make([]string, 500)
				for k := range rows {
					rows[k] = fmt.Sprintf("('%08d', '/ho-so', 'citizens', 'no', 'x', %d, %d, NULL, '', '')", i+k, i+k, 1-min((i+k)%100, 1))
				}
				if _, err := tx.Exec(ctx, `INSERT INTO support_feedback (id, page, side, useful, text, sent_at, waits, handled_at, handled_by, note) VALUES `+strings.Join(rows, ", ")); err != nil {
					return err
				}
			}
			_, err := tx.Exec(ctx, "ANALYZE support_feedback")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		plan := strings.Join(dbtest.Plan(t, d, store.ListFeedbackSQL, 1, "~", 50), "\n")
		if !strings.Contains(plan, "support_feedback_list") || strings.Contains(plan, "Sort") || strings.Contains(plan, "TEMP B-TREE") {
			t.Error(plan)
		}
		all, err := store.ListFeedback(ctx, d, true, "", 50)
		if err != nil || len(all) != 50 || all[0].ID != "00019900" {
			t.Errorf("%d %v", len(all), err)
		}
		next, err := store.ListFeedback(ctx, d, true, all[49].ID, 50)
		if err != nil || len(next) != 50 || next[0].ID != "00014900" {
			t.Errorf("%+v %v", next[:1], err)
		}
	})
}
