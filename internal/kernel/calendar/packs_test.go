// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package calendar_test

import (
	"os"
	"slices"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/packs"
)

// config makes the data of a calendar from a pack.
func config(t *testing.T, p packs.Calendar) (c calendar.Config) {
	t.Helper()
	day := func(d packs.Date) calendar.Date {
		parsed, err := calendar.ParseDate(string(d))
		if err != nil {
			t.Fatal(err)
		}
		return parsed
	}
	minute := func(s string) calendar.Minute {
		m, err := calendar.ParseMinute(s)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	week := calendar.Week{Basis: p.Source, Days: map[time.Weekday][]calendar.Span{}}
	for _, h := range p.Hours {
		for _, name := range h.Days {
			w := time.Weekday(slices.Index([]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}, name))
			week.Days[w] = append(week.Days[w], calendar.Span{From: minute(h.From), To: minute(h.To)})
		}
	}
	c.Weeks = []calendar.Week{week}
	if p.SameDayCut != "" {
		c.SameDayCut = minute(p.SameDayCut)
	}
	for _, r := range p.Rules {
		kind := calendar.Solar
		if r.Lunar {
			kind = calendar.LunarKind
		}
		c.Rules = append(c.Rules, calendar.Rule{
			ID: r.ID, Kind: kind, Month: r.Month, Day: r.Day, Days: r.Days, From: day(r.Valid.From), To: day(r.Valid.To), Basis: r.Legal,
		})
	}
	for _, l := range p.Layouts {
		c.Arrangements = append(c.Arrangements, calendar.Arrangement{Rule: l.Rule, Year: l.Year, Before: l.Before, Basis: l.Basis})
	}
	for _, h := range p.Holidays {
		o := calendar.Override{Date: day(h.Date), Kind: calendar.Work, Basis: h.Basis}
		if h.Off {
			o.Kind = calendar.Off
		}
		c.Overrides = append(c.Overrides, o)
	}
	return c
}

// The calendars of the packs must know the days that were published.
func TestCalendarsOfPacks(t *testing.T) {
	t.Parallel()
	root := os.DirFS("../../../packs")
	names, err := packs.Names(root)
	if err != nil || len(names) == 0 {
		t.Fatalf("no packs: %v", err)
	}
	for _, name := range names {
		set, err := packs.Load(root, name)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, p := range set.Calendars {
			c := config(t, p)
			for _, mistake := range c.Check() {
				t.Errorf("%s: %s: %+v", name, p.ID, mistake)
			}
			cal, err := calendar.New(c)
			if err != nil {
				continue
			}
			for _, off := range []string{
				"2025-01-27", "2025-01-31", "2025-04-07", "2026-02-16", "2026-02-20", "2026-04-27", "2026-04-30", "2026-11-24",
			} {
				d, err := calendar.ParseDate(off)
				if err != nil {
					t.Fatal(err)
				}
				if cal.Day(d).Works() {
					t.Errorf("%s: %s: %s is worked", name, p.ID, off)
				}
			}
			for _, on := range []string{"2024-11-25", "2025-11-24", "2026-02-23", "2026-04-28", "2026-11-23"} {
				d, err := calendar.ParseDate(on)
				if err != nil {
					t.Fatal(err)
				}
				if !cal.Day(d).Works() {
					t.Errorf("%s: %s: %s is not worked: %+v", name, p.ID, on, cal.Day(d))
				}
			}
		}
	}
}
