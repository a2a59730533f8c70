// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"errors"
	"testing"
	"time"

	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/internal/store"
	"tinhso.vn/internal/modules/procedures/procedurestest"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// The history tells versions apart in words, what was abolished stays readable,
// and a decision is public when its procedure was applied first.
func TestTheHistoryOfAProcedure(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{store.Migrations()}, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		ctx, s := t.Context(), New(d)
		put := func(all ...procedures.Version) {
			t.Helper()
			if err := d.Write(ctx, func(tx *db.Tx) error { _, err := apply(ctx, tx, all); return err }); err != nil {
				t.Fatal(err)
			}
		}
		first := procedurestest.Version(t, func(v *procedures.Version) {
			v.Decision = &procedures.Deciding{Number: "7/QĐ-UBND", Signed: "2026-02-27", Effective: "2026-03-10"}
		})
		put(first)
		published := d.Now()
		c.Advance(48 * time.Hour)
		second := procedurestest.Version(t, func(v *procedures.Version) {
			v.Decision, v.Reduced.Amount, v.Papers = first.Decision, 2, first.Papers[:1]
		})
		put(second)
		c.Advance(48 * time.Hour)
		put() // it left the pack
		if _, err := s.Get(ctx, first.ID); !errors.Is(err, procedures.ErrNotFound) {
			t.Errorf("it is in force: %v", err)
		}
		all, err := s.History(ctx, first.ID)
		if err != nil || len(all) != 2 || all[0].SHA != second.SHA || all[0].Listed || len(all[1].Differences) != 0 {
			t.Fatalf("%+v %v", all, err)
		}
		said := map[string]string{}
		for _, d := range all[0].Differences {
			said[d.Key] = d.From.VI + " → " + d.To.VI
		}
		if len(said) != 2 || said["procedures.differs.reduced"] != "3 ngày làm việc → 2 ngày làm việc" || said["procedures.differs.papers"] != "Tờ khai; Giấy tờ kèm theo → Tờ khai" {
			t.Errorf("%v", said)
		}
		if old, err := s.DescribeVersion(ctx, first.ID, first.SHA); err != nil || old.Reduced.Amount != 3 {
			t.Errorf("the old version: %v", err)
		}
		if _, err := s.History(ctx, "none"); !errors.Is(err, procedures.ErrNotFound) {
			t.Errorf("no procedure: %v", err)
		}
		known, err := s.Published(ctx, "2026-01-01", "2026-12-31", 10)
		if err != nil || len(known) != 1 || known[0].First != published || known[0].Last != published || known[0].Procedures != 1 || known[0].Effective != "2026-03-10" {
			t.Errorf("%+v %v", known, err)
		}
	})
}
