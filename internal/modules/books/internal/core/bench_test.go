// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build bench

package core_test

import (
	"fmt"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// cpu is what this process has used, in seconds: the machine may be shared.
func cpu(t *testing.T) float64 {
	t.Helper()
	var u syscall.Rusage
	must(t, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}

// TestBenchImport brings 100,000 rows and compares them with as many bare inserts
// of the same columns, 500 to a transaction. It prints IMPORT|database|what|seconds|of
// the processor, of PostgreSQL this side's, and the memory of the process in MB.
func TestBenchImport(t *testing.T) { //nolint:paralleltest // it measures
	const n = 100_000
	var turn sync.Mutex
	dbtest.Each(t, []db.Migrations{
		orgs.Migrations(), identity.Migrations(), access.Migrations(), audit.Migrations(), registers.Migrations(), files.Migrations(), jobs.Migrations(),
	}, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		turn.Lock() // what this process uses is measured
		defer turn.Unlock()
		m := newMarket(t, d, c)
		ctx := t.Context()
		took := func(what string, do func()) float64 {
			begun, used := time.Now(), cpu(t)
			do()
			used = cpu(t) - used
			fmt.Printf("IMPORT|%s|%s|%.2f|%.2f\n", d.Dialect(), what, time.Since(begun).Seconds(), used)
			return used
		}
		var one string
		brought := took("brought", func() {
			i, err := m.svc.BringFile(ctx, m.east, "quay", "x.csv", lines(n))
			must(t, err)
			one = i.ID
		})
		sample, err := m.svc.Sample(ctx, m.east, "quay", one)
		must(t, err)
		checked := took("checked", func() { must(t, m.svc.MatchColumns(ctx, m.east, "quay", one, sample.Proposed)) })
		written := took("written", func() { must(t, m.svc.Decide(ctx, m.east, "quay", one, true)) })
		if i := m.now(t, one); i.State != registers.Done || i.Fresh != n {
			t.Fatalf("%+v", i.Batch)
		}
		m.write(t, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `CREATE TABLE books_bare (id TEXT PRIMARY KEY, code TEXT UNIQUE, name TEXT, area BIGINT, fee BIGINT, since TEXT, open BIGINT)`)
			return err
		})
		bare := took("bare inserts", func() {
			for at := 0; at < n; at += 500 {
				m.write(t, func(tx *db.Tx) error {
					for i := at; i < at+500; i++ {
						if _, err := tx.Exec(ctx, `INSERT INTO books_bare (id, code, name, area, fee, since, open) VALUES ($1, $2, $3, $4, $5, $6, 1)`,
							fmt.Sprint("id", i), fmt.Sprintf("Q%06d", i), fmt.Sprintf("Quầy hàng số %d", i), i%900, i%900*1000, "2026-11-01"); err != nil {
							return err
						}
					}
					return nil
				})
			}
		})
		t.Logf("%s: bringing, checking and writing take %.1f times the CPU of bare inserts", d.Dialect(), (brought+checked+written)/bare)
		var now runtime.MemStats
		runtime.ReadMemStats(&now)
		fmt.Printf("IMPORT|%s|memory|%.0f|0\n", d.Dialect(), float64(now.Sys)/1e6)
		if written > 60 {
			t.Errorf("%d rows take %.0f s of CPU", n, written)
		}
	})
}
