// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build bench

package bench_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const (
	hands  = 16               // at the same time
	during = 10 * time.Second // each measurement
	warmUp = time.Second      // before it, not counted
)

// perSecond runs one thing again and again with many hands. What has begun when
// the time is over is finished.
func perSecond(t *testing.T, once func(context.Context) error) float64 {
	t.Helper()
	var done atomic.Int64
	work := func(d time.Duration) {
		ctx, cancel := context.WithTimeout(t.Context(), d)
		defer cancel()
		var wg sync.WaitGroup
		for range hands {
			wg.Go(func() {
				for ctx.Err() == nil {
					if err := once(context.WithoutCancel(ctx)); err != nil {
						t.Error(err)
						return
					}
					done.Add(1)
				}
			})
		}
		wg.Wait()
	}
	work(warmUp)
	done.Store(0)
	began := time.Now()
	work(during)
	return float64(done.Load()) / time.Since(began).Seconds()
}

// spread is how long answers took.
type spread struct {
	p50, p95, p99 time.Duration
	rate          float64
}

// answers asks for a page again and again with half the hands, and measures each answer.
func answers(t *testing.T, url string) spread {
	t.Helper()
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: hands}}
	get := func(ctx context.Context) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
		if err != nil {
			return err
		}
		res, err := client.Do(req)
		if err != nil {
			return err
		}
		defer func() { _ = res.Body.Close() }()
		if _, err := io.Copy(io.Discard, res.Body); err != nil {
			return err
		}
		if res.StatusCode != http.StatusOK {
			return fmt.Errorf("%s answered %d", url, res.StatusCode)
		}
		return nil
	}
	var mu sync.Mutex
	var took []time.Duration
	measure := func(d time.Duration) {
		ctx, cancel := context.WithTimeout(t.Context(), d)
		defer cancel()
		var wg sync.WaitGroup
		for range hands / 2 {
			wg.Go(func() {
				var own []time.Duration
				for ctx.Err() == nil {
					began := time.Now()
					if err := get(context.WithoutCancel(ctx)); err != nil {
						t.Error(err)
						break
					}
					own = append(own, time.Since(began))
				}
				mu.Lock()
				took = append(took, own...)
				mu.Unlock()
			})
		}
		wg.Wait()
	}
	measure(warmUp)
	took = nil
	measure(during)
	if len(took) == 0 {
		t.Fatalf("no answer from %s", url)
	}
	slices.Sort(took)
	return spread{
		p50:  took[len(took)/2],
		p99:  took[len(took)*99/100],
		rate: float64(len(took)) / during.Seconds(),
	}
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}
