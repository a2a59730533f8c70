// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/appointments"
	"tinhso.vn/internal/modules/appointments/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// keptDays is how long names and telephones of appointments are kept after their day.
const keptDays = 30

// mostDisplaced is how many people one day of an office holds at most.
const mostDisplaced = 5000

// Agenda is a page of the appointments of a day.
type Agenda struct {
	Day    calendar.Date
	Unit   string
	All    []Booking
	Next   store.BookingAfter // empty: this is the last page
	Closed string             // why nobody is taken on that day; empty: people are
	Today  bool
}

// ListDay returns the appointments of a day (empty: today) at the actor's office,
// by time. That their names were read is recorded.
func (s *Service) ListDay(ctx context.Context, actor identity.Actor, day string, after store.BookingAfter) (g Agenda, err error) {
	defer errs.Wrap(&err, "list the appointments of a day")

	unit, err := s.officeOf(actor, appointments.PermServe, appointments.PermPlan)
	if err != nil {
		return g, err
	}
	now := s.DB.Now()
	if day == "" {
		day = today(now)
	}
	var a asked
	g.Day, g.Unit = a.day("day", day), unit
	if err := a.err(); err != nil {
		return g, err
	}
	g.Today = g.Day.String() == today(now)
	shut, err := s.store.ListClosed(ctx, s.DB, unit, g.Day.String(), g.Day.String())
	if err != nil {
		return g, err
	}
	for _, c := range shut {
		g.Closed = c.Reason
	}
	if g.All, err = s.store.ListDay(ctx, s.DB, unit, g.Day.String(), after, PageSize+1); err != nil {
		return g, err
	}
	if len(g.All) > PageSize {
		g.All = g.All[:PageSize]
		last := g.All[PageSize-1]
		g.Next = store.BookingAfter{At: last.At, ID: last.ID}
	}
	if len(g.All) == 0 {
		return g, nil
	}
	return g, s.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.RecordRead(ctx, tx, actor, appointments.AuditListed, unit+" "+g.Day.String(), access.Handling)
	})
}

// Miss notes that somebody did not come, once the time for which the turn is kept is over.
func (s *Service) Miss(ctx context.Context, actor identity.Actor, booking string) (err error) {
	defer errs.Wrap(&err, "note that somebody did not come")

	return s.own(ctx, actor, booking, func(tx *db.Tx, o Office, b Booking) error {
		if b.State != appointments.Booked {
			return appointments.ErrOver
		}
		if tx.Now.Before(b.At.Add(time.Duration(o.Late) * time.Minute)) {
			return appointments.ErrEarly.With("day", b.At.In(calendar.Zone()).Format("15:04 02/01/2006"))
		}
		b.State = appointments.Missed
		if err := s.store.PutBooking(ctx, tx, b); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, appointments.AuditMissed, b.ID)
	})
}

// own hands over an appointment at an office where the actor serves, locked with it.
func (s *Service) own(ctx context.Context, actor identity.Actor, booking string, f func(tx *db.Tx, o Office, b Booking) error) error {
	scope, err := access.Require(actor, appointments.PermServe)
	if err != nil {
		return err
	}
	seen, err := s.store.GetBooking(ctx, s.DB, scope, booking)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		o, _, err := s.store.FindOffice(ctx, tx, seen.Unit)
		if err != nil {
			return err
		}
		b, err := s.store.GetBooking(ctx, tx, scope, booking)
		if err != nil {
			return err
		}
		return f(tx, o, b)
	})
}

// CloseDay closes a day of the actor's office that is not over. Those who have an
// appointment are told and can choose another time with the same code. It returns
// how many they are.
func (s *Service) CloseDay(ctx context.Context, actor identity.Actor, day, reason string) (n int, err error) {
	defer errs.Wrap(&err, "close a day")

	unit, err := s.officeOf(actor, appointments.PermPlan)
	if err != nil {
		return 0, err
	}
	var a asked
	d := a.day("day", day)
	reason = a.line("reason", reason, maxReason, true)
	if now := calendar.On(s.DB.Now().Time); a.err() == nil && d.Before(now) {
		a.add("day", "appointments.past_day")
	}
	if err := a.err(); err != nil {
		return 0, err
	}
	return n, s.DB.Write(ctx, func(tx *db.Tx) error {
		o, ok, err := s.store.FindOffice(ctx, tx, unit)
		if err != nil {
			return err
		}
		if !ok {
			return appointments.ErrShut
		}
		fresh, err := s.store.Close(ctx, tx, Closed{Unit: unit, Day: d.String(), Reason: reason, By: actor.Account, At: tx.Now})
		if err != nil {
			return err
		}
		if !fresh {
			return appointments.ErrClosed
		}
		all, err := s.store.Displace(ctx, tx, unit, d.String(), mostDisplaced)
		if err != nil {
			return err
		}
		n = len(all)
		for _, b := range all {
			if err := s.tell(ctx, tx, appointments.NoticeClosed, b, o); err != nil {
				return err
			}
		}
		return audit.Record(ctx, tx, actor, appointments.AuditClosed, unit+" "+d.String())
	})
}

// OpenDay takes people again on a day of the actor's office that was closed. Who
// was told that it is closed is not told again.
func (s *Service) OpenDay(ctx context.Context, actor identity.Actor, day string) (err error) {
	defer errs.Wrap(&err, "open a day again")

	unit, err := s.officeOf(actor, appointments.PermPlan)
	if err != nil {
		return err
	}
	var a asked
	d := a.day("day", day)
	if err := a.err(); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		ok, err := s.store.Reopen(ctx, tx, unit, d.String())
		if err != nil {
			return err
		}
		if !ok {
			return appointments.ErrNotFound
		}
		return audit.Record(ctx, tx, actor, appointments.AuditOpened, unit+" "+d.String())
	})
}

// ListClosed returns the closed days of the actor's office that are to come.
func (s *Service) ListClosed(ctx context.Context, actor identity.Actor) (all []Closed, err error) {
	defer errs.Wrap(&err, "list closed days")

	unit, err := s.officeOf(actor, appointments.PermPlan, appointments.PermServe)
	if err != nil {
		return nil, err
	}
	now := calendar.On(s.DB.Now().Time)
	return s.store.ListClosed(ctx, s.DB, unit, now.String(), now.AddDays(400).String())
}

// eraseAtOnce is how many appointments lose their names in one transaction.
const eraseAtOnce = 500

// EraseOld takes names and telephones out of appointments whose day is long over.
// Somebody who never came is counted as missed. The work of a day calls it.
func (s *Service) EraseOld(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "erase names of old appointments")

	for {
		var n int64
		if err := s.DB.Write(ctx, func(tx *db.Tx) (err error) {
			day := calendar.On(tx.Now.Time).AddDays(-keptDays).String()
			if n, err = s.store.EraseOld(ctx, tx, day, eraseAtOnce); err != nil || n == 0 {
				return err
			}
			return audit.Record(ctx, tx, program(), appointments.AuditErased, day)
		}); err != nil || n < eraseAtOnce {
			return err
		}
	}
}
