// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/worktime"
	"tinhso.vn/internal/platform/errs"
)

// Year is the working time of a unit in a year.
type Year struct {
	Unit  orgs.Unit // zero for all offices
	Year  int
	Week  [7][]calendar.Span // by weekday, 0 is Sunday, as on the first day of the next week
	Days  []calendar.Day     // off by a rule, a compensation or a decision; or worked by one
	Names map[string]string  // of the holidays, by id
}

// Year returns the working time of a unit, empty for all offices; year 0 is this one.
func (s *Service) Year(ctx context.Context, unit orgs.ID, year int) (y Year, err error) {
	defer errs.Wrap(&err, "working time of a year")

	now := calendar.On(s.db.Now().Time)
	if year == 0 {
		year = now.Year
	}
	if year < 2000 || year > 2100 {
		return y, errs.BadInput([]errs.Field{{Name: "year", Code: "worktime.year"}})
	}
	if unit != "" {
		if y.Unit, err = orgs.Get(ctx, s.db, unit); err != nil {
			return y, err
		}
	}
	cal := s.For(string(unit))
	y.Year, y.Days, y.Names = year, cal.Holidays(year), map[string]string{}
	for _, r := range s.base.Rules {
		y.Names[r.ID] = r.Name
	}
	day := calendar.Date{Year: year, Month: time.January, Day: 1}
	if year == now.Year {
		day = now
	}
	for found, tries := 0, 0; found != 1<<7-1 && tries < 100; day, tries = day.AddDays(1), tries+1 { // a day of each kind that nothing else decides
		d := cal.Day(day)
		if w := day.Weekday(); d.Cause == calendar.ByWeek && found&(1<<w) == 0 {
			y.Week[w] = d.Spans
			found |= 1 << w
		}
	}
	return y, nil
}

// Question asks when something is due.
type Question struct {
	Unit     orgs.ID
	Received time.Time
	Takes    calendar.Duration
}

// Answer is when something is due, and the days on the way that do not count.
type Answer struct {
	Begins  time.Time // when the clock starts to run
	Due     time.Time
	Skipped []calendar.Day // of the days in between, those without work
	More    int            // skipped days that are not listed
	Names   map[string]string
}

// maxSkipped is how many skipped days are listed.
const maxSkipped = 60

// maxTakes bounds what can be asked: ten years of working days.
const maxTakes = 2_500 * 8

// Due says when something is due, and why then.
func (s *Service) Due(ctx context.Context, q Question) (a Answer, err error) {
	defer errs.Wrap(&err, "compute a deadline")

	switch {
	case q.Received.IsZero() || q.Received.Year() < 2000 || q.Received.Year() > 2100:
		return a, errs.BadInput([]errs.Field{{Name: "received", Code: "worktime.received"}})
	case !q.Takes.OK() || q.Takes.Amount > maxTakes:
		return a, errs.BadInput([]errs.Field{{Name: "amount", Code: "worktime.amount"}})
	}
	if err := s.unitExists(ctx, s.db, q.Unit); err != nil {
		return a, err
	}
	cal := s.For(string(q.Unit))
	if a.Begins, err = cal.Start(q.Received); err == nil {
		a.Due, err = cal.Due(q.Received, q.Takes)
	}
	if errors.Is(err, calendar.ErrNoWork) {
		return a, worktime.ErrNever
	}
	if err != nil {
		return a, err
	}
	a.Names = map[string]string{}
	for _, r := range s.base.Rules {
		a.Names[r.ID] = r.Name
	}
	last := calendar.On(a.Due)
	for day := calendar.On(q.Received); !last.Before(day); day = day.AddDays(1) {
		if d := cal.Day(day); !d.Works() {
			if len(a.Skipped) == maxSkipped {
				a.More++
				continue
			}
			a.Skipped = append(a.Skipped, d)
		}
	}
	return a, nil
}
