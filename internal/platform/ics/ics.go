// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package ics writes one day as a file that calendars of phones and computers
// read (RFC 5545). It reads none, and knows no times of day but that of the
// reminder.
package ics

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Day is a whole day to be reminded of.
type Day struct {
	UID         string // the same for the same thing: a calendar that has it changes it
	Date        string // YYYY-MM-DD
	Summary     string
	Description string
	Location    string
	URL         string
	Stamp       time.Time // when this was written
	// Remind is how long before midnight at the beginning of the day; 0: no reminder.
	Remind time.Duration
}

// Type is the media type of what Write returns.
const Type = "text/calendar; charset=utf-8"

// Write returns the file.
func (d Day) Write() ([]byte, error) {
	from, err := time.Parse(time.DateOnly, d.Date)
	if err != nil {
		return nil, fmt.Errorf("the day of a calendar: %w", err)
	}
	var b strings.Builder
	line := func(name, value string) { fold(&b, name+":"+value) }
	line("BEGIN", "VCALENDAR")
	line("VERSION", "2.0")
	line("PRODID", "-//tinhso//VI")
	line("METHOD", "PUBLISH")
	line("BEGIN", "VEVENT")
	line("UID", text(d.UID))
	line("DTSTAMP", d.Stamp.UTC().Format("20060102T150405Z"))
	line("DTSTART;VALUE=DATE", from.Format("20060102"))
	line("DTEND;VALUE=DATE", from.AddDate(0, 0, 1).Format("20060102"))
	line("TRANSP", "TRANSPARENT")
	line("SUMMARY", text(d.Summary))
	for _, one := range []struct{ name, value string }{{"DESCRIPTION", text(d.Description)}, {"LOCATION", text(d.Location)}, {"URL", d.URL}} {
		if one.value != "" {
			line(one.name, one.value)
		}
	}
	if d.Remind > 0 {
		line("BEGIN", "VALARM")
		line("ACTION", "DISPLAY")
		line("DESCRIPTION", text(d.Summary))
		line("TRIGGER", fmt.Sprintf("-PT%dM", int(d.Remind.Minutes())))
		line("END", "VALARM")
	}
	line("END", "VEVENT")
	line("END", "VCALENDAR")
	return []byte(b.String()), nil
}

// text escapes what has a meaning of its own in a value.
func text(s string) string {
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`).Replace(s)
}

// longest is how many bytes a line may have, without its end.
const longest = 75

// fold writes a line, broken where it is too long and never inside a letter.
func fold(b *strings.Builder, s string) {
	room := longest
	for len(s) > room {
		cut := room
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		b.WriteString(s[:cut] + "\r\n ")
		s, room = s[cut:], longest-1
	}
	b.WriteString(s + "\r\n")
}
