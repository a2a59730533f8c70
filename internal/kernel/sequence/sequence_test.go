// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package sequence_test

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"tinhso.vn/internal/kernel/sequence"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// Many at once, some of whom change their mind: no number twice, none left out.
func TestNumbersHaveNoGap(t *testing.T) {
	t.Parallel()
	errStop := errors.New("stop")
	dbtest.Each(t, []db.Migrations{sequence.Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		var (
			wg    sync.WaitGroup
			mu    sync.Mutex
			given []int64
		)
		for i := range 40 {
			wg.Go(func() {
				var mine int64
				err := d.Write(ctx, func(tx *db.Tx) error {
					n, err := sequence.Next(ctx, tx, "H01.1", "2026-03-02")
					if err != nil {
						return err
					}
					if i%4 == 0 {
						return errStop
					}
					mine = n
					return nil
				})
				switch {
				case err == nil:
					mu.Lock()
					given = append(given, mine)
					mu.Unlock()
				case !errors.Is(err, errStop):
					t.Error(err)
				}
			})
		}
		wg.Wait()
		slices.Sort(given)
		for i, n := range given {
			if n != int64(i+1) {
				t.Fatalf("got %v", given)
			}
		}
		if len(given) != 30 {
			t.Errorf("%d numbers", len(given))
		}
		if err := d.Write(ctx, func(tx *db.Tx) error {
			n, err := sequence.Next(ctx, tx, "H01.1", "2026-03-03")
			if n != 1 {
				t.Errorf("a new day starts at %d", n)
			}
			return err
		}); err != nil {
			t.Error(err)
		}
	})
}

// Who only looks takes no number.
func TestTheLastNumberIsLookedAt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{sequence.Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		want := func(want int64) {
			t.Helper()
			if n, err := sequence.Last(t.Context(), d, "H01.1", "2026"); err != nil || n != want {
				t.Errorf("%d %v, not %d", n, err, want)
			}
		}
		want(0)
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := sequence.Next(t.Context(), tx, "H01.1", "2026")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		want(1)
		want(1)
	})
}
