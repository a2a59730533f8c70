// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package calendar

import "math"

// Lunar is a day of the Vietnamese lunar calendar.
type Lunar struct {
	Year, Month, Day int
	Leap             bool // the second of two months with this number
}

// synodic is the mean length of a lunar month in days.
const synodic = 29.530588861

// moonAtOrBefore returns the number of the last new moon whose day is not
// after the given one.
func moonAtOrBefore(day int) int {
	k := int(math.Floor((float64(day)-2451550.09766)/synodic)) + 1
	for newMoonDay(k) > day {
		k--
	}
	return k
}

// month11 returns the number of the new moon that begins the eleventh month of
// a year: the month in which the winter solstice falls.
func month11(year int) int {
	k := moonAtOrBefore(Date{year, 12, 31}.jdn())
	// The sun enters sector 9 at the solstice. Where it is there already at the
	// first moment of the month, the solstice was in the month before.
	for sector(newMoonDay(k)) >= 9 {
		k--
	}
	return k
}

// leapMoon returns the new moon that begins the leap month of the lunar year
// between two eleventh months, or none: of thirteen months, the first one in
// which the sun enters no new sector.
func leapMoon(from, to int) (k int, found bool) {
	if to-from != 13 {
		return 0, false
	}
	for k = from + 1; k < to; k++ {
		if sector(newMoonDay(k)) == sector(newMoonDay(k+1)) {
			return k, true
		}
	}
	return 0, false
}

// LunarOn returns the lunar day of a date.
func LunarOn(d Date) Lunar {
	day := d.jdn()
	k := moonAtOrBefore(day)
	year := d.Year
	from := month11(year)
	if from > k {
		year--
		from = month11(year)
	}
	leap, found := leapMoon(from, month11(year+1))
	n := k - from
	l := Lunar{Day: day - newMoonDay(k) + 1}
	if found && k >= leap {
		l.Leap = k == leap
		n--
	}
	l.Month = (n+10)%12 + 1
	l.Year = year
	if n >= 2 { // months 11 and 12 still belong to the year before
		l.Year++
	}
	return l
}

// SolarOn returns the date of a lunar day, and whether there is such a day:
// a month may have only 29 days, and few years have a given leap month.
func SolarOn(l Lunar) (Date, bool) {
	if l.Month < 1 || l.Month > 12 || l.Day < 1 || l.Day > 30 {
		return Date{}, false
	}
	year, n := l.Year-1, l.Month+1
	if l.Month >= 11 {
		year, n = l.Year, l.Month-11
	}
	from := month11(year)
	leap, found := leapMoon(from, month11(year+1))
	k := from + n
	if found && (k >= leap || (l.Leap && k == leap-1)) {
		k++
	}
	if l.Leap && (!found || k != leap) {
		return Date{}, false
	}
	day := newMoonDay(k) + l.Day - 1
	if day >= newMoonDay(k+1) {
		return Date{}, false
	}
	return fromJDN(day), true
}
