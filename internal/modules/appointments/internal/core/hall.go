// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/modules/appointments"
	"tinhso.vn/internal/modules/appointments/internal/store"
	"tinhso.vn/internal/platform/errs"
)

// shown is how many calls a hall shows: more cannot be read from its end.
const shown = 6

// Call is a number and the counter to which it is called. It names nobody.
type Call struct {
	Number  string
	Counter int
	Times   int // it was called
	At      time.Time
}

// Hall is what the screen of a hall shows.
type Hall struct {
	Unit    string
	Office  i18n.Text
	Now     time.Time
	Calls   []Call // the newest first
	Waiting int
}

// GetHall returns what the screen of a hall shows to everybody.
func (s *Service) GetHall(ctx context.Context, unit string) (h Hall, err error) {
	defer errs.Wrap(&err, "show the hall of %s", unit)

	o, ok, err := s.store.FindOffice(ctx, s.DB, unit)
	if err != nil {
		return h, err
	}
	if !ok {
		return h, appointments.ErrShut
	}
	now := s.DB.Now()
	h = Hall{Unit: unit, Office: o.Name, Now: now.Time}
	waiting, err := s.store.Waits(ctx, s.DB, unit, today(now))
	if err != nil {
		return h, err
	}
	h.Waiting = len(waiting)
	called, err := s.store.InState(ctx, s.DB, unit, today(now), store.Called, shown)
	if err != nil {
		return h, err
	}
	counters, err := s.store.ListCounters(ctx, s.DB, unit, true)
	numbers := map[string]int{}
	for _, c := range counters {
		numbers[c.ID] = c.Number
	}
	for _, t := range called {
		h.Calls = append(h.Calls, Call{Number: Label(t), Counter: numbers[t.Counter], Times: t.Calls, At: t.Last.Time})
	}
	return h, err
}

// Place is where a number stands, for who has it.
type Place struct {
	Arrival
	Office   i18n.Text
	Counter  int // that calls it; 0: none yet
	Estimate *Estimate
}

// Estimate is how long people have waited at this hour of the day lately, in minutes:
// half of them no longer than From, nine of ten no longer than To.
type Estimate struct{ From, To int }

// few is how many waits are too few to tell something from.
const few = 5

// estimateDays is how far back an estimate looks.
const estimateDays = 28

// GetPlace returns where a number stands. Its id is known only to who has it.
func (s *Service) GetPlace(ctx context.Context, ticket string) (p Place, err error) {
	defer errs.Wrap(&err, "say where a number stands")

	t, err := s.store.GetTicket(ctx, s.DB, ticket)
	if err != nil {
		return p, err
	}
	if p.Arrival, err = s.arrived(ctx, s.DB, t); err != nil {
		return p, err
	}
	o, _, err := s.store.FindOffice(ctx, s.DB, t.Unit)
	if err != nil {
		return p, err
	}
	p.Office = o.Name
	if t.Counter != "" {
		all, err := s.store.ListCounters(ctx, s.DB, t.Unit, true)
		if err != nil {
			return p, err
		}
		for _, c := range all {
			if c.ID == t.Counter {
				p.Counter = c.Number
			}
		}
	}
	if t.State == store.Waiting {
		p.Estimate, err = s.estimate(ctx, t.Unit, s.DB.Now().Time)
	}
	return p, err
}

// estimate returns how long people have waited at this hour; nil where too few have.
func (s *Service) estimate(ctx context.Context, unit string, now time.Time) (*Estimate, error) {
	day := calendar.On(now)
	waits, err := s.store.ListWaits(ctx, s.DB, unit, day.AddDays(-estimateDays).String(), day.String(), mostWaits)
	if err != nil {
		return nil, err
	}
	for _, h := range byHour(waits) {
		if h.Hour == now.In(calendar.Zone()).Hour() && h.People >= few {
			return &Estimate{From: h.Half, To: h.Most}, nil
		}
	}
	return nil, nil //nolint:nilnil // nobody knows
}
