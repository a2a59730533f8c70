// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api serves appointments and the queue of a hall as JSON.
package api

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/appointments"
	"tinhso.vn/internal/modules/appointments/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/web"
)

// Routes returns the operations.
func Routes(s *core.Service) []web.Route {
	o := operations{s}
	serve, plan := web.Needs(string(appointments.PermServe)), web.Needs(string(appointments.PermPlan))
	both := web.Needs(string(appointments.PermServe), string(appointments.PermPlan))
	narrow := func(r web.Route) web.Route { r.Door = web.Narrow; return r }
	const counter = "/api/v1/appointments/counters/{counter}"
	return []web.Route{
		web.Operation("GET /api/v1/appointments/offices", "Offices that take appointments, for a procedure or for anything, by name", web.Public(), o.offices),
		web.Operation("GET /api/v1/appointments/offices/{unit}/slots", "Times at which people can come to an office", web.Public(), o.slots),
		narrow(web.Operation("POST /api/v1/appointments", "Make an appointment; the code in the answer is its key", web.Public(), o.book)),
		narrow(web.Operation("GET /api/v1/appointments/by-code/{code}", "An appointment, for whoever has its code; it names nobody", web.Public(), o.find)),
		narrow(web.Operation("POST /api/v1/appointments/by-code/{code}/move", "Give it another time", web.Public(), o.move)),
		narrow(web.Operation("POST /api/v1/appointments/by-code/{code}/cancel", "Cancel it", web.Public(), o.cancel)),
		web.Operation("GET /api/v1/appointments/halls/{unit}", "What the screen of a hall shows: numbers and counters", web.Public(), o.hall),
		web.Operation("GET /api/v1/appointments/day", "Appointments of a day at the actor's office, by time; recorded", both, o.day),
		web.Operation("POST /api/v1/appointments/{booking}/admit", "Take somebody in who has an appointment today: a number", serve, o.admit),
		web.Operation("POST /api/v1/appointments/{booking}/missed", "Note that somebody did not come", serve, o.miss),
		web.Operation("GET /api/v1/appointments/closed-days", "Days to come on which the actor's office takes nobody", both, o.closed),
		web.Operation("POST /api/v1/appointments/closed-days", "Close a day; who has an appointment is told and can choose another", plan, o.closeDay),
		web.Operation("POST /api/v1/appointments/closed-days/{day}/open", "Take people again on a day", plan, o.openDay),
		web.Operation("POST /api/v1/appointments/numbers", "Give a number to who came without an appointment", serve, o.walkIn),
		web.Operation("GET /api/v1/appointments/counters", "Counters of the actor's office", both, o.counters),
		web.Operation("GET "+counter, "A counter: who is there, who waits", serve, o.desk),
		web.Operation("POST "+counter+"/next", "Call who comes next", serve, o.next),
		web.Operation("POST "+counter+"/again", "Call the same number again", serve, o.again),
		web.Operation("POST "+counter+"/finish", "Say that who is there was served, or did not come", serve, o.finish),
		web.Operation("POST "+counter+"/return", "Let who was called in vain wait again", serve, o.back),
		web.Operation("GET /api/v1/appointments/setup", "How the actor's office takes people", both, o.setup),
		web.Operation("POST /api/v1/appointments/setup", "Say how it does", plan, o.saveManner),
		web.Operation("POST /api/v1/appointments/setup/counters", "Add a counter, or change one", plan, o.saveCounter),
		web.Operation("POST /api/v1/appointments/setup/counters/{counter}/drop", "Take a counter away", plan, o.dropCounter),
		web.Operation("POST /api/v1/appointments/setup/hours", "Add hours in which people can come", plan, o.addHours),
		web.Operation("POST /api/v1/appointments/setup/hours/{hours}/drop", "Take hours away", plan, o.dropHours),
		web.Operation("POST /api/v1/appointments/setup/kiosk", "Give the kiosk another address", plan, o.kiosk),
		web.Operation("GET /api/v1/appointments/waits", "How long people waited at the actor's office, by hour of the day", plan, o.waits),
	}
}

type operations struct{ svc *core.Service }

type nothing struct{}

type nameBody struct {
	VI string `json:"vi"`
	EN string `json:"en,omitempty"`
}

func nameOf(t i18n.Text) nameBody { return nameBody{t.VI, t.EN} }

// moment reads a time that came from outside.
func moment(name, s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return t, errs.BadInput([]errs.Field{{Name: name, Code: "appointments.bad_time"}})
	}
	return t, nil
}

type officesIn struct {
	Procedure string `query:"procedure" maxLength:"200"`
	Words     string `query:"words" maxLength:"200"`
	AfterKey  string `query:"after_key" maxLength:"1000"`
	AfterUnit string `query:"after_unit" maxLength:"200"`
}

type officeBody struct {
	Unit string   `json:"unit"`
	Name nameBody `json:"name"`
}

type officesOut struct {
	Body struct {
		Offices  []officeBody `json:"offices"`
		NextKey  string       `json:"next_key,omitempty"`
		NextUnit string       `json:"next_unit,omitempty"`
	}
}

func (o operations) offices(ctx context.Context, in *officesIn) (*officesOut, error) {
	p, err := o.svc.ListOffices(ctx, in.Procedure, in.Words, core.OfficeAfter{Key: in.AfterKey, Unit: in.AfterUnit})
	if err != nil {
		return nil, err
	}
	out := &officesOut{}
	out.Body.Offices = []officeBody{}
	for _, one := range p.All {
		out.Body.Offices = append(out.Body.Offices, officeBody{one.Unit, nameOf(one.Name)})
	}
	out.Body.NextKey, out.Body.NextUnit = p.Next.Key, p.Next.Unit
	return out, nil
}

type slotsIn struct {
	Unit      string `path:"unit" maxLength:"200"`
	Procedure string `query:"procedure" maxLength:"200"`
}

type slotBody struct {
	At      db.Time `json:"at"`
	Free    int     `json:"free"`
	Outside bool    `json:"outside_working_hours"`
}

type slotsOut struct {
	Body struct {
		Slots []slotBody `json:"slots" doc:"those with a free place"`
	}
}

func (o operations) slots(ctx context.Context, in *slotsIn) (*slotsOut, error) {
	c, err := o.svc.Choose(ctx, in.Unit, in.Procedure)
	if err != nil {
		return nil, err
	}
	out := &slotsOut{}
	out.Body.Slots = []slotBody{}
	for _, d := range c.Days {
		for _, s := range d.Slots {
			if s.Free() {
				out.Body.Slots = append(out.Body.Slots, slotBody{db.At(s.At), s.Places - s.Taken, s.Outside})
			}
		}
	}
	return out, nil
}

type bookIn struct {
	Body struct {
		Unit      string `json:"unit" maxLength:"200"`
		Procedure string `json:"procedure,omitempty" maxLength:"200" doc:"empty: something else"`
		At        string `json:"at" maxLength:"40" doc:"one of the slots"`
		Name      string `json:"name" maxLength:"400"`
		Phone     string `json:"phone" maxLength:"40"`
	}
}

type codeOut struct {
	Body struct {
		Code string `json:"code"`
	}
}

func (o operations) book(ctx context.Context, in *bookIn) (*codeOut, error) {
	at, err := moment("at", in.Body.At)
	if err != nil {
		return nil, err
	}
	code, err := o.svc.Book(ctx, identity.From(ctx), core.Asking{Unit: in.Body.Unit, Procedure: in.Body.Procedure, At: at, Name: in.Body.Name, Phone: in.Body.Phone})
	if err != nil {
		return nil, err
	}
	out := &codeOut{}
	out.Body.Code = code
	return out, nil
}

// AppointmentIn names an appointment by its code.
type AppointmentIn struct {
	Code string `path:"code" maxLength:"40"`
}

type viewOut struct {
	Body struct {
		Code      string   `json:"code"`
		Unit      string   `json:"unit"`
		Office    nameBody `json:"office"`
		Procedure string   `json:"procedure,omitempty"`
		About     nameBody `json:"about"`
		At        db.Time  `json:"at"`
		State     string   `json:"state" enum:"booked,displaced,arrived,done,missed,cancelled"`
		MayChange bool     `json:"may_change"`
	}
}

func (o operations) find(ctx context.Context, in *AppointmentIn) (*viewOut, error) {
	v, err := o.svc.Find(ctx, in.Code)
	if err != nil {
		return nil, err
	}
	out := &viewOut{}
	b := &out.Body
	b.Code, b.Unit, b.Office, b.Procedure, b.About, b.At, b.State, b.MayChange = v.Code, v.Unit, nameOf(v.Office), v.Procedure, nameOf(v.About), db.At(v.At), string(v.State), v.May
	return out, nil
}

type moveIn struct {
	AppointmentIn

	Body struct {
		At string `json:"at" maxLength:"40" doc:"one of the slots"`
	}
}

func (o operations) move(ctx context.Context, in *moveIn) (*nothing, error) {
	at, err := moment("at", in.Body.At)
	if err != nil {
		return nil, err
	}
	return nil, o.svc.Move(ctx, identity.From(ctx), in.Code, at)
}

func (o operations) cancel(ctx context.Context, in *AppointmentIn) (*nothing, error) {
	return nil, o.svc.Cancel(ctx, identity.From(ctx), in.Code)
}

type unitIn struct {
	Unit string `path:"unit" maxLength:"200"`
}

type callBody struct {
	Number  string  `json:"number"`
	Counter int     `json:"counter"`
	Times   int     `json:"times" doc:"it was called"`
	At      db.Time `json:"at"`
}

type hallOut struct {
	Body struct {
		Calls   []callBody `json:"calls"`
		Waiting int        `json:"waiting"`
	}
}

func (o operations) hall(ctx context.Context, in *unitIn) (*hallOut, error) {
	h, err := o.svc.GetHall(ctx, in.Unit)
	if err != nil {
		return nil, err
	}
	out := &hallOut{}
	out.Body.Calls, out.Body.Waiting = []callBody{}, h.Waiting
	for _, c := range h.Calls {
		out.Body.Calls = append(out.Body.Calls, callBody{c.Number, c.Counter, c.Times, db.At(c.At)})
	}
	return out, nil
}
