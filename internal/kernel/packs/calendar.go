// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import "slices"

// Calendar is when offices work.
type Calendar struct {
	Item
	Title      Text
	Units      []string // whose own it is, laid over that of all; none: all offices
	Hours      []Hours
	SameDayCut string   // accepted until then, a same-day procedure ends today
	Supplement Duration // how long people have to add what is missing
	Extensions int      // how often a promised day may be moved; 0: nobody has said
	Apology    Duration // how long before the promised day people are to be told of another
	Rules      []HolidayRule
	Layouts    []HolidayLayout
	Holidays   []Holiday
}

// Hours is one working span of some days of the week.
type Hours struct {
	Days []string // mon … sun
	From string   // 07:00
	To   string
}

// HolidayRule is a holiday that comes back every year.
type HolidayRule struct {
	ID    string
	Name  Text
	Lunar bool
	Month int
	Day   int
	Days  int // how many days the law gives
	Valid Period
	Legal string
}

// HolidayLayout says how the days of a rule lie in one year.
type HolidayLayout struct {
	ID     string
	Rule   string
	Year   int
	Before int // how many of the days lie before the date
	Basis  string
	Status Status
}

// Holiday is one day as it was decided: off, or worked in exchange.
type Holiday struct {
	Date   Date
	Off    bool // false: worked although a day of rest
	Name   Text
	Basis  string
	Status Status
}

func weekdays() []string { return []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} }

func readCalendar(r *record) Calendar {
	p := r.book.shapes
	c := Calendar{Item: r.item(), Title: r.text("title", required), Units: r.strs("units"), SameDayCut: r.shape("same_day_cut", p.clock), Supplement: r.duration("supplement")}
	c.Extensions, c.Apology = r.integer("extensions"), r.duration("apology")
	for name, d := range map[string]Duration{"supplement": c.Supplement, "apology": c.Apology} {
		if d.Amount > 0 && (d.Unit != "days" || !d.Working) {
			r.problem(name, "duration.unit")
		}
	}
	for _, s := range r.subs("hours", need(len(c.Units) == 0)) {
		h := Hours{
			Days: s.someOf("days", weekdays()...),
			From: s.shape("from", p.clock, required),
			To:   s.shape("to", p.clock, required),
		}
		if h.From != "" && h.To <= h.From {
			s.problem("to", "period.reversed", h.From, h.To)
		}
		for _, other := range c.Hours {
			shared := slices.ContainsFunc(h.Days, func(d string) bool { return slices.Contains(other.Days, d) })
			if shared && h.From < other.To && other.From < h.To {
				s.problem("from", "calendar.overlap", h.From, h.To)
			}
		}
		s.done()
		c.Hours = append(c.Hours, h)
	}
	for _, s := range r.subs("rules") {
		rule := HolidayRule{
			ID:    s.shape("id", p.slug, required),
			Name:  s.text("name", required),
			Lunar: s.boolean("lunar"),
			Month: s.integer("month", required),
			Day:   s.integer("day", required),
			Days:  s.integer("days", required),
			Valid: s.period(),
			Legal: s.str("legal"),
		}
		if rule.Month < 1 || rule.Month > 12 || rule.Day < 1 || rule.Day > 31 {
			s.problem("day", "value.date", "day", rule.ID)
		}
		s.done()
		c.Rules = append(c.Rules, rule)
	}
	for _, s := range r.subs("layouts") {
		l := HolidayLayout{
			ID:     s.shape("id", p.slug, required),
			Rule:   s.str("rule", required),
			Year:   s.integer("year", required),
			Before: s.integer("before", required),
			Basis:  s.str("basis", required),
			Status: Status(s.oneOf("status", false, string(Unverified))),
		}
		if !slices.ContainsFunc(c.Rules, func(rule HolidayRule) bool { return rule.ID == l.Rule }) {
			s.problem("rule", "calendar.rule", l.Rule)
		}
		s.done()
		c.Layouts = append(c.Layouts, l)
	}
	for _, s := range r.subs("holidays") {
		h := Holiday{
			Date:   s.date("date", required),
			Off:    s.oneOf("kind", required, "off", "work") == "off",
			Name:   s.text("name"),
			Basis:  s.str("basis", required),
			Status: Status(s.oneOf("status", false, string(Unverified))),
		}
		s.done()
		c.Holidays = append(c.Holidays, h)
	}
	return c
}
