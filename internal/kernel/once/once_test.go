// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package once_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/once"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/web"
)

func each(t *testing.T, f func(t *testing.T, d *db.DB, c *dbtest.Clock, calls *once.Calls)) {
	t.Helper()
	dbtest.Each(t, []db.Migrations{once.Migrations()}, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		f(t, d, c, once.New(d, crypt.Ephemeral()))
	})
}

func TestACallIsAnsweredAgain(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock, calls *once.Calls) {
		ctx := t.Context()
		call, _, err := calls.Begin(ctx, "a", "k", "sum")
		if err != nil || call == "" {
			t.Fatalf("first: %q, %v", call, err)
		}
		if _, _, err := calls.Begin(ctx, "a", "k", "sum"); !errors.Is(err, once.ErrRunning) {
			t.Errorf("while it runs: %v", err)
		}
		want := web.Answer{Status: 201, Kind: "application/json", Body: []byte(`{"name":"Nguyễn Văn An"}`)}
		if err := calls.End(ctx, call, want); err != nil {
			t.Fatal(err)
		}
		again, got, err := calls.Begin(ctx, "a", "k", "sum")
		if err != nil || again != "" || got.Status != want.Status || got.Kind != want.Kind || string(got.Body) != string(want.Body) {
			t.Errorf("again: %q %+v, %v", again, got, err)
		}
		if _, _, err := calls.Begin(ctx, "a", "k", "other"); !errors.Is(err, once.ErrUsed) {
			t.Errorf("another call: %v", err)
		}
		if other, _, err := calls.Begin(ctx, "b", "k", "other"); err != nil || other == "" {
			t.Errorf("another caller: %q, %v", other, err)
		}
		var kept string
		if err := d.QueryRow(ctx, `SELECT answer_sealed FROM once_calls WHERE id = $1`, call).Scan(&kept); err != nil || strings.Contains(kept, "Nguy") {
			t.Errorf("kept %q, %v", kept, err)
		}
		c.Advance(once.Kept + time.Minute)
		if fresh, _, err := calls.Begin(ctx, "a", "k", "other"); err != nil || fresh == "" {
			t.Errorf("a day later: %q, %v", fresh, err)
		}
		if err := d.Write(ctx, func(tx *db.Tx) error {
			n, err := once.Sweep(ctx, tx)
			if n != 1 { // that of b
				t.Errorf("swept %d", n)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestWhatHadNoAnswer(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, _ *db.DB, c *dbtest.Clock, calls *once.Calls) {
		ctx := t.Context()
		begin := func(key string) string {
			call, _, err := calls.Begin(ctx, "a", key, "sum")
			if err != nil || call == "" {
				t.Fatalf("%s: %q, %v", key, call, err)
			}
			return call
		}
		if err := calls.End(ctx, begin("nothing happened"), web.Answer{}); err != nil {
			t.Fatal(err)
		}
		begin("nothing happened")
		if err := calls.End(ctx, begin("large"), web.Answer{Status: 200}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := calls.Begin(ctx, "a", "large", "sum"); !errors.Is(err, once.ErrLarge) {
			t.Errorf("large: %v", err)
		}
		begin("power cut")
		c.Advance(5 * time.Minute)
		if _, _, err := calls.Begin(ctx, "a", "power cut", "sum"); !errors.Is(err, once.ErrInterrupted) {
			t.Errorf("power cut: %v", err)
		}
	})
}

// Of many that come with one key at the same time, one goes through.
func TestOneOfMany(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, _ *db.DB, _ *dbtest.Clock, calls *once.Calls) {
		var (
			wg      sync.WaitGroup
			mu      sync.Mutex
			through int
		)
		for range 20 {
			wg.Go(func() {
				call, _, err := calls.Begin(t.Context(), "a", "k", "sum")
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil && call != "":
					through++
				case !errors.Is(err, once.ErrRunning):
					t.Errorf("%q, %v", call, err)
				}
			})
		}
		wg.Wait()
		if through != 1 {
			t.Errorf("%d went through", through)
		}
	})
}
