// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core decides about single days and computes calendars and deadlines.
// One file per use case.
package core

import (
	"context"
	"strings"
	"sync"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/worktime"
	"tinhso.vn/internal/modules/worktime/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Service runs the use cases. Calendars are kept in memory and made anew when
// the revision in the database changes.
type Service struct {
	db    *db.DB
	base  calendar.Config
	units map[string]calendar.Config // of the pack: what differs, by unit

	mu       sync.Mutex
	revision int64
	decided  []worktime.Decided
	made     map[string]*calendar.Calendar // by unit
}

// New returns a service. Base must pass its Check, alone and with each of units merged.
func New(d *db.DB, base calendar.Config, units map[string]calendar.Config) *Service {
	return &Service{db: d, base: base, units: units, made: map[string]*calendar.Calendar{}}
}

// Today is the day on the clock of the province.
func (s *Service) Today() calendar.Date { return calendar.On(s.db.Now().Time) }

// config lays what a unit has of its own over the calendar of all.
func (s *Service) config(unit string, decided []worktime.Decided) calendar.Config {
	c, agency := s.base, agencyOf(unit)
	if own, there := s.units[agency]; there {
		c = c.Merge(own)
	}
	taken := map[calendar.Date]int{}
	for i, o := range c.Overrides {
		taken[o.Date] = i
	}
	overrides := append([]calendar.Override(nil), c.Overrides...)
	for _, whole := range []bool{true, false} { // what is said of the unit itself counts more
		for _, d := range decided {
			if (d.Unit == "") != whole || (!whole && string(d.Unit) != agency && string(d.Unit) != unit) {
				continue
			}
			o := calendar.Override{Date: d.Day, Kind: d.Kind, Basis: d.Name + ". " + d.Basis}
			if d.To > 0 {
				o.Spans = []calendar.Span{{From: d.From, To: d.To}}
			}
			if i, twice := taken[d.Day]; twice {
				overrides[i] = o
				continue
			}
			taken[d.Day] = len(overrides)
			overrides = append(overrides, o)
		}
	}
	c.Overrides = overrides
	return c
}

// agencyOf returns the unit whose part a unit is: parts are named unit.part.
func agencyOf(unit string) string {
	agency, _, _ := strings.Cut(unit, ".")
	return agency
}

// For returns the calendar of a unit, empty for that of all, as it was known
// when Refresh ran last. It never fails: a calendar that could not be made is
// not remembered, and the one without decided days stands in.
func (s *Service) For(unit string) *calendar.Calendar {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c, there := s.made[unit]; there {
		return c
	}
	c, err := calendar.New(s.config(unit, s.decided))
	if err != nil { // Propose and Confirm refuse what would lead here
		c, _ = calendar.New(s.config(unit, nil))
	}
	if len(s.made) >= maxMade {
		clear(s.made)
	}
	s.made[unit] = c
	return c
}

// maxMade is how many calendars are remembered: one for each unit that works.
const maxMade = 5_000

// Refresh reads decided days again where they have changed.
func (s *Service) Refresh(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "read decided days")

	n, err := store.Revision(ctx, s.db)
	if err != nil {
		return err
	}
	s.mu.Lock()
	same := n == s.revision
	s.mu.Unlock()
	if same {
		return nil
	}
	decided, err := store.Holding(ctx, s.db)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revision, s.decided = n, decided
	clear(s.made)
	return nil
}

// possible reports whether every office would still work with one more day.
func (s *Service) possible(ctx context.Context, tx *db.Tx, d worktime.Decided) error {
	all, err := store.Holding(ctx, tx)
	if err != nil {
		return err
	}
	c, err := calendar.New(s.config(string(d.Unit), append(all, d)))
	if err != nil {
		return worktime.ErrNever.Because(err)
	}
	if _, err := c.Start(d.Day.At(0)); err != nil {
		return worktime.ErrNever.Because(err)
	}
	return nil
}

// unitExists makes sure that a day is decided for a unit there is.
func (s *Service) unitExists(ctx context.Context, q db.Querier, unit orgs.ID) error {
	if unit == "" {
		return nil
	}
	_, err := orgs.Get(ctx, q, unit)
	return err
}
