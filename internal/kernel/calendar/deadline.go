// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package calendar

import (
	"errors"
	"time"
)

// ErrNoWork means that the office does not work for more than a year on end,
// so that there is no time at which anything could be due.
var ErrNoWork = errors.New("the office never works")

// ErrBadDuration means a negative duration or one of an unknown unit.
var ErrBadDuration = errors.New("not a duration")

// dayHours is one working day where a duration is given in hours, however long
// the office is open.
const dayHours = 8

// search is how many days ahead work is looked for.
const search = 400

// Unit is what a duration counts.
type Unit string

// The units of a Duration.
const (
	WorkingHour Unit = "working_hour" // 8 hours are one working day
	// WorkingMinute is for steps that decisions measure in halves of an hour.
	WorkingMinute Unit = "working_minute"
	WorkingDay    Unit = "working_day"  // "ngày làm việc"
	CalendarDay   Unit = "calendar_day" // "ngày"; the end rolls forward to a working day
	SameDay       Unit = "same_day"     // the end of the day, or of the next one after the cut; Amount is not used
)

// Duration is how long something may take.
type Duration struct {
	Amount int  `json:"amount,omitempty"`
	Unit   Unit `json:"unit"`
}

// maxAmount keeps a wrong number in a pack from computing for hours.
const maxAmount = 100_000

// OK reports whether this is a duration that a rule may state.
func (d Duration) OK() bool {
	switch d.Unit {
	case WorkingHour, WorkingMinute, WorkingDay, CalendarDay:
		return d.Amount > 0 && d.Amount <= maxAmount
	case SameDay:
		return d.Amount == 0
	}
	return false
}

// Start returns when work on something received at t can begin: t itself in
// working time, else the next moment the office works.
func (c *Calendar) Start(t time.Time) (time.Time, error) {
	t = t.In(Zone())
	d := On(t)
	for range search {
		for _, s := range c.Day(d).Spans {
			if from := d.At(int(s.From)); t.Before(from) {
				return from, nil
			}
			if !t.After(d.At(int(s.To))) {
				return t, nil
			}
		}
		d = d.AddDays(1)
	}
	return time.Time{}, ErrNoWork
}

// Due returns the end of a duration that begins at t. It lies in working time;
// more of the same unit is never due earlier.
//
// Of a duration in hours, full days of eight hours are counted as working days
// and the rest as time worked. The rest is never due later than a full day
// would be, or seven hours given on a short day would end after eight.
func (c *Calendar) Due(t time.Time, d Duration) (time.Time, error) {
	if d.Amount < 0 || d.Amount > maxAmount {
		return time.Time{}, ErrBadDuration
	}
	switch d.Unit {
	case WorkingHour:
		return c.after(t, d.Amount/dayHours, time.Duration(d.Amount%dayHours)*time.Hour)
	case WorkingMinute:
		return c.after(t, d.Amount/(60*dayHours), time.Duration(d.Amount%(60*dayHours))*time.Minute)
	case WorkingDay:
		return c.after(t, d.Amount, 0)
	case CalendarDay:
		start, err := c.Start(t)
		if err != nil {
			return time.Time{}, err
		}
		return c.roll(start.AddDate(0, 0, d.Amount))
	case SameDay:
		return c.sameDay(t)
	}
	return time.Time{}, ErrBadDuration
}

// roll moves a time on a day of rest to the same time of the next working day,
// and a time at which nobody works to the next one at which somebody does.
func (c *Calendar) roll(t time.Time) (time.Time, error) {
	t = t.In(Zone())
	if d := On(t); !c.Day(d).Works() {
		next, err := c.workingDays(d, 1)
		if err != nil {
			return time.Time{}, err
		}
		t = t.AddDate(0, 0, next.jdn()-d.jdn())
	}
	return c.Start(t)
}

// Worked reports whether t is in working time.
func (c *Calendar) Worked(t time.Time) bool {
	start, err := c.Start(t)
	return err == nil && start.Equal(t)
}

func (c *Calendar) sameDay(t time.Time) (time.Time, error) {
	t = t.In(Zone())
	d := On(t)
	if end, works := c.end(d); works && !t.After(d.At(int(c.cut))) && !t.After(end) {
		return end, nil
	}
	next, err := c.workingDays(d, 1)
	if err != nil {
		return time.Time{}, err
	}
	end, _ := c.end(next)
	return end, nil
}

// end returns when the work of a day ends.
func (c *Calendar) end(d Date) (time.Time, bool) {
	spans := c.Day(d).Spans
	if len(spans) == 0 {
		return time.Time{}, false
	}
	return d.At(int(spans[len(spans)-1].To)), true
}

// after returns the time after so many working days and a rest of less than a day.
func (c *Calendar) after(t time.Time, days int, rest time.Duration) (time.Time, error) {
	start, err := c.Start(t)
	if err != nil || rest == 0 {
		if err != nil {
			return time.Time{}, err
		}
		return c.addDays(start, days)
	}
	worked, err := c.addWork(start, rest)
	if err != nil {
		return time.Time{}, err
	}
	if worked, err = c.addDays(worked, days); err != nil {
		return time.Time{}, err
	}
	full, err := c.addDays(start, days+1)
	if err != nil {
		return time.Time{}, err
	}
	if full.Before(worked) {
		return full, nil
	}
	return worked, nil
}

// addDays returns the same time of day n working days later, or the next
// working time where that day is shorter.
func (c *Calendar) addDays(t time.Time, n int) (time.Time, error) {
	if n == 0 {
		return c.Start(t)
	}
	d, err := c.workingDays(On(t), n)
	if err != nil {
		return time.Time{}, err
	}
	return c.Start(t.AddDate(0, 0, d.jdn()-On(t).jdn()))
}

// workingDays returns the n-th working day after d.
func (c *Calendar) workingDays(d Date, n int) (Date, error) {
	for rest := search; n > 0; rest-- {
		if rest == 0 {
			return Date{}, ErrNoWork
		}
		d = d.AddDays(1)
		if c.Day(d).Works() {
			n--
			rest = search
		}
	}
	return d, nil
}

// addWork returns when that much time has been worked after t.
func (c *Calendar) addWork(t time.Time, work time.Duration) (time.Time, error) {
	d := On(t)
	for rest := search; rest > 0; rest-- {
		for _, s := range c.Day(d).Spans {
			from, to := d.At(int(s.From)), d.At(int(s.To))
			if from.Before(t) {
				from = t
			}
			if here := to.Sub(from); here >= 0 {
				if work <= here {
					return from.Add(work), nil
				}
				work -= here
			}
			rest = search
		}
		d = d.AddDays(1)
	}
	return time.Time{}, ErrNoWork
}

// Between returns how much time is worked from a to b, nothing where b is not
// later.
func (c *Calendar) Between(a, b time.Time) time.Duration {
	var sum time.Duration
	for d, last := On(a), On(b); !last.Before(d); d = d.AddDays(1) {
		for _, s := range c.Day(d).Spans {
			from, to := d.At(int(s.From)), d.At(int(s.To))
			if from.Before(a) {
				from = a
			}
			if to.After(b) {
				to = b
			}
			if from.Before(to) {
				sum += to.Sub(from)
			}
		}
	}
	return sum
}

// Left is the working time up to a deadline, or past it.
type Left struct {
	Late    bool // the deadline has passed
	Days    int  // working days
	Hours   int
	Minutes int
}

// Left returns how much working time there is from now to a deadline, rounded
// down to the minute. Days are counted as Due counts them: three days before a
// deadline of three working days, three are left, short days or not.
func (c *Calendar) Left(now, due time.Time) (Left, error) {
	from, to, late := now, due, false
	if due.Before(now) {
		from, to, late = due, now, true
	}
	l := Left{Late: late}
	start, err := c.Start(from)
	if err != nil {
		return Left{}, err
	}
	// As addDays does: n days after the start, at its time of day.
	for at, day := start, On(start); l.Days < maxAmount; l.Days++ {
		if day, err = c.workingDays(day, 1); err != nil {
			return Left{}, err
		}
		next, err := c.Start(start.AddDate(0, 0, day.jdn()-On(start).jdn()))
		if err != nil {
			return Left{}, err
		}
		if next.After(to) {
			rest := c.Between(at, to)
			l.Hours, l.Minutes = int(rest/time.Hour), int(rest%time.Hour/time.Minute)
			break
		}
		at = next
	}
	return l, nil
}
