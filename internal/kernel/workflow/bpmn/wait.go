// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package bpmn

import (
	"fmt"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/calendar"
)

func clockTime(h, m, s int) time.Duration {
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(s)*time.Second
}

// parseDate reads a moment; without a zone it is Vietnam's.
func parseDate(text string) (time.Time, bool) {
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, true
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02"} {
		if t, err := time.ParseInLocation(layout, text, calendar.Zone()); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// ISO writes the wait as a duration or date of ISO 8601.
func (w Wait) ISO() string {
	switch {
	case w.Zero():
		return ""
	case !w.Date.IsZero():
		return w.Date.Format(time.RFC3339)
	case w.Working.Unit == calendar.WorkingDay:
		return fmt.Sprintf("P%dD", w.Working.Amount)
	case w.Working.Unit == calendar.WorkingHour:
		return fmt.Sprintf("PT%dH", w.Working.Amount)
	case w.Working.Unit == calendar.WorkingMinute:
		if h := w.Working.Amount / 60; h > 0 {
			return fmt.Sprintf("PT%dH%dM", h, w.Working.Amount%60)
		}
		return fmt.Sprintf("PT%dM", w.Working.Amount)
	}
	var text strings.Builder
	text.WriteByte('P')
	for _, part := range []struct {
		n    int
		unit string
	}{{w.Years, "Y"}, {w.Months, "M"}, {w.Days, "D"}} {
		if part.n > 0 {
			_, _ = fmt.Fprintf(&text, "%d%s", part.n, part.unit)
		}
	}
	if w.Clock > 0 {
		text.WriteByte('T')
		s := int(w.Clock / time.Second)
		for _, part := range []struct {
			n    int
			unit string
		}{{s / 3600, "H"}, {s / 60 % 60, "M"}, {s % 60, "S"}} {
			if part.n > 0 {
				_, _ = fmt.Fprintf(&text, "%d%s", part.n, part.unit)
			}
		}
	}
	return text.String()
}
