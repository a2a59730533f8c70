// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build bench

package bench_test

import (
	"fmt"
	"testing"
	"time"

	"tinhso.vn/tests/programtest"
)

// demos measures how long somebody waits who starts a demonstration: the first time, when
// the year is made, and again, when it comes from the cache.
func demos(t *testing.T, r *report) {
	t.Helper()
	cache := t.TempDir()
	wait := func() time.Duration {
		begun := time.Now()
		p := programtest.StartIn(t, t.TempDir(), "", "--year=full", "--cache="+cache)
		took := time.Since(begun)
		p.Stop()
		return took
	}
	first, again := wait(), wait()
	r.add("a demonstration with a year of 5,000 dossiers is ready, SQLite", "< 120 s", fmt.Sprintf("%.0f s", first.Seconds()), fmt.Sprintf("%.1f s (from the cache)", again.Seconds()), fmt.Sprintf("%.1f", first.Seconds()/again.Seconds()))
}
