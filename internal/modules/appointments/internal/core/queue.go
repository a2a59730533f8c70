// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"crypto/subtle"
	"fmt"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/appointments"
	"tinhso.vn/internal/modules/appointments/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// Label is a number as people read it: H012 has an appointment, T013 has none.
func Label(t Ticket) string {
	letter := "T"
	if t.Booking != "" {
		letter = "H"
	}
	return fmt.Sprintf("%s%03d", letter, t.Number)
}

// inRow is how many with an appointment are called one after another while somebody
// waits without one.
const inRow = 2

// next chooses who is called by a counter with some fields: the rule of ADR 0086.
// Last are the tickets that were called before, the newest first.
//
// Who has an appointment and came in time is called from the appointed time on,
// before those without one, the earliest time first; but after two of them in a row
// one without an appointment. When neither is there, who came before the time is
// called. In each group the turn decides, and then the number.
func next(waiting, last []Ticket, fields []string, now time.Time) (t Ticket, ok bool) {
	var due, walk, early []Ticket
	for _, w := range waiting {
		switch {
		case w.Field != "" && !serves(fields, w.Field):
		case !w.Kept:
			walk = append(walk, w)
		case w.Turn.After(now):
			early = append(early, w)
		default:
			due = append(due, w)
		}
	}
	for _, group := range [][]Ticket{due, walk, early} {
		slices.SortFunc(group, func(a, b Ticket) int {
			if c := a.Turn.Compare(b.Turn.Time); c != 0 {
				return c
			}
			return a.Number - b.Number
		})
	}
	favoured := len(last) >= inRow && !slices.ContainsFunc(last[:inRow], func(l Ticket) bool { return !l.Kept })
	switch {
	case len(due) > 0 && (len(walk) == 0 || !favoured):
		return due[0], true
	case len(walk) > 0:
		return walk[0], true
	case len(early) > 0:
		return early[0], true
	}
	return t, false
}

// Arrival is a number that somebody got.
type Arrival struct {
	Ticket
	Label string
	Ahead int // who wait before it by the time of their turns
}

// atKiosk returns the unit of a kiosk whose address has the right key.
func (s *Service) atKiosk(ctx context.Context, q db.Querier, unit, key string) (Office, error) {
	o, ok, err := s.store.FindOffice(ctx, q, unit)
	if err != nil {
		return o, err
	}
	if !ok || subtle.ConstantTimeCompare([]byte(key), []byte(s.kioskKey(o))) != 1 {
		return o, appointments.ErrKey
	}
	return o, nil
}

// Kiosk is what the page of a kiosk shows.
type Kiosk struct {
	Office
	Waiting int
	Path    string
	Names   map[string]i18n.Text // of the fields that its counters are for
}

// AtKiosk returns what the kiosk of a unit shows to who knows its address.
func (s *Service) AtKiosk(ctx context.Context, unit, key string) (k Kiosk, err error) {
	defer errs.Wrap(&err, "open a kiosk")

	if k.Office, err = s.atKiosk(ctx, s.DB, unit, key); err != nil {
		return k, err
	}
	all, err := s.store.Waits(ctx, s.DB, unit, today(s.DB.Now()))
	if err != nil {
		return k, err
	}
	k.Waiting, k.Path = len(all), s.kioskPath(k.Office)
	k.Names, err = s.Fields(ctx)
	return k, err
}

// CheckIn gives a number to who has an appointment today, at the kiosk of its
// office. Checked in twice, it is one number.
func (s *Service) CheckIn(ctx context.Context, unit, key, code string) (t Arrival, err error) {
	defer errs.Wrap(&err, "check in at %s", unit)

	if _, err := s.atKiosk(ctx, s.DB, unit, key); err != nil {
		return t, err
	}
	var a asked
	if code = tidy(code); code == "" {
		a.add("code", "form.required")
		return t, a.err()
	}
	return t, s.DB.Write(ctx, func(tx *db.Tx) error {
		o, _, err := s.store.FindOffice(ctx, tx, unit)
		if err != nil {
			return err
		}
		b, err := s.store.ByCode(ctx, tx, code)
		if err != nil {
			return err
		}
		if b.Unit != unit {
			return appointments.ErrNotFound
		}
		t, err = s.checkIn(ctx, tx, program(), o, b)
		return err
	})
}

// Admit is CheckIn by a clerk, who has seen the appointment in the list.
func (s *Service) Admit(ctx context.Context, actor identity.Actor, booking string) (t Arrival, err error) {
	defer errs.Wrap(&err, "take somebody in")

	err = s.own(ctx, actor, booking, func(tx *db.Tx, o Office, b Booking) (err error) {
		t, err = s.checkIn(ctx, tx, actor, o, b)
		return err
	})
	return t, err
}

func (s *Service) checkIn(ctx context.Context, tx *db.Tx, actor identity.Actor, o Office, b Booking) (Arrival, error) {
	had, has, err := s.store.TicketOf(ctx, tx, b.ID)
	switch {
	case err != nil:
		return Arrival{}, err
	case has && b.State == appointments.Arrived:
		return s.arrived(ctx, tx, had)
	case b.State == appointments.Displaced || b.Day != today(tx.Now):
		return Arrival{}, appointments.ErrEarly.With("day", b.At.In(calendar.Zone()).Format("15:04 02/01/2006"))
	case !b.State.MayBecome(appointments.Arrived) || has:
		return Arrival{}, appointments.ErrOver
	}
	b.State = appointments.Arrived
	if err := s.store.PutBooking(ctx, tx, b); err != nil {
		return Arrival{}, err
	}
	t := Ticket{Unit: b.Unit, Booking: b.ID, Kept: true, Procedure: b.Procedure, Field: b.Field, Turn: b.At}
	if tx.Now.After(b.At.Add(time.Duration(o.Late) * time.Minute)) { // too late: as if there were none
		t.Kept, t.Turn = false, tx.Now
	}
	return s.give(ctx, tx, actor, t)
}

// give gives the next number of today.
func (s *Service) give(ctx context.Context, tx *db.Tx, actor identity.Actor, t Ticket) (Arrival, error) {
	t.ID, t.Day, t.Came = id.New(), today(tx.Now), tx.Now
	t, err := s.store.AddTicket(ctx, tx, t)
	if err != nil {
		return Arrival{}, err
	}
	if err := audit.Record(ctx, tx, actor, appointments.AuditTicket, t.ID); err != nil {
		return Arrival{}, err
	}
	return s.arrived(ctx, tx, t)
}

func (s *Service) arrived(ctx context.Context, q db.Querier, t Ticket) (a Arrival, err error) {
	waiting, err := s.store.Waits(ctx, q, t.Unit, t.Day)
	a = Arrival{Ticket: t, Label: Label(t)}
	for _, w := range waiting {
		if w.ID != t.ID && (w.Turn.Before(t.Turn.Time) || w.Turn.Equal(t.Turn.Time) && w.Number < t.Number) {
			a.Ahead++
		}
	}
	return a, err
}

// TakeNumber gives a number to who came without an appointment, at the kiosk, for a
// field of procedures (empty: for something else).
func (s *Service) TakeNumber(ctx context.Context, unit, key, field string) (t Arrival, err error) {
	defer errs.Wrap(&err, "take a number at %s", unit)

	if _, err := s.atKiosk(ctx, s.DB, unit, key); err != nil {
		return t, err
	}
	return s.walkIn(ctx, program(), unit, field)
}

// WalkIn is TakeNumber by a clerk, at the actor's office.
func (s *Service) WalkIn(ctx context.Context, actor identity.Actor, field string) (t Arrival, err error) {
	defer errs.Wrap(&err, "take in who came without an appointment")

	unit, err := s.officeOf(actor, appointments.PermServe)
	if err != nil {
		return t, err
	}
	return s.walkIn(ctx, actor, unit, field)
}

func (s *Service) walkIn(ctx context.Context, actor identity.Actor, unit, field string) (t Arrival, err error) {
	if field != "" {
		known, err := s.Fields(ctx)
		if err != nil {
			return t, err
		}
		if _, ok := known[field]; !ok {
			return t, appointments.ErrNotServed
		}
	}
	return t, s.DB.Write(ctx, func(tx *db.Tx) error {
		o, ok, err := s.store.FindOffice(ctx, tx, unit)
		if err != nil {
			return err
		}
		if !ok {
			return appointments.ErrShut
		}
		if field != "" && !serves(o.Fields, field) {
			return appointments.ErrNotServed
		}
		t, err = s.give(ctx, tx, actor, Ticket{Unit: unit, Field: field, Turn: tx.Now})
		return err
	})
}

// Desk is what a clerk at a counter sees.
type Desk struct {
	Counter
	Now     *Arrival // who is at the counter; nil: nobody
	Next    *Arrival // whom CallNext would call now; nil: nobody waits
	Waiting []Arrival
	Absent  []Arrival // called today in vain
}

// GetDesk returns what a clerk at a counter sees.
func (s *Service) GetDesk(ctx context.Context, actor identity.Actor, counter string) (d Desk, err error) {
	defer errs.Wrap(&err, "look at a counter")

	scope, err := access.Require(actor, appointments.PermServe)
	if err != nil {
		return d, err
	}
	if d.Counter, err = s.store.GetCounter(ctx, s.DB, scope, counter); err != nil {
		return d, err
	}
	day := today(s.DB.Now())
	waiting, err := s.store.Waits(ctx, s.DB, d.Unit, day)
	if err != nil {
		return d, err
	}
	last, err := s.store.LastCalled(ctx, s.DB, d.Unit, day, inRow)
	if err != nil {
		return d, err
	}
	if t, ok := next(waiting, last, d.Fields, s.DB.Now().Time); ok {
		d.Next = &Arrival{Ticket: t, Label: Label(t)}
	}
	slices.SortFunc(waiting, func(a, b Ticket) int { return a.Turn.Compare(b.Turn.Time) })
	d.Waiting = labelled(waiting)
	if t, ok, err := s.store.AtCounter(ctx, s.DB, counter); err != nil {
		return d, err
	} else if ok {
		d.Now = &Arrival{Ticket: t, Label: Label(t)}
	}
	absent, err := s.store.InState(ctx, s.DB, d.Unit, day, store.Absent, PageSize)
	d.Absent = labelled(absent)
	return d, err
}

func labelled(all []Ticket) (out []Arrival) {
	for _, t := range all {
		out = append(out, Arrival{Ticket: t, Label: Label(t)})
	}
	return out
}

// ListCounters returns the counters of the actor's office.
func (s *Service) ListCounters(ctx context.Context, actor identity.Actor) (all []Counter, err error) {
	defer errs.Wrap(&err, "list counters")

	unit, err := s.officeOf(actor, appointments.PermServe, appointments.PermPlan)
	if err != nil {
		return nil, err
	}
	return s.store.ListCounters(ctx, s.DB, unit, false)
}

// atCounter does something at a counter where the actor serves, while nobody else
// calls anybody at its office.
func (s *Service) atCounter(ctx context.Context, actor identity.Actor, counter string, f func(tx *db.Tx, c Counter) error) error {
	scope, err := access.Require(actor, appointments.PermServe)
	if err != nil {
		return err
	}
	c, err := s.store.GetCounter(ctx, s.DB, scope, counter)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, _, err := s.store.FindOffice(ctx, tx, c.Unit); err != nil {
			return err
		}
		return f(tx, c)
	})
}

// CallNext calls who comes next to a counter. Two counters never call the same.
func (s *Service) CallNext(ctx context.Context, actor identity.Actor, counter string) (a Arrival, err error) {
	defer errs.Wrap(&err, "call the next to counter %s", counter)

	err = s.atCounter(ctx, actor, counter, func(tx *db.Tx, c Counter) error {
		if t, busy, err := s.store.AtCounter(ctx, tx, counter); err != nil {
			return err
		} else if busy {
			return appointments.ErrBusy.With("number", Label(t))
		}
		day := today(tx.Now)
		waiting, err := s.store.Waits(ctx, tx, c.Unit, day)
		if err != nil {
			return err
		}
		last, err := s.store.LastCalled(ctx, tx, c.Unit, day, inRow)
		if err != nil {
			return err
		}
		t, ok := next(waiting, last, c.Fields, tx.Now.Time)
		if !ok {
			return appointments.ErrNobody
		}
		t.State, t.Counter, t.Calls, t.First, t.Last = store.Called, counter, 1, tx.Now, tx.Now
		a = Arrival{Ticket: t, Label: Label(t)}
		if err := s.store.PutTicket(ctx, tx, t); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, appointments.AuditCalled, t.ID)
	})
	return a, err
}

// CallAgain calls who was called to a counter once more.
func (s *Service) CallAgain(ctx context.Context, actor identity.Actor, counter, ticket string) (err error) {
	defer errs.Wrap(&err, "call again to counter %s", counter)

	return s.atCounter(ctx, actor, counter, func(tx *db.Tx, _ Counter) error {
		t, err := s.here(ctx, tx, counter, ticket)
		if err != nil {
			return err
		}
		t.Calls, t.Last = t.Calls+1, tx.Now
		if err := s.store.PutTicket(ctx, tx, t); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, appointments.AuditCalled, t.ID)
	})
}

// here returns the ticket that is at a counter, if it is still that one.
func (s *Service) here(ctx context.Context, tx *db.Tx, counter, ticket string) (Ticket, error) {
	t, ok, err := s.store.AtCounter(ctx, tx, counter)
	if err == nil && (!ok || t.ID != ticket) {
		err = appointments.ErrMoved
	}
	return t, err
}

// Finish ends what is at a counter: somebody was served, or did not come.
func (s *Service) Finish(ctx context.Context, actor identity.Actor, counter, ticket string, came bool) (err error) {
	defer errs.Wrap(&err, "finish at counter %s", counter)

	return s.atCounter(ctx, actor, counter, func(tx *db.Tx, _ Counter) error {
		t, err := s.here(ctx, tx, counter, ticket)
		if err != nil {
			return err
		}
		to, state, event := store.Served, appointments.Done, appointments.AuditServed
		if !came {
			to, state, event = store.Absent, appointments.Missed, appointments.AuditAbsent
		}
		t.State, t.Ended = to, tx.Now
		if err := s.store.PutTicket(ctx, tx, t); err != nil {
			return err
		}
		if err := s.follow(ctx, tx, t, state); err != nil {
			return err
		}
		if came {
			if err := announce(ctx, tx, t); err != nil {
				return err
			}
		}
		return audit.Record(ctx, tx, actor, event, t.ID)
	})
}

// follow puts the appointment of a ticket where the ticket is.
func (s *Service) follow(ctx context.Context, tx *db.Tx, t Ticket, to appointments.State) error {
	if t.Booking == "" {
		return nil
	}
	b, err := s.store.GetBooking(ctx, tx, access.All(), t.Booking)
	if err != nil {
		return err
	}
	b.State = to
	return s.store.PutBooking(ctx, tx, b)
}

// Return lets who was called in vain wait again, from now on and without preference.
func (s *Service) Return(ctx context.Context, actor identity.Actor, counter, ticket string) (err error) {
	defer errs.Wrap(&err, "let somebody wait again")

	return s.atCounter(ctx, actor, counter, func(tx *db.Tx, c Counter) error {
		t, err := s.store.GetTicket(ctx, tx, ticket)
		if err != nil {
			return err
		}
		if t.Unit != c.Unit {
			return appointments.ErrNotFound
		}
		if t.State != store.Absent || t.Day != today(tx.Now) {
			return appointments.ErrMoved
		}
		t.State, t.Kept, t.Turn, t.Counter, t.Calls, t.First, t.Last, t.Ended = store.Waiting, false, tx.Now, "", 0, db.Time{}, db.Time{}, db.Time{}
		if err := s.store.PutTicket(ctx, tx, t); err != nil {
			return err
		}
		if err := s.follow(ctx, tx, t, appointments.Arrived); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, appointments.AuditTicket, t.ID)
	})
}
