// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/errs"
)

// maxUnits is more than any province has of a kind.
const maxUnits = 1000

// Office is a place where papers are handed in, with when it works.
type Office struct {
	Unit  orgs.Unit
	Hours Hours
}

// Hours is when an office works, seen from a moment.
type Hours struct {
	Today []calendar.Span // none on a day off
	Week  []calendar.Span // of the next ordinary day of work
	Open  bool
	Until time.Time // when it closes next; zero while it is closed
	Opens time.Time // when it opens again; zero while it is open, or where it never does
	Cause calendar.Cause
}

// Where is where a procedure is handed in today.
type Where struct {
	One    *Office     // the only office, or the one that was asked for; nil: people choose
	Choice []orgs.Unit // offices to choose from, by name; none where there is only one
	Common Hours       // of offices in general
}

// Offices returns where a procedure is handed in on this day. unit is the
// office that people have chosen, and may be empty; one that cannot take the
// procedure counts as none.
func (s *Service) Offices(ctx context.Context, id procedures.ID, unit orgs.ID) (w Where, err error) {
	defer errs.Wrap(&err, "offices of procedure %s", id)

	v, err := s.Get(ctx, id)
	if err != nil {
		return w, err
	}
	now := s.db.Now()
	w.Common = s.hours("", now.Time)
	day := today(now)
	if v.AuthorityUnit != "" {
		only, err := orgs.Get(ctx, s.db, v.AuthorityUnit)
		if errors.Is(err, orgs.ErrNotFound) {
			return w, nil
		}
		if err != nil {
			return w, err
		}
		w.One = &Office{only, s.hours(string(only.ID), now.Time)}
		return w, nil
	}
	for _, k := range communes() {
		if !slices.Contains(v.Authority, k) {
			continue
		}
		some, err := orgs.ListKind(ctx, s.db, k, day, maxUnits)
		if err != nil {
			return w, err
		}
		w.Choice = append(w.Choice, some...)
	}
	for _, u := range w.Choice {
		if u.ID == unit {
			w.One = &Office{u, s.hours(string(u.ID), now.Time)}
		}
	}
	return w, nil
}

// communes are the kinds of unit people live in.
func communes() []orgs.Kind { return []orgs.Kind{orgs.Ward, orgs.Commune, orgs.SpecialZone} }

// ahead is how far the next ordinary day of work is looked for, in days.
const ahead = 60

// hours says when a unit works; nothing where no calendar is known.
func (s *Service) hours(unit string, now time.Time) (h Hours) {
	if s.Calendar == nil {
		return h
	}
	c := s.Calendar(unit)
	if c == nil {
		return h
	}
	day := calendar.On(now)
	d := c.Day(day)
	h.Today, h.Cause = d.Spans, d.Cause
	for _, span := range d.Spans {
		if from, to := day.At(int(span.From)), day.At(int(span.To)); !now.Before(from) && now.Before(to) {
			h.Open, h.Until = true, to
		}
	}
	for n := range ahead {
		if d := c.Day(day.AddDays(n)); d.Works() && d.Cause == calendar.ByWeek {
			h.Week = d.Spans
			break
		}
	}
	if !h.Open {
		// At the very minute of closing nobody is served any more.
		if at, err := c.Start(now.Add(time.Second)); err == nil {
			h.Opens = at
		}
	}
	return h
}
