// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package calendar

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// Cause says why a day is worked or not.
type Cause string

// The causes of a Day.
const (
	ByWeek         Cause = "week"         // the working week, or its rest
	ByRule         Cause = "holiday"      // a holiday
	ByCompensation Cause = "compensatory" // a holiday fell on a day of rest
	ByOverride     Cause = "override"     // decided for this day
)

// Day is what the calendar says about a date.
type Day struct {
	Date  Date
	Spans []Span // none on a day off
	Cause Cause
	Rule  string // id of the holiday, also for its compensatory day
	Basis string
}

// Works reports whether the office works on this day.
func (d Day) Works() bool { return len(d.Spans) > 0 }

// Calendar answers questions about working time. It is safe for concurrent use.
type Calendar struct {
	weeks      []Week
	rules      []Rule
	before     map[string]int // of the arrangement, by rule and year
	basis      map[string]string
	overrides  map[Date]Override
	cut        Minute
	supplement Duration
	extensions int
	apology    Duration

	mu    sync.Mutex
	years map[int]map[Date]Day // holidays by year, computed when first asked for
}

// New makes a calendar from data that Check finds no fault with.
func New(c Config) (*Calendar, error) {
	if problems := c.Check(); len(problems) > 0 {
		var list []string
		for _, p := range problems {
			list = append(list, p.Path+": "+p.Code)
		}
		return nil, fmt.Errorf("the calendar has mistakes: %s", strings.Join(list, "; "))
	}
	cal := &Calendar{
		weeks: c.Weeks, rules: c.Rules, cut: c.SameDayCut, supplement: c.Supplement, extensions: c.Extensions, apology: c.Apology,
		before: map[string]int{}, basis: map[string]string{},
		overrides: map[Date]Override{}, years: map[int]map[Date]Day{},
	}
	if cal.cut == 0 {
		cal.cut = 15 * 60
	}
	for _, a := range c.Arrangements {
		cal.before[key(a.Rule, a.Year)] = a.Before
		cal.basis[key(a.Rule, a.Year)] = a.Basis
	}
	for _, o := range c.Overrides {
		cal.overrides[o.Date] = o
	}
	return cal, nil
}

// Supplement returns how long people have to add what is missing, where nothing
// else is said; its zero value where nobody has stated it.
func (c *Calendar) Supplement() Duration { return c.supplement }

// Extensions returns how often a promised day may be moved; 0 where nobody has said.
func (c *Calendar) Extensions() int { return c.extensions }

// Apology returns how long before the promised day people are to be told of another
// one; its zero value where nobody has stated it.
func (c *Calendar) Apology() Duration { return c.apology }

func key(rule string, year int) string { return fmt.Sprintf("%s/%d", rule, year) }

// Day returns what is known about a date.
func (c *Calendar) Day(d Date) Day {
	if o, ok := c.overrides[d]; ok {
		return Day{Date: d, Spans: c.overridden(o), Cause: ByOverride, Basis: o.Basis}
	}
	if off, ok := c.holidays(d.Year)[d]; ok {
		return off
	}
	w := c.week(d)
	return Day{Date: d, Spans: w.Days[d.Weekday()], Cause: ByWeek, Basis: w.Basis}
}

// Holidays returns the days of a year that a rule, a compensation or an
// override gives off, and the ones an override makes working days, by date.
func (c *Calendar) Holidays(year int) []Day {
	var all []Day
	for d := (Date{year, time.January, 1}); d.Year == year; d = d.AddDays(1) {
		if day := c.Day(d); day.Cause != ByWeek {
			all = append(all, day)
		}
	}
	return all
}

func (c *Calendar) overridden(o Override) []Span {
	switch {
	case o.Kind == Off:
		return nil
	case len(o.Spans) > 0:
		return o.Spans
	}
	w := c.week(o.Date)
	if own := w.Days[o.Date.Weekday()]; len(own) > 0 {
		return own
	}
	var fullest []Span
	for day := time.Monday; day <= time.Saturday; day++ {
		if worked(w.Days[day]) > worked(fullest) {
			fullest = w.Days[day]
		}
	}
	if fullest == nil {
		return w.Days[time.Sunday]
	}
	return fullest
}

func worked(spans []Span) (minutes Minute) {
	for _, s := range spans {
		minutes += s.To - s.From
	}
	return minutes
}

// week returns the last week in force; Check has seen to it that there is one.
func (c *Calendar) week(d Date) Week {
	for _, w := range slices.Backward(c.weeks) {
		if d.Within(w.From, w.To) {
			return w
		}
	}
	return Week{}
}

// holidays returns the days off that the rules give in a year.
func (c *Calendar) holidays(year int) map[Date]Day {
	c.mu.Lock()
	defer c.mu.Unlock()
	if known, ok := c.years[year]; ok {
		return known
	}
	// The year before can give a compensatory day in January, and the year
	// after a holiday that begins in December.
	var given []Day
	off := map[Date]Day{}
	for y := year - 1; y <= year+1; y++ {
		for _, r := range c.rules {
			for _, day := range c.days(r, y) {
				if _, twice := off[day.Date]; !twice {
					given = append(given, day)
					off[day.Date] = day
				}
			}
		}
	}
	slices.SortFunc(given, func(a, b Day) int { return a.Date.jdn() - b.Date.jdn() })
	for _, day := range given {
		c.compensate(day, off)
	}
	if len(c.years) > 300 { // nobody asks for so many, but a wrong loop must not eat the memory
		clear(c.years)
	}
	c.years[year] = off
	return off
}

// compensate gives the next working day off for a holiday on a day of rest
// (Labour Code 2019, article 111, clause 3). A holiday on a day that an override
// makes one of work gives none; an override that already gives that next day
// off is the compensation, written out.
func (c *Calendar) compensate(day Day, off map[Date]Day) {
	if len(c.week(day.Date).Days[day.Date.Weekday()]) > 0 {
		return
	}
	if c.overrides[day.Date].Kind == Work {
		return
	}
	for d := day.Date.AddDays(1); d.Before(day.Date.AddDays(31)); d = d.AddDays(1) {
		_, holiday := off[d]
		decided := c.overrides[d].Kind
		if holiday || decided == Work || len(c.week(d).Days[d.Weekday()]) == 0 {
			continue
		}
		if decided == Off {
			return
		}
		off[d] = Day{Date: d, Cause: ByCompensation, Rule: day.Rule, Basis: day.Basis}
		return
	}
}

// days returns the days of a rule in a year of its calendar.
func (c *Calendar) days(r Rule, year int) []Day {
	d, ok := Date{year, time.Month(r.Month), r.Day}, true
	if r.Kind == LunarKind {
		d, ok = SolarOn(Lunar{Year: year, Month: r.Month, Day: r.Day})
	}
	if !ok || !d.real() || !d.Within(r.From, r.To) {
		return nil
	}
	before, basis := r.Before, r.Basis
	if n, arranged := c.before[key(r.ID, year)]; arranged {
		before, basis = n, c.basis[key(r.ID, year)]
	}
	all := make([]Day, 0, length(r))
	for i := range length(r) {
		all = append(all, Day{Date: d.AddDays(i - before), Cause: ByRule, Rule: r.ID, Basis: basis})
	}
	return all
}
