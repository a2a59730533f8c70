// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package events_test

import (
	"testing"

	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

func TestAnEventBecomesAJobOfEachConsumer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{jobs.Migrations(), events.Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		if err := d.Write(ctx, func(tx *db.Tx) error { return events.Publish(ctx, tx, "x.done.v1", 7) }); err != nil {
			t.Fatal(err)
		}
		consumers := map[events.Name][]jobs.Kind{"x.done.v1": {"a.hear", "b.hear"}}
		for _, want := range []int{1, 0} {
			if n, err := events.Dispatch(ctx, d, consumers); n != want || err != nil {
				t.Fatalf("dispatched %d, %v; want %d", n, err, want)
			}
		}
		kinds, err := db.All(ctx, d, db.Column[string], `SELECT kind FROM jobs_queue ORDER BY kind`)
		if err != nil || len(kinds) != 2 || kinds[0] != "a.hear" || kinds[1] != "b.hear" {
			t.Errorf("got %v, %v", kinds, err)
		}
	})
}
