// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/platform/db"
)

// Quiet says when telephones stay silent. From after To goes over midnight;
// equal, it is never quiet.
type Quiet struct {
	From  calendar.Minute `json:"from"`
	To    calendar.Minute `json:"to"`
	OffTo calendar.Minute `json:"off_to"` // the end on days off; 0: as on the others
}

// Works tells days of work from days off.
type Works interface {
	Day(d calendar.Date) calendar.Day
}

// Until returns when a message may ring that is ready at now: at once, or at the
// end of the quiet hours in which it falls.
func (q Quiet) Until(now time.Time, days Works) time.Time {
	if q.From == q.To {
		return now
	}
	today := calendar.On(now)
	// Quiet hours that began yesterday, those of today, and those into which an
	// end falls: the end on a day off may be later than the begin of others.
	for _, begin := range []calendar.Date{today.AddDays(-1), today} {
		end := begin
		if q.To < q.From {
			end = begin.AddDays(1)
		}
		to := q.To
		if q.OffTo > to && days != nil && !days.Day(end).Works() {
			to = q.OffTo
		}
		from, until := begin.At(int(q.From)), end.At(int(to))
		if !now.Before(from) && now.Before(until) {
			return until
		}
	}
	return now
}

// DayStart returns the next begin of work at or after now.
func DayStart(now time.Time, days Works) time.Time {
	for d, n := calendar.On(now), 0; n < 40; d, n = d.AddDays(1), n+1 { // no rest lasts longer
		if day := days.Day(d); day.Works() {
			if start := d.At(int(day.Spans[0].From)); !start.Before(now) {
				return start
			}
		}
	}
	return now
}

func findQuiet(ctx context.Context, q db.Querier) (quiet Quiet, err error) {
	var body string
	err = q.QueryRow(ctx, `SELECT body FROM notify_rules WHERE id = $1`, quietID).Scan(&body)
	if errors.Is(err, db.ErrNoRows) {
		return quiet, nil
	}
	if err != nil {
		return quiet, err
	}
	return quiet, json.Unmarshal([]byte(body), &quiet)
}
