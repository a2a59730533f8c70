// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build bench

package audit_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// TestAppends measures records from the act to the signed checkpoint over it;
// make bench runs it and reads the line that it prints for each database.
func TestAppends(t *testing.T) { //nolint:paralleltest // it measures
	for name, where := range map[string]string{
		"sqlite": filepath.Join(t.TempDir(), "log.db"), "postgres": dbtest.Postgres(t, migrations()),
	} {
		rate, sealed := appends(t, where)
		_, _ = fmt.Fprintf(os.Stdout, "APPENDS %s %.0f %d\n", name, rate, sealed)
	}
}

const (
	benchHands = 32
	benchTime  = 5 * time.Second
)

// appends returns the records a second that were acknowledged and sealed.
func appends(t *testing.T, where string) (rate float64, sealed int64) {
	t.Helper()
	ctx := t.Context()
	d, err := db.Open(where, clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	if _, err := db.Migrate(ctx, d, migrations()...); err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, d)
	var written atomic.Int64
	began := time.Now()
	until, stop := context.WithDeadline(ctx, began.Add(benchTime))
	defer stop()
	var wg sync.WaitGroup
	for range benchHands {
		wg.Go(func() {
			for until.Err() == nil {
				if err := d.Write(ctx, func(tx *db.Tx) error {
					return audit.Record(ctx, tx, identity.NewActor("a", "p"), "x.done", "1")
				}); err != nil {
					t.Error(err)
					return
				}
				written.Add(1)
			}
		})
	}
	for {
		_, more, err := audit.Sequence(ctx, d, "bench", w.key)
		if err != nil {
			t.Fatal(err)
		}
		if !more {
			if until.Err() != nil {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
	wg.Wait()
	for more := true; more; {
		if _, more, err = audit.Sequence(ctx, d, "bench", w.key); err != nil {
			t.Fatal(err)
		}
	}
	spent := time.Since(began)
	head, err := audit.GetHead(ctx, d)
	if err != nil || head.Size != written.Load() || head.Waiting != 0 {
		t.Fatalf("%d written, %+v, %v", written.Load(), head, err)
	}
	return float64(head.Size) / spent.Seconds(), head.Size
}
