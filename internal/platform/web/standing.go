// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package web

import (
	"fmt"
	"math"
	"net/http"
	"time"

	"golang.org/x/time/rate"
)

// Standing is how much of a limit is left to a client at this node: each process
// counts for itself.
type Standing struct {
	Limit     int           // calls at once
	Remaining int           // of these, now
	Full      time.Duration // until nothing is used up
	Window    time.Duration // in which Limit calls come back
	Named     bool          // counted for a client that is known, not for an address
}

// tell says it in the headers that programs know (IETF draft "RateLimit header
// fields for HTTP"); Reset is in whole seconds.
func (s Standing) tell(h http.Header) {
	h.Set("RateLimit-Limit", fmt.Sprint(s.Limit))
	h.Set("RateLimit-Remaining", fmt.Sprint(s.Remaining))
	h.Set("RateLimit-Reset", fmt.Sprint(int(math.Ceil(s.Full.Seconds()))))
	of := "address-per-node"
	if s.Named {
		of = "client-per-node"
	}
	h.Set("RateLimit-Policy", fmt.Sprintf("%q;q=%d;w=%d", of, s.Limit, int(math.Ceil(s.Window.Seconds()))))
}

// take counts one call and reports how long to wait where there were too many.
func take(bucket *rate.Limiter, how Rate, now time.Time) (s Standing, wait time.Duration) {
	reserved := bucket.ReserveN(now, 1)
	if wait = reserved.DelayFrom(now); wait > 0 {
		reserved.CancelAt(now)
	}
	left := max(0, bucket.TokensAt(now))
	s = Standing{Limit: how.Burst, Remaining: int(left)}
	if how.PerMinute > 0 {
		s.Full = time.Duration((float64(how.Burst) - left) / float64(how.PerMinute) * float64(time.Minute))
		s.Window = time.Duration(float64(how.Burst) / float64(how.PerMinute) * float64(time.Minute))
	}
	return s, wait
}

// AllowClient counts a call of a client that is known by name, whatever its
// address: a system with a token of its own.
func (l *Limiter) AllowClient(name string, how Rate) (s Standing, wait time.Duration) {
	now := l.clock.Now()
	s, wait = take(l.bucket(client{name: name}, how, now), how, now)
	s.Named = true
	return s, wait
}
