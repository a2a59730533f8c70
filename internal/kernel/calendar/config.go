// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package calendar

import (
	"fmt"
	"slices"
	"time"
)

// Minute is a time of day in minutes after midnight, 0 to 1440. In data it is
// written 07:30.
type Minute int

// ParseMinute reads 07:30; 24:00 is the end of the day.
func ParseMinute(s string) (Minute, error) {
	var h, m int
	if len(s) == 5 && s[2] == ':' && digits(s[:2], &h) && digits(s[3:], &m) && m < 60 && h*60+m <= 24*60 {
		return Minute(h*60 + m), nil
	}
	return 0, fmt.Errorf("not a time of day like 07:30: %q", s)
}

func digits(s string, n *int) bool {
	for _, r := range []byte(s) {
		if r < '0' || r > '9' {
			return false
		}
		*n = *n*10 + int(r-'0')
	}
	return true
}

// String returns 07:30.
func (m Minute) String() string { return fmt.Sprintf("%02d:%02d", int(m)/60, int(m)%60) }

// MarshalText writes 07:30.
func (m Minute) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads 07:30.
func (m *Minute) UnmarshalText(b []byte) error {
	parsed, err := ParseMinute(string(b))
	if err != nil {
		return err
	}
	*m = parsed
	return nil
}

// Span is a stretch of working time in a day. Both ends belong to it: a case
// may be due at 17:00 sharp.
type Span struct {
	From Minute `json:"from"`
	To   Minute `json:"to"`
}

// Week is the working time of a week, in force for a period; a day that it
// does not name is a day of rest. Offices change it with the season, so there
// may be several; of those in force the last one counts.
type Week struct {
	From  Date                    `json:"from,omitzero"`
	To    Date                    `json:"to,omitzero"`
	Days  map[time.Weekday][]Span `json:"days"` // 0 is Sunday
	Basis string                  `json:"basis,omitempty"`
}

// Kind says by which calendar a holiday returns each year.
type Kind string

// The kinds of Rule.
const (
	Solar     Kind = "solar"
	LunarKind Kind = "lunar"
)

// Rule is a holiday that returns each year, in force for a period.
type Rule struct {
	ID     string `json:"id"`             // "tet"; two rules may share it, one after the other
	Name   string `json:"name,omitempty"` // in Vietnamese
	Kind   Kind   `json:"kind"`
	Month  int    `json:"month"`
	Day    int    `json:"day"`
	Days   int    `json:"days"`             // how long it is; 0 means 1
	Before int    `json:"before,omitempty"` // how many of them lie before the date
	From   Date   `json:"from,omitzero"`
	To     Date   `json:"to,omitzero"`
	Basis  string `json:"basis"` // the legal basis, as the documents cite it
}

// Arrangement is how a rule is laid out in one year: Tết may have one day
// before and four after, or two and three.
type Arrangement struct {
	Rule   string `json:"rule"`
	Year   int    `json:"year"`
	Before int    `json:"before"`
	Basis  string `json:"basis"`
}

// Effect is what an Override does to a day.
type Effect string

// The effects of an Override.
const (
	Off  Effect = "OFF"
	Work Effect = "WORK"
)

// Override decides about one day, whatever the rules say: a bridge day off, or
// a Saturday worked in exchange.
type Override struct {
	Date  Date   `json:"date"`
	Kind  Effect `json:"kind"`
	Spans []Span `json:"spans,omitempty"` // for Work; none means those of the fullest day of the week
	Basis string `json:"basis"`
}

// Config is the data a calendar is made from.
type Config struct {
	Weeks        []Week        `json:"weeks"`
	Rules        []Rule        `json:"rules"`
	Arrangements []Arrangement `json:"arrangements,omitempty"`
	Overrides    []Override    `json:"overrides,omitempty"`
	SameDayCut   Minute        `json:"same_day_cut,omitempty"` // the last minute that counts for today; 0 means 15:00
	Supplement   Duration      `json:"supplement,omitzero"`    // how long people have to add what is missing
	Extensions   int           `json:"extensions,omitempty"`   // how often a promised day may be moved; 0: nobody has said
	Apology      Duration      `json:"apology,omitzero"`       // how long before the promised day people are to be told of another
}

// Merge returns c with what a unit has of its own: its weeks replace those of
// c, and its rules, arrangements and overrides are added.
func (c Config) Merge(unit Config) Config {
	if len(unit.Weeks) > 0 {
		c.Weeks = unit.Weeks
	}
	if unit.SameDayCut != 0 {
		c.SameDayCut = unit.SameDayCut
	}
	if unit.Supplement != (Duration{}) {
		c.Supplement = unit.Supplement
	}
	if unit.Extensions != 0 {
		c.Extensions = unit.Extensions
	}
	if unit.Apology != (Duration{}) {
		c.Apology = unit.Apology
	}
	c.Rules = append(slices.Clip(c.Rules), unit.Rules...)
	c.Arrangements = append(slices.Clip(c.Arrangements), unit.Arrangements...)
	c.Overrides = append(slices.Clip(c.Overrides), unit.Overrides...)
	return c
}
