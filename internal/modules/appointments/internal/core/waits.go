// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/appointments"
	"tinhso.vn/internal/modules/appointments/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Bounds of a report: a quarter of a year of the busiest hall.
const (
	maxReportDays = 92
	mostWaits     = 60_000
)

// Hour is how long people waited who got their turn in an hour of the day, in minutes.
type Hour struct {
	Hour   int
	People int
	Half   int // the median, p50
	Most   int // nine of ten waited no longer, p90
	Kept   int // of People, with an appointment and in time
	Absent int // of People, called in vain
}

// Report is how long people waited at an office.
type Report struct {
	Unit         string
	Office       i18n.Text
	From, To     calendar.Date
	All          Hour
	Hours        []Hour
	Appointments int64 // that were due in the period
	Missed       int64 // of these, nobody came
}

// Waits returns how long people waited at the actor's office from one day to
// another; both empty: the last 28 days.
func (s *Service) Waits(ctx context.Context, actor identity.Actor, from, to string) (r Report, err error) {
	defer errs.Wrap(&err, "report how long people waited")

	if r.Unit, err = s.officeOf(actor, appointments.PermPlan); err != nil {
		return r, err
	}
	now := calendar.On(s.DB.Now().Time)
	if from == "" && to == "" {
		from, to = now.AddDays(-estimateDays).String(), now.String()
	}
	var a asked
	r.From, r.To = a.day("from", from), a.day("to", to)
	if a.err() == nil && (r.To.Before(r.From) || r.From.AddDays(maxReportDays).Before(r.To)) {
		a.fields = append(a.fields, errs.Field{Name: "to", Code: "appointments.bad_period", Args: map[string]any{"max": maxReportDays}})
	}
	if err := a.err(); err != nil {
		return r, err
	}
	o, _, err := s.store.FindOffice(ctx, s.DB, r.Unit)
	if err != nil {
		return r, err
	}
	r.Office = o.Name
	waits, err := s.store.ListWaits(ctx, s.DB, r.Unit, r.From.String(), r.To.String(), mostWaits)
	if err != nil {
		return r, err
	}
	r.Hours, r.All = byHour(waits), measure(waits)
	r.Appointments, r.Missed, err = s.store.CountMissed(ctx, s.DB, r.Unit, r.From.String(), r.To.String())
	return r, err
}

// ExportWaits is Waits for a file; that it was taken is recorded.
func (s *Service) ExportWaits(ctx context.Context, actor identity.Actor, from, to string) (r Report, err error) {
	if r, err = s.Waits(ctx, actor, from, to); err != nil {
		return r, err
	}
	return r, s.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.Record(ctx, tx, actor, appointments.AuditExported, r.Unit)
	})
}

// byHour measures waits by the hour in which the turn came.
func byHour(waits []store.Wait) (all []Hour) {
	groups := map[int][]store.Wait{}
	for _, w := range waits {
		h := w.Turn.In(calendar.Zone()).Hour()
		groups[h] = append(groups[h], w)
	}
	for h := range 24 {
		if len(groups[h]) > 0 {
			m := measure(groups[h])
			m.Hour = h
			all = append(all, m)
		}
	}
	return all
}

// measure counts waits. Who was called before the appointed time has not waited.
func measure(waits []store.Wait) (h Hour) {
	minutes := make([]int, 0, len(waits))
	for _, w := range waits {
		minutes = append(minutes, int((max(0, w.First.Sub(w.Turn.Time))+time.Minute-1)/time.Minute))
		if w.Kept {
			h.Kept++
		}
		if w.Absent {
			h.Absent++
		}
	}
	slices.Sort(minutes)
	if h.People = len(minutes); h.People > 0 {
		h.Half, h.Most = nearest(minutes, 50), nearest(minutes, 90)
	}
	return h
}

// nearest is a percentile by nearest rank: the smallest value that so many of a
// hundred do not exceed.
func nearest(sorted []int, of int) int { return sorted[(len(sorted)*of+99)/100-1] }
