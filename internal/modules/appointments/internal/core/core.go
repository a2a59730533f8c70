// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core holds the rules of appointments and of the queue in a hall: one
// file per use case. It knows no HTTP, no SQL and no pages.
package core

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/modules/appointments"
	"tinhso.vn/internal/modules/appointments/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// JobRemind reminds somebody of an appointment.
const JobRemind jobs.Kind = "appointments.remind"

// Teller tells people things.
type Teller interface {
	Tell(ctx context.Context, tx *db.Tx, n notify.Notice) error
}

// Deps is everything the use cases need, by name.
type Deps struct {
	DB         *db.DB
	Keys       *crypt.Keys
	Procedures procedures.Finder
	Fields     func(ctx context.Context) (map[string]i18n.Text, error) // names of fields of procedures, by slug
	Calendar   func(unit string) *calendar.Calendar
	Messages   Teller
	Address    string          // of this installation
	Ending     <-chan struct{} // closed when the server stops; nil: it does not
}

// Service runs the use cases.
type Service struct {
	Deps
	store store.Store
	marks marks
}

// New returns a service.
func New(d Deps) *Service {
	return &Service{Deps: d, store: store.New(d.Keys), marks: marks{all: map[string]mark{}}}
}

type (
	// Office is how an office takes people.
	Office = store.Office
	// Counter is where people are served.
	Counter = store.Counter
	// Hours is a time of the week in which people can come.
	Hours = store.Hours
	// Booking is an appointment.
	Booking = store.Booking
	// Ticket is a number of a day.
	Ticket = store.Ticket
	// OfficeAfter is the office after which a page of them begins.
	OfficeAfter = store.OfficeAfter
	// BookingAfter is the appointment after which a page begins.
	BookingAfter = store.BookingAfter
	// Closed is a day on which an office takes nobody.
	Closed = store.Closed
)

// The states of a ticket, for pages.
const (
	Waiting = store.Waiting
	Called  = store.Called
	Served  = store.Served
	Absent  = store.Absent
)

// PageSize is how much a list shows.
const PageSize = 60

const (
	maxName   = 100
	maxReason = 300
	codeSize  = 8
	// lead is how long before a slot begins it can be booked at the latest.
	lead = 30 * time.Minute
)

// visitor acts where nobody is signed in.
func visitor(actor identity.Actor) identity.Actor {
	if actor.Anonymous() {
		return identity.Program("appointments:visitor")
	}
	return actor
}

func program() identity.Actor { return identity.Program("appointments") }

// officeOf is the unit at which an official works, where it is in scope.
func (s *Service) officeOf(actor identity.Actor, ps ...identity.Permission) (string, error) {
	if _, err := access.RequireAny(actor, ps...); err != nil {
		return "", err
	}
	if actor.Unit == "" {
		return "", appointments.ErrNoUnit
	}
	return actor.Unit, nil
}

func today(t db.Time) string { return calendar.On(t.Time).String() }

// tidy makes a code out of what was typed, or read from a QR code that holds an address.
func tidy(code string) string {
	code = text.Line(code)
	if i := strings.LastIndexAny(code, "/="); i >= 0 {
		code = code[i+1:]
	}
	return strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(code))
}

// digits keeps the digits of a telephone number, with 0 instead of +84.
func digits(phone string) string {
	var b strings.Builder
	for _, r := range phone {
		if r >= '0' && r <= '9' {
			b.WriteRune(r)
		}
	}
	n := b.String()
	if rest, ok := strings.CutPrefix(n, "84"); ok && len(rest) == 9 {
		return "0" + rest
	}
	return n
}

func phoneOK(n string) bool { return (len(n) == 10 || len(n) == 11) && n[0] == '0' }

// asked collects what is wrong with an input.
type asked struct{ fields []errs.Field }

func (a *asked) add(name, code string) {
	a.fields = append(a.fields, errs.Field{Name: name, Code: code})
}

func (a *asked) err() error { return errs.BadInput(a.fields) }

func (a *asked) line(name, value string, most int, needed bool) string {
	value = text.Line(value)
	switch n := utf8.RuneCountInString(value); {
	case n == 0 && needed:
		a.add(name, "form.required")
	case n > most:
		a.fields = append(a.fields, errs.Field{Name: name, Code: "form.too_long", Args: map[string]any{"max": most, "over": n - most}})
	}
	return value
}

func (a *asked) whole(name string, value, least, most int) {
	if value < least || value > most {
		a.fields = append(a.fields, errs.Field{Name: name, Code: "appointments.bad_number", Args: map[string]any{"min": least, "max": most}})
	}
}

func (a *asked) day(name, value string) calendar.Date {
	d, err := calendar.ParseDate(strings.TrimSpace(value))
	if err != nil || d.IsZero() {
		a.add(name, "appointments.bad_day")
	}
	return d
}

// about is a procedure that somebody wants done: its name and the slug of its field.
type about struct {
	id    string
	name  i18n.Text
	field string
}

// aboutOf finds a procedure; an empty one is something else. One that is not done
// today is ErrNotServed.
func (s *Service) aboutOf(ctx context.Context, procedure string) (a about, err error) {
	if procedure == "" {
		return a, nil
	}
	v, err := s.Procedures.Get(ctx, procedures.ID(procedure))
	if err != nil {
		if errs.KindOf(err) == errs.NotFound {
			return a, appointments.ErrNotServed
		}
		return a, err
	}
	fields, err := s.Fields(ctx)
	if err != nil {
		return a, err
	}
	a = about{id: string(v.ID), name: v.Name}
	for slug, name := range fields {
		if name.VI == v.Field.VI {
			a.field = slug
		}
	}
	return a, nil
}
