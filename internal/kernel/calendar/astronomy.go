// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package calendar

import "math"

// The formulas of this file are those of J. Meeus, Astronomical Algorithms
// (2nd edition): chapter 25 for the sun (to 0.01 degree), chapter 49 for the
// new moon (to seconds), and of Espenak and Meeus for the difference between
// the even time of mechanics (TT) and the time of clocks (UT).

// julianCentury is the number of days in a Julian century.
const julianCentury = 36525.0

// j2000 is the Julian day of noon, 1 January 2000 (TT).
const j2000 = 2451545.0

func sinDeg(x float64) float64 { return math.Sin(x * math.Pi / 180) }

func turn(x float64) float64 {
	x = math.Mod(x, 360)
	if x < 0 {
		x += 360
	}
	return x
}

// deltaT returns TT - UT in days. Between 1900 and 2100 it is right to a few
// seconds near the present and to a minute at the ends, which is enough to
// tell one day from the next but in the rarest of cases.
func deltaT(jd float64) float64 {
	year := 2000 + (jd-j2000)/365.25
	var s float64
	switch {
	case year < 1920:
		t := year - 1900
		s = -2.79 + t*(1.494119+t*(-0.0598939+t*(0.0061966-t*0.000197)))
	case year < 1941:
		t := year - 1920
		s = 21.20 + t*(0.84493+t*(-0.076100+t*0.0020936))
	case year < 1961:
		t := year - 1950
		s = 29.07 + t*(0.407+t*(-1.0/233+t/2547))
	case year < 1986:
		t := year - 1975
		s = 45.45 + t*(1.067-t*(1.0/260+t/718))
	case year < 2005:
		t := year - 2000
		s = 63.86 + t*(0.3345+t*(-0.060374+t*(0.0017275+t*(0.000651814+t*0.00002373599))))
	case year < 2050:
		t := year - 2000
		s = 62.92 + t*(0.32217+t*0.005589)
	default:
		t := (year - 1820) / 100
		s = -20 + 32*t*t - 0.5628*(2150-year)
	}
	return s / (24 * 60 * 60)
}

// sunLongitude returns the apparent longitude of the sun in degrees at a
// Julian day (TT).
func sunLongitude(jde float64) float64 {
	t := (jde - j2000) / julianCentury
	mean := 280.46646 + t*(36000.76983+t*0.0003032)
	anomaly := 357.52911 + t*(35999.05029-t*0.0001537)
	centre := (1.914602-t*(0.004817+t*0.000014))*sinDeg(anomaly) +
		(0.019993-t*0.000101)*sinDeg(2*anomaly) +
		0.000289*sinDeg(3*anomaly)
	node := 125.04 - 1934.136*t
	return turn(mean + centre - 0.00569 - 0.00478*sinDeg(node))
}

// moonTerm is one periodic term of the time of the new moon: its size in days,
// the power of the eccentricity factor, and the multiples of the sun's anomaly,
// the moon's anomaly, the moon's argument of latitude and the node.
type moonTerm struct {
	days               float64
	e                  int
	sun, moon, lat, om float64
}

func moonTerms() []moonTerm {
	return []moonTerm{
		{-0.40720, 0, 0, 1, 0, 0},
		{0.17241, 1, 1, 0, 0, 0},
		{0.01608, 0, 0, 2, 0, 0},
		{0.01039, 0, 0, 0, 2, 0},
		{0.00739, 1, -1, 1, 0, 0},
		{-0.00514, 1, 1, 1, 0, 0},
		{0.00208, 2, 2, 0, 0, 0},
		{-0.00111, 0, 0, 1, -2, 0},
		{-0.00057, 0, 0, 1, 2, 0},
		{0.00056, 1, 1, 2, 0, 0},
		{-0.00042, 0, 0, 3, 0, 0},
		{0.00042, 1, 1, 0, 2, 0},
		{0.00038, 1, 1, 0, -2, 0},
		{-0.00024, 1, -1, 2, 0, 0},
		{-0.00017, 0, 0, 0, 0, 1},
		{-0.00007, 0, 2, 1, 0, 0},
		{0.00004, 0, 0, 2, -2, 0},
		{0.00004, 0, 3, 0, 0, 0},
		{0.00003, 0, 1, 1, -2, 0},
		{0.00003, 0, 0, 2, 2, 0},
		{-0.00003, 0, 1, 1, 2, 0},
		{0.00003, 0, -1, 1, 2, 0},
		{-0.00002, 0, -1, 1, -2, 0},
		{-0.00002, 0, 1, 3, 0, 0},
		{0.00002, 0, 0, 4, 0, 0},
	}
}

// planetTerm is one additional term: size, phase, phase per lunation.
type planetTerm struct{ days, phase, rate float64 }

func planetTerms() []planetTerm {
	return []planetTerm{
		{0.000325, 299.77, 0.107408}, // and -0.009173 T², added below
		{0.000165, 251.88, 0.016321},
		{0.000164, 251.83, 26.651886},
		{0.000126, 349.42, 36.412478},
		{0.000110, 84.66, 18.206239},
		{0.000062, 141.74, 53.303771},
		{0.000060, 207.14, 2.453732},
		{0.000056, 154.84, 7.306860},
		{0.000047, 34.52, 27.261239},
		{0.000042, 207.19, 0.121824},
		{0.000040, 291.34, 1.844379},
		{0.000037, 161.72, 24.198154},
		{0.000035, 239.56, 25.513099},
		{0.000023, 331.55, 3.592518},
	}
}

// newMoon returns the Julian day (TT) of the k-th new moon after the first one
// of the year 2000.
func newMoon(k int) float64 {
	n := float64(k)
	t := n / 1236.85
	jde := 2451550.09766 + 29.530588861*n + t*t*(0.00015437+t*(-0.000000150+t*0.00000000073))
	sun := 2.5534 + 29.10535670*n - t*t*(0.0000014+t*0.00000011)
	moon := 201.5643 + 385.81693528*n + t*t*(0.0107582+t*(0.00001238-t*0.000000058))
	lat := 160.7108 + 390.67050284*n - t*t*(0.0016118+t*(0.00000227-t*0.000000011))
	om := 124.7746 - 1.56375588*n + t*t*(0.0020672+t*0.00000215)
	e := 1 - t*(0.002516+t*0.0000074)
	for _, m := range moonTerms() {
		jde += m.days * math.Pow(e, float64(m.e)) * sinDeg(m.sun*sun+m.moon*moon+m.lat*lat+m.om*om)
	}
	for i, p := range planetTerms() {
		phase := p.phase + p.rate*n
		if i == 0 {
			phase -= 0.009173 * t * t
		}
		jde += p.days * sinDeg(phase)
	}
	return jde
}

// vietnam turns a Julian day (TT) into the number of the day it falls on in
// Viet Nam, which begins at 17:00 UT the evening before.
func vietnam(jde float64) int {
	return int(math.Floor(jde - deltaT(jde) + 0.5 + 7.0/24))
}

// newMoonDay returns the day number of the k-th new moon.
func newMoonDay(k int) int { return vietnam(newMoon(k)) }

// sector returns which twelfth of its way, from the equinox of March, the sun
// is in at the beginning of a day in Viet Nam.
func sector(day int) int {
	ut := float64(day) - 0.5 - 7.0/24
	return int(sunLongitude(ut+deltaT(ut)) / 30)
}
