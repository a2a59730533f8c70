// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package calendar

import (
	"fmt"
	"time"
)

// Problem is one mistake in the data of a calendar.
type Problem struct {
	Path string // "rules[3].day"
	Code string // "calendar.bad_day": also the translation key
}

// maxDays is the length of the longest holiday a rule may give.
const maxDays = 15

// Check returns every mistake in the data, in its order.
func (c Config) Check() []Problem {
	var all []Problem
	add := func(code, format string, args ...any) {
		all = append(all, Problem{Path: fmt.Sprintf(format, args...), Code: code})
	}
	open := false
	for i, w := range c.Weeks {
		if badPeriod(w.From, w.To) {
			add("calendar.bad_period", "weeks[%d].to", i)
		}
		works := false
		for day := time.Sunday; day <= time.Saturday; day++ {
			if !spansOK(w.Days[day]) {
				add("calendar.bad_hours", "weeks[%d].days[%d]", i, day)
			}
			works = works || len(w.Days[day]) > 0
		}
		for day := range w.Days {
			if day < time.Sunday || day > time.Saturday {
				add("calendar.bad_weekday", "weeks[%d].days[%d]", i, day)
			}
		}
		if !works {
			add("calendar.never_works", "weeks[%d].days", i)
		}
		open = open || (w.From.IsZero() && w.To.IsZero())
	}
	if !open { // else there are times of which nobody knows whether the office works
		add("calendar.no_week_without_end", "weeks")
	}
	rules := map[string]Rule{}
	for i, r := range c.Rules {
		c.checkRule(r, func(field, code string) { add(code, "rules[%d].%s", i, field) })
		rules[r.ID] = r
	}
	for i, a := range c.Arrangements {
		r, ok := rules[a.Rule]
		if !ok {
			add("calendar.unknown_rule", "arrangements[%d].rule", i)
		}
		if ok && (a.Before < 0 || a.Before >= length(r)) {
			add("calendar.bad_before", "arrangements[%d].before", i)
		}
		if a.Basis == "" {
			add("calendar.no_basis", "arrangements[%d].basis", i)
		}
	}
	seen := map[Date]bool{}
	for i, o := range c.Overrides {
		switch {
		case !o.Date.real():
			add("calendar.bad_day", "overrides[%d].date", i)
		case seen[o.Date]:
			add("calendar.twice", "overrides[%d].date", i)
		}
		seen[o.Date] = true
		if o.Kind != Off && o.Kind != Work {
			add("calendar.bad_kind", "overrides[%d].kind", i)
		}
		if !spansOK(o.Spans) || (o.Kind == Off && len(o.Spans) > 0) {
			add("calendar.bad_hours", "overrides[%d].spans", i)
		}
		if o.Basis == "" {
			add("calendar.no_basis", "overrides[%d].basis", i)
		}
	}
	if c.Supplement != (Duration{}) && (!c.Supplement.OK() || c.Supplement.Unit != WorkingDay) {
		add("calendar.bad_duration", "supplement")
	}
	if c.Apology != (Duration{}) && (!c.Apology.OK() || c.Apology.Unit != WorkingDay) {
		add("calendar.bad_duration", "apology")
	}
	if c.Extensions < 0 || c.Extensions > 99 {
		add("calendar.bad_duration", "extensions")
	}
	if c.SameDayCut < 0 || c.SameDayCut > 24*60 {
		add("calendar.bad_hours", "same_day_cut")
	}
	return all
}

func (c Config) checkRule(r Rule, add func(field, code string)) {
	if r.ID == "" {
		add("id", "calendar.no_id")
	}
	switch r.Kind {
	case Solar:
		if !(Date{2024, time.Month(r.Month), r.Day}).real() {
			add("day", "calendar.bad_day")
		}
	case LunarKind:
		if r.Month < 1 || r.Month > 12 || r.Day < 1 || r.Day > 30 {
			add("day", "calendar.bad_day")
		}
	default:
		add("kind", "calendar.bad_kind")
	}
	if r.Days < 0 || r.Days > maxDays {
		add("days", "calendar.bad_length")
	}
	if r.Before < 0 || r.Before >= length(r) {
		add("before", "calendar.bad_before")
	}
	if badPeriod(r.From, r.To) {
		add("to", "calendar.bad_period")
	}
	if r.Basis == "" {
		add("basis", "calendar.no_basis")
	}
}

func length(r Rule) int { return max(r.Days, 1) }

func badPeriod(from, to Date) bool {
	return (!from.IsZero() && !from.real()) || (!to.IsZero() && !to.real()) ||
		(!from.IsZero() && !to.IsZero() && to.Before(from))
}

// real reports whether there is such a day.
func (d Date) real() bool { return !d.IsZero() && d.AddDays(0) == d }

// spansOK reports whether spans are in order, apart and not empty.
func spansOK(spans []Span) bool {
	last := Minute(-1)
	for _, s := range spans {
		if s.From <= last || s.To <= s.From || s.To > 24*60 {
			return false
		}
		last = s.To
	}
	return true
}
