// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/appointments/internal/core"
	"tinhso.vn/internal/platform/db"
)

type dayIn struct {
	Day     string    `query:"day" maxLength:"10" doc:"YYYY-MM-DD; empty: today"`
	AfterAt time.Time `query:"after_at"`
	AfterID string    `query:"after_id" maxLength:"100"`
}

// Appointment is an appointment as its office sees it.
type Appointment struct {
	ID        string   `json:"id"`
	At        db.Time  `json:"at"`
	Name      string   `json:"name" doc:"personal"`
	Phone     string   `json:"phone" doc:"personal"`
	Procedure string   `json:"procedure,omitempty"`
	About     nameBody `json:"about"`
	State     string   `json:"state" enum:"booked,displaced,arrived,done,missed,cancelled"`
}

type dayOut struct {
	Body struct {
		Day          string        `json:"day"`
		Closed       string        `json:"closed,omitempty" doc:"why nobody is taken"`
		Appointments []Appointment `json:"appointments"`
		NextAt       db.Time       `json:"next_at"`
		NextID       string        `json:"next_id,omitempty"`
	}
}

func (o operations) day(ctx context.Context, in *dayIn) (*dayOut, error) {
	var at db.Time
	if !in.AfterAt.IsZero() {
		at = db.At(in.AfterAt)
	}
	g, err := o.svc.ListDay(ctx, identity.From(ctx), in.Day, core.BookingAfter{At: at, ID: in.AfterID})
	if err != nil {
		return nil, err
	}
	out := &dayOut{}
	out.Body.Day, out.Body.Closed, out.Body.Appointments, out.Body.NextAt, out.Body.NextID = g.Day.String(), g.Closed, []Appointment{}, g.Next.At, g.Next.ID
	for _, b := range g.All {
		out.Body.Appointments = append(out.Body.Appointments, Appointment{b.ID, b.At, b.Who, b.Phone, b.Procedure, nameOf(b.About), string(b.State)})
	}
	return out, nil
}

type bookingIn struct {
	Booking string `path:"booking" maxLength:"100"`
}

// QueueNumber is a number of the hall.
type QueueNumber struct {
	ID      string  `json:"id"`
	Number  string  `json:"number" doc:"H012: has an appointment, T012: has none"`
	State   string  `json:"state" enum:"waiting,called,done,missed"`
	Turn    db.Time `json:"turn" doc:"from when the wait counts"`
	Ahead   int     `json:"ahead,omitempty"`
	Calls   int     `json:"calls,omitempty"`
	Counter string  `json:"counter,omitempty"`
}

type numberOut struct{ Body QueueNumber }

func number(a core.Arrival) QueueNumber {
	return QueueNumber{a.ID, a.Label, a.State, a.Turn, a.Ahead, a.Calls, a.Counter}
}

func numbered(a core.Arrival, err error) (*numberOut, error) {
	if err != nil {
		return nil, err
	}
	return &numberOut{number(a)}, nil
}

func (o operations) admit(ctx context.Context, in *bookingIn) (*numberOut, error) {
	return numbered(o.svc.Admit(ctx, identity.From(ctx), in.Booking))
}

func (o operations) miss(ctx context.Context, in *bookingIn) (*nothing, error) {
	return nil, o.svc.Miss(ctx, identity.From(ctx), in.Booking)
}

type closedDay struct {
	Day    string `json:"day" maxLength:"10" doc:"YYYY-MM-DD"`
	Reason string `json:"reason" maxLength:"1200"`
}

type closedOut struct {
	Body struct {
		Days []closedDay `json:"days"`
	}
}

func (o operations) closed(ctx context.Context, _ *nothing) (*closedOut, error) {
	all, err := o.svc.ListClosed(ctx, identity.From(ctx))
	if err != nil {
		return nil, err
	}
	out := &closedOut{}
	out.Body.Days = []closedDay{}
	for _, c := range all {
		out.Body.Days = append(out.Body.Days, closedDay{c.Day, c.Reason})
	}
	return out, nil
}

type closeIn struct{ Body closedDay }

type toldOut struct {
	Body struct {
		Displaced int `json:"displaced" doc:"how many people have to choose anew"`
	}
}

func (o operations) closeDay(ctx context.Context, in *closeIn) (*toldOut, error) {
	n, err := o.svc.CloseDay(ctx, identity.From(ctx), in.Body.Day, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	out := &toldOut{}
	out.Body.Displaced = n
	return out, nil
}

type openIn struct {
	Day string `path:"day" maxLength:"10"`
}

func (o operations) openDay(ctx context.Context, in *openIn) (*nothing, error) {
	return nil, o.svc.OpenDay(ctx, identity.From(ctx), in.Day)
}

type walkInIn struct {
	Body struct {
		Field string `json:"field,omitempty" maxLength:"200" doc:"of procedures; empty: something else"`
	}
}

func (o operations) walkIn(ctx context.Context, in *walkInIn) (*numberOut, error) {
	return numbered(o.svc.WalkIn(ctx, identity.From(ctx), in.Body.Field))
}

// OfficeCounter is where people are served.
type OfficeCounter struct {
	ID     string   `json:"id"`
	Number int      `json:"number"`
	Name   string   `json:"name"`
	Fields []string `json:"fields" doc:"of procedures, by their slugs; none: all"`
}

func counterOf(c core.Counter) OfficeCounter {
	return OfficeCounter{c.ID, c.Number, c.Name, append([]string{}, c.Fields...)}
}

type countersOut struct {
	Body struct {
		Counters []OfficeCounter `json:"counters"`
	}
}

func (o operations) counters(ctx context.Context, _ *nothing) (*countersOut, error) {
	all, err := o.svc.ListCounters(ctx, identity.From(ctx))
	if err != nil {
		return nil, err
	}
	out := &countersOut{}
	out.Body.Counters = []OfficeCounter{}
	for _, c := range all {
		out.Body.Counters = append(out.Body.Counters, counterOf(c))
	}
	return out, nil
}

// OfficeCounterIn names a counter.
type OfficeCounterIn struct {
	Counter string `path:"counter" maxLength:"100"`
}

type deskOut struct {
	Body struct {
		Counter OfficeCounter `json:"counter"`
		Now     *QueueNumber  `json:"now,omitempty"`
		Next    *QueueNumber  `json:"next,omitempty"`
		Waiting []QueueNumber `json:"waiting"`
		Absent  []QueueNumber `json:"absent"`
	}
}

func (o operations) desk(ctx context.Context, in *OfficeCounterIn) (*deskOut, error) {
	d, err := o.svc.GetDesk(ctx, identity.From(ctx), in.Counter)
	if err != nil {
		return nil, err
	}
	out := &deskOut{}
	b := &out.Body
	b.Counter, b.Waiting, b.Absent = counterOf(d.Counter), []QueueNumber{}, []QueueNumber{}
	for to, from := range map[**QueueNumber]*core.Arrival{&b.Now: d.Now, &b.Next: d.Next} {
		if from != nil {
			n := number(*from)
			*to = &n
		}
	}
	for _, a := range d.Waiting {
		b.Waiting = append(b.Waiting, number(a))
	}
	for _, a := range d.Absent {
		b.Absent = append(b.Absent, number(a))
	}
	return out, nil
}

func (o operations) next(ctx context.Context, in *OfficeCounterIn) (*numberOut, error) {
	return numbered(o.svc.CallNext(ctx, identity.From(ctx), in.Counter))
}

type atCounterIn struct {
	OfficeCounterIn

	Body struct {
		Number string `json:"number" maxLength:"100" doc:"id"`
	}
}

func (o operations) again(ctx context.Context, in *atCounterIn) (*nothing, error) {
	return nil, o.svc.CallAgain(ctx, identity.From(ctx), in.Counter, in.Body.Number)
}

type finishIn struct {
	OfficeCounterIn

	Body struct {
		Number string `json:"number" maxLength:"100" doc:"id"`
		Came   bool   `json:"came" doc:"false: called in vain"`
	}
}

func (o operations) finish(ctx context.Context, in *finishIn) (*nothing, error) {
	return nil, o.svc.Finish(ctx, identity.From(ctx), in.Counter, in.Body.Number, in.Body.Came)
}

func (o operations) back(ctx context.Context, in *atCounterIn) (*nothing, error) {
	return nil, o.svc.Return(ctx, identity.From(ctx), in.Counter, in.Body.Number)
}

type hoursBody struct {
	ID      string `json:"id"`
	Weekday int    `json:"weekday" doc:"0 is Sunday"`
	From    string `json:"from"`
	To      string `json:"to"`
	Places  int    `json:"places" doc:"in one slot"`
	Outside bool   `json:"outside_working_hours"`
}

// OfficeManner is how an office takes people.
type OfficeManner struct {
	Takes bool `json:"takes" doc:"people can book"`
	Ahead int  `json:"ahead" doc:"days"`
	Slot  int  `json:"slot" doc:"minutes"`
	Late  int  `json:"late" doc:"minutes for which a turn is kept"`
}

type setupOut struct {
	Body struct {
		OfficeManner

		Counters []OfficeCounter `json:"counters"`
		Hours    []hoursBody     `json:"hours"`
		Kiosk    string          `json:"kiosk" doc:"path of its page"`
		Hall     string          `json:"hall" doc:"path of the calling screen"`
	}
}

func (o operations) setup(ctx context.Context, _ *nothing) (*setupOut, error) {
	u, err := o.svc.GetSetup(ctx, identity.From(ctx))
	if err != nil {
		return nil, err
	}
	out := &setupOut{}
	b := &out.Body
	b.OfficeManner, b.Counters, b.Hours, b.Kiosk, b.Hall = OfficeManner{u.Takes, u.Ahead, u.Slot, u.Late}, []OfficeCounter{}, []hoursBody{}, u.Kiosk, u.Hall
	for _, c := range u.Counters {
		b.Counters = append(b.Counters, counterOf(c))
	}
	for _, h := range u.Hours {
		b.Hours = append(b.Hours, hoursBody{h.ID, h.Weekday, h.From.String(), h.To.String(), h.Places, h.Outside})
	}
	return out, nil
}

type mannerIn struct{ Body OfficeManner }

func (o operations) saveManner(ctx context.Context, in *mannerIn) (*nothing, error) {
	return nil, o.svc.SaveManner(ctx, identity.From(ctx), core.Manner(in.Body))
}

type saveCounterIn struct {
	Body struct {
		ID     string   `json:"id,omitempty" maxLength:"100" doc:"empty: another one"`
		Number int      `json:"number"`
		Name   string   `json:"name,omitempty" maxLength:"400"`
		Fields []string `json:"fields,omitempty" maxItems:"200" nullable:"false"`
	}
}

type idOut struct {
	Body struct {
		ID string `json:"id"`
	}
}

func (o operations) saveCounter(ctx context.Context, in *saveCounterIn) (*idOut, error) {
	counter, err := o.svc.SaveCounter(ctx, identity.From(ctx), core.CounterInput(in.Body))
	if err != nil {
		return nil, err
	}
	out := &idOut{}
	out.Body.ID = counter
	return out, nil
}

func (o operations) dropCounter(ctx context.Context, in *OfficeCounterIn) (*nothing, error) {
	return nil, o.svc.DropCounter(ctx, identity.From(ctx), in.Counter)
}

type addHoursIn struct {
	Body struct {
		Weekdays []int  `json:"weekdays" maxItems:"7" nullable:"false" doc:"0 is Sunday"`
		From     string `json:"from" maxLength:"10" doc:"07:30"`
		To       string `json:"to" maxLength:"10"`
		Places   int    `json:"places" doc:"in one slot"`
		Outside  bool   `json:"outside_working_hours,omitempty" doc:"also when the office does not work, but never on a holiday"`
	}
}

func (o operations) addHours(ctx context.Context, in *addHoursIn) (*nothing, error) {
	return nil, o.svc.AddHours(ctx, identity.From(ctx), core.HoursInput(in.Body))
}

type hoursIn struct {
	Hours string `path:"hours" maxLength:"100"`
}

func (o operations) dropHours(ctx context.Context, in *hoursIn) (*nothing, error) {
	return nil, o.svc.DropHours(ctx, identity.From(ctx), in.Hours)
}

func (o operations) kiosk(ctx context.Context, _ *nothing) (*nothing, error) {
	return nil, o.svc.RenewKiosk(ctx, identity.From(ctx))
}

type waitsIn struct {
	From string `query:"from" maxLength:"10" doc:"YYYY-MM-DD; both empty: the last 28 days"`
	To   string `query:"to" maxLength:"10"`
}

type hourBody struct {
	Hour   int `json:"hour"`
	People int `json:"people"`
	P50    int `json:"p50" doc:"minutes"`
	P90    int `json:"p90" doc:"minutes"`
	Kept   int `json:"with_appointment"`
	Absent int `json:"absent"`
}

type waitsOut struct {
	Body struct {
		From         string     `json:"from"`
		To           string     `json:"to"`
		All          hourBody   `json:"all"`
		Hours        []hourBody `json:"hours"`
		Appointments int64      `json:"appointments"`
		Missed       int64      `json:"missed"`
	}
}

func hourOf(h core.Hour) hourBody {
	return hourBody{h.Hour, h.People, h.Half, h.Most, h.Kept, h.Absent}
}

func (o operations) waits(ctx context.Context, in *waitsIn) (*waitsOut, error) {
	r, err := o.svc.Waits(ctx, identity.From(ctx), in.From, in.To)
	if err != nil {
		return nil, err
	}
	out := &waitsOut{}
	b := &out.Body
	b.From, b.To, b.All, b.Hours, b.Appointments, b.Missed = r.From.String(), r.To.String(), hourOf(r.All), []hourBody{}, r.Appointments, r.Missed
	for _, h := range r.Hours {
		b.Hours = append(b.Hours, hourOf(h))
	}
	return out, nil
}
