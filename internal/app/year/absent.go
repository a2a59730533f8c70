// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package year

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"tinhso.vn/internal/kernel/calendar"
)

// absence is somebody of an office who is away for some days of a week.
type absence struct {
	office           *office
	role             string
	away, deputy     int // in the staff of the role
	first, last      calendar.Date
	at               time.Time // when it is declared
	declaredByLeader bool
}

// absent returns who of a role is away in the week of a day: in most weeks nobody.
func (w *World) absent(o *office, role string, day calendar.Date) (a absence, ok bool) {
	monday := day.AddDays(-(int(day.Weekday()) + 6) % 7)
	c := throw(w.Options.Seed, "away", o.unit.ID, role, monday.String())
	often := map[string]float64{"officer": 0.16, "clerk": 0.09, "records": 0.08, "leader": 0.07}[role]
	if monday.Month == time.July || monday.Month == time.August {
		often *= 1.6
	}
	if n := len(o.staff[role]); n < 2 || !c.chance(often) {
		return a, false
	}
	a = absence{office: o, role: role, away: c.under(len(o.staff[role]))}
	a.deputy = (a.away + 1) % len(o.staff[role])
	a.first = monday.AddDays(c.under(4))
	a.last = a.first.AddDays(c.under(5 - int(a.first.Weekday()) + 1))
	a.declaredByLeader = c.chance(0.2)
	a.at = a.first.AddDays(-1 - c.under(3)).At(8*60 + c.under(500))
	return a, true
}

// away returns who stands in for the n-th of a role at this moment.
func (w *World) away(o *office, role string, n int) (deputy int, ok bool) {
	today := calendar.On(w.Clock.Now())
	a, ok := w.absent(o, role, today)
	if !ok || a.away != n || today.Before(a.first) || a.last.Before(today) {
		return 0, false
	}
	return a.deputy, true
}

// absences returns those that are declared on a day.
func (w *World) absences(day calendar.Date) (all []absence) {
	for _, o := range w.offices {
		for _, role := range []string{"clerk", "officer", "leader", "records"} {
			for _, week := range []calendar.Date{day, day.AddDays(7)} {
				if a, ok := w.absent(o, role, week); ok && calendar.On(a.at) == day {
					all = append(all, a)
				}
			}
		}
	}
	return all
}

// happen implements event.
func (a absence) happen(ctx context.Context, w *World) (next time.Time, err error) {
	me, other := a.office.staff[a.role][a.away], a.office.staff[a.role][a.deputy]
	deputy, err := w.account(ctx, other)
	if err != nil {
		return next, err
	}
	body := map[string]any{
		"deputy": deputy, "from": a.first.String(), "to": a.last.String(),
		"reason": pick(throw(w.Options.Seed, "why", me, a.first.String()), reasonsAway()),
	}
	by := me
	if a.declaredByLeader && a.role != "leader" {
		by = a.office.staff["leader"][0]
		if body["account"], err = w.account(ctx, me); err != nil {
			return next, err
		}
	}
	if err := w.call(ctx, by, http.MethodPost, "/api/v1/absences", body, nil); err != nil {
		return next, fmt.Errorf("absence of %s: %w", me, err)
	}
	return next, nil
}
