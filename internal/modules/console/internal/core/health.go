// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/province"
	"tinhso.vn/internal/modules/console"
	"tinhso.vn/internal/platform/errs"
)

// State is how something is.
type State uint8

// The states, the better first.
const (
	Good State = iota
	Attention
	Broken
)

// String names the state for programs.
func (s State) String() string {
	switch s {
	case Good:
		return "good"
	case Attention:
		return "attention"
	case Broken:
		return "broken"
	}
	return "broken"
}

// When something deserves attention, and when it is broken. The background work
// comes by every second, so minutes are long.
const (
	slowAnswer, stuckAnswer = 100 * time.Millisecond, time.Second
	lateWork, stuckWork     = 2 * time.Minute, 15 * time.Minute
	littleSpace, noSpace    = int64(5) << 30, int64(512) << 20
	littleAhead, farAhead   = 5 * time.Second, 2 * time.Minute
)

// Report is how the installation is.
type Report struct {
	At         time.Time
	Version    string
	Pack       string
	Province   i18n.Text
	PackSince  time.Time
	Database   string
	Answer     time.Duration // of the database
	Audit      audit.Head
	AuditAge   time.Duration // of the oldest record that is not sealed
	Queued     int64         // jobs that run by themselves
	OldestJob  time.Duration // how long the first of them has been due
	Dead       int64         // jobs that wait for a person
	Outbox     int64         // events not handed on yet
	OldestNews time.Duration // of the oldest of them
	Free       int64         // bytes; with FreeKnown
	FreeKnown  bool
	Files      files.Volume
	Ahead      time.Duration // of the newest record before the clock of this server
	Parts      []Part
}

// Check is one thing that was looked at. Its name is database, clock, audit,
// jobs, dead, outbox, disk, or that of a part.
type Check struct {
	Name  string
	State State
	Since time.Time // it is so; zero: not known
	Part  *Part     // nil: this module looks at it itself
}

// Part is something whose state others know: certificates that end, systems
// outside, backups.
type Part struct {
	Name    string // certificates, outside, backup
	ID      string // of one of many; empty: there is one
	State   State
	Unknown bool      // nobody has said how it is
	Since   time.Time // zero: not known
	N       int64     // certificates that end
}

// Checks returns what was looked at, always in the same order.
func (r Report) Checks() []Check {
	since := func(age time.Duration) time.Time {
		if age == 0 {
			return time.Time{}
		}
		return r.At.Add(-age)
	}
	checks := []Check{
		{Name: "database", State: worse(r.Answer, slowAnswer, stuckAnswer)},
		{Name: "clock", State: worse(r.Ahead, littleAhead, farAhead)},
		{Name: "audit", State: worse(r.AuditAge, lateWork, stuckWork), Since: since(r.AuditAge)},
		{Name: "jobs", State: worse(r.OldestJob, lateWork, stuckWork), Since: since(r.OldestJob)},
		{Name: "dead", State: worse(r.Dead, 1, 100)},
		{Name: "outbox", State: worse(r.OldestNews, lateWork, stuckWork), Since: since(r.OldestNews)},
	}
	if r.FreeKnown {
		checks = append(checks, Check{Name: "disk", State: worse(-r.Free, -littleSpace, -noSpace)})
	}
	for _, p := range r.Parts {
		checks = append(checks, Check{Name: p.Name, State: p.State, Since: p.Since, Part: &p})
	}
	return checks
}

func worse[N int64 | time.Duration](n, attention, broken N) State {
	switch {
	case n >= broken:
		return Broken
	case n >= attention:
		return Attention
	}
	return Good
}

// State is that of the worst check.
func (r Report) State() (worst State) {
	for _, c := range r.Checks() {
		worst = max(worst, c.State)
	}
	return worst
}

// Health looks at the installation.
func (s *Service) Health(ctx context.Context, actor identity.Actor) (r Report, err error) {
	defer errs.Wrap(&err, "look at the installation")

	if _, err := access.Require(actor, console.PermOperate); err != nil {
		return Report{}, err
	}
	asked := s.db.Now()
	settings, err := province.Get(ctx, s.db)
	if err != nil {
		return Report{}, err
	}
	now := s.db.Now()
	r = Report{
		At: now.Time, Version: s.version, Pack: settings.Pack, Province: settings.Name, PackSince: settings.Applied,
		Database: s.db.Dialect().String(), Answer: now.Sub(asked.Time),
	}
	age := func(since time.Time) time.Duration {
		if since.IsZero() {
			return 0
		}
		return max(0, now.Sub(since))
	}
	if r.Audit, err = audit.GetHead(ctx, s.db); err != nil {
		return Report{}, err
	}
	r.AuditAge = age(r.Audit.Since.Time)
	if r.Queued, r.Dead, err = jobs.Counts(ctx, s.db); err != nil {
		return Report{}, err
	}
	due, err := jobs.Oldest(ctx, s.db, now)
	if err != nil {
		return Report{}, err
	}
	r.OldestJob = age(due.Time)
	if r.Outbox, err = events.Count(ctx, s.db); err != nil {
		return Report{}, err
	}
	published, err := events.Oldest(ctx, s.db)
	if err != nil {
		return Report{}, err
	}
	r.OldestNews = age(published.Time)
	if r.Files, err = files.GetVolume(ctx, s.db, now); err != nil {
		return Report{}, err
	}
	newest, err := audit.List(ctx, s.db, audit.Filter{}, "", 1)
	if err != nil {
		return Report{}, err
	}
	if len(newest) > 0 { // another server, or this one before its clock went back, has written later than now
		r.Ahead = max(0, newest[0].At.Sub(now.Time))
	}
	if s.parts != nil {
		if r.Parts, err = s.parts(ctx); err != nil {
			return Report{}, err
		}
	}
	if s.free != nil {
		if r.Free, err = s.free(); err != nil {
			return Report{}, err
		}
		r.FreeKnown = true
	}
	return r, nil
}
