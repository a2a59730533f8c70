// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

func TestWhoCameFirstIsServedFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(1, 10)
		if err := q.enter(t.Context(), strangers); err != nil {
			t.Fatal(err)
		}
		var served []int
		var wg sync.WaitGroup
		leaves := map[int]context.CancelFunc{}
		for i := range 6 {
			ctx, cancel := context.WithCancel(t.Context())
			leaves[i] = cancel
			wg.Go(func() {
				if q.enter(ctx, strangers) == nil {
					served = append(served, i)
					q.leave()
				}
			})
			synctest.Wait() // it stands in the queue
		}
		leaves[0]()
		leaves[3]()
		synctest.Wait()
		if q.waits() != 4 {
			t.Errorf("%d wait after two gave up", q.waits())
		}
		q.leave()
		wg.Wait()
		if !slices.Equal(served, []int{1, 2, 4, 5}) {
			t.Errorf("served in the order %v", served)
		}
		for _, cancel := range leaves {
			cancel()
		}
		if q.free != 1 || q.waits() != 0 {
			t.Errorf("left behind: %d free, %d waiting", q.free, q.waits())
		}
	})
}

func TestTheQueueIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const turns, most = 3, 20
		q := newQueue(turns, most)
		var inside, highest, refused atomic.Int64
		release := make(chan struct{})
		var wg sync.WaitGroup
		for range 40 {
			wg.Go(func() {
				if err := q.enter(t.Context(), strangers); err != nil {
					if !errors.Is(err, ErrBusy) {
						t.Error(err)
					}
					refused.Add(1)
					return
				}
				highest.Store(max(highest.Load(), inside.Add(1)))
				<-release
				inside.Add(-1)
				q.leave()
			})
		}
		synctest.Wait()
		if q.waits() != most || refused.Load() != 40-turns-most {
			t.Errorf("%d wait, %d were refused", q.waits(), refused.Load())
		}
		close(release)
		wg.Wait()
		if highest.Load() > turns {
			t.Errorf("%d at once, %d are allowed", highest.Load(), turns)
		}
		done, cancel := context.WithCancel(t.Context())
		cancel()
		if err := q.enter(done, strangers); !errors.Is(err, context.Canceled) {
			t.Errorf("somebody who has gone was let in: %v", err)
		}
	})
}

// The memory of all computations at once stays far below 300 MB.
func TestHowManyPasswordsAtOnce(t *testing.T) {
	t.Parallel()
	for _, processors := range []int{1, 2, 8, 128} {
		n := turnsFor(processors)
		if n < 1 || n*passwordMemory > 160*1024 {
			t.Errorf("%d processors work on %d at once: %d MB", processors, n, n*passwordMemory/1024)
		}
		if n := turnsAt(cost{3, 64 * 1024}, processors); n < 1 || n*64 > 160 {
			t.Errorf("%d processors work on %d dear ones at once", processors, n)
		}
	}
}

// A thousand strangers who guess do not keep those waiting whose browser is known,
// and are not kept out by them either.
func TestKnownBrowsersGoFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(1, 1000)
		if err := q.enter(t.Context(), strangers); err != nil {
			t.Fatal(err)
		}
		var served []row
		var wg sync.WaitGroup
		come := func(n int, r row) {
			for range n {
				wg.Go(func() {
					if err := q.enter(t.Context(), r); err != nil {
						t.Error(err)
						return
					}
					served = append(served, r)
					q.leave()
				})
			}
			synctest.Wait()
		}
		come(1000, strangers)
		if err := q.enter(t.Context(), strangers); !errors.Is(err, ErrBusy) {
			t.Errorf("the row of strangers has no end: %v", err)
		}
		come(30, friends)
		q.leave()
		wg.Wait()
		last, before := 0, 0
		for i, r := range served {
			if r == friends {
				last = i
			}
		}
		for _, r := range served[:last] {
			if r == strangers {
				before++
			}
		}
		if len(served) != 1030 || before < 5 || before > 11 {
			t.Errorf("%d were served, %d strangers before the last of thirty", len(served), before)
		}
	})
}
