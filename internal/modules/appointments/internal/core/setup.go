// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/appointments"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// Setup is how the office of the actor takes people.
type Setup struct {
	Office
	Counters []Counter
	Hours    []Hours
	Fields   map[string]i18n.Text // that counters can be for
	Kiosk    string               // path of the page of its kiosk; empty: there is no office yet
	Hall     string               // path of its calling screen
}

const (
	mostCounters = 40
	mostHours    = 60
)

// GetSetup returns how the office of the actor takes people.
func (s *Service) GetSetup(ctx context.Context, actor identity.Actor) (u Setup, err error) {
	defer errs.Wrap(&err, "read how an office takes people")

	unit, err := s.officeOf(actor, appointments.PermPlan, appointments.PermServe)
	if err != nil {
		return u, err
	}
	var ok bool
	if u.Office, ok, err = s.store.FindOffice(ctx, s.DB, unit); err != nil {
		return u, err
	}
	if !ok {
		u.Office = Office{Unit: unit, Ahead: 14, Slot: 15, Late: 10}
	} else {
		u.Kiosk, u.Hall = s.kioskPath(u.Office), "/man-hinh-goi/"+unit
	}
	if u.Counters, err = s.store.ListCounters(ctx, s.DB, unit, false); err != nil {
		return u, err
	}
	if u.Hours, err = s.store.ListHours(ctx, s.DB, unit); err != nil {
		return u, err
	}
	u.Fields, err = s.Fields(ctx)
	return u, err
}

// kioskKey is the secret part of the address of a kiosk: who does not stand in the
// hall takes no number there.
func (s *Service) kioskKey(o Office) string {
	return s.Keys.Index("appointments.kiosk", o.Unit+"/"+strconv.Itoa(o.Kiosk))[:24]
}

func (s *Service) kioskPath(o Office) string { return "/lay-so/" + o.Unit + "/" + s.kioskKey(o) }

// Manner is what an office says of itself.
type Manner struct {
	Takes             bool
	Ahead, Slot, Late int
}

// SaveManner says how the office of the actor takes people.
func (s *Service) SaveManner(ctx context.Context, actor identity.Actor, in Manner) (err error) {
	defer errs.Wrap(&err, "say how an office takes people")

	unit, err := s.officeOf(actor, appointments.PermPlan)
	if err != nil {
		return err
	}
	var a asked
	a.whole("ahead", in.Ahead, 1, 90)
	a.whole("slot", in.Slot, 5, 120)
	a.whole("late", in.Late, 0, 60)
	if err := a.err(); err != nil {
		return err
	}
	return s.changeOffice(ctx, actor, unit, func(_ *db.Tx, o *Office) error {
		o.Takes, o.Ahead, o.Slot, o.Late = in.Takes, in.Ahead, in.Slot, in.Late
		return nil
	})
}

// changeOffice changes an office under its lock; one that is not there begins.
func (s *Service) changeOffice(ctx context.Context, actor identity.Actor, unit string, change func(tx *db.Tx, o *Office) error) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		o, ok, err := s.store.FindOffice(ctx, tx, unit)
		if err != nil {
			return err
		}
		if !ok {
			o = Office{Unit: unit, Ahead: 14, Slot: 15, Late: 10, Kiosk: 1}
		}
		u, err := orgs.Get(ctx, tx, orgs.ID(unit))
		if err != nil {
			return err
		}
		o.Name, o.NameKey, o.Folded = u.Authority(), text.CollationKey(u.Authority().VI), text.Fold(u.Authority().VI)
		o.By, o.At = actor.Account, tx.Now
		if err := s.store.PutOffice(ctx, tx, o); err != nil { // counters and hours refer to it
			return err
		}
		if err := change(tx, &o); err != nil {
			return err
		}
		if o.Fields, err = s.served(ctx, tx, unit); err != nil {
			return err
		}
		if err := s.store.PutOffice(ctx, tx, o); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, appointments.AuditSetUp, unit)
	})
}

// served are the fields that the counters of a unit serve together; none: all.
func (s *Service) served(ctx context.Context, tx *db.Tx, unit string) (fields []string, err error) {
	all, err := s.store.ListCounters(ctx, tx, unit, false)
	for _, c := range all {
		if len(c.Fields) == 0 {
			return nil, err
		}
		fields = append(fields, c.Fields...)
	}
	slices.Sort(fields)
	return slices.Compact(fields), err
}

// CounterInput is a counter as somebody describes it.
type CounterInput struct {
	ID     string // empty: another one
	Number int
	Name   string
	Fields []string
}

// SaveCounter adds a counter to the office of the actor, or changes one.
func (s *Service) SaveCounter(ctx context.Context, actor identity.Actor, in CounterInput) (counter string, err error) {
	defer errs.Wrap(&err, "save a counter")

	unit, err := s.officeOf(actor, appointments.PermPlan)
	if err != nil {
		return "", err
	}
	known, err := s.Fields(ctx)
	if err != nil {
		return "", err
	}
	var a asked
	a.whole("number", in.Number, 1, 99)
	in.Name = a.line("counter_name", in.Name, maxName, false)
	for _, f := range in.Fields {
		if _, ok := known[f]; !ok {
			a.add("fields", "appointments.bad_field")
			break
		}
	}
	if err := a.err(); err != nil {
		return "", err
	}
	counter = in.ID
	return counter, s.changeOffice(ctx, actor, unit, func(tx *db.Tx, _ *Office) error {
		all, err := s.store.ListCounters(ctx, tx, unit, false)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(all, func(c Counter) bool { return c.Number == in.Number && c.ID != in.ID }) || in.ID == "" && len(all) >= mostCounters {
			return errs.BadInput([]errs.Field{{Name: "number", Code: "appointments.number_taken"}})
		}
		if in.ID == "" {
			counter = id.New()
		} else if !slices.ContainsFunc(all, func(c Counter) bool { return c.ID == in.ID }) {
			return appointments.ErrNotFound
		}
		slices.Sort(in.Fields)
		return s.store.PutCounter(ctx, tx, Counter{ID: counter, Unit: unit, Number: in.Number, Name: in.Name, Fields: slices.Compact(in.Fields), Used: true})
	})
}

// DropCounter takes a counter of the office of the actor away. Nobody may be at it.
func (s *Service) DropCounter(ctx context.Context, actor identity.Actor, counter string) (err error) {
	defer errs.Wrap(&err, "take counter %s away", counter)

	unit, err := s.officeOf(actor, appointments.PermPlan)
	if err != nil {
		return err
	}
	return s.changeOffice(ctx, actor, unit, func(tx *db.Tx, _ *Office) error {
		c, err := s.store.GetCounter(ctx, tx, access.All(), counter)
		if err != nil {
			return err
		}
		if c.Unit != unit {
			return appointments.ErrNotFound
		}
		t, busy, err := s.store.AtCounter(ctx, tx, counter)
		if err != nil {
			return err
		}
		if busy {
			return appointments.ErrBusy.With("number", Label(t))
		}
		c.Used = false
		return s.store.PutCounter(ctx, tx, c)
	})
}

// HoursInput is a time of the week as somebody describes it.
type HoursInput struct {
	Weekdays []int // 0 is Sunday
	From, To string
	Places   int
	Outside  bool
}

// AddHours adds hours to the office of the actor, on each of the days.
func (s *Service) AddHours(ctx context.Context, actor identity.Actor, in HoursInput) (err error) {
	defer errs.Wrap(&err, "add hours")

	unit, err := s.officeOf(actor, appointments.PermPlan)
	if err != nil {
		return err
	}
	var a asked
	if len(in.Weekdays) == 0 {
		a.add("weekday", "form.required")
	}
	for _, d := range in.Weekdays {
		if d < 0 || d > 6 {
			a.add("weekday", "appointments.bad_day")
			break
		}
	}
	from, bad := calendar.ParseMinute(padded(in.From))
	if bad != nil {
		a.add("from", "appointments.bad_time")
	}
	to, worse := calendar.ParseMinute(padded(in.To))
	if worse != nil || bad == nil && to <= from {
		a.add("to", "appointments.bad_time")
	}
	a.whole("places", in.Places, 1, 50)
	if err := a.err(); err != nil {
		return err
	}
	slices.Sort(in.Weekdays)
	return s.changeOffice(ctx, actor, unit, func(tx *db.Tx, _ *Office) error {
		all, err := s.store.ListHours(ctx, tx, unit)
		if err != nil {
			return err
		}
		for _, d := range slices.Compact(in.Weekdays) {
			if len(all) >= mostHours || slices.ContainsFunc(all, func(h Hours) bool { return h.Weekday == d && from < h.To && h.From < to }) {
				return errs.BadInput([]errs.Field{{Name: "from", Code: "appointments.hours_meet"}})
			}
			if err := s.store.AddHours(ctx, tx, Hours{ID: id.New(), Unit: unit, Weekday: d, From: from, To: to, Places: in.Places, Outside: in.Outside}); err != nil {
				return err
			}
		}
		return nil
	})
}

// padded lets people write 7:30.
func padded(clock string) string {
	clock = strings.ReplaceAll(text.Line(clock), "h", ":")
	if len(clock) == 4 {
		return "0" + clock
	}
	return clock
}

// DropHours takes hours of the office of the actor away. What was booked stays.
func (s *Service) DropHours(ctx context.Context, actor identity.Actor, hours string) (err error) {
	defer errs.Wrap(&err, "take hours away")

	unit, err := s.officeOf(actor, appointments.PermPlan)
	if err != nil {
		return err
	}
	return s.changeOffice(ctx, actor, unit, func(tx *db.Tx, _ *Office) error {
		ok, err := s.store.DropHours(ctx, tx, unit, hours)
		if err == nil && !ok {
			err = appointments.ErrNotFound
		}
		return err
	})
}

// RenewKiosk gives the kiosk of the actor's office another address; the old one
// leads nowhere from now on.
func (s *Service) RenewKiosk(ctx context.Context, actor identity.Actor) (err error) {
	defer errs.Wrap(&err, "give a kiosk another address")

	unit, err := s.officeOf(actor, appointments.PermPlan)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		o, ok, err := s.store.FindOffice(ctx, tx, unit)
		if err != nil {
			return err
		}
		if !ok {
			return appointments.ErrShut
		}
		o.Kiosk++
		if err := s.store.PutOffice(ctx, tx, o); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, appointments.AuditKiosk, unit)
	})
}
