// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// lines is a table of many rows that nobody keeps in memory.
func lines(n int) io.Reader {
	r, w := io.Pipe()
	go func() {
		_, err := io.WriteString(w, "Số hiệu;Tên quầy;Diện tích;Phí một năm;Từ ngày;Đang mở\n")
		for i := 0; i < n && err == nil; i++ {
			_, err = fmt.Fprintf(w, "Q%06d;Quầy hàng số %d;%d,5;%d.000;%02d/11/2026;có\n", i, i, i%900, i%900+100, i%30+1)
		}
		_ = w.CloseWithError(err)
	}()
	return r
}

// What is stopped, or dies, goes on behind the last row that was written: nothing
// is doubled and nothing is half.
func TestAnImportGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	markets(t, func(t *testing.T, m market) {
		ctx := t.Context()
		const n = 1700
		i, err := m.svc.BringFile(ctx, m.east, "quay", "x.csv", lines(n))
		must(t, err)
		c, err := m.svc.Sample(ctx, m.east, "quay", i.ID)
		must(t, err)
		must(t, m.svc.MatchColumns(ctx, m.east, "quay", i.ID, c.Proposed))
		m.write(t, func(tx *db.Tx) error { // decided, and nobody has begun
			b, err := registers.LockImport(ctx, tx, i.ID)
			if err != nil {
				return err
			}
			b.State, b.Place, b.Fresh = registers.Running, -1, 0
			return registers.SaveImport(ctx, tx, b)
		})
		count := func() int64 { return m.count(t, `SELECT COUNT(*) FROM reg_quay`) }
		must(t, m.svc.Advance(ctx, i.ID, -time.Second)) // a budget of no time: one stretch
		if b := m.now(t, i.ID); count() != 500 || b.Fresh != 500 || b.Place != 500 || b.Total != n {
			t.Errorf("%d records, %+v", count(), b.Batch)
		}
		dead, die := context.WithCancel(ctx)
		die()
		_ = m.svc.Advance(dead, i.ID, time.Hour) // it dies in the middle of a stretch
		if count()%500 != 0 {
			t.Errorf("%d records: a stretch is half", count())
		}
		must(t, m.svc.Stop(ctx, m.east, "quay", i.ID))
		stopped := count()
		must(t, m.svc.Advance(ctx, i.ID, time.Hour))
		if count() != stopped {
			t.Error("what was stopped went on")
		}
		must(t, m.svc.Resume(ctx, m.east, "quay", i.ID))
		var both sync.WaitGroup
		for range 2 { // two servers at once
			both.Go(func() { _ = m.svc.Advance(ctx, i.ID, time.Hour) })
		}
		both.Wait()
		m.clock.Advance(time.Hour)
		for did := true; did; {
			did, err = jobs.Work(ctx, m.d, map[jobs.Kind]jobs.Handler{books.JobImport: m.svc.Work})
			must(t, err)
		}
		if b := m.now(t, i.ID); b.State != registers.Done || count() != n || b.Fresh != n || b.Same != 0 || m.count(t, `SELECT COUNT(*) FROM registers_import_rows`) != n {
			t.Errorf("%d records, %+v", count(), b.Batch)
		}
		if n := m.count(t, `SELECT COUNT(DISTINCT f_code) FROM reg_quay`); n != count() {
			t.Errorf("%d of %d are different", n, count())
		}
	})
}

// Rights that end while an import runs end it.
func TestRightsEndAnImport(t *testing.T) {
	t.Parallel()
	markets(t, func(t *testing.T, m market) {
		ctx := t.Context()
		i := m.bring(t, "x.csv", []byte("Số hiệu,Tên quầy\nQ1,Một\n"))
		m.write(t, func(tx *db.Tx) error {
			b, err := registers.LockImport(ctx, tx, i.ID)
			if err != nil {
				return err
			}
			b.State, b.Place = registers.Running, -1
			return registers.SaveImport(ctx, tx, b)
		})
		east := m.east
		m.east = identity.NewActor(east.Account, "")
		must(t, m.svc.Advance(ctx, i.ID, time.Hour))
		m.east = east
		if b := m.now(t, i.ID); b.State != registers.Stopped || b.Failure != access.ErrNotAllowed.Code || m.count(t, `SELECT COUNT(*) FROM reg_quay`) != 0 {
			t.Errorf("%+v", b.Batch)
		}
	})
}

func TestALargeImportTakesNoMemory(t *testing.T) { //nolint:paralleltest // it measures
	dbtest.Each(t, []db.Migrations{
		orgs.Migrations(), identity.Migrations(), access.Migrations(), audit.Migrations(), registers.Migrations(), files.Migrations(), jobs.Migrations(),
	}, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		m := newMarket(t, d, c)
		grown := func(n int) int64 {
			i, err := m.svc.BringFile(t.Context(), m.east, "quay", "x.csv", lines(n))
			must(t, err)
			sample, err := m.svc.Sample(t.Context(), m.east, "quay", i.ID)
			must(t, err)
			must(t, m.svc.MatchColumns(t.Context(), m.east, "quay", i.ID, sample.Proposed))
			var before, most runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			peak := int64(0)
			stop, stopped := make(chan struct{}), make(chan struct{})
			go func() {
				defer close(stopped)
				for {
					select {
					case <-stop:
						return
					case <-time.After(250 * time.Millisecond):
						runtime.GC()
						runtime.ReadMemStats(&most)
						peak = max(peak, int64(most.HeapAlloc)-int64(before.HeapAlloc))
					}
				}
			}()
			must(t, m.svc.Decide(t.Context(), m.east, "quay", i.ID, true))
			close(stop)
			<-stopped
			return peak
		}
		small, large := grown(2_000), grown(12_000)
		if large > small+24<<20 { // all rows at once take 40 MB and more
			t.Errorf("12,000 rows take %d bytes, 2,000 take %d", large, small)
		}
	})
}
