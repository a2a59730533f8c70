// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/appointments"
	"tinhso.vn/internal/modules/appointments/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// Offices is a page of offices that take appointments.
type Offices struct {
	All       []Office
	Next      store.OfficeAfter // empty: this is the last page
	Procedure string
	About     i18n.Text
}

// ListOffices returns offices that take appointments for a procedure (empty:
// for something), whose name holds some words, by name.
func (s *Service) ListOffices(ctx context.Context, procedure, words string, after store.OfficeAfter) (p Offices, err error) {
	defer errs.Wrap(&err, "list offices")

	what, err := s.aboutOf(ctx, procedure)
	if err != nil {
		return p, err
	}
	p.Procedure, p.About = what.id, what.name
	all, err := s.store.ListOffices(ctx, s.DB, what.field, text.Fold(text.Line(words)), after, PageSize+1)
	if len(all) > PageSize {
		all = all[:PageSize]
		last := all[PageSize-1]
		p.Next = store.OfficeAfter{Key: last.NameKey, Unit: last.Unit}
	}
	p.All = all
	return p, err
}

// Asking is an appointment that somebody wants.
type Asking struct {
	Unit, Procedure string
	At              time.Time
	Name, Phone     string
}

// Book makes an appointment and returns its code. Nobody needs an account; a
// telephone has one open appointment at an office. Of two who want the last place
// one gets it, the other ErrFull.
func (s *Service) Book(ctx context.Context, actor identity.Actor, in Asking) (code string, err error) {
	defer errs.Wrap(&err, "book an appointment")

	var a asked
	in.Name = a.line("name", in.Name, maxName, true)
	if in.Phone = digits(in.Phone); in.Phone == "" {
		a.add("phone", "form.required")
	} else if !phoneOK(in.Phone) {
		a.add("phone", "appointments.bad_phone")
	}
	if err := a.err(); err != nil {
		return "", err
	}
	if _, _, err := s.open(ctx, s.DB, in.Unit, in.Procedure); err != nil { // procedures are read outside the transaction
		return "", err
	}
	what, err := s.aboutOf(ctx, in.Procedure)
	if err != nil {
		return "", err
	}
	return code, s.DB.Write(ctx, func(tx *db.Tx) error {
		o, ok, err := s.store.FindOffice(ctx, tx, in.Unit)
		if err != nil {
			return err
		}
		if !ok || !o.Takes {
			return appointments.ErrShut
		}
		slot, err := s.slotAt(ctx, tx, o, in.At)
		if err != nil {
			return err
		}
		index := s.Keys.Index("appointments.phone", in.Phone)
		if has, err := s.store.HasOpen(ctx, tx, in.Unit, index); err != nil {
			return err
		} else if has {
			return appointments.ErrHasOne
		}
		if got, err := s.store.TakePlace(ctx, tx, in.Unit, db.At(in.At), slot.Places); err != nil {
			return err
		} else if !got {
			return appointments.ErrFull
		}
		b := Booking{
			ID: id.New(), Code: id.Code(codeSize), Unit: in.Unit, Procedure: what.id, About: what.name, Field: what.field, Day: calendar.On(in.At).String(), At: db.At(in.At),
			Who: in.Name, Phone: in.Phone, PhoneIndex: index, Account: actor.Account, State: appointments.Booked, Made: tx.Now,
		}
		code = b.Code
		if err := s.store.AddBooking(ctx, tx, b); err != nil {
			return err
		}
		if err := s.tell(ctx, tx, appointments.NoticeBooked, b, o); err != nil {
			return err
		}
		if err := s.remindLater(ctx, tx, b); err != nil {
			return err
		}
		return audit.Record(ctx, tx, visitor(actor), appointments.AuditBooked, b.ID)
	})
}

// View is an appointment as whoever has its code sees it. It names nobody.
type View struct {
	Code, Unit string
	Office     i18n.Text
	Procedure  string
	About      i18n.Text
	At         time.Time
	Until      time.Time
	State      appointments.State
	PhoneEnd   string // its last three digits; empty: erased
	Ticket     string // id; empty: none
	May        bool   // it can be moved and cancelled
	Late       int    // minutes for which the turn is kept
}

// Find returns the appointment with a code.
func (s *Service) Find(ctx context.Context, code string) (v View, err error) {
	defer errs.Wrap(&err, "find an appointment")

	b, err := s.store.ByCode(ctx, s.DB, tidy(code))
	if err != nil {
		return v, err
	}
	o, _, err := s.store.FindOffice(ctx, s.DB, b.Unit)
	if err != nil {
		return v, err
	}
	t, _, err := s.store.TicketOf(ctx, s.DB, b.ID)
	v = View{
		Code: b.Code, Unit: b.Unit, Office: o.Name, Procedure: b.Procedure, About: b.About, At: b.At.Time, Until: b.At.Add(time.Duration(o.Slot) * time.Minute), State: b.State,
		Ticket: t.ID, May: b.State.MayBecome(appointments.Cancelled), Late: o.Late,
	}
	if len(b.Phone) > 3 {
		v.PhoneEnd = b.Phone[len(b.Phone)-3:]
	}
	return v, err
}

// change changes the appointment with a code, under the locks of its office and its own.
func (s *Service) change(ctx context.Context, code string, f func(tx *db.Tx, o Office, b *Booking) error) error {
	seen, err := s.store.ByCode(ctx, s.DB, tidy(code))
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		o, _, err := s.store.FindOffice(ctx, tx, seen.Unit)
		if err != nil {
			return err
		}
		b, err := s.store.ByCode(ctx, tx, seen.Code)
		if err != nil {
			return err
		}
		if !b.State.MayBecome(appointments.Cancelled) {
			return appointments.ErrOver
		}
		if err := f(tx, o, &b); err != nil {
			return err
		}
		return s.store.PutBooking(ctx, tx, b)
	})
}

// Move gives an appointment another time, for whoever has its code.
func (s *Service) Move(ctx context.Context, actor identity.Actor, code string, at time.Time) (err error) {
	defer errs.Wrap(&err, "move an appointment")

	return s.change(ctx, code, func(tx *db.Tx, o Office, b *Booking) error {
		if !o.Takes {
			return appointments.ErrShut
		}
		if b.State == appointments.Booked && b.At.Equal(at) {
			return nil
		}
		slot, err := s.slotAt(ctx, tx, o, at)
		if err != nil {
			return err
		}
		if got, err := s.store.TakePlace(ctx, tx, b.Unit, db.At(at), slot.Places); err != nil {
			return err
		} else if !got {
			return appointments.ErrFull
		}
		if err := s.leave(ctx, tx, *b); err != nil {
			return err
		}
		b.State, b.At, b.Day, b.Moves = appointments.Booked, db.At(at), calendar.On(at).String(), b.Moves+1
		if err := s.tell(ctx, tx, appointments.NoticeBooked, *b, o); err != nil {
			return err
		}
		if err := s.remindLater(ctx, tx, *b); err != nil {
			return err
		}
		return audit.Record(ctx, tx, visitor(actor), appointments.AuditMoved, b.ID)
	})
}

// leave gives the place of an appointment back. Who was displaced has none.
func (s *Service) leave(ctx context.Context, tx *db.Tx, b Booking) error {
	if b.State != appointments.Booked {
		return nil
	}
	return s.store.LeavePlace(ctx, tx, b.Unit, b.At)
}

// Cancel ends an appointment, for whoever has its code.
func (s *Service) Cancel(ctx context.Context, actor identity.Actor, code string) (err error) {
	defer errs.Wrap(&err, "cancel an appointment")

	return s.change(ctx, code, func(tx *db.Tx, _ Office, b *Booking) error {
		if err := s.leave(ctx, tx, *b); err != nil {
			return err
		}
		b.State = appointments.Cancelled
		return audit.Record(ctx, tx, visitor(actor), appointments.AuditCancelled, b.ID)
	})
}

// tell tells somebody of an appointment.
func (s *Service) tell(ctx context.Context, tx *db.Tx, event string, b Booking, o Office) error {
	return s.tellAs(ctx, tx, event, "", b, o)
}

// tellAs tells under a key of its own: what has the same key is told once.
func (s *Service) tellAs(ctx context.Context, tx *db.Tx, event, key string, b Booking, o Office) error {
	if s.Messages == nil {
		return nil
	}
	at := b.At.In(calendar.Zone())
	path := "/lich-hen/" + b.Code
	return s.Messages.Tell(ctx, tx, notify.Notice{
		Event: event, About: b.ID, Key: strings.Join([]string{b.ID, event, at.Format(time.RFC3339), key}, "/"), Link: path, Unit: b.Unit,
		Words: map[string]i18n.Text{
			"code": notify.Plain(b.Code), "office": o.Name, "link": notify.Plain(s.Address + path),
			"when": {VI: at.Format("15 giờ 04, 02/01/2006"), EN: at.Format("15:04, 02/01/2006")},
		},
		To: notify.To{Account: b.Account, Phone: b.Phone},
	})
}

// reminder is the body of JobRemind. A time that was chosen meanwhile makes it void.
type reminder struct {
	Booking string `json:"booking"`
	Code    string `json:"code"`
	At      int64  `json:"at"` // microseconds
}

// remindLater lets somebody be reminded the day before and two hours before.
func (s *Service) remindLater(ctx context.Context, tx *db.Tx, b Booking) error {
	for _, before := range []time.Duration{24 * time.Hour, 2 * time.Hour} {
		due := db.At(b.At.Add(-before))
		if !tx.Now.Before(due.Time) {
			continue
		}
		if err := jobs.EnqueueAt(ctx, tx, JobRemind, reminder{b.ID, b.Code, b.At.UnixMicro()}, due); err != nil {
			return err
		}
	}
	return nil
}

// Remind does JobRemind. What was moved, cancelled or used is not spoken of.
func (s *Service) Remind(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "remind of an appointment")

	var r reminder
	if err := json.Unmarshal(body, &r); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		b, err := s.store.ByCode(ctx, tx, r.Code)
		if errs.KindOf(err) == errs.NotFound || err == nil && (b.State != appointments.Booked || b.At.UnixMicro() != r.At || !tx.Now.Before(b.At.Time)) {
			return nil
		}
		if err != nil {
			return err
		}
		o, _, err := s.store.FindOffice(ctx, tx, b.Unit)
		if err != nil {
			return err
		}
		return s.remind(ctx, tx, b, o)
	})
}

// remind tells under a key of its hour: the two of one appointment are two.
func (s *Service) remind(ctx context.Context, tx *db.Tx, b Booking, o Office) error {
	far := "late"
	if b.At.Sub(tx.Now.Time) > 12*time.Hour {
		far = "early"
	}
	return s.tellAs(ctx, tx, appointments.NoticeRemind, far, b, o)
}

// announce says that somebody was served.
func announce(ctx context.Context, tx *db.Tx, t Ticket) error {
	return events.Publish(ctx, tx, appointments.EventServedV1, appointments.Served{
		Ticket: t.ID, Unit: orgs.ID(t.Unit), Counter: t.Counter, Number: Label(t), Procedure: procedures.ID(t.Procedure), At: tx.Now,
	})
}
