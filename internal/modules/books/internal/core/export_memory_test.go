// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"runtime"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// However many records leave, a page of them is in memory.
func TestALargeExportTakesNoMemory(t *testing.T) { //nolint:paralleltest // it measures
	dbtest.Each(t, []db.Migrations{
		orgs.Migrations(), identity.Migrations(), access.Migrations(), audit.Migrations(), registers.Migrations(), files.Migrations(), jobs.Migrations(),
	}, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		m := newMarket(t, d, c)
		const n = 100_000
		m.write(t, func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `INSERT INTO reg_quay (id, unit_id, version, state, created_at, updated_at, created_by, updated_by, f_code, f_name, f_code_sort)
				WITH RECURSIVE n(i) AS (SELECT 100001 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)
				SELECT 'q' || i, 'east', 1, 'active', 0, 0, 'a', 'a', 'c' || i, 'Quầy hàng số ' || i, 'c' || i FROM n`)
			return err
		})
		m.write(t, func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `ANALYZE`)
			return err
		})
		heap := func() uint64 {
			var now runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&now)
			return now.HeapAlloc
		}
		taken, err := m.svc.Take(t.Context(), m.east, "quay", core.Query{})
		must(t, err)
		if taken.Count != n || taken.More {
			t.Fatalf("%d records", taken.Count)
		}
		before, most, seen, last := heap(), uint64(0), 0, ""
		must(t, taken.Each(t.Context(), func(r registers.Record) error {
			code, _ := r.Values["code"].(string)
			if code <= last {
				t.Fatalf("%s after %s", code, last)
			}
			if last, seen = code, seen+1; seen%20_000 == 0 {
				most = max(most, heap())
			}
			return nil
		}))
		if seen != n || most > before+24<<20 { // all of them at once take 60 MB and more; other tests run meanwhile
			t.Errorf("%d records, and %d bytes more", seen, int64(most)-int64(before))
		}
	})
}
