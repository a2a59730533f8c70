// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package calendar knows when an office works and when a case is due.
//
// Working hours, holidays, the arrangement of a year and its exceptions are
// data with a legal basis; lunar dates are computed from the astronomy for
// UTC+7. The package is pure: it reads no clock, no database and no time zone
// files. It words nothing; how much time is left is a value.
package calendar

import (
	"fmt"
	"time"
)

// Zone returns the time of Viet Nam, UTC+7 all year. Zones of the past are not
// needed: no case is older than the platform.
func Zone() *time.Location { return time.FixedZone("Asia/Ho_Chi_Minh", 7*60*60) }

// Date is a day of the Gregorian calendar in Viet Nam. The zero Date stands
// for "no date" and, in a validity, for an open end.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// On returns the date of an instant, in Viet Nam.
func On(t time.Time) Date {
	y, m, d := t.In(Zone()).Date()
	return Date{y, m, d}
}

// ParseDate reads 2026-11-24. An empty text is the zero Date.
func ParseDate(s string) (Date, error) {
	if s == "" {
		return Date{}, nil
	}
	t, err := time.ParseInLocation(time.DateOnly, s, Zone())
	if err != nil {
		return Date{}, fmt.Errorf("not a date like 2026-11-24: %q", s)
	}
	return On(t), nil
}

// IsZero reports whether d is "no date".
func (d Date) IsZero() bool { return d == Date{} }

// At returns the instant of that many minutes after midnight.
func (d Date) At(minutes int) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, minutes, 0, 0, Zone())
}

// AddDays returns the date n days later; n may be negative.
func (d Date) AddDays(n int) Date {
	t := time.Date(d.Year, d.Month, d.Day+n, 0, 0, 0, 0, time.UTC)
	return Date{t.Year(), t.Month(), t.Day()}
}

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Weekday()
}

// Before reports whether d is an earlier day than e.
func (d Date) Before(e Date) bool {
	if d.Year != e.Year {
		return d.Year < e.Year
	}
	if d.Month != e.Month {
		return d.Month < e.Month
	}
	return d.Day < e.Day
}

// Within reports whether d lies in a validity; both ends belong to it, and a
// zero end is open.
func (d Date) Within(from, to Date) bool {
	return (from.IsZero() || !d.Before(from)) && (to.IsZero() || !to.Before(d))
}

// String returns 2026-11-24, or nothing for the zero Date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// MarshalText writes 2026-11-24.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads 2026-11-24.
func (d *Date) UnmarshalText(b []byte) error {
	parsed, err := ParseDate(string(b))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// jdn returns the Julian day number that begins at noon (UT) of the date.
func (d Date) jdn() int {
	days := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60)
	return int(days) + jdn1970
}

// jdn1970 is the Julian day number of 1 January 1970.
const jdn1970 = 2440588

// fromJDN is the inverse of jdn.
func fromJDN(n int) Date { return Date{1970, time.January, 1}.AddDays(n - jdn1970) }
