// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/modules/appointments"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Slot is a time at which people can come.
type Slot struct {
	At      time.Time
	Places  int
	Taken   int
	Outside bool // the office does not work then by its calendar
}

// Free reports whether a place is left.
func (s Slot) Free() bool { return s.Taken < s.Places }

// Day is a day of an office with its slots.
type Day struct {
	Date  calendar.Date
	Slots []Slot
	Free  int
}

// slotsOn returns the slots of a day by the hours of an office and its calendar.
// Hours count where the office works; those outside count also where it does not,
// but on no holiday and on no day that somebody has decided to be off.
func slotsOn(date calendar.Date, day calendar.Day, hours []Hours, minutes int) (all []Slot) {
	off := !day.Works() && day.Cause != calendar.ByWeek
	for _, h := range hours {
		if h.Weekday != int(date.Weekday()) || off {
			continue
		}
		spans := []calendar.Span{{From: h.From, To: h.To}}
		if !h.Outside {
			spans = meeting(spans[0], day.Spans)
		}
		for _, span := range spans {
			for at := span.From; int(at)+minutes <= int(span.To); at += calendar.Minute(minutes) {
				all = join(all, Slot{At: date.At(int(at)), Places: h.Places, Outside: h.Outside && !within(at, day.Spans)})
			}
		}
	}
	slices.SortFunc(all, func(a, b Slot) int { return a.At.Compare(b.At) })
	return all
}

// join adds a slot; places of hours that begin one at the same moment add up.
func join(all []Slot, s Slot) []Slot {
	if i := slices.IndexFunc(all, func(o Slot) bool { return o.At.Equal(s.At) }); i >= 0 {
		all[i].Places += s.Places
		return all
	}
	return append(all, s)
}

// meeting returns what a span has in common with others.
func meeting(s calendar.Span, others []calendar.Span) (all []calendar.Span) {
	for _, o := range others {
		if from, to := max(s.From, o.From), min(s.To, o.To); from < to {
			all = append(all, calendar.Span{From: from, To: to})
		}
	}
	return all
}

func within(m calendar.Minute, spans []calendar.Span) bool {
	return slices.ContainsFunc(spans, func(s calendar.Span) bool { return m >= s.From && m < s.To })
}

// days returns the days of an office from one to another, with what is free and
// can still be booked. Closed days, and those without slots, have none.
func (s *Service) days(ctx context.Context, q db.Querier, o Office, from, to calendar.Date) (all []Day, err error) {
	hours, err := s.store.ListHours(ctx, q, o.Unit)
	if err != nil {
		return nil, err
	}
	shut, err := s.store.ListClosed(ctx, q, o.Unit, from.String(), to.String())
	if err != nil {
		return nil, err
	}
	taken, err := s.store.Taken(ctx, q, o.Unit, db.At(from.At(0)), db.At(to.AddDays(1).At(0)))
	if err != nil {
		return nil, err
	}
	earliest, cal := s.DB.Now().Add(lead), s.Calendar(o.Unit)
	for d := from; !to.Before(d); d = d.AddDays(1) {
		day := Day{Date: d}
		if !slices.ContainsFunc(shut, func(c Closed) bool { return c.Day == d.String() }) {
			for _, slot := range slotsOn(d, cal.Day(d), hours, o.Slot) {
				if slot.At.Before(earliest) {
					continue
				}
				slot.Taken = taken[db.At(slot.At).UnixMicro()]
				day.Slots = append(day.Slots, slot)
				if slot.Free() {
					day.Free++
				}
			}
		}
		all = append(all, day)
	}
	return all, nil
}

// slotAt returns the slot of an office at a moment; ErrNoSlot where there is none
// that can be booked.
func (s *Service) slotAt(ctx context.Context, q db.Querier, o Office, at time.Time) (Slot, error) {
	d, now := calendar.On(at), calendar.On(s.DB.Now().Time)
	if d.Before(now) || now.AddDays(o.Ahead).Before(d) {
		return Slot{}, appointments.ErrNoSlot
	}
	days, err := s.days(ctx, q, o, d, d)
	if err != nil {
		return Slot{}, err
	}
	for _, slot := range days[0].Slots {
		if slot.At.Equal(at) {
			return slot, nil
		}
	}
	return Slot{}, appointments.ErrNoSlot
}

// Choice is what somebody can choose at an office.
type Choice struct {
	Office
	Procedure string
	About     string // Vietnamese name of the procedure; empty: something else
	AboutEN   string
	Days      []Day
}

// Choose returns the days of an office on which people can come, for a procedure
// (empty: for something else).
func (s *Service) Choose(ctx context.Context, unit, procedure string) (c Choice, err error) {
	defer errs.Wrap(&err, "offer times of %s", unit)

	o, what, err := s.open(ctx, s.DB, unit, procedure)
	if err != nil {
		return c, err
	}
	c = Choice{Office: o, Procedure: what.id, About: what.name.VI, AboutEN: what.name.EN}
	now := calendar.On(s.DB.Now().Time)
	c.Days, err = s.days(ctx, s.DB, o, now, now.AddDays(o.Ahead))
	return c, err
}

// open returns an office that takes people for a procedure.
func (s *Service) open(ctx context.Context, q db.Querier, unit, procedure string) (o Office, what about, err error) {
	o, ok, err := s.store.FindOffice(ctx, q, unit)
	if err != nil {
		return o, what, err
	}
	if !ok || !o.Takes {
		return o, what, appointments.ErrShut
	}
	if what, err = s.aboutOf(ctx, procedure); err != nil {
		return o, what, err
	}
	if what.id != "" && !serves(o.Fields, what.field) {
		return o, what, appointments.ErrNotServed
	}
	return o, what, nil
}

// serves reports whether fields (none: all) hold one.
func serves(fields []string, field string) bool {
	return len(fields) == 0 || slices.Contains(fields, field)
}

// Nearest returns the free slots of an office next to a moment, at most n of them,
// by time.
func (s *Service) Nearest(ctx context.Context, unit string, at time.Time, n int) (all []Slot, err error) {
	o, ok, err := s.store.FindOffice(ctx, s.DB, unit)
	if err != nil || !ok || !o.Takes {
		return nil, err
	}
	now := calendar.On(s.DB.Now().Time)
	days, err := s.days(ctx, s.DB, o, now, now.AddDays(o.Ahead))
	for _, d := range days {
		for _, slot := range d.Slots {
			if slot.Free() {
				all = append(all, slot)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Slot) int { return int(a.At.Sub(at).Abs() - b.At.Sub(at).Abs()) })
	all = all[:min(n, len(all))]
	slices.SortFunc(all, func(a, b Slot) int { return a.At.Compare(b.At) })
	return all, err
}
