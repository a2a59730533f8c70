// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api serves working time as JSON.
package api

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/worktime"
	"tinhso.vn/internal/modules/worktime/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/web"
)

// Routes returns the operations.
func Routes(s *core.Service) []web.Route {
	o, plan := operations{svc: s}, web.Needs(string(worktime.PermPlan))
	return []web.Route{
		web.Operation("GET /api/v1/working-time", "Working hours and days off of a year", web.Public(), o.year),
		web.Operation("GET /api/v1/deadline", "When something received then is due, and why", web.Public(), o.due),
		web.Operation("GET /api/v1/decided-days", "List days decided one by one, the latest first", plan, o.list),
		web.Operation("POST /api/v1/decided-days", "Propose a day off or of work", plan, o.propose),
		web.Operation("POST /api/v1/decided-days/{id}/confirm", "Confirm a day that somebody else proposed", plan, o.confirm),
		web.Operation("POST /api/v1/decided-days/{id}/withdraw", "Withdraw a day", plan, o.withdraw),
	}
}

type operations struct{ svc *core.Service }

// WorkingSpan is a stretch of working time.
type WorkingSpan struct {
	From calendar.Minute `json:"from" doc:"07:30"`
	To   calendar.Minute `json:"to"`
}

// WorkingDay is a day that the week alone does not explain.
type WorkingDay struct {
	Date  string         `json:"date"`
	Spans []WorkingSpan  `json:"spans" doc:"none on a day off"`
	Cause calendar.Cause `json:"cause" enum:"week,holiday,compensatory,override"`
	Name  string         `json:"name,omitempty"`
	Basis string         `json:"basis,omitempty"`
}

func spans(all []calendar.Span) []WorkingSpan {
	out := make([]WorkingSpan, len(all))
	for i, s := range all {
		out[i] = WorkingSpan(s)
	}
	return out
}

func days(all []calendar.Day, names map[string]string) []WorkingDay {
	out := make([]WorkingDay, len(all))
	for i, d := range all {
		out[i] = WorkingDay{d.Date.String(), spans(d.Spans), d.Cause, names[d.Rule], d.Basis}
	}
	return out
}

type yearIn struct {
	Unit string `query:"unit" maxLength:"100" doc:"id of the unit; absent: all offices"`
	Year int    `query:"year" doc:"this year when absent"`
}

type yearOut struct {
	Body struct {
		Year int             `json:"year"`
		Week [][]WorkingSpan `json:"week" doc:"by weekday, Sunday first"`
		Days []WorkingDay    `json:"days"`
	}
}

func (o operations) year(ctx context.Context, in *yearIn) (*yearOut, error) {
	y, err := o.svc.Year(ctx, orgs.ID(in.Unit), in.Year)
	if err != nil {
		return nil, err
	}
	out := &yearOut{}
	out.Body.Year, out.Body.Days = y.Year, days(y.Days, y.Names)
	for _, w := range y.Week {
		out.Body.Week = append(out.Body.Week, spans(w))
	}
	return out, nil
}

type dueIn struct {
	Unit     string    `query:"unit" maxLength:"100" doc:"id of the unit; absent: all offices"`
	Received time.Time `query:"received" required:"true" doc:"2026-11-23T09:00:00+07:00"`
	Amount   int       `query:"amount" doc:"how many; absent for same_day"`
	Counting string    `query:"counting" required:"true" enum:"working_hour,working_day,calendar_day,same_day"`
}

type dueOut struct {
	Body struct {
		Begins  time.Time    `json:"begins"`
		Due     time.Time    `json:"due"`
		Skipped []WorkingDay `json:"skipped" doc:"days on the way without work, at most 60"`
		More    int          `json:"more" doc:"further days without work"`
	}
}

func (o operations) due(ctx context.Context, in *dueIn) (*dueOut, error) {
	a, err := o.svc.Due(ctx, core.Question{
		Unit: orgs.ID(in.Unit), Received: in.Received, Takes: calendar.Duration{Amount: in.Amount, Unit: calendar.Unit(in.Counting)},
	})
	if err != nil {
		return nil, err
	}
	out := &dueOut{}
	out.Body.Begins, out.Body.Due, out.Body.Skipped, out.Body.More = a.Begins, a.Due, days(a.Skipped, a.Names), a.More
	return out, nil
}

// DecidedDay is a day decided one by one.
type DecidedDay struct {
	ID          worktime.ID     `json:"id"`
	Unit        orgs.ID         `json:"unit,omitempty"`
	Date        string          `json:"date"`
	Kind        calendar.Effect `json:"kind" enum:"OFF,WORK"`
	Name        string          `json:"name"`
	Basis       string          `json:"basis"`
	From        string          `json:"from,omitempty"`
	To          string          `json:"to,omitempty"`
	ProposedBy  string          `json:"proposed_by"`
	ConfirmedBy string          `json:"confirmed_by,omitempty"`
	WithdrawnBy string          `json:"withdrawn_by,omitempty"`
	Reason      string          `json:"reason,omitempty"`
}

type listIn struct {
	Before string `query:"before" maxLength:"100" doc:"next of the page before"`
}

type listOut struct {
	Body struct {
		Items []DecidedDay `json:"items"`
		Next  worktime.ID  `json:"next,omitempty" doc:"send it as before"`
	}
}

func (o operations) list(ctx context.Context, in *listIn) (*listOut, error) {
	all, err := o.svc.List(ctx, identity.From(ctx), worktime.ID(in.Before))
	if err != nil {
		return nil, err
	}
	out := &listOut{}
	out.Body.Items = []DecidedDay{}
	for _, d := range all {
		one := DecidedDay{
			ID: d.ID, Unit: d.Unit, Date: d.Day.String(), Kind: d.Kind, Name: d.Name, Basis: d.Basis, ProposedBy: d.Proposed.Account,
			ConfirmedBy: d.Confirmed.Account, WithdrawnBy: d.Withdrawn.Account, Reason: d.Reason,
		}
		if d.To > 0 {
			one.From, one.To = d.From.String(), d.To.String()
		}
		out.Body.Items = append(out.Body.Items, one)
	}
	if len(all) == core.PageSize {
		out.Body.Next = all[len(all)-1].ID
	}
	return out, nil
}

type proposeIn struct {
	Body struct {
		Unit  string `json:"unit,omitempty" maxLength:"100" doc:"id of the unit; absent: all offices"`
		Date  string `json:"date" maxLength:"10" doc:"YYYY-MM-DD, today or later"`
		Kind  string `json:"kind" enum:"OFF,WORK"`
		Name  string `json:"name" maxLength:"2000"`
		Basis string `json:"basis" maxLength:"2000" doc:"The decision that says so"`
		From  string `json:"from,omitempty" maxLength:"5" doc:"07:30, of a day of work; absent: the usual hours"`
		To    string `json:"to,omitempty" maxLength:"5"`
	}
}

type proposeOut struct {
	Body struct {
		ID worktime.ID `json:"id"`
	}
}

func (o operations) propose(ctx context.Context, in *proposeIn) (*proposeOut, error) {
	b := in.Body
	d := core.Draft{Unit: orgs.ID(b.Unit), Kind: calendar.Effect(b.Kind), Name: b.Name, Basis: b.Basis}
	var err error
	if d.Day, err = calendar.ParseDate(b.Date); err != nil {
		return nil, errs.BadInput([]errs.Field{{Name: "day", Code: "worktime.day"}})
	}
	if b.From != "" || b.To != "" {
		if d.From, err = calendar.ParseMinute(b.From); err == nil {
			d.To, err = calendar.ParseMinute(b.To)
		}
		if err != nil {
			return nil, errs.BadInput([]errs.Field{{Name: "from", Code: "worktime.hours"}})
		}
	}
	id, err := o.svc.Propose(ctx, identity.From(ctx), d)
	if err != nil {
		return nil, err
	}
	out := &proposeOut{}
	out.Body.ID = id
	return out, nil
}

type oneIn struct {
	ID string `path:"id" maxLength:"100"`
}

func (o operations) confirm(ctx context.Context, in *oneIn) (*struct{}, error) {
	return nil, o.svc.Confirm(ctx, identity.From(ctx), worktime.ID(in.ID))
}

type withdrawIn struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Reason string `json:"reason" maxLength:"2000"`
	}
}

func (o operations) withdraw(ctx context.Context, in *withdrawIn) (*struct{}, error) {
	return nil, o.svc.Withdraw(ctx, identity.From(ctx), worktime.ID(in.ID), in.Body.Reason)
}
