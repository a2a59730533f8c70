// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package calendar

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func date(t *testing.T, s string) Date {
	t.Helper()
	d, err := ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Dates published for UTC+7. That of 2030 is a day before China's.
func TestTetAndGioTo(t *testing.T) {
	t.Parallel()
	for _, v := range []struct{ tet, gioTo string }{
		{"2024-02-10", "2024-04-18"},
		{"2025-01-29", "2025-04-07"},
		{"2026-02-17", "2026-04-26"},
		{"2027-02-06", "2027-04-16"},
		{"2028-01-26", "2028-04-04"},
		{"2029-02-13", "2029-04-23"},
		{"2030-02-02", "2030-04-12"},
		{"2031-01-23", "2031-04-01"},
		{"2032-02-11", "2032-04-19"},
		{"2033-01-31", "2033-04-09"},
		{"2034-02-19", "2034-04-28"},
		{"2035-02-08", "2035-04-17"},
	} {
		tet, gioTo := date(t, v.tet), date(t, v.gioTo)
		if got, ok := SolarOn(Lunar{Year: tet.Year, Month: 1, Day: 1}); !ok || got != tet {
			t.Errorf("Tết %d = %v, want %v", tet.Year, got, tet)
		}
		if got, ok := SolarOn(Lunar{Year: tet.Year, Month: 3, Day: 10}); !ok || got != gioTo {
			t.Errorf("Giỗ Tổ %d = %v, want %v", tet.Year, got, gioTo)
		}
	}
}

// Months and leap months that are known to differ or to be hard: 1985 is the
// year in which Viet Nam kept Tết a month before China.
func TestLunarOn(t *testing.T) {
	t.Parallel()
	for _, v := range []struct {
		on   string
		want Lunar
	}{
		{"1985-01-21", Lunar{Year: 1985, Month: 1, Day: 1}},
		{"2007-02-17", Lunar{Year: 2007, Month: 1, Day: 1}},
		{"2023-03-22", Lunar{Year: 2023, Month: 2, Day: 1, Leap: true}},
		{"2025-07-25", Lunar{Year: 2025, Month: 6, Day: 1, Leap: true}},
		{"2026-02-16", Lunar{Year: 2025, Month: 12, Day: 29}},
		{"2026-11-24", Lunar{Year: 2026, Month: 10, Day: 16}},
	} {
		if got := LunarOn(date(t, v.on)); got != v.want {
			t.Errorf("LunarOn(%s) = %+v, want %+v", v.on, got, v.want)
		}
	}
	for _, none := range []Lunar{
		{Year: 2026, Month: 6, Day: 1, Leap: true},
		{Year: 2025, Month: 12, Day: 30},
		{Year: 2025, Month: 13, Day: 1},
		{Year: 2025, Month: 1, Day: 31},
	} {
		if got, ok := SolarOn(none); ok {
			t.Errorf("SolarOn(%+v) = %v, but there is no such day", none, got)
		}
	}
}

func TestEveryDayHasOneLunarDay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := Date{1900, time.January, 1}.AddDays(rapid.IntRange(0, 73_000).Draw(t, "day"))
		l := LunarOn(d)
		back, ok := SolarOn(l)
		if !ok || back != d {
			t.Fatalf("%v is %+v, which is %v (%v)", d, l, back, ok)
		}
		next := LunarOn(d.AddDays(1))
		if next.Day != 1 && (next.Day != l.Day+1 || next.Month != l.Month) {
			t.Fatalf("%v is %+v, the day after %+v", d, l, next)
		}
		if next.Day == 1 && l.Day < 29 {
			t.Fatalf("%v ends a month of %d days", d, l.Day)
		}
	})
}
