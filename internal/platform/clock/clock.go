// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package clock is where the program takes the time from. It is not a calendar.
package clock

import (
	"sync/atomic"
	"time"
)

// Clock tells the time. It is an interface so that a test, or the replay of a
// past year, can set it.
type Clock interface{ Now() time.Time }

// System is the wall clock.
type System struct{}

// Now returns the time of the machine.
func (System) Now() time.Time { return time.Now() }

// Shifted runs at the speed of the wall clock, a fixed distance away from it:
// the clock of a province of the past.
type Shifted struct{ by time.Duration }

// Offset returns a clock that far from the wall clock.
func Offset(by time.Duration) Shifted { return Shifted{by: by} }

// StartingAt returns a clock that shows t now and goes on from there.
func StartingAt(t time.Time) Shifted { return Shifted{by: time.Until(t)} }

// Now returns the shifted time.
func (s Shifted) Now() time.Time { return time.Now().Add(s.by) }

// Manual stands still until it is moved.
type Manual struct {
	start time.Time
	ahead atomic.Int64
}

// NewManual returns a clock that shows t.
func NewManual(t time.Time) *Manual { return &Manual{start: t} }

// Now implements Clock.
func (m *Manual) Now() time.Time { return m.start.Add(time.Duration(m.ahead.Load())) }

// Advance moves the clock.
func (m *Manual) Advance(d time.Duration) { m.ahead.Add(int64(d)) }

// Vietnam is the time zone in which people read times. It has no daylight
// saving, so no zone data is needed.
func Vietnam() *time.Location { return time.FixedZone("GMT+7", 7*60*60) }
