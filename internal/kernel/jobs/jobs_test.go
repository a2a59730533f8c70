// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package jobs_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

const kind jobs.Kind = "test.do"

func migrations() []db.Migrations { return []db.Migrations{jobs.Migrations()} }

func enqueue(t *testing.T, d *db.DB, payload any) {
	t.Helper()
	ctx := t.Context()
	if err := d.Write(ctx, func(tx *db.Tx) error { return jobs.Enqueue(ctx, tx, kind, payload) }); err != nil {
		t.Fatal(err)
	}
}

func TestWorkersShareAndARollbackLeavesNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		errStop := errors.New("stop")
		if err := d.Write(ctx, func(tx *db.Tx) error {
			return errors.Join(jobs.Enqueue(ctx, tx, kind, "never"), errStop)
		}); !errors.Is(err, errStop) {
			t.Fatal(err)
		}
		const n = 12
		for i := range n {
			enqueue(t, d, i)
		}
		var (
			wg   sync.WaitGroup
			mu   sync.Mutex
			done = map[string]int{}
		)
		handlers := map[jobs.Kind]jobs.Handler{kind: func(_ context.Context, body []byte) error {
			mu.Lock()
			defer mu.Unlock()
			done[string(body)]++
			return nil
		}}
		for range 4 {
			wg.Go(func() {
				for did := true; did; {
					var err error
					if did, err = jobs.Work(ctx, d, handlers); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		for body, times := range done {
			if times != 1 {
				t.Errorf("job %s ran %d times", body, times)
			}
		}
		if due, err := jobs.Due(ctx, d); len(done) != n || due || err != nil {
			t.Errorf("%d jobs ran, want %d; more due: %v, %v", len(done), n, due, err)
		}
	})
}

func TestAFailingJobIsTriedLessAndLessAndThenGivenUp(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		ctx := t.Context()
		errBroken := errors.New("broken")
		result := errBroken
		handlers := map[jobs.Kind]jobs.Handler{kind: func(context.Context, []byte) error { return result }}
		enqueue(t, d, 1)
		for attempt := range jobs.MaxAttempts {
			if did, err := jobs.Work(ctx, d, handlers); !did || !errors.Is(err, errBroken) {
				t.Fatalf("attempt %d: %v, %v", attempt, did, err)
			}
			if did, _ := jobs.Work(ctx, d, handlers); did {
				t.Fatalf("attempt %d was followed at once by another", attempt)
			}
			c.Advance(31 * time.Minute)
		}
		if did, err := jobs.Work(ctx, d, handlers); did || err != nil {
			t.Errorf("after the last attempt: %v, %v", did, err)
		}
		dead, err := jobs.List(ctx, d, true, "", 10)
		if err != nil || len(dead) != 1 || dead[0].Error != "broken" {
			t.Fatalf("got %+v, %v", dead, err)
		}
		result = nil
		if err := d.Write(ctx, func(tx *db.Tx) error { return jobs.Retry(ctx, tx, dead[0].ID) }); err != nil {
			t.Fatal(err)
		}
		if did, err := jobs.Work(ctx, d, handlers); !did || err != nil {
			t.Errorf("after a person let it: %v, %v", did, err)
		}
		if err := d.Write(ctx, func(tx *db.Tx) error { return jobs.Retry(ctx, tx, dead[0].ID) }); !errors.Is(err, jobs.ErrUnknown) {
			t.Errorf("a job that is gone: %v", err)
		}
	})
}

func TestAPanicAndAnUnknownKindAreFailures(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		enqueue(t, d, 1)
		handlers := map[jobs.Kind]jobs.Handler{kind: func(context.Context, []byte) error { panic("x") }}
		if did, err := jobs.Work(t.Context(), d, handlers); !did || err == nil {
			t.Errorf("a panic: %v, %v", did, err)
		}
		enqueue(t, d, 2)
		if did, err := jobs.Work(t.Context(), d, nil); !did || err == nil {
			t.Errorf("nobody's job: %v, %v", did, err)
		}
	})
}

// A job whose worker died comes back when the lease has ended, and the dead
// worker's late answer does not take it away from the new one.
func TestALeaseEnds(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		ctx := t.Context()
		enqueue(t, d, 1)
		times := 0
		handlers := map[jobs.Kind]jobs.Handler{}
		handlers[kind] = func(context.Context, []byte) error {
			times++
			if times == 1 { // slow: another worker takes over in the middle
				c.Advance(jobs.Lease)
				if did, err := jobs.Work(ctx, d, handlers); !did || err != nil {
					t.Errorf("taking over: %v, %v", did, err)
				}
			}
			return nil
		}
		if did, err := jobs.Work(ctx, d, handlers); !did || err != nil || times != 2 {
			t.Errorf("%v, %v, ran %d times", did, err, times)
		}
	})
}

// A worker who lives keeps its job however long it takes; one that was silent for too
// long learns that it is another's.
func TestALivingWorkerKeepsItsJob(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		ctx := t.Context()
		enqueue(t, d, 1)
		renew := jobs.Claim(t, d)
		taken := func() bool {
			t.Helper()
			did, err := jobs.Work(ctx, d, map[jobs.Kind]jobs.Handler{kind: func(context.Context, []byte) error { return nil }})
			if err != nil {
				t.Fatal(err)
			}
			return did
		}
		for range 5 {
			c.Advance(jobs.Hold - time.Second)
			if mine, err := renew(ctx); !mine || err != nil {
				t.Fatalf("renewed: %v, %v", mine, err)
			}
			if taken() {
				t.Fatal("somebody else got it")
			}
		}
		c.Advance(jobs.Hold)
		if !taken() {
			t.Error("nobody takes over from a silent worker")
		}
		if mine, err := renew(ctx); mine || err != nil {
			t.Errorf("the silent worker holds on: %v, %v", mine, err)
		}
	})
}

// Next is when the first of the jobs is due, but for those that were given up.
func TestNext(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		if due, err := jobs.Next(ctx, d); err != nil || !due.IsZero() {
			t.Errorf("nothing waits: %v, %v", due, err)
		}
		first := db.At(d.Now().Add(2 * time.Hour))
		for _, due := range []db.Time{db.At(first.Add(time.Hour)), first} {
			if err := d.Write(ctx, func(tx *db.Tx) error { return jobs.EnqueueAt(ctx, tx, kind, "x", due) }); err != nil {
				t.Fatal(err)
			}
		}
		if due, err := jobs.Next(ctx, d); err != nil || !due.Equal(first.Time) {
			t.Errorf("due %v, want %v, %v", due, first, err)
		}
	})
}
