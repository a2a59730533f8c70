// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"time"

	"tinhso.vn/internal/platform/clock"
)

// progress says now and again how far a long work is, and how fast.
type progress struct {
	clock clock.Clock
	say   func(format string, args ...any)
	began time.Time
	last  time.Time // when it said so
}

// progressEvery is how often somebody who waits wants to know.
const progressEvery = 2 * time.Second

func newProgress(c clock.Clock, say func(format string, args ...any)) *progress {
	now := c.Now()
	return &progress{clock: c, say: say, began: now, last: now}
}

// show is told how much is done.
func (p *progress) show(done, of int64) {
	now := p.clock.Now()
	if now.Sub(p.last) < progressEvery || done == 0 {
		return
	}
	p.last = now
	spent := now.Sub(p.began)
	rate := float64(done) / spent.Seconds()
	left := time.Duration(float64(of-done) / rate * float64(time.Second)).Round(time.Second)
	p.say("%d / %d (%d %%), %.0f bản ghi mỗi giây, còn khoảng %s / records a second, about %s left", done, of, done*100/of, rate, left, left)
}
